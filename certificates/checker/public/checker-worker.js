// Keeps the checking page for use without a network. It never sees what is checked: that stays after the # and in the page.

const CACHE = 'checker-1';
const PAGE = './';

addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(PAGE)).then(() => skipWaiting()));
});

addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches().then(() => clients.claim()));
});

addEventListener('fetch', (event) => {
  // Only the page itself; a list of keys from a cache would be an old one.
  if (event.request.mode !== 'navigate' || !['/', '/S', '/s'].includes(new URL(event.request.url).pathname)) return;
  event.respondWith(newestPage());
});

/** What a worker before this one kept. */
async function dropOldCaches() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

/** The page from the network, kept for the next time; from the cache when the network has none within three seconds. */
async function newestPage() {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(PAGE, { signal: AbortSignal.timeout(3000) });
    if (!answer.ok) throw new Error('no page');
    await cache.put(PAGE, answer.clone());
    return answer;
  } catch {
    return (await cache.match(PAGE)) ?? Response.error();
  }
}
