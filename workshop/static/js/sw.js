// Keeps what was last seen readable without a network. Only pages and files: nothing that is posted, no API, no downloads.
const FILES = "files-1";
const PAGES = "pages-1";
const OWNER = "/sw-owner";
const MOST = { [FILES]: 250, [PAGES]: 50 };
const PATIENCE_MS = 4000;
let cleared = 0;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((files) => files.add("/offline")).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
// A page that was on its way while this began asks to be taken along.
self.addEventListener("message", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (origin !== self.location.origin) return;
  // Who signs in or out leaves no page behind for the next one.
  if (["/sign-in", "/sign-out"].includes(pathname)) return event.waitUntil(clear());
  if (request.method !== "GET") return;
  if (pathname.startsWith("/static/")) event.respondWith(isForEver(pathname, searchParams) ? keptFirst(request) : networkFirst(request, FILES));
  else if (request.mode === "navigate" || request.headers.has("X-Live")) event.respondWith(networkFirst(request, PAGES));
});

async function clear() {
  cleared += 1;
  await caches.delete(PAGES);
}

// The content's hash stands in the address, or it is a font, which has another name when it is another.
const isForEver = (pathname, searchParams) => searchParams.has("v") || pathname.startsWith("/static/fonts/");

async function keptFirst(request) {
  return (await caches.match(request)) ?? networkFirst(request, FILES);
}

async function networkFirst(request, name) {
  const before = cleared;
  const kept = name === PAGES && request.mode !== "navigate" ? null : await (await caches.open(name)).match(request.url);
  const asked = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected && before === cleared) await keep(request.url, response.clone(), name);
    return response;
  });
  try {
    return await (kept ? Promise.race([asked, late()]) : asked);
  } catch (wrong) {
    asked.catch(() => {});
    if (kept) return name === PAGES ? asOf(kept) : kept;
    if (request.mode === "navigate") return caches.match("/offline");
    throw wrong;
  }
}

const late = () => new Promise((_done, fail) => setTimeout(() => fail(new Error("late")), PATIENCE_MS));

async function keep(url, response, name) {
  if (name === PAGES) {
    const owner = await ownerOf(response.clone());
    if (!owner) return;
    await ownedBy(owner);
  }
  const cache = await caches.open(name);
  await cache.delete(url); // so that the oldest are those that were seen longest ago
  await cache.put(url, response);
  const every = (await cache.keys()).filter((each) => !each.url.endsWith(OWNER) && !each.url.endsWith("/offline"));
  await Promise.all(every.slice(0, Math.max(0, every.length - MOST[name])).map((each) => cache.delete(each)));
}

async function ownerOf(response) {
  if (!response.headers.get("Content-Type")?.startsWith("text/html")) return "";
  return (await response.text()).match(/ data-person-id="(\d+)"/)?.[1] ?? "";
}

// One person's pages at a time.
async function ownedBy(owner) {
  const before = await (await (await caches.open(PAGES)).match(OWNER))?.text();
  if (before === owner) return;
  await caches.delete(PAGES);
  await (await caches.open(PAGES)).put(OWNER, new Response(owner));
}

async function asOf(kept) {
  const at = new Date(kept.headers.get("Date") ?? Date.now()).toISOString();
  const headers = new Headers(kept.headers);
  headers.delete("Content-Length");
  headers.delete("Content-Encoding");
  return new Response((await kept.text()).replace("<html ", `<html data-as-of="${at}" `), { headers });
}
