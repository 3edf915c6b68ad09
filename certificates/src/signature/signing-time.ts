/** A key that gave no answer in its time, wherever it is: a token, a remote provider of seals. The same may succeed later. */
export class SilentSignerError extends Error {
  override readonly name = 'SilentSignerError';
  readonly code = 'deadline';

  constructor() {
    super('The key gave no answer in its time.');
  }
}

/**
 * Waits for what keys sign no longer than until `deadline`, also when whoever holds the key does not heed the signal.
 *
 * @throws {SilentSignerError} when a deadline ended the wait; the reason of `deadline` when anything else did
 * @throws what `sign` throws
 */
export async function signInTime<T>(sign: () => Promise<T>, deadline: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>();
  const end = (): void => over.reject(isTimeout(deadline.reason) ? new SilentSignerError() : deadline.reason);
  if (deadline.aborted) end();
  // Heard before the signer hears it, so that its own words for it do not come first.
  deadline.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([over.promise, sign()]);
  } finally {
    deadline.removeEventListener('abort', end);
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}
