/*
 * An operator has a presence, and a slot for each visit in hand.
 *
 *               signed-in               made-available
 *   signed-out -----------> not-ready -----------------> available
 *       ^                    |  ^  ^                       |  |
 *       |       lapsed       |  |  +-----------------------+  |
 *       +--------------------+  |  made-not-ready,            |
 *       +-----------------------|--offer-missed---------------+
 *                                          lapsed
 *
 * `signed-in` again within the lease (reload, short cut, second window) finds everything as it was.
 *
 *            offered           accepted            ended             wrapped-up
 *   (free) ----------> offered ---------> in-call --------> wrap-up ------------> (free)
 *     ^                  | offer-ended       | lapsed,         | lapsed
 *     |                  |                   | handed-over     |
 *     +------------------+-------------------+-----------------+
 *
 * A queue that has lost its memory believes a signed claim: `talk-claimed` and `wrap-up-claimed` lead there from free.
 */

export const operatorPresences = ['signed-out', 'not-ready', 'available'] as const;
export type OperatorPresence = (typeof operatorPresences)[number];
export const operatorInputs = ['signed-in', 'made-available', 'made-not-ready', 'offer-missed', 'lapsed'] as const;
export type OperatorInput = (typeof operatorInputs)[number];

/** Presence by input. The Redis scripts run on this very table. */
export const operatorTransitions: Readonly<Record<OperatorPresence, Readonly<Partial<Record<OperatorInput, OperatorPresence>>>>> = {
  'signed-out': { 'signed-in': 'not-ready' },
  'not-ready': {
    'signed-in': 'not-ready',
    'made-available': 'available',
    'made-not-ready': 'not-ready',
    'offer-missed': 'not-ready',
    lapsed: 'signed-out',
  },
  available: {
    'signed-in': 'available',
    'made-available': 'available',
    'made-not-ready': 'not-ready',
    'offer-missed': 'not-ready',
    lapsed: 'signed-out',
  },
};

/** One visit in an operator's hands; `free` is the slot before and after. */
export const slotStates = ['free', 'offered', 'in-call', 'wrap-up'] as const;
export type SlotState = (typeof slotStates)[number];
export const slotInputs = ['offered', 'offer-ended', 'accepted', 'ended', 'handed-over', 'wrapped-up', 'lapsed', 'talk-claimed', 'wrap-up-claimed'] as const;
export type SlotInput = (typeof slotInputs)[number];

/** Slot by input. The Redis scripts run on this very table. */
export const slotTransitions: Readonly<Record<SlotState, Readonly<Partial<Record<SlotInput, SlotState>>>>> = {
  free: { offered: 'offered', 'talk-claimed': 'in-call', 'wrap-up-claimed': 'wrap-up' },
  offered: { 'offer-ended': 'free', accepted: 'in-call', lapsed: 'free' },
  'in-call': { ended: 'wrap-up', 'handed-over': 'free', lapsed: 'free' },
  'wrap-up': { 'wrapped-up': 'free', lapsed: 'free' },
};

/** The presence after `input`, or undefined when the input does not apply. */
export const nextPresence = (presence: OperatorPresence, input: OperatorInput): OperatorPresence | undefined =>
  operatorTransitions[presence][input];

/** The slot after `input`, or undefined when the input does not apply. */
export const nextSlot = (slot: SlotState, input: SlotInput): SlotState | undefined => slotTransitions[slot][input];
