/** The error of something that must fail. */
import { CardError } from '../src/card-error.ts';

/** Awaits a promise that must reject with a CardError, and answers it. */
export async function failure(promise: Promise<unknown>): Promise<CardError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CardError) return error;
  throw new Error('no CardError', { cause: error });
}

/** Runs what must throw a CardError, and answers its code. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CardError) return error.code;
    throw error;
  }
  throw new Error('nothing thrown');
}
