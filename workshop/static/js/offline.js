// A page from the browser's own store says so, with the time it is from, until it could be fetched anew.
import { refresh } from "./live.js";

export function startOffline() {
  if (document.documentElement.dataset.person) begin().catch(() => {});
  showAsOf();
  window.addEventListener("online", () => isOld() && refresh());
}

// There is none on a page that came by plain HTTP.
async function begin() {
  const keeper = navigator.serviceWorker;
  await keeper?.register("/sw.js");
  const { active } = (await keeper?.ready) ?? {};
  if (active && !keeper.controller) active.postMessage("take me along");
}

const isOld = () => Boolean(document.documentElement.dataset.asOf);

function showAsOf() {
  const note = document.querySelector("[data-as-of-note]");
  if (!isOld() || !note) return;
  const zone = document.documentElement.dataset.zone || undefined;
  const at = new Date(document.documentElement.dataset.asOf);
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(at);
  note.querySelector("span").textContent = note.querySelector("span").textContent.replace("#", time);
  note.hidden = false;
}
