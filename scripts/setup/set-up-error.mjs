/** Set-up cannot go on. The message is written for the person at the keyboard; no stack trace is shown with it. */
export class SetUpError extends Error {
  name = 'SetUpError';
}
