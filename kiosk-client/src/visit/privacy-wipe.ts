/** How long the device service may take to answer, ms; the page goes on without it. */
const WIPE_TIMEOUT_MS = 3_000;

/**
 * The end of a visit for the browser (ui.md K62): the device service answers with Clear-Site-Data, then the page is replaced,
 * so that neither the back gesture nor the history leads to it. Tracks and connections were ended before.
 */
export async function wipePage(page: {
  readonly fetch: (address: string, options: RequestInit) => Promise<unknown>;
  readonly replace: (address: string) => void;
}): Promise<void> {
  try {
    await page.fetch('/wipe', { method: 'POST', signal: AbortSignal.timeout(WIPE_TIMEOUT_MS) });
  } catch {
    // Nothing is stored by this page itself; a missing answer must not leave the citizen's screen standing.
  } finally {
    page.replace('/');
  }
}
