import type { Invoke } from '../history/line.ts';
import { HistoryError } from '../history/history-error.ts';
import type { HistoryLine } from '../history/line.ts';
import type { Findings } from './report.ts';

/** Pairs completions with requests. */
export interface Answers {
  /**
   * The request that a line completes; undefined for other lines. Takes new requests in.
   * @throws HistoryError `bad-request`: an id is used twice at once, or a completion has no request, or not of this client.
   */
  take(line: HistoryLine): Invoke | undefined;
  /** `unanswered`: requests that had no completion of any kind. */
  finish(at: number): void;
}

export function createAnswers(findings: Findings): Answers {
  const open = new Map<string, Invoke>();
  return {
    take(line) {
      if (line.line === 'invoke') {
        if (open.has(line.id)) throw new HistoryError('bad-request', `Line ${line.seq} uses the id of a request that is open.`);
        open.set(line.id, line);
        return undefined;
      }
      if (line.line !== 'ok' && line.line !== 'fail' && line.line !== 'unknown') return undefined;
      const request = open.get(line.id);
      if (request?.who !== line.who || request.session !== line.session) {
        throw new HistoryError('bad-request', `Line ${line.seq} completes a request that is not open.`);
      }
      open.delete(line.id);
      return request;
    },
    finish(at) {
      for (const request of open.values()) {
        findings.add({
          name: 'unanswered',
          at,
          seqs: [request.seq],
          ...(request.visitId === undefined ? {} : { visitId: request.visitId }),
          ...(request.who.startsWith('op_') ? { operatorId: request.who } : {}),
          sentence: `${request.op} of ${request.who} was never completed.`,
        });
      }
    },
  };
}
