import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import type { RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { wishOf } from '../testing/grant-authority.ts';
import { newVisit } from './media-node.ts';
import type { MediaNode } from './media-node.ts';

/** The code a request was refused with; `no error` when it was not. */
export const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof ProtocolError ? error.code : String(error);
  }
};

/** A finished line of text. */
export const line = (text: string): RoomMessage => ({ messageId: newId(messageId, 'm'), body: { kind: 'text', line: 0, text, done: true } });

/** Both sides with a room grant, receivers announced and both sources made. */
export async function inCall(node: MediaNode) {
  const visit = newVisit();
  const kiosk = await node.open(wishOf(visit, 'kiosk', 'room'));
  const operator = await node.open(wishOf(visit, 'operator', 'room'));
  await Promise.all([kiosk.ready(), operator.ready()]);
  await Promise.all([kiosk.produce('camera'), kiosk.produce('microphone'), operator.produce('camera'), operator.produce('microphone')]);
  return { visit, kiosk, operator };
}
