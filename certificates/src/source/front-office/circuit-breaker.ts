/**
 * Whether a system that fails is left in peace for a while: a machine without clock, so that time is an argument.
 *
 * ```
 *            failed (fewer than `failures` in a row)
 *            ┌──┐
 *            ▼  │          failed once more               asked, the pause is over
 *   ┌──────▶ closed ────────────────────────▶ open ─────────────────────────────────▶ half-open
 *   │        ▲  │ answered: counts from 0      ▲ ▲ asked before: refused                 │ │ │   asked: refused
 *   │        └──┘                              │ └──── probe abandoned: no new pause ────┘ │ │
 *   │                                          └────── probe failed: pause doubled ────────┘ │
 *   └───────────────────────────────────────────────── probe answered ───────────────────────┘
 * ```
 * In `half-open` one call is on its way, the probe; all others are refused until it comes back. What calls from before the
 * pause bring back while it is open or half-open changes nothing.
 */
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly untilMs: number; readonly pauseMs: number }
  | { readonly state: 'half-open'; readonly pauseMs: number };

/** When a breaker opens, and for how long. */
export interface BreakerPolicy {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** First pause; each probe that fails doubles it, up to `maxPauseMs`. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
}

/** How a call that was let through came back; `abandoned`: its caller gave up, which says nothing of the other side. */
export type CallOutcome = 'answered' | 'failed' | 'abandoned';
/** What a call was let through as. */
export type Admission = 'call' | 'probe';

/** As it begins. */
export const CLOSED: Breaker = { state: 'closed', failures: 0 };

/** Whether a call may be made at `nowMs`, and the breaker after that; `admission` null: refused. */
export function admit(breaker: Breaker, nowMs: number): { readonly breaker: Breaker; readonly admission: Admission | null } {
  switch (breaker.state) {
    case 'closed':
      return { breaker, admission: 'call' };
    case 'open':
      if (nowMs < breaker.untilMs) return { breaker, admission: null };
      return { breaker: { state: 'half-open', pauseMs: breaker.pauseMs }, admission: 'probe' };
    case 'half-open':
      return { breaker, admission: null };
  }
}

/** The breaker after a call came back at `nowMs`. Each admission is settled once. */
export function settle(
  breaker: Breaker,
  admission: Admission,
  outcome: CallOutcome,
  nowMs: number,
  policy: BreakerPolicy,
): Breaker {
  switch (breaker.state) {
    case 'closed':
      if (admission === 'probe' || outcome === 'abandoned') return breaker;
      if (outcome === 'answered') return CLOSED;
      if (breaker.failures + 1 < policy.failures) return { state: 'closed', failures: breaker.failures + 1 };
      return { state: 'open', untilMs: nowMs + policy.pauseMs, pauseMs: policy.pauseMs };
    case 'open':
      return breaker;
    case 'half-open': {
      if (admission === 'call') return breaker;
      if (outcome === 'answered') return CLOSED;
      if (outcome === 'abandoned') return { state: 'open', untilMs: nowMs, pauseMs: breaker.pauseMs };
      const pauseMs = Math.min(breaker.pauseMs * 2, policy.maxPauseMs);
      return { state: 'open', untilMs: nowMs + pauseMs, pauseMs };
    }
  }
}
