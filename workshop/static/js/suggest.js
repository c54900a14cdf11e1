// Suggestions under the scan box, for a person who types: after a pause, so that no scanner ever opens them. Enter sends
// what was typed, as ever, unless the arrows chose something. At a bench what is chosen is scanned; from a desk it opens.
import { Listbox } from "./listbox.js";
import { sendCode } from "./send.js";

const PAUSE = 220;
const SHORTEST = 2;
let timer = 0;
let found = null;

const input = () => document.querySelector("[data-suggest]");

export function startSuggesting() {
  if (!input()) return;
  found = new Listbox(input(), "scan-found", input().dataset.suggest);
  input().addEventListener("input", soon);
  input().addEventListener("blur", () => setTimeout(close, 150));
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("click", onClick);
  document.addEventListener("workshop:scan", close);
}

function soon() {
  clearTimeout(timer);
  if (input().value.trim().length < SHORTEST) return close();
  timer = setTimeout(show, PAUSE);
}

async function show() {
  if (document.activeElement !== input() || !(await found.ask())) return;
  if (input().value.trim().length < SHORTEST || document.activeElement !== input()) return close();
  const some = found.options.length > 0;
  found.list.hidden = !some;
  input().setAttribute("aria-expanded", String(some));
}

function close() {
  clearTimeout(timer);
  found.forget();
  found.choose(null);
  found.list.hidden = true;
  input().setAttribute("aria-expanded", "false");
}

function onKey(event) {
  if (event.target !== input() || event.isComposing || found.list.hidden) {
    if (event.target === input() && event.key === "Enter") close();
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") found.step(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && found.chosen) found.chosen.click();
  else if (event.key === "Enter") return close();
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onClick(event) {
  const option = event.target.closest?.("#scan-found a[role=option]");
  if (!option) return;
  const code = input().form.dataset.density === "bench" && option.dataset.code;
  if (code) {
    event.preventDefault();
    input().value = "";
    sendCode(code);
  }
  close();
}
