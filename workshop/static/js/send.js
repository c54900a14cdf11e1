// Sends codes one after another, each under its own key, and the same key again until there is an answer.
const UNSENT = "unsent";
// Not signed in any more; or the page's token went with the session.
const SIGNED_OUT = [401, 400];
const waiting = [];
let busy = false;
let signedOut = false;

export const newKey = () => crypto.randomUUID();
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
  sendAgain();
}

function onSubmit(event) {
  const sent = event.target;
  sent.querySelectorAll("[data-request-key]").forEach((field) => (field.value = newKey()));
  if (!sent.matches("[data-scan-form]") || !window.htmx) return;
  event.preventDefault();
  event.stopPropagation();
  const input = sent.elements.code;
  if (input.value.trim()) sendCode(input.value);
  input.value = "";
}

// Another module may take the scan, as the bench's queue does without a network: it cancels the event.
export function sendCode(code) {
  const scan = { code, key: newKey(), at: new Date().toISOString() };
  const ours = document.dispatchEvent(new CustomEvent("workshop:scan", { detail: scan, cancelable: true }));
  if (!ours) return;
  waiting.push(scan);
  next();
}

async function next() {
  if (busy || !waiting.length) return;
  busy = true;
  const scan = waiting.shift();
  for (let tries = 0; !(await answered(scan)); tries += 1) {
    if (signedOut) return keep(scan);
    showSilent();
    await new Promise((done) => setTimeout(done, Math.min(1000 * 2 ** tries, 8000)));
  }
  busy = false;
  next();
}

// Nobody is signed in any more: what was scanned is kept in this tab until its person is back.
function keep(scan) {
  const person = document.documentElement.dataset.person;
  const before = JSON.parse(sessionStorage.getItem(UNSENT) ?? "null")?.scans ?? [];
  sessionStorage.setItem(UNSENT, JSON.stringify({ person, scans: [...before, scan, ...waiting.splice(0)] }));
  busy = signedOut = false;
}

function sendAgain() {
  const kept = JSON.parse(sessionStorage.getItem(UNSENT) ?? "null");
  if (!kept || !form() || !document.documentElement.dataset.person) return;
  sessionStorage.removeItem(UNSENT);
  if (kept.person === document.documentElement.dataset.person) waiting.push(...kept.scans);
  next();
}

// Nothing or a gateway's answer: it is not known whether the code arrived, so the same key is sent again.
async function answered({ code, key, at }) {
  const target = form();
  if (!target) return true;
  let status = 0;
  const look = (event) => (status = event.detail.xhr?.status ?? 0);
  document.addEventListener("htmx:beforeOnLoad", look, { once: true });
  try {
    await window.htmx.ajax("POST", target.action, { source: target, values: { code, request_key: key, scanned_at: at } });
  } catch {
    status = 0;
  }
  document.removeEventListener("htmx:beforeOnLoad", look);
  signedOut = SIGNED_OUT.includes(status);
  return !signedOut && status !== 0 && ![502, 503, 504].includes(status);
}

export function showSilent() {
  showStrip(document.getElementById("strip-silent"));
}

export function showStrip(template) {
  const strip = template?.content.firstElementChild?.cloneNode(true);
  const old = document.getElementById("strip");
  if (!strip || !old) return;
  strip.id = "strip";
  old.replaceWith(strip);
}
