import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { HistoryError } from '../history/history-error.ts';
import type { Header, HistoryLine, Invoke } from '../history/line.ts';
import type { Decision, StreamLine } from '../history/service-stream.ts';
import { createAgenda } from './agenda.ts';
import { createAnswers } from './answers.ts';
import { createCapacity, createDoubleAssignment, createStaleFence } from './assignment.ts';
import { createEstimates } from './estimates.ts';
import type { EstimateCounts } from './estimates.ts';
import { createFaults } from './faults.ts';
import { createForeignVisit } from './foreign.ts';
import { createFreshOffers } from './fresh-offers.ts';
import { createIdleness } from './idleness.ts';
import { createKeptTickets } from './kept.ts';
import { completeKiosk, invokeKiosk, kioskSaw } from './kiosk-lines.ts';
import { createLostVisit, createZombieVisit } from './life.ts';
import { readFault, readLink } from './links.ts';
import { createOffers } from './offers.ts';
import { completeOperator, invokeOperator, operatorSaw } from './operator-lines.ts';
import { createOrder } from './order.ts';
import { createLink, linkOf } from './picture.ts';
import type { Operator, Picture } from './picture.ts';
import { createPresence } from './presence.ts';
import { createFindings } from './report.ts';
import type { Breach, Finding } from './report.ts';
import type { Rule } from './rule.ts';
import { createStreamComparison } from './stream.ts';

/** What came of a check. */
export interface CheckReport {
  /** Nothing was found. */
  readonly ok: boolean;
  readonly lines: number;
  /** Visits that a kiosk was told of. */
  readonly visits: number;
  /** The first of each name; `counts.findings` has all. */
  readonly findings: readonly Finding[];
  readonly counts: {
    readonly lines: Readonly<Record<string, number>>;
    readonly faults: Readonly<Record<string, number>>;
    readonly findings: Readonly<Partial<Record<Breach, number>>>;
    readonly steps: number;
    readonly decisions: number;
    /** Most visits that definitely waited at once. */
    readonly longestQueue: number;
    readonly estimates: EstimateCounts;
  };
}

/** Takes a history in, line by line; needs memory for what runs, not for what was. */
export interface Checker {
  /** @throws HistoryError `out-of-order`, `bad-request` when the lines are no history. */
  take(line: HistoryLine): void;
  /** A line of the service's own streams; given before the first line of the history that is later. */
  takeStream(line: StreamLine): void;
  /** How often each breach was found so far. */
  readonly found: Readonly<Partial<Record<Breach, number>>>;
  /** The report; after the line `end`. @throws HistoryError `truncated` before it. */
  finish(): CheckReport;
}

export interface CheckOptions {
  /** Whether the service's stream is compared with the history. */
  readonly hasStream: boolean;
  /** The pure twin of the decision: a sentence when it would have decided otherwise. */
  readonly replay?: (decision: Decision) => string | undefined;
}

/** Failures after which the request may have been done all the same. */
const unclear: readonly ErrorCode[] = ['timeout', 'link-lost', 'aborted', 'internal', 'store-unavailable'];

/** A failure that leaves open what happened says no more than silence. */
const asKnown = (line: HistoryLine): HistoryLine =>
  line.line === 'fail' && unclear.includes(line.code)
    ? { line: 'unknown', seq: line.seq, at: line.at, who: line.who, session: line.session, id: line.id }
    : line;

function createPicture(header: Header): Picture {
  const nothing = () => undefined;
  const operators = new Map<string, Operator>();
  for (const { operatorId, capacity, lanes } of header.operators) {
    operators.set(operatorId, {
      operatorId,
      capacity,
      lanes: new Set(lanes),
      link: createLink(),
      presence: undefined,
      signedInUntil: Infinity,
      asking: new Set(),
      offers: new Map(),
      pastOffers: new Set(),
      slots: new Map(),
      idleSince: undefined,
      idleSeq: 0,
    });
  }
  return {
    header,
    agenda: createAgenda(),
    faults: createFaults(),
    operators,
    kiosks: new Map(),
    visits: new Map(),
    kept: new Map(),
    waiting: new Set(),
    onWaiting: nothing,
    onWaitingOver: nothing,
    onIdle: nothing,
    onCalm: nothing,
    onGone: nothing,
  };
}

/** Whether a request was sent on an older connection after a newer one's hello was answered: nothing may come of it. */
function isOutdated(picture: Picture, line: HistoryLine, request: Invoke | undefined): boolean {
  const sent = line.line === 'invoke' ? line : request;
  const link = sent && linkOf(picture, sent.who);
  return link !== undefined && sent !== undefined && sent.session < link.session && link.helloSeq < sent.seq;
}

/** Reads a line into the picture. @throws HistoryError `bad-request`. */
function read(picture: Picture, line: HistoryLine, request: Invoke | undefined): void {
  if (line.line === 'end') return;
  if (line.line === 'fault') return readFault(picture, line);
  if (line.who === 'city' || (line.who.startsWith('op_') && !picture.operators.has(line.who))) {
    throw new HistoryError('bad-request', `Line ${line.seq} is of a client that the header does not know.`);
  }
  readLink(picture, line);
  const operator = picture.operators.get(line.who);
  if (line.line === 'invoke') {
    const strange = line.plan?.some(({ afterMs }) => !picture.header.policy.wideningMs.includes(afterMs));
    if (strange === true) throw new HistoryError('bad-request', `Line ${line.seq} widens at a time that the header does not know.`);
    return operator ? invokeOperator(picture, operator, line) : invokeKiosk(picture, line);
  }
  if (line.line === 'saw') return operator ? operatorSaw(picture, operator, line) : kioskSaw(picture, line);
  if (request) return operator ? completeOperator(picture, operator, line, request) : completeKiosk(picture, line, request);
}

/** A checker for the history that begins with this header (its line 1). */
export function createChecker(header: Header, options: CheckOptions): Checker {
  const picture = createPicture(header);
  const findings = createFindings();
  const answers = createAnswers(findings);
  const estimates = createEstimates(picture);
  const stream = options.hasStream ? createStreamComparison(picture, findings, options.replay) : undefined;
  const rules: Rule[] = [
    createDoubleAssignment(picture, findings),
    createCapacity(picture, findings),
    createStaleFence(picture, findings),
    createForeignVisit(picture, findings),
    createKeptTickets(picture, findings),
    createPresence(picture, findings),
    createFreshOffers(picture, findings),
    createOrder(picture, findings),
    createIdleness(picture, findings),
    createOffers(picture, findings),
    createLostVisit(picture, findings),
    createZombieVisit(picture, findings),
    estimates,
  ];
  const before = rules.flatMap((rule) => (rule.before ? [rule.before] : []));
  const after = rules.flatMap((rule) => (rule.after ? [rule.after] : []));
  const counts = { lines: {} as Record<string, number>, faults: {} as Record<string, number>, steps: 0, decisions: 0, longestQueue: 0 };
  let visits = 0;
  let seq = 1;
  let at = 0;
  let hasEnded = false;

  const count = (line: HistoryLine, request: Invoke | undefined): void => {
    counts.lines[line.line] = (counts.lines[line.line] ?? 0) + 1;
    if (line.line === 'fault') counts.faults[line.what] = (counts.faults[line.what] ?? 0) + 1;
    if (line.line === 'ok' && (request?.op === 'visit.open' || request?.op === 'ticket.show')) visits += 1;
    counts.longestQueue = Math.max(counts.longestQueue, picture.waiting.size);
  };

  return {
    take(told) {
      if (told.seq !== seq + 1 || told.at < at || hasEnded) {
        throw new HistoryError('out-of-order', `Line ${seq + 1} does not follow the one before it.`);
      }
      ({ seq, at } = told);
      const line = asKnown(told);
      picture.agenda.runBefore(at);
      const request = answers.take(line);
      const isInForce = !isOutdated(picture, line, request);
      if (isInForce) stream?.take(line, request);
      for (const listen of before) listen(line, request);
      if (isInForce) read(picture, line, request);
      for (const listen of after) listen(line, request);
      count(told, request);
      if (line.line !== 'end') return;
      hasEnded = true;
      for (const rule of rules) rule.finish?.(line);
      answers.finish(at);
    },
    takeStream(line) {
      if (line.line === 'step') {
        counts.steps += 1;
        // What fell due before this step is judged without it: there may be no line of the history in between.
        picture.agenda.runBefore(Math.max(picture.agenda.now, line.event.at - header.startsAt));
        stream?.step(line.event);
      } else if (line.line === 'decision') {
        counts.decisions += 1;
        stream?.decision(line.decision);
      }
    },
    found: findings.counts,
    finish() {
      if (!hasEnded) throw new HistoryError('truncated', 'The history has no end line.');
      stream?.finish();
      return {
        ok: Object.keys(findings.counts).length === 0,
        lines: seq,
        visits,
        findings: findings.told,
        counts: { ...counts, findings: findings.counts, estimates: estimates.counts },
      };
    },
  };
}
