import { compareFences } from '@videosportello/protocol/grant.ts';
import type { Fence } from '@videosportello/protocol/grant.ts';
import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import type { HistoryLine, Invoke, Operation } from '../history/line.ts';
import type { Decision } from '../history/service-stream.ts';
import type { Picture } from './picture.ts';
import type { Findings } from './report.ts';

type Kind = VisitEvent['kind'];

/** What a client asked for, and the step that it makes. A hand-over's own step is followed by `requeued`. */
const stepOf: Partial<Record<Operation, Kind>> = {
  'visit.open': 'opened',
  'ticket.open': 'queued',
  'ticket.cancel': 'cancelled',
  'ticket.keep': 'ended',
  'ticket.show': 'queued',
  'visit.end': 'ended',
  'offer.accept': 'accepted',
  'offer.decline': 'declined',
  'visit.hand-over': 'handed-over',
  'wrap-up.done': 'wrapped-up',
};

/** Steps that may follow each step of a visit; the first is `opened`. */
const followers: Readonly<Record<Kind, readonly Kind[]>> = {
  opened: ['queued', 'ended'],
  queued: ['offered', 'cancelled', 'ended'],
  offered: ['accepted', 'declined', 'offer-expired', 'cancelled', 'ended'],
  accepted: ['operator-lost', 'handed-over', 'ended'],
  declined: ['offered', 'cancelled', 'ended'],
  'offer-expired': ['offered', 'cancelled', 'ended'],
  'operator-lost': ['requeued'],
  'handed-over': ['requeued'],
  requeued: ['offered', 'cancelled', 'ended'],
  // A store that lost its memory believes a receipt: the visit may be alone, waiting or in talk.
  restored: ['queued', 'offered', 'cancelled', 'operator-lost', 'handed-over', 'requeued', 'ended'],
  cancelled: ['queued', 'ended'],
  ended: ['wrapped-up'],
  'wrapped-up': [],
};

/** Something a client did or was told about a visit. */
interface Claim {
  readonly kind: Kind;
  readonly who: string;
  readonly fence: Fence | undefined;
  readonly seq: number;
  /** When it was asked for, or told, ms. */
  readonly at: number;
}

/** Both accounts of one visit, until they can be compared. */
interface Dossier {
  readonly visitId: string;
  /** What must be in the stream, and what may be. */
  readonly must: Claim[];
  readonly may: Claim[];
  readonly events: VisitEvent[];
  readonly firstAt: number;
  lastSeq: number;
  /** Whether an operator gave a talk back, or said "not now", while the visit was running. */
  isDue: boolean;
}

/** How long after a visit's end its accounts are compared, ms. */
const COMPARED_MS = 60_000;

/** The service's own account, laid beside the clients'. */
export interface StreamComparison {
  /** A line of the history, with the request that it completes. */
  take(line: HistoryLine, request: Invoke | undefined): void;
  step(event: VisitEvent): void;
  decision(decision: Decision): void;
  /** Compares what is left. */
  finish(): void;
}

/**
 * `stream-differs`: what a client was told happened is not in the stream, or the stream has a step that no client asked for,
 * that does not follow the one before it, or that was taken back. Visits over which the store lost something are left out:
 * their stream may be cut. `decision-differs`: `replay`, given a decision's record, has a complaint.
 *
 * @param replay the pure twin: a sentence when it would have decided otherwise, else undefined.
 */
export function createStreamComparison(
  picture: Picture,
  findings: Findings,
  replay: ((decision: Decision) => string | undefined) | undefined,
): StreamComparison {
  const dossiers = new Map<string, Dossier>();
  /** When an operator last said "not now", and from when until when he was not signed in: both decline what he is being offered. */
  const saidNo = new Map<string, number>();
  /** When a kept ticket was last shown at a kiosk, ms. */
  const shownAt = new Map<string, number>();
  const signedOut = new Map<string, { readonly from: number; readonly to: number }>();
  let lastStep = '';
  let lostBefore = 0;

  const dossierOf = (visitId: string, seq: number): Dossier => {
    const known = dossiers.get(visitId);
    if (known) {
      known.lastSeq = Math.max(known.lastSeq, seq);
      return known;
    }
    const dossier: Dossier = { visitId, must: [], may: [], events: [], firstAt: picture.agenda.now, lastSeq: seq, isDue: false };
    dossiers.set(visitId, dossier);
    return dossier;
  };

  const accuse = (dossier: Dossier, seq: number, sentence: string): void =>
    findings.add({
      name: 'stream-differs',
      at: picture.agenda.now,
      // A visit that no client ever saw has no line.
      seqs: seq > 0 ? [seq] : [],
      visitId: dossier.visitId,
      sentence: `${dossier.visitId}: ${sentence}`,
    });

  const isSame = (claim: Claim, event: VisitEvent): boolean =>
    claim.kind === event.kind &&
    (!claim.who.startsWith('op_') || claim.who === event.operator) &&
    (claim.fence === undefined || event.fence === undefined || compareFences(claim.fence, event.fence) === 0);

  /** Whether he was not signed in at `at` ms, give or take what a line may be late. */
  const wasSignedOut = (operator: string, at: number): boolean => {
    const span = signedOut.get(operator);
    return span !== undefined && span.from <= at && at <= span.to + 2 * picture.header.lagMs;
  };

  /** Whether somebody could have caused a step that is not the service's own doing. */
  const isAskedFor = (dossier: Dossier, event: VisitEvent): boolean => {
    const by = event.at - picture.header.startsAt + picture.header.lagMs;
    const asked = () => dossier.may.some((claim) => claim.at <= by && isSame({ ...claim, fence: undefined }, event));
    const isBy = (operator: boolean) => dossier.may.some(({ kind, who }) => kind === 'ended' && who.startsWith('op_') === operator);
    switch (event.kind) {
      case 'ended':
        if (event.reason === 'operator') return isBy(true);
        return event.reason !== 'citizen' && event.reason !== 'idle' && event.reason !== 'kept' ? true : isBy(false);
      case 'declined':
        return asked() || (saidNo.get(event.operator ?? '') ?? -1) >= dossier.firstAt || wasSignedOut(event.operator ?? '', by);
      case 'wrapped-up':
        return event.reason === 'not-set' || asked();
      case 'queued':
        // Whoever shows a kept ticket does not know yet which visit it will be.
        return asked() || (shownAt.get(event.kioskId) ?? Infinity) <= by;
      case 'cancelled':
      case 'accepted':
      case 'handed-over':
        return asked();
      default:
        return true;
    }
  };

  const compare = (dossier: Dossier): void => {
    dossiers.delete(dossier.visitId);
    const { storeLostSeq, storeLostAt } = picture.faults;
    if (storeLostSeq > 0 && storeLostAt >= dossier.firstAt - 1_000 - picture.header.lagMs) return;
    let before: VisitEvent | undefined;
    for (const event of dossier.events) {
      const allowed: readonly Kind[] = before ? followers[before.kind] : ['opened'];
      if (!allowed.includes(event.kind)) {
        return accuse(dossier, dossier.lastSeq, `the stream has "${event.kind}" (${event.id}) after "${before?.kind ?? 'nothing'}".`);
      }
      if (before && compareFences(before.fence, event.fence) > 0) {
        return accuse(dossier, dossier.lastSeq, `the stream has an older fence at ${event.id} than before it.`);
      }
      if (before?.kind === 'accepted' && event.reason === 'idle') {
        return accuse(dossier, dossier.lastSeq, `the stream has a talk that ended as if nobody were there (${event.id}).`);
      }
      if (!isAskedFor(dossier, event)) return accuse(dossier, dossier.lastSeq, `nobody asked for "${event.kind}" (${event.id}).`);
      before = event;
    }
    const missing = dossier.must.find((claim) => !dossier.events.some((event) => isSame(claim, event)));
    if (missing) accuse(dossier, missing.seq, `"${missing.kind}" by ${missing.who} is not in the stream.`);
  };

  /** Compares once the end has settled and the stream has said all that it can say. */
  const compareLater = (visitId: string): void => {
    const dossier = dossiers.get(visitId);
    if (!dossier || dossier.isDue) return;
    dossier.isDue = true;
    picture.agenda.later(picture.agenda.now + COMPARED_MS, () => {
      dossier.isDue = false;
      const [before, last] = dossier.events.slice(-2);
      // A talk is followed by its wrap-up, however long that takes.
      const hadTalk = last?.kind === 'ended' && last.operator !== undefined && (before?.kind === 'accepted' || before?.kind === 'restored');
      const isOver = dossier.events.at(-1)?.kind === 'ended' || dossier.events.at(-1)?.kind === 'wrapped-up';
      if (dossiers.get(visitId) === dossier && isOver && !hadTalk) compare(dossier);
    });
  };

  const answered = (line: HistoryLine, request: Invoke): void => {
    const kind = stepOf[request.op];
    if (kind === undefined) return;
    const told = line.line === 'ok' ? line.visit : undefined;
    const visitId = request.visitId ?? told?.visitId;
    const offered = visitId ?? picture.operators.get(line.who)?.offers.get(request.offerId ?? '')?.visitId;
    if (offered === undefined) return;
    const dossier = dossierOf(offered, line.seq);
    const asked = dossier.may.findIndex(({ seq }) => seq === request.seq);
    if (line.line === 'fail') {
      if (asked >= 0) dossier.may.splice(asked, 1);
      return;
    }
    const claim = { kind, who: line.who, fence: request.op === 'offer.accept' ? told?.fence : undefined, seq: line.seq, at: request.at };
    if (line.line === 'ok') dossier.must.push(claim);
    if (asked < 0) dossier.may.push(claim);
    if (kind === 'ended') compareLater(offered);
  };

  return {
    take(line, request) {
      if (request) answered(line, request);
      if (line.line === 'invoke' && line.op === 'presence.set' && line.presence === 'not-ready') saidNo.set(line.who, line.at);
      if (line.line === 'invoke' && line.signedInUntil !== undefined) {
        const { who, signedInUntil } = line;
        const before = signedOut.get(who);
        if (before) signedOut.set(who, { ...before, to: Math.min(before.to, line.at) });
        picture.agenda.later(signedInUntil, () => signedOut.set(who, { from: signedInUntil, to: Infinity }));
      }
      if (line.line === 'invoke' && line.op === 'ticket.show') shownAt.set(line.who, line.at);
      // A request that is still open may have been done already.
      if (line.line === 'invoke') open(line);
      if (line.line === 'saw' && line.what === 'offer.made' && !picture.operators.get(line.who)?.offers.has(line.offer.offerId)) {
        dossierOf(line.offer.visitId, line.seq).must.push({ kind: 'offered', who: line.who, fence: undefined, seq: line.seq, at: line.at });
      }
      if (line.line === 'saw' && line.what === 'visit.changed' && line.visit.state === 'ended') compareLater(line.visit.visitId);
    },
    step(event) {
      // A batch that was not acknowledged comes again, with the same ids; a store that lost its stream may count anew.
      const isSameStream = lostBefore === picture.faults.storeLostSeq;
      lostBefore = picture.faults.storeLostSeq;
      if (isSameStream && lastStep !== '' && compareIds(event.id, lastStep) <= 0) return;
      lastStep = event.id;
      dossierOf(event.visitId, 0).events.push(event);
      if (event.kind === 'ended' || event.kind === 'wrapped-up') compareLater(event.visitId);
    },
    decision(decision) {
      const complaint = replay?.(decision);
      if (complaint === undefined) return;
      const at = Math.max(decision.at - picture.header.startsAt, 0);
      findings.add({ name: 'decision-differs', at, seqs: [], sentence: `Decision ${decision.id}: ${complaint}` });
    },
    finish() {
      for (const dossier of dossiers.values()) compare(dossier);
    },
  };

  function open(line: Invoke): void {
    const kind = stepOf[line.op];
    const visitId = line.visitId ?? picture.operators.get(line.who)?.offers.get(line.offerId ?? '')?.visitId;
    if (kind === undefined || visitId === undefined) return;
    dossierOf(visitId, line.seq).may.push({ kind, who: line.who, fence: undefined, seq: line.seq, at: line.at });
  }
}

/** Redis stream ids by time, then by number. */
function compareIds(a: string, b: string): number {
  const [aTime = '', aNumber = ''] = a.split('-');
  const [bTime = '', bNumber = ''] = b.split('-');
  return Number(aTime) - Number(bTime) || Number(aNumber) - Number(bNumber);
}
