import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { StateBit } from '../src/smart-card/card-track.ts';
import { startPcscBinding } from '../src/smart-card/pcsc-binding.ts';

/** The answer to reset of a test card: T=1, nothing else. */
export const ATR = '3b800181';
export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What a test card does with a command: an answer, nothing at all, or leave without one. */
export type Reaction = Uint8Array | 'silent' | 'leave';

/** A card by hand. */
export interface TestCard {
  readonly socket: Socket;
  /** Commands received, and `on`/`off` for power. */
  readonly log: string[];
  /** The commands alone: the daemon powers a card off and on again whenever nobody has used it for a poll or two. */
  commands(): readonly string[];
  /** Waits until an entry is on the log after its first `from` ones: power goes off without an answer of the card. */
  heard(entry: string, from: number): Promise<void>;
  remove(): Promise<void>;
}

/** A card that speaks the protocol of vpcd (device side: two bytes of length, then the frame). */
export async function insertCard(
  port: number,
  react: (apdu: Uint8Array) => Reaction = () => hex('9000'),
  atr: (powered: boolean) => string = () => ATR,
): Promise<TestCard> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const log: string[] = [];
  let powered = false;
  let pending = Buffer.alloc(0);
  const send = (payload: Uint8Array): void => {
    const frame = Buffer.alloc(2 + payload.length);
    frame.writeUInt16BE(payload.length);
    frame.set(payload, 2);
    socket.write(frame);
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE()) {
      const end = 2 + pending.readUInt16BE();
      const frame = Uint8Array.from(pending.subarray(2, end));
      pending = pending.subarray(end);
      if (frame.length === 1) {
        if (frame[0] === 4) {
          send(hex(atr(powered)));
        } else {
          powered = frame[0] !== 0;
          log.push(powered ? 'on' : 'off');
        }
        continue;
      }
      log.push(toHex(frame));
      const reaction = react(frame);
      if (reaction === 'leave') {
        socket.destroy();
      } else if (reaction !== 'silent') {
        send(reaction);
      }
    }
  });
  return {
    socket,
    log,
    commands: () => log.filter((entry) => entry !== 'on' && entry !== 'off'),
    heard: async (entry, from) => {
      while (!log.includes(entry, from)) {
        await once(socket, 'data');
      }
    },
    remove: async () => {
      if (!socket.closed) {
        const closed = once(socket, 'close');
        socket.destroy();
        await closed;
      }
    },
  };
}

/**
 * Waits until the daemon's own look at the first reader found it empty, which its event counter tells: every insertion
 * makes it odd, every removal even. After a command that broke off pcscd calls the reader empty before it has looked; a
 * card put in until then passes for the one that left, and its insertion is never reported.
 */
export async function emptyAtLook(socketName: string): Promise<void> {
  const seen = Promise.withResolvers<void>();
  await using _watcher = startPcscBinding(
    { socketName },
    {
      onNotice: (notice) => {
        if (notice.type === 'status' && notice.reader.endsWith('00 00')) {
          const counter = notice.bits >>> 16;
          if ((notice.bits & StateBit.present) === 0 && counter % 2 === 0) {
            seen.resolve();
          }
        }
      },
      onEnd: (reason) => seen.reject(new Error(`the binding ended: ${reason}`)),
    },
  );
  await seen.promise;
}
