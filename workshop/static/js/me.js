// Who is at this page, and which page it is among all that are open.
export const tab = String(Math.random()).slice(2);
export const person = () => document.documentElement.dataset.personId ?? "";
