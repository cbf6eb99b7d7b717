// Shows a page of our own where a page can't be had, because this browser is offline or the server is away. It keeps
// that page and its files, and nothing else: no page of anybody's and no answer of the API is ever stored here, and
// what isn't the opening of a page or one of those files passes by untouched, as streams, uploads and forms do.
// Before this text stands `const AWAY = {name, page, headers, files}`; another page or file is another worker.
const OURS = "audienceos away ";
const shown = () => new Response(AWAY.page, { status: 503, headers: AWAY.headers });
const keep = async () => (await caches.open(AWAY.name)).addAll(AWAY.files);
const forget = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== AWAY.name);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable(); // the server is asked while this wakes up
};

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forget()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const opens = async () => (await event.preloadResponse) ?? fetch(request);
  const file = async () => (await caches.match(request.url, { cacheName: AWAY.name, ignoreVary: true })) ?? fetch(request);
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(opens().catch(shown));
  else if (AWAY.files.includes(new URL(request.url).pathname)) event.respondWith(file());
});
