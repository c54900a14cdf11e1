// Listens for scans and keys on the whole page. Typing by a person is left alone.
import { Burst, SCAN_GAP, SHORTEST_SCAN } from "./burst.js";
import { sendCode } from "./send.js";

const burst = new Burst();
let held = null; // what a suspected scan has put into a field, until it is known to be one

const scanInput = () => document.querySelector("[data-scan-input]");
const isField = (element) =>
  Boolean(element?.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]"));
const takesText = (element) => typeof element?.value === "string" && element.tagName !== "SELECT";
const isBench = () => Boolean(document.querySelector(".bench"));

export function startScanner() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusin", showListening);
  document.addEventListener("focusout", () => setTimeout(showListening));
  document.addEventListener("htmx:afterSettle", refocus);
  document.addEventListener("click", onCommand);
  window.addEventListener("pagehide", carryOn);
  refocus();
  hearEarlier();
}

// The keys that early.js kept: whole codes are scans, the rest is the begin of one.
function hearEarlier() {
  let typed = "";
  for (const key of window.keysUntilNow?.() ?? []) {
    if (key.length === 1) typed += key;
    else {
      if (typed.length >= SHORTEST_SCAN) scanned(typed);
      typed = "";
    }
  }
  const box = scanInput();
  if (!typed || !box) return;
  if (document.activeElement === box) box.value = typed + box.value;
  else hold({ keys: "" }, typed);
  for (const key of typed) burst.take(key, performance.now());
}

// The page goes while a code is being scanned: the next one hears what came so far.
function carryOn() {
  if (!burst.isOpen(performance.now())) return;
  sessionStorage.setItem("keys-carried", JSON.stringify({ keys: burst.keys, at: Date.now() }));
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const inBox = event.target === scanInput();
  if (event.key === "Enter" || event.key === "Tab") onEnd(event, inBox);
  else if (event.key.length === 1 && inBox) burst.take(event.key, event.timeStamp);
  else if (event.key.length === 1) onCharacter(event);
  else if (event.key === "Escape") onEscape(event);
  else if (/^F\d$/.test(event.key)) onFunctionKey(event);
}

// The box takes its own keys as they come. Elsewhere a scan is taken out of the field it fell into.
function onEnd(event, inBox) {
  if (inBox) return burst.clear();
  const code = burst.end(event.timeStamp);
  if (code === null || !scanInput()) return release();
  event.preventDefault();
  event.stopPropagation();
  if (held?.field) restore(held);
  clearTimeout(held?.timer);
  held = null;
  scanned(code);
}

function scanned(code) {
  document.dispatchEvent(new CustomEvent("workshop:scan", { detail: { code } }));
  sendCode(code);
}

function onCharacter(event) {
  if (event.altKey) return;
  const follows = burst.take(event.key, event.timeStamp);
  if (isField(event.target)) return inField(event, follows);
  if (event.key === " " && !follows) return; // a space presses the button that has the focus
  event.preventDefault();
  if (!follows) release();
  hold({ keys: (follows && held?.keys) || "" }, event.key);
}

// The first key goes into the field as usual; the next fast ones wait until it is known whether they are a scan.
function inField(event, follows) {
  if (!takesText(event.target)) return;
  if (!follows) {
    release();
    held = { field: event.target, before: event.target.value, caret: event.target.selectionStart, keys: "", timer: 0 };
    return;
  }
  if (!held) return;
  event.preventDefault();
  hold(held, event.key);
}

function hold(what, key) {
  clearTimeout(held?.timer);
  held = { ...what, keys: what.keys + key };
  held.timer = setTimeout(release, SCAN_GAP + 5);
}

// It was a person after all: give the keys back.
function release() {
  if (!held) return;
  const { field, keys, timer } = held;
  clearTimeout(timer);
  held = null;
  if (!keys) return;
  if (!field) return typedNowhere(keys);
  field.setRangeText(keys, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function restore({ field, before, caret }) {
  field.value = before;
  if (caret !== null && field.setSelectionRange) field.setSelectionRange(caret, caret);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A person pressed a key while no field had the focus: a shortcut, or the begin of a code.
function typedNowhere(keys) {
  const choice = /^[1-9]$/.test(keys) && document.querySelector(`[data-choice="${keys}"]`);
  if (choice) return choice.click();
  if (document.querySelector("dialog[open]")) return;
  const box = scanInput();
  if (keys === "/") return box ? box.focus() : document.dispatchEvent(new CustomEvent("workshop:find"));
  if (!box) return;
  if (!isBench()) return;
  box.focus();
  box.value += keys;
}

function onEscape(event) {
  if (document.querySelector("dialog[open]")) return;
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => menu.removeAttribute("open"));
  const box = scanInput();
  if (box && event.target !== box) box.focus();
  else if (box) box.value = "";
}

function onFunctionKey(event) {
  const command = document.querySelector(`[data-key="${event.key}"][data-code]`);
  if (!command) return;
  event.preventDefault();
  if (!event.repeat) sendCode(command.dataset.code);
}

function onCommand(event) {
  const command = event.target.closest?.("button[data-code]");
  if (command) sendCode(command.dataset.code);
}

// After each answer the box names what is expected next, and listens again, unless a person is in a field.
function refocus() {
  const work = document.querySelector("[data-scan-for]");
  if (work && scanInput()) scanInput().placeholder = work.dataset.scanFor;
  const wrong = document.querySelector("[data-first-error]");
  if (wrong) return wrong.focus();
  if (isBench() && !isField(document.activeElement)) scanInput()?.focus({ preventScroll: true });
  showListening();
}

function showListening() {
  const box = scanInput();
  if (!box) return;
  const aside = isField(document.activeElement) && document.activeElement !== box;
  box.form.dataset.listening = aside ? "aside" : "here";
}
