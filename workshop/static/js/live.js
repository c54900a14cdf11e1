// Keeps a page fresh: an element with data-live="address" asks once a second while it can be seen; 204 means nothing new.
// Also says whether there is a network.
const PERIOD = 1000;

export function startLive() {
  setInterval(askAll, PERIOD);
  window.addEventListener("online", showOnline);
  window.addEventListener("offline", showOnline);
  document.addEventListener("workshop:waiting", (event) => showOnline(event, event.detail));
  showOnline();
}

function askAll() {
  if (document.hidden || !navigator.onLine || !window.htmx) return;
  document.querySelectorAll("[data-live]:not([data-asking])").forEach(ask);
}

async function ask(element) {
  element.dataset.asking = "";
  const swap = element.dataset.liveSwap || "morph:outerHTML";
  try {
    await window.htmx.ajax("GET", element.dataset.live, { source: element, target: element, swap });
  } catch {
    // The next second asks again; the top bar says that there is no network.
  }
  delete element.dataset.asking;
}

function showOnline(_event, count = 0) {
  document.querySelectorAll("[data-online]").forEach((place) => {
    place.dataset.state = navigator.onLine && !count ? "online" : "offline";
    const words = place.querySelector("[data-offline-words]");
    if (count === 1) words.textContent = words.dataset.one;
    if (count > 1) words.textContent = words.dataset.many.replace("#", count);
  });
}
