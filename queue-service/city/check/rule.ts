import type { HistoryLine, Invoke } from '../history/line.ts';

/**
 * One invariant, as a listener: `before` a line it sees the picture as it was, `after` it the picture with that line. With a
 * completion comes the request that it completes.
 */
export interface Rule {
  before?(line: HistoryLine, request: Invoke | undefined): void;
  after?(line: HistoryLine, request: Invoke | undefined): void;
  /** At the end line, when everything due has been done. */
  finish?(end: Extract<HistoryLine, { line: 'end' }>): void;
}
