// Shows what is kept in this browser: the count in the top bar, the list behind it, and the strip.
import { all, counts, settle } from "./store.js";
import { ask } from "./answer.js";
import { person } from "./me.js";
import { refresh } from "./live.js";

const OFTEN_MS = 200; // as often as somebody who watches can read it
const MANY = 3; // fewer are on their way already when one looks
const channel = "BroadcastChannel" in window ? new BroadcastChannel("workshop-scans") : null;
let line = "up";
let now = { mine: 0, others: 0 };
let counting = false;
let again = false;

export function startKept() {
  channel?.addEventListener("message", count);
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  document.addEventListener("click", onClick);
  document.querySelectorAll("[data-kept]").forEach((place) => place.addEventListener("toggle", list));
  count();
}

export function changed(scan) {
  channel?.postMessage("changed");
  count();
  if (scan) document.dispatchEvent(new CustomEvent("workshop:scanned", { detail: scan }));
  if (scan && (line === "down" || !navigator.onLine)) showKept(scan);
}

// Returns whether that is new.
export function lineIs(state) {
  if (line === state) return false;
  line = state;
  show();
  return true;
}

// While a thousand are sent it is counted a few times a second, not a thousand times.
async function count() {
  again = counting;
  if (counting) return;
  counting = true;
  now = await counts(person());
  show();
  list();
  document.dispatchEvent(new CustomEvent("workshop:kept", { detail: now }));
  setTimeout(() => {
    counting = false;
    if (again) count();
  }, OFTEN_MS);
}

function state() {
  if (line === "out" || line === "stuck") return line;
  if (!navigator.onLine) return "offline";
  if (line === "down") return "silent";
  if (now.mine >= MANY) return "sending";
  return now.others ? "others" : "online";
}

function show() {
  const is = state();
  document.querySelectorAll("[data-kept]").forEach((place) => {
    place.dataset.state = is;
    place.dataset.count = is === "others" ? now.others : now.mine;
    place.querySelector("[data-kept-number]").textContent = place.dataset.count;
    const { dataset } = place.querySelector("[data-kept-words]");
    place.querySelector("[data-kept-words]").textContent = [dataset[is], howMany(dataset, place.dataset.count)].filter(Boolean).join(", ");
  });
}

function howMany({ one, many }, number) {
  if (Number(number) === 0) return "";
  return Number(number) === 1 ? one : many.replace("#", number);
}

export function showStrip(name, words = {}) {
  const strip = document.getElementById(name)?.content.firstElementChild?.cloneNode(true);
  const old = document.getElementById("strip");
  if (!strip || !old) return;
  strip.querySelectorAll(".strip-title, .strip-detail, a").forEach((place) => {
    for (const [sign, word] of Object.entries(words)) place.textContent = place.textContent.replace(sign, word);
  });
  strip.id = "strip";
  old.replaceWith(strip);
}

export async function showKept(scan) {
  if (line === "out") return;
  const { mine } = await counts(person());
  showStrip(navigator.onLine ? "strip-silent-kept" : "strip-kept", { "#code": scan.code, "#": mine });
}

// What waited is sent: the page shows what came of it, and the strip says so once.
export async function sentLate({ done, aside }) {
  await refresh();
  showStrip(aside ? "strip-aside" : "strip-sent", { "#sent": done + aside, "#aside": aside });
}

async function list() {
  for (const place of document.querySelectorAll("[data-kept][open]")) {
    const every = await all();
    fill(place.querySelector("[data-kept-mine]"), every.filter((scan) => scan.person === person()));
    fill(place.querySelector("[data-kept-others]"), every.filter((scan) => scan.person !== person()));
    place.dataset.others = now.others;
  }
}

function fill(rows, scans) {
  const row = document.getElementById("kept-row").content.firstElementChild;
  rows.replaceChildren(...scans.slice(0, 200).map((scan) => {
    const made = row.cloneNode(true);
    const words = { code: scan.code, at: clock(scan.at), unit: scan.unit, name: scan.name };
    for (const [name, text] of Object.entries(words)) made.querySelector(`[data-${name}]`).textContent = text;
    return made;
  }));
}

const clock = (at) => new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  timeZone: document.documentElement.dataset.zone || undefined,
}).format(at);

function onClick(event) {
  const place = document.querySelector("[data-kept]");
  if (place && event.target.closest("a[href='#kept']")) {
    event.preventDefault();
    place.open = true;
    place.querySelector("summary").focus();
  }
  const button = event.target.closest("[data-hand-in]");
  if (button) handIn(button.dataset.handIn);
}

// Whose account is closed can send nothing any more: a colleague hands it in, and somebody looks at each.
async function handIn(url) {
  for (const scan of (await all()).filter((each) => each.person !== person())) {
    const fields = { code: scan.code, request_key: scan.key, person: scan.person, unit: scan.unit, scanned_at: new Date(scan.at).toISOString() };
    const answer = await ask(url, fields, true);
    if (answer.status !== 200) return showStrip("strip-silent");
    await settle(scan, null);
    changed();
  }
  showStrip("strip-handed-in");
}
