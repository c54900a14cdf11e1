// Find anything: Ctrl+K opens a dialog; what is typed is asked, arrows choose, Enter opens, Escape closes.
const PAUSE = 120;
const LONGEST_ADDRESS = 1500;
let timer = 0;
let asked = null; // what the shown results answer
let opening = false; // Enter came before the answer
let number = 0;

const dialog = () => document.getElementById("find");
const input = () => document.getElementById("find-input");
const hits = () => [...dialog().querySelectorAll("a[role=option]")];
const chosen = () => dialog().querySelector("[role=option][aria-selected=true]");

export function startFind() {
  if (!dialog()) return;
  document.addEventListener("keydown", onShortcut, true);
  document.addEventListener("workshop:find", open);
  document.addEventListener("workshop:scan", () => dialog().close());
  document.addEventListener("click", onClick);
  input().addEventListener("input", () => soon());
  input().addEventListener("keydown", onKey);
  input().addEventListener("paste", onPaste);
  dialog().querySelector("form").addEventListener("submit", onSubmit);
}

function onShortcut(event) {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (dialog().open) dialog().close();
  else open();
}

function onClick(event) {
  if (event.target.closest?.("[data-find-open]")) open();
  else if (event.target.closest?.("[data-find-close]") || event.target === dialog()) dialog().close();
}

function open() {
  if (document.querySelector("dialog[open]")) return;
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => menu.removeAttribute("open"));
  dialog().showModal();
  input().focus();
  input().select();
  ask();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

async function ask() {
  clearTimeout(timer);
  const text = input().value;
  const mine = (number += 1);
  const body = new URLSearchParams({ q: text, at: location.pathname });
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };
  const long = text.length > LONGEST_ADDRESS;
  try {
    const answer = await fetch(dialog().dataset.find + (long ? "" : `?${body}`), long ? { method: "POST", headers, body } : { headers });
    const found = answer.ok ? await answer.text() : "";
    if (mine === number) show(found, text);
  } catch {
    // Without a network nothing is found; what was found before stays.
  }
}

function show(found, text) {
  if (!found) return;
  const old = document.getElementById("find-found");
  old.outerHTML = found;
  asked = text;
  choose(hits()[0]);
  document.getElementById("find-said").textContent = document.getElementById("find-found").dataset.said;
  if (opening) openChosen();
}

function onKey(event) {
  if (event.isComposing) return;
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };
  if (event.key in steps) {
    event.preventDefault();
    step(steps[event.key]);
  }
}

function step(by) {
  const all = hits();
  const at = all.indexOf(chosen());
  const next = Math.abs(by) === 1 ? (at + by + all.length) % all.length : Math.min(Math.max(at + by, 0), all.length - 1);
  choose(all[next]);
}

function choose(hit) {
  chosen()?.setAttribute("aria-selected", "false");
  hit?.setAttribute("aria-selected", "true");
  hit?.scrollIntoView({ block: "nearest" });
  input().setAttribute("aria-expanded", String(Boolean(hit)));
  input().setAttribute("aria-activedescendant", hit?.id ?? "");
}

function onSubmit(event) {
  event.preventDefault();
  event.stopPropagation();
  opening = true;
  if (asked === input().value) openChosen();
  else ask();
}

function openChosen() {
  opening = false;
  chosen()?.click();
}

// A field of one line would glue the lines of a pasted column together.
function onPaste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\r\n\t]/.test(text)) return;
  event.preventDefault();
  input().setRangeText(text.trim().replace(/[\r\n\t]+/g, ", "), input().selectionStart, input().selectionEnd, "end");
  ask();
}
