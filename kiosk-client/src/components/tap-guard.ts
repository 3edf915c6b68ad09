/** How long a second touch of the same key counts as a trembling hand, ms (ui.md K41; EN 301 549, 5.8). */
export const REPEAT_MS = 500;
/** The same for keys that write: two equal letters or figures in a row are ordinary. */
export const WRITING_REPEAT_MS = 250;
/** How near a touch on a new screen must be to the last to be the echo of a double tap, CSS pixels (20 mm). */
export const ECHO_PX = 80;

/** One touch, or key press on a focused button (then without a place). */
export interface Tap<Key> {
  readonly key: Key;
  readonly writes: boolean;
  readonly place: { readonly x: number; readonly y: number } | undefined;
}

/**
 * Decides which touches count. Ignored: the same key again too soon, and a touch at the same place on another key: the echo
 * of a double tap on the screen or the question that came after the first. Only between keys that write may two different
 * ones follow each other at once, unless the first has given way to another screen (`isGone`).
 */
export function createTapGuard<Key>(options: { readonly now: () => number; readonly isGone: (key: Key) => boolean }): (tap: Tap<Key>) => boolean {
  let last: (Tap<Key> & { readonly at: number }) | undefined;
  return (tap) => {
    const at = options.now();
    if (last) {
      const since = at - last.at;
      if (tap.key === last.key && since < (tap.writes ? WRITING_REPEAT_MS : REPEAT_MS)) return false;
      const isNear = tap.place && last.place && Math.hypot(tap.place.x - last.place.x, tap.place.y - last.place.y) < ECHO_PX;
      if (isNear && since < REPEAT_MS && (!last.writes || options.isGone(last.key))) return false;
    }
    last = { ...tap, at };
    return true;
  };
}

/** Puts the guard before every click of the page, and takes away what a kiosk must not know (ui.md K49). */
export function guardTouches(page: Document): void {
  const isTap = createTapGuard<HTMLButtonElement>({ now: () => performance.now(), isGone: (button) => !button.isConnected });
  page.addEventListener(
    'click',
    (event) => {
      const button = event.composedPath().find((target) => target instanceof HTMLButtonElement);
      if (!button) return;
      const place = event.detail === 0 ? undefined : { x: event.clientX, y: event.clientY };
      if (isTap({ key: button, writes: button.dataset['writes'] !== undefined, place })) return;
      event.stopImmediatePropagation();
      event.preventDefault();
    },
    { capture: true },
  );
  // A key held down is one press (EN 301 549, 5.7).
  page.addEventListener('keydown', (event) => event.repeat && event.preventDefault(), { capture: true });
  for (const name of ['contextmenu', 'dragstart', 'selectstart']) page.addEventListener(name, (event) => event.preventDefault());
  page.addEventListener('wheel', (event) => event.preventDefault(), { passive: false });
}
