/** Why a file cannot be judged. */
export type HistoryFault =
  | 'not-readable'
  | 'not-a-history'
  | 'version-unsupported'
  | 'bad-line'
  | 'out-of-order'
  | 'bad-request'
  | 'truncated';

/** A file that is no whole history: nothing is said about the queue. The message names the line, never its content. */
export class HistoryError extends Error {
  readonly code: HistoryFault;

  constructor(code: HistoryFault, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'HistoryError';
    this.code = code;
  }
}
