// Keeps a page fresh: asks once a second, while it is looked at, whether anything that it shows has changed elsewhere.
// What changed is morphed in; what a person is in the middle of is left alone.
const PERIOD = 1000;
const AFTER_TROUBLE = 5000;
const PARTS = ["#main", ".page-foot", ".bench-nav", ".desk-side .desk-nav"];
const MINE = ".strip-place, .scan, .toasts, [data-kept], .undo, [data-mine]";
let asking = false;
let quietUntil = 0;

export function startLive() {
  setInterval(look, PERIOD);
  document.addEventListener("visibilitychange", look);
}

const shown = () => [document.body, ...document.querySelectorAll("[data-live-of]")].map((each) => each.dataset.liveOf).filter(Boolean);

async function look() {
  const { live } = document.body.dataset;
  if (!live || asking || document.hidden || !navigator.onLine || Date.now() < quietUntil || !shown().length) return;
  asking = true;
  try {
    const answer = await fetch(`/live?${new URLSearchParams([["mark", live], ...shown().map((each) => ["of", each])])}`);
    if (answer.status === 204) document.body.dataset.live = answer.headers.get("Live-Mark") ?? live;
    else if (answer.status === 200) await refresh();
    else quietUntil = Date.now() + AFTER_TROUBLE;
  } catch {
    quietUntil = Date.now() + AFTER_TROUBLE;
  }
  asking = false;
}

// Fetch this page anew and let it show what is different. Focus, typed text, scroll and open menus stay.
export async function refresh() {
  const bench = document.querySelector("[data-page]");
  const response = await fetch(bench?.dataset.page ?? location.href, { headers: { "X-Live": "1" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  if (bench && !bench.isConnected) return; // a scan was answered in the meantime: that is newer
  PARTS.forEach((part) => morph(document.querySelector(part), fresh.querySelector(part)));
  Object.assign(document.body.dataset, fresh.body.dataset);
  delete document.documentElement.dataset.asOf;
  document.querySelectorAll("[data-as-of-note]").forEach((note) => (note.hidden = true));
  document.dispatchEvent(new Event("fresh"));
}

function morph(old, now) {
  if (!old || !now || !window.Idiomorph) return;
  window.Idiomorph.morph(old, now, { morphStyle: "outerHTML", ignoreActiveValue: true, callbacks: CALLBACKS });
  window.htmx.process(old);
}

const CALLBACKS = {
  beforeNodeMorphed: (old, now) => old.nodeType !== Node.ELEMENT_NODE || !(old.matches(MINE) || isBusy(old) || isTyped(old, now)),
  beforeNodeRemoved: (old) => old.nodeType !== Node.ELEMENT_NODE || !(old.matches(MINE) || old.contains(document.activeElement) && isField(document.activeElement)),
  beforeAttributeUpdated: (name, element) => !(name === "open" && element.matches("details, dialog")),
};

// A form in which somebody types is theirs, and so is a field that they have filled in and left.
const isField = (element) => element.matches("input, textarea, select");
const isBusy = (element) => element.matches("form, dialog[open]") && isField(document.activeElement) && element.contains(document.activeElement);

// A box that comes to stand for another thing was not ticked for that one.
function isTyped(element, now) {
  if (element.matches("input[type=checkbox], input[type=radio]")) return element.checked !== element.defaultChecked && element.value === now.value;
  if (element.matches("input, textarea")) return element.value !== element.defaultValue;
  return element.matches("select") && [...element.options].some((option) => option.selected !== option.defaultSelected && option.defaultSelected);
}
