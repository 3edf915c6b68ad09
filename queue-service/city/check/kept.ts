import type { Ok } from '../history/line.ts';
import { REMEMBERED_MS } from './kiosk-lines.ts';
import type { Picture } from './picture.ts';
import type { Findings } from './report.ts';
import type { Rule } from './rule.ts';

/**
 * `kept-ticket`: a kept ticket was taken a second time, for another visit; or one that had expired when it was shown; or one that
 * nobody was ever given; or somebody took his place along out of a talk. A store that lost something since may have forgotten who came with it.
 */
export function createKeptTickets(picture: Picture, findings: Findings): Rule {
  /** Until when each may be shown, simulated ms, and with which visit it was taken. */
  const given = new Map<string, { readonly seq: number; readonly until: number; taken?: { readonly visitId: string; readonly seq: number } }>();
  const give = ({ name, until }: NonNullable<Ok['kept']>, seq: number): void => {
    // The same one, given once more.
    if (given.has(name)) return;
    given.set(name, { seq, until });
    picture.agenda.later(until + REMEMBERED_MS, () => given.delete(name));
  };
  return {
    before(line, request) {
      if (line.line !== 'ok' || request?.op !== 'ticket.keep') return;
      const visit = picture.visits.get(request.visitId ?? '');
      if (visit?.view.state !== 'with-operator' || visit.viewSeq > request.seq) return;
      const { visitId } = visit;
      findings.add({ name: 'kept-ticket', at: line.at, seqs: [visit.viewSeq, request.seq, line.seq], visitId, sentence: `${visitId} was in a talk when its place was taken along.` });
    },
    after(line, request) {
      if (line.line !== 'ok' || request === undefined) return;
      if (request.op === 'ticket.keep' && line.kept) give(line.kept, line.seq);
      if (request.op !== 'ticket.show' || !line.visit) return;
      const { visitId } = line.visit;
      const accuse = (seqs: readonly number[], sentence: string): void =>
        findings.add({ name: 'kept-ticket', at: line.at, seqs: [...seqs, request.seq, line.seq], visitId, sentence: `${request.kept ?? 'A ticket'} ${sentence}` });
      const ticket = given.get(request.kept ?? '');
      if (!ticket) return accuse([], 'was never given to anybody, or had expired long before it was shown.');
      if (request.at > ticket.until) accuse([ticket.seq], 'had expired when it was shown.');
      const { taken } = ticket;
      if (taken && taken.visitId !== visitId && picture.faults.storeLostSeq < taken.seq) accuse([taken.seq], `had been taken for ${taken.visitId}.`);
      ticket.taken = { visitId, seq: line.seq };
    },
  };
}
