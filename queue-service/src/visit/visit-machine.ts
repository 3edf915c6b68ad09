import type { VisitState } from '@videosportello/protocol/messages/visit.ts';

/*
 *            ticket-opened          offered            accepted
 *   alone ------------------> waiting -------> offered ---------> with-operator
 *     ^                        |  ^  ^           |  |                  |  |
 *     |    ticket-cancelled    |  |  +-----------+  |                  |  |
 *     +------------------------+  |   offer-ended   |                  |  |
 *     +---------------------------|-----------------+                  |  |
 *     |    ticket-cancelled       +------------------------------------+  |
 *     |                 operator-lapsed, handed-over (class coming-back)  |
 *     +----------- ended, from every state ---------> ended <-------------+
 *
 * `ticket-opened` while waiting or offered is a repeated request and changes nothing.
 */

/** What may happen to a visit. `offer-ended`: declined, timed out, or the operator vanished before answering. */
export const visitInputs = [
  'ticket-opened',
  'ticket-cancelled',
  'offered',
  'offer-ended',
  'accepted',
  'operator-lapsed',
  'handed-over',
  'ended',
] as const;
export type VisitInput = (typeof visitInputs)[number];

/** The table of transitions. The Redis scripts run on this very table: `redis/scripts.ts` writes it into each of them. */
export const visitTransitions: Readonly<Record<VisitState, Readonly<Partial<Record<VisitInput, VisitState>>>>> = {
  alone: { 'ticket-opened': 'waiting', ended: 'ended' },
  waiting: { 'ticket-opened': 'waiting', 'ticket-cancelled': 'alone', offered: 'offered', ended: 'ended' },
  offered: {
    'ticket-opened': 'offered',
    'ticket-cancelled': 'alone',
    'offer-ended': 'waiting',
    accepted: 'with-operator',
    ended: 'ended',
  },
  'with-operator': { 'operator-lapsed': 'waiting', 'handed-over': 'waiting', ended: 'ended' },
  ended: {},
};

/** The state after `input`, or undefined when the input does not apply. */
export const nextVisitState = (state: VisitState, input: VisitInput): VisitState | undefined => visitTransitions[state][input];
