// Find anything: Ctrl+K opens a dialog; what is typed is asked, arrows choose, Enter opens, Escape closes.
import { Listbox } from "./listbox.js";

const PAUSE = 120;
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };
let timer = 0;
let opening = false; // Enter came before the answer
let found = null;

const dialog = () => document.getElementById("find");
const input = () => document.getElementById("find-input");

export function startFind() {
  if (!dialog()) return;
  found = new Listbox(input(), "find-found", dialog().dataset.find);
  document.addEventListener("keydown", onShortcut, true);
  document.addEventListener("workshop:find", open);
  document.addEventListener("workshop:scan", () => dialog().close());
  document.addEventListener("click", onClick);
  input().addEventListener("input", soon);
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
  if (!(await found.ask())) return;
  found.choose(found.options[0]);
  input().setAttribute("aria-expanded", String(found.options.length > 0));
  document.getElementById("find-said").textContent = found.list.dataset.said;
  if (opening) openChosen();
}

function onKey(event) {
  if (event.isComposing || !(event.key in STEPS)) return;
  event.preventDefault();
  found.step(STEPS[event.key]);
}

function onSubmit(event) {
  event.preventDefault();
  event.stopPropagation();
  opening = true;
  if (found.answered === input().value) openChosen();
  else ask();
}

function openChosen() {
  opening = false;
  found.chosen?.click();
}

// A field of one line would glue the lines of a pasted column together.
function onPaste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\r\n\t]/.test(text)) return;
  event.preventDefault();
  input().setRangeText(text.trim().replace(/[\r\n\t]+/g, ", "), input().selectionStart, input().selectionEnd, "end");
  ask();
}
