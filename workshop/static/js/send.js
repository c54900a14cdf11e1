// Takes every scan and every command. At a bench each is kept first and sent then; from a desk it only looks something up.
import { add } from "./store.js";
import { drain } from "./drain.js";
import { person, tab } from "./me.js";
import { changed, showStrip } from "./kept.js";
import { ask, paint } from "./answer.js";

const LONG_AGO = 86_400_000;
let adding = Promise.resolve();

export const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
const form = () => document.querySelector("[data-scan-form]");

export function startSending() {
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-send-at-once]") && event.target.value) event.target.form.requestSubmit();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const carried = event.detail.elt.querySelector?.("[data-request-key]");
    if (carried && !event.detail.parameters.request_key) event.detail.parameters.request_key = newKey();
  });
}

function onSubmit(event) {
  const sent = event.target;
  sent.querySelectorAll("[data-request-key]").forEach((field) => (field.value = newKey()));
  const box = sent.matches("[data-scan-form]");
  const code = box ? sent.elements.code.value : isKept() && sent.dataset.code;
  if (!window.htmx || (!box && !code)) return;
  event.preventDefault();
  event.stopPropagation();
  if (code.trim()) sendCode(code);
  if (box) sent.elements.code.value = "";
}

const isKept = () => form()?.dataset.density === "bench";

export function sendCode(code) {
  if (!form() || doneHere(code)) return;
  if (!isKept()) return void lookUp(code);
  const scan = newScan(code);
  // One after another, so that they are kept in the order in which they were scanned.
  adding = adding.then(() => add(scan)).then(() => {
    changed(scan);
    drain();
  });
}

// What only this page can do, as opening the camera: the code presses what carries it.
function doneHere(code) {
  const pressed = document.querySelector(`[data-on-scan="${CSS.escape(code.trim().toUpperCase())}"]`);
  pressed?.click();
  return Boolean(pressed);
}

function newScan(code) {
  const bench = document.getElementById("bench")?.dataset ?? {};
  const at = Date.now();
  return {
    code,
    key: newKey(),
    at,
    gap: sinceTheSame(code, at),
    tab,
    person: person(),
    name: document.documentElement.dataset.person ?? "",
    bench: document.documentElement.dataset.bench ?? "",
    unit: bench.unit ?? "",
    version: bench.version ?? "",
    url: form().action,
    keptUrl: form().dataset.keptUrl ?? "",
  };
}

// A second pull of the trigger is told by the time since the one that counted, not by when they arrive. Kept over a reload.
function sinceTheSame(code, at) {
  const last = JSON.parse(localStorage.getItem("last-scan") ?? "null");
  const gap = last?.code === code && at >= last.at ? at - last.at : LONG_AGO;
  if (gap >= Number(form().dataset.repeatMs)) localStorage.setItem("last-scan", JSON.stringify({ code, at }));
  return last ? gap : "";
}

async function lookUp(code) {
  const fields = { code, request_key: newKey() };
  for (let tries = 0; tries < 5; tries += 1) {
    const answer = await ask(form().action, fields);
    if (answer.definite || answer.signedOut) return paint(answer);
    showStrip("strip-silent");
    await new Promise((done) => setTimeout(done, 1000 * 2 ** tries));
  }
}
