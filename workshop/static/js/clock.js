// The clock in the top row. The server writes it first; from then on it runs by itself, in the page's zone.
export function startClock() {
  const shown = document.querySelector("[data-clock]");
  if (!shown) return;
  setInterval(() => document.querySelectorAll("[data-clock]").forEach(show), 5000);
}

function show(clock) {
  const zone = document.documentElement.dataset.zone || undefined;
  const now = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date());
  clock.textContent = clock.textContent.replace(/\d{1,2}:\d{2}/, now);
}
