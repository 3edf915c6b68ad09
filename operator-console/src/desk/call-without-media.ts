import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { RoomAnswer, RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import type { CallController, CallOptions } from '@videosportello/sfu-server/client/call-controller.ts';
import { initialCall, nextCall } from '@videosportello/sfu-server/client/call-machine.ts';
import type { CallInput } from '@videosportello/sfu-server/client/call-machine.ts';

/**
 * A call that moves by the real machine and has no media: a browser is needed for those. Its room is dead unless `say`
 * is given.
 */
export function callWithoutMedia(options: CallOptions) {
  let state = initialCall;
  const log = {
    muted: options.muted ?? false,
    sent: [] as RoomBody[],
    grants: [] as string[],
    say: undefined as undefined | ((body: RoomBody) => RoomAnswer),
  };
  const apply = (input: CallInput) => {
    state = nextCall(state, input);
    options.onEvent({ type: 'state', state });
  };
  const hangUp = () => apply({ type: 'hang-up' });
  const controller: CallController = {
    get state() {
      return state;
    },
    async prewarm({ grant }) {
      log.grants.push(grant);
      apply({ type: 'prewarm' });
    },
    async enter({ grant }) {
      log.grants.push(grant);
      apply({ type: 'enter' });
      apply({ type: 'opened' });
    },
    updateGrant: ({ grant }) => void log.grants.push(grant),
    stepBack: () => apply({ type: 'step-back' }),
    setMuted: (muted) => (log.muted = muted),
    setCameraOff: () => undefined,
    async send(body) {
      if (!log.say) throw new ProtocolError('link-lost');
      log.sent.push(body);
      return log.say(body);
    },
    hangUp,
    [Symbol.dispose]: hangUp,
  };
  return { controller, log, options };
}
export type TestCall = ReturnType<typeof callWithoutMedia>;

/** A socket to a node that is not there: never opens. */
export const nowhere = (): WebSocketLike => ({
  readyState: 0,
  send: () => undefined,
  close: () => undefined,
  addEventListener: () => undefined,
});
