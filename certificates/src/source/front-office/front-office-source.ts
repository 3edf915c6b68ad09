import { randomUUID } from 'node:crypto';
import { backoff, delay } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { FactAnswer, FactKind, FactSource } from '../facts.ts';
import { admit, CLOSED, settle } from './circuit-breaker.ts';
import type { Admission, Breaker, BreakerPolicy, CallOutcome } from './circuit-breaker.ts';
import { answered, question, readFact, refused, speaksOf } from './contract.ts';
import type { Question } from './contract.ts';
import { authorization, openAgent, readAddress } from './credentials.ts';
import type { FrontOfficeAddress } from './credentials.ts';
import { post } from './exchange.ts';
import type { Reply } from './exchange.ts';
import { FRONT_OFFICE_FAULTS, FrontOfficeFault } from './faults.ts';
import type { FrontOfficeFaultCode } from './faults.ts';

/** How long we wait, how often we try, when we leave it alone. */
export interface FrontOfficePolicy {
  /** One attempt, connection included. Default 3 s. */
  readonly attemptMs: number;
  /** A question with all its attempts; the caller's signal may end it earlier. Default 8 s. */
  readonly questionMs: number;
  /** Default 256 KiB: a household of sixty is below 32. */
  readonly maxReplyBytes: number;
  /** Default 16; more questions at once wait for a connection within the time of their attempt. */
  readonly maxSockets: number;
  /** Every question only reads, so each may be asked again. Default: twice, after about 0.1 and 0.3 s, with jitter. */
  readonly retry: RetryPolicy;
  /** Whoever asks us to wait longer than this is not asked again. Default 2 s. */
  readonly maxWaitMs: number;
  /** Default: five failures, then a pause of 5 s, doubled up to 60 s. */
  readonly breaker: BreakerPolicy;
}

/** The defaults. */
export const FRONT_OFFICE_POLICY: FrontOfficePolicy = {
  attemptMs: 3_000,
  questionMs: 8_000,
  maxReplyBytes: 256 * 1_024,
  maxSockets: 16,
  retry: backoff({ firstMs: 150, factor: 3, maxMs: 1_000, attempts: 2 }),
  maxWaitMs: 2_000,
  breaker: { failures: 5, pauseMs: 5_000, maxPauseMs: 60_000 },
};

/** What happened, for log and metrics; nothing of a person in any of it. */
export type FrontOfficeEvent =
  | {
      readonly event: 'front-office.failed';
      readonly kind: FactKind;
      readonly fault: FrontOfficeFaultCode;
      /** From 1. */
      readonly attempt: number;
      /** As the header `X-Request-Id` told the other side, to find it in its log. */
      readonly requestId: string;
    }
  | { readonly event: 'front-office.breaker'; readonly state: Breaker['state'] };

/** What is taken from outside. */
export interface FrontOfficeDeps {
  readonly report: (event: FrontOfficeEvent) => void;
  /** Milliseconds of a clock that never goes back. Default: the process's. */
  readonly nowMs?: () => number;
  /** From 0 to 1, for jitter. */
  readonly random?: () => number;
  /** Resolves after `ms`, or rejects when the signal is aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted after `ms`. Default: `AbortSignal.timeout`. */
  readonly deadline?: (ms: number) => AbortSignal;
}

/** A {@link FactSource} with connections to close; closing twice does nothing more. */
export interface FrontOfficeSource extends FactSource, AsyncDisposable {
  /** State of the breaker: `open` means that no question goes out. */
  breaker(): Breaker['state'];
  close(): Promise<void>;
}

/**
 * A town's existing front-office system as a source of facts, asked by the contract of `FRONT-OFFICE.md`. Whatever is not an
 * answer in the contract about just what was asked becomes `unavailable`, with an event that says why.
 *
 * @param options.specimen whether invented people are expected, as in a demo; the system says of itself what it has
 * @throws {FrontOfficeConfigError} when address or files cannot be worked with
 */
export async function createFrontOfficeSource(
  options: FrontOfficeAddress & { readonly specimen: boolean; readonly policy?: Partial<FrontOfficePolicy> },
  deps: FrontOfficeDeps,
): Promise<FrontOfficeSource> {
  const policy = { ...FRONT_OFFICE_POLICY, ...options.policy };
  const { report, nowMs = () => performance.now(), random = Math.random, wait = delay, deadline = AbortSignal.timeout } = deps;
  const base = readAddress(options);
  const agent = await openAgent(base, options, policy.maxSockets);
  let breaker = CLOSED;

  const become = (next: Breaker): void => {
    const hasChanged = next.state !== breaker.state;
    breaker = next;
    if (hasChanged) report({ event: 'front-office.breaker', state: next.state });
  };
  const letThrough = (): Admission | null => {
    const { breaker: next, admission } = admit(breaker, nowMs());
    become(next);
    return admission;
  };

  /** One request; a fault, or the reason of the signal, is thrown. */
  async function attempt<Kind extends FactKind>(
    kind: Kind,
    of: Question,
    requestId: string,
    signal: AbortSignal,
  ): Promise<FactAnswer<Kind>> {
    const bearer = await authorization(options);
    const reply = await post(
      {
        url: new URL(`v1/facts/${kind}`, base),
        agent,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'x-request-id': requestId,
          ...(bearer === null ? {} : { authorization: bearer }),
        },
        body: JSON.stringify(of),
        maxReplyBytes: policy.maxReplyBytes,
      },
      signal,
    );
    return read(kind, of, reply, options.specimen);
  }

  /** An attempt under the breaker and a deadline: the answer, or the fault; null when the caller gave up. */
  async function guarded<Kind extends FactKind>(
    kind: Kind,
    of: Question,
    admission: Admission,
    numbers: { readonly attempt: number; readonly requestId: string },
    signal: AbortSignal,
  ): Promise<FactAnswer<Kind> | FrontOfficeFault | null> {
    const end = (outcome: CallOutcome): void => become(settle(breaker, admission, outcome, nowMs(), policy.breaker));
    const limit = deadline(policy.attemptMs);
    try {
      const answer = await attempt(kind, of, numbers.requestId, AbortSignal.any([signal, limit]));
      end('answered');
      return answer;
    } catch (cause) {
      const fault = limit.aborted && !signal.aborted ? new FrontOfficeFault('timed-out') : cause;
      if (signal.aborted || !(fault instanceof FrontOfficeFault)) {
        end('abandoned');
        if (signal.aborted) return null;
        throw cause;
      }
      report({ event: 'front-office.failed', kind, fault: fault.code, ...numbers });
      end('failed');
      return fault;
    }
  }

  const close = async (): Promise<void> => agent.destroy();
  return {
    specimen: options.specimen,
    breaker: () => breaker.state,
    async ask(kind, of, { signal }) {
      const asked = question.safeParse(of);
      if (!asked.success) throw new RangeError('A question needs a tax code of 16 letters and digits, and a day or null.');
      const within = AbortSignal.any([signal, deadline(policy.questionMs)]);
      const requestId = randomUUID();
      const delays = policy.retry.delays(random)[Symbol.iterator]();
      for (let number = 1; !within.aborted; number += 1) {
        const admission = letThrough();
        if (admission === null) break;
        const outcome = await guarded(kind, asked.data, admission, { attempt: number, requestId }, within);
        if (outcome === null) break;
        if (!(outcome instanceof FrontOfficeFault)) return outcome;
        const pause = delays.next();
        if (pause.done === true || !FRONT_OFFICE_FAULTS[outcome.code].isRetried) break;
        const waitMs = Math.max(pause.value, outcome.retryAfterMs ?? 0);
        if (waitMs > policy.maxWaitMs) break;
        const hasWaited = await wait(waitMs, within).then(
          () => true,
          () => false,
        );
        if (!hasWaited) break;
      }
      return { refusal: 'unavailable' };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** @throws {FrontOfficeFault} for everything that is no answer to `of` */
function read<Kind extends FactKind>(kind: Kind, of: Question, reply: Reply, specimen: boolean): FactAnswer<Kind> {
  const { status, retryAfterMs } = reply;
  if (status === 401 || status === 403) throw new FrontOfficeFault('unauthorized');
  if (status === 429 || status === 503) throw new FrontOfficeFault('overloaded', retryAfterMs);
  if (status === 500 || status === 502 || status === 504) throw new FrontOfficeFault('failed');
  if (status !== 200 && status !== 404) throw new FrontOfficeFault('unexpected-status');
  const json = readJson(reply);
  if (status === 404) {
    const refusal = refused.safeParse(json);
    if (!refusal.success) throw new FrontOfficeFault('not-in-contract');
    if (refusal.data.taxCode !== of.taxCode) throw new FrontOfficeFault('wrong-answer');
    return { refusal: refusal.data.refusal };
  }
  const answer = answered.safeParse(json);
  if (!answer.success) throw new FrontOfficeFault('not-in-contract');
  const { taxCode, onDay } = answer.data;
  if (answer.data.kind !== kind || taxCode !== of.taxCode || onDay !== of.onDay) throw new FrontOfficeFault('wrong-answer');
  if (answer.data.specimen !== specimen) throw new FrontOfficeFault('specimen-mixed');
  const fact = readFact(kind, answer.data.fact);
  if (fact === null) throw new FrontOfficeFault('not-in-contract');
  if (!speaksOf(kind, fact, of)) throw new FrontOfficeFault('wrong-answer');
  return { value: fact };
}

function readJson({ contentType, body }: Reply): unknown {
  if (contentType !== 'application/json') throw new FrontOfficeFault('not-in-contract');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    throw new FrontOfficeFault('not-in-contract');
  }
}
