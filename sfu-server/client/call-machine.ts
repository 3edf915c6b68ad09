/**
 * A call as its page sees it. Pure: the controller does what each state means.
 *
 * ```text
 *          prewarm               prepared
 *   idle ───────────► preparing ──────────► ready
 *    │                  │  ▲ ▲                │ │
 *    │                  │  │ └── link-lost ───┘ │
 *    │ enter            │  └───── step-back     │ enter
 *    │            enter │         (any state    │
 *    ▼                  ▼          with a call) ▼
 *   connecting ◄────────┴───────────────────────┘
 *    │   opened              link-lost
 *    └──────────► in-call ──────────────► reconnecting
 *                    ▲         opened          │
 *                    └─────────────────────────┘
 *
 *   hang-up, visit-ended: from everywhere to ended.   give-up(reason): from everywhere to failed.
 *   ended and failed are final.
 * ```
 */
export type CallState =
  | { readonly name: 'idle' | 'preparing' | 'ready' | 'connecting' | 'in-call' | 'reconnecting' | 'ended' }
  | { readonly name: 'failed'; readonly reason: CallFailure };

/** Why a call cannot go on in this page: it was opened elsewhere, another operator took over, or no way to the node was found. */
export type CallFailure = 'replaced' | 'taken-over' | 'unreachable' | 'unsupported';

export type CallInput =
  /** Transports and paused producers are wanted. */
  | { readonly type: 'prewarm' }
  /** They are there. */
  | { readonly type: 'prepared' }
  /** The visit was accepted: media are wanted. */
  | { readonly type: 'enter' }
  /** The node has opened the room to this page. */
  | { readonly type: 'opened' }
  | { readonly type: 'link-lost' }
  /** The operator was lost: back to waiting, with what is prepared. */
  | { readonly type: 'step-back' }
  | { readonly type: 'hang-up' }
  | { readonly type: 'visit-ended' }
  | { readonly type: 'give-up'; readonly reason: CallFailure };

export const initialCall: CallState = { name: 'idle' };

type Name = CallState['name'];
const steps: Readonly<Record<Name, Partial<Record<CallInput['type'], Exclude<Name, 'failed'>>>>> = {
  idle: { prewarm: 'preparing', enter: 'connecting' },
  preparing: { prepared: 'ready', enter: 'connecting' },
  ready: { 'link-lost': 'preparing', enter: 'connecting' },
  connecting: { opened: 'in-call', 'step-back': 'preparing' },
  'in-call': { 'link-lost': 'reconnecting', 'step-back': 'preparing' },
  reconnecting: { opened: 'in-call', 'step-back': 'preparing' },
  ended: {},
  failed: {},
};

/** Whether nothing can follow. */
export const isFinalCall = ({ name }: CallState): boolean => name === 'ended' || name === 'failed';
/** Whether the room is open, or is to be. */
export const wantsRoom = ({ name }: CallState): boolean => name === 'connecting' || name === 'in-call' || name === 'reconnecting';

/** The state after an input; the same object when the input means nothing here. */
export function nextCall(state: CallState, input: CallInput): CallState {
  if (isFinalCall(state)) return state;
  switch (input.type) {
    case 'hang-up':
    case 'visit-ended':
      return { name: 'ended' };
    case 'give-up':
      return { name: 'failed', reason: input.reason };
    default: {
      const name = steps[state.name][input.type];
      return name === undefined ? state : { name };
    }
  }
}
