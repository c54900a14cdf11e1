// Keeps a page fresh: what changed elsewhere is morphed in, and what a person is in the middle of is left alone.
const MINE = ".strip-place, .scan, .toasts, [data-kept], .bench-bar .person";

// Fetch this page anew and let it show what is different. Focus, typed text, scroll and open menus stay.
export async function refresh() {
  const place = document.querySelector("[data-page]");
  const main = document.getElementById("main");
  if (!main || !window.Idiomorph) return;
  const response = await fetch(place?.dataset.page ?? location.href, { headers: { "X-Live": "1" } });
  if (!response.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const now = fresh.getElementById("main");
  if (now) window.Idiomorph.morph(main, now, { morphStyle: "outerHTML", ignoreActiveValue: true, callbacks: CALLBACKS });
  window.htmx.process(main);
}

const CALLBACKS = {
  beforeNodeMorphed: (old) => !(old.nodeType === Node.ELEMENT_NODE && (old.matches(MINE) || isBusy(old))),
  beforeAttributeUpdated: (name, element) => !(name === "open" && element.matches("details")),
};

// A form in which somebody types is theirs.
const isBusy = (element) => element.matches("form, dialog[open]") && element.contains(document.activeElement);

export function startLive() {}
