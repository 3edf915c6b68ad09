import { ProtocolError } from '../error-codes.ts';

/** For tests: the code a request was refused with, its detail after a colon; `done` when it was not. */
export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof ProtocolError ? [error.code, ...(error.detail ? [error.detail] : [])].join(':') : String(error)),
  );
