import type { JoinedHandlers } from './joined.ts';

/** Messages inside the visit: relayed to the other side and answered by it; never stored, never logged. */
export const visitMessageHandlers: JoinedHandlers<'message.send'> = {
  'message.send': ({ room, peer }, { message }) => room.relay(peer, message),
};
