import type { QueueOf, QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import type { QueueViewState } from '@videosportello/queue-service/client/queue-view-client.ts';
import { spanWords } from '../desk/time-words.ts';

/** Figures come every two seconds; older than this they are called old, ms. */
export const OLD_AFTER_MS = 6_000;

/** A text by its key, with its values. */
export interface Words {
  readonly key: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** One figure with what it means; the tone is always said in words too. */
export interface Card {
  readonly title: Words;
  /** What is written large: a number, or a dash while it is not known. */
  readonly figure: string;
  readonly tone: 'plain' | 'good' | 'wrong';
  readonly verdict: Words;
  readonly lines: readonly { readonly label: Words; readonly value: string }[];
  /** How the figure came about, where that is not plain. */
  readonly note?: Words;
}

/** One row of the table. */
export interface QueueRow {
  readonly service: Words;
  readonly language: Words;
  readonly signLanguage: boolean;
  /** Absent: all towns of the pool. */
  readonly town: string | undefined;
  readonly waiting: string;
  readonly longest: string;
  /** Its first waits longer than promised. */
  readonly isLate: boolean;
  readonly expected: Words;
  /** Operators on duty who may be asked; 0 is said in words. */
  readonly able: number;
}

const UNKNOWN = '–';
const share = (value: number | undefined): string => (value === undefined ? UNKNOWN : `${Math.round(value * 100)} %`);
const span = (valueMs: number | undefined): string => (valueMs === undefined ? UNKNOWN : spanWords(valueMs));
const line = (key: string, value: string | number) => ({ label: { key }, value: String(value) });

/**
 * Which page is shown. Pure: from what the line knows.
 *
 * ```text
 *   connecting ── first view ──► figures ◄──── (cuts stay on the figures, which are called old)
 *       │                          │
 *       ├── signed-out ────────────┼──► signed-out     "Accedi" leads to /sign-in and back
 *       ├── not-allowed ───────────┼──► not-allowed    no supervisor today
 *       └── other refusal ─────────┴──► outdated       reload
 * ```
 */
export type QueuePage = 'connecting' | 'figures' | 'signed-out' | 'not-allowed' | 'outdated';

export function pageOf({ ended, view }: Pick<QueueViewState, 'ended' | 'view'>): QueuePage {
  if (ended === 'signed-out' || ended === 'not-allowed') return ended;
  if (ended !== undefined) return 'outdated';
  return view ? 'figures' : 'connecting';
}

/** Whether the figures are of now; else why not: the line is cut, or the service cannot read the queue. */
export type Freshness = 'fresh' | 'cut' | 'unavailable';

export function freshnessOf({ connection, isUnavailable, heardAtMs = 0 }: QueueViewState, nowMs: number): Freshness {
  if (connection !== 'open') return 'cut';
  if (isUnavailable) return 'unavailable';
  return nowMs - heardAtMs > OLD_AFTER_MS ? 'cut' : 'fresh';
}

/** What a screen reader is to say about a change of freshness; undefined when nothing has changed. */
export function announcementOf(before: Freshness, after: Freshness): { readonly key: string; readonly urgency: 'polite' | 'assertive' } | undefined {
  if (before === after) return undefined;
  if (after === 'fresh') return { key: 'queue-say-fresh', urgency: 'polite' };
  return { key: after === 'cut' ? 'queue-say-cut' : 'queue-say-unavailable', urgency: 'assertive' };
}

/** The four cards above the table: who waits, the promise, who is on duty, how many are needed. */
export const cardsOf = (view: QueueView): readonly Card[] => [waitingCard(view), promiseCard(view), dutyCard(view), neededCard(view)];

function waitingCard({ waiting, longestWaitMs, byClass, promise }: QueueView): Card {
  const isLate = (longestWaitMs ?? 0) > promise.withinMs;
  return {
    title: { key: 'queue-waiting' },
    figure: String(waiting),
    tone: waiting === 0 ? 'good' : isLate ? 'wrong' : 'plain',
    verdict: { key: waiting === 0 ? 'queue-nobody' : isLate ? 'queue-longest-late' : 'queue-longest-in-time' },
    lines: [
      line('queue-longest', span(longestWaitMs)),
      line('queue-class-coming-back', byClass['coming-back']),
      line('queue-class-assisted', byClass.assisted),
      line('queue-class-walk-up', byClass['walk-up']),
    ],
  };
}

function promiseCard({ promise, lastHour }: QueueView): Card {
  const { serviceLevel, tickets, abandoned, abandonment, meanWaitMs, p95WaitMs } = lastHour;
  const isKept = (serviceLevel ?? 0) >= promise.share;
  return {
    title: { key: 'queue-promise', values: { share: Math.round(promise.share * 100), seconds: Math.round(promise.withinMs / 1_000) } },
    // Rounded down: 79.9 per cent is not the 80 that were promised.
    figure: serviceLevel === undefined ? UNKNOWN : `${Math.floor(serviceLevel * 100)} %`,
    tone: serviceLevel === undefined ? 'plain' : isKept ? 'good' : 'wrong',
    verdict: { key: serviceLevel === undefined ? 'queue-promise-unknown' : isKept ? 'queue-promise-kept' : 'queue-promise-broken' },
    lines: [
      line('queue-tickets', tickets),
      line('queue-abandoned', abandoned === 0 ? '0' : `${abandoned} (${share(abandonment)})`),
      line('queue-mean-wait', span(meanWaitMs)),
      line('queue-p95-wait', span(p95WaitMs)),
    ],
  };
}

function dutyCard({ operators }: QueueView): Card {
  const { onDuty, talking, wrappingUp, asked, free, paused, places, busy, occupancy } = operators;
  return {
    title: { key: 'queue-on-duty' },
    figure: String(onDuty),
    tone: onDuty === 0 ? 'wrong' : 'plain',
    verdict: onDuty === 0 ? { key: 'queue-nobody-on-duty' } : { key: 'queue-places', values: { busy, places, share: share(occupancy) } },
    lines: [
      line('queue-talking', talking),
      line('queue-wrapping-up', wrappingUp),
      line('queue-asked', asked),
      line('queue-free', free),
      line('queue-paused', paused),
    ],
  };
}

function neededCard({ operators: { onDuty, needed }, lastHour: { placesNeeded, meanHandlingMs } }: QueueView): Card {
  const missing = (needed ?? 0) - onDuty;
  const known = needed !== undefined;
  return {
    title: { key: 'queue-needed' },
    figure: known ? String(needed) : UNKNOWN,
    tone: known ? (missing > 0 ? 'wrong' : 'good') : (placesNeeded ?? 0) > 0 ? 'wrong' : 'plain',
    verdict: known
      ? missing > 0
        ? { key: 'queue-missing', values: { count: missing } }
        : { key: 'queue-enough' }
      : placesNeeded === undefined
        ? { key: 'queue-needed-unknown' }
        : { key: 'queue-needed-places', values: { count: placesNeeded } },
    lines: [line('queue-have', onDuty), line('queue-handling', span(meanHandlingMs))],
    note: { key: 'queue-needed-how' },
  };
}

const expectedWords = (expected: QueueOf['expected']): Words => {
  if (!expected) return { key: 'queue-expected-unknown' };
  const to = spanWords(expected.toMs);
  return expected.fromMs === 0
    ? { key: 'queue-expected-up-to', values: { to } }
    : { key: 'queue-expected', values: { from: spanWords(expected.fromMs), to } };
};

/** The table: a row for each queue, in the order of the view. */
export const rowsOf = ({ queues, promise }: QueueView): readonly QueueRow[] =>
  queues.map(({ service, language, signLanguage, town, waiting, longestWaitMs, expected, able }) => ({
    service: { key: `service-${service ?? 'none'}` },
    language: { key: `language-${language}` },
    signLanguage,
    town,
    waiting: String(waiting),
    longest: span(longestWaitMs),
    isLate: longestWaitMs > promise.withinMs,
    expected: expectedWords(expected),
    able,
  }));
