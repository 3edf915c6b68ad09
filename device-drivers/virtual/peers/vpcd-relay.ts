/**
 * Carries cards from the machine's loopback to vpcd inside its private network namespace.
 *
 * vpcd listens on all addresses and writes the length of a frame apart from its payload, which costs 40 ms per command
 * when Nagle's algorithm (RFC 896) meets delayed acknowledgement (RFC 1122, 4.2.3.2). Inside the namespace nobody else
 * can reach it, and the namespace's own loopback route acknowledges at once; towards the card the relay writes without
 * Nagle. The listening sockets are made outside, on 127.0.0.1, and handed over: a socket stays in the network where it
 * was made.
 */
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { z } from 'zod';

/** Sent with each listening socket: the port of vpcd that its connections are for. */
export const relayListener = z.object({ vpcdPort: z.number().int().min(1).max(65_535) });

/** The frame by which vpcd asks for the answer to reset, and so for presence (vpcd.h: VPCD_CTRL_ATR). */
const ASK_FOR_CARD = Buffer.of(0, 1, 4);

/** A frame without content: to the question for presence it means that no card is there. */
const NO_CARD = Buffer.of(0, 0);

/** Carries one card, from its insertion until the reader has let go of it. */
async function carry(card: Socket, vpcdPort: number): Promise<void> {
  if (card.destroyed) {
    return;
  }
  const reader = connect({ port: vpcdPort, host: '127.0.0.1', noDelay: true });
  const closed = new Promise((resolve) => reader.once('close', resolve));
  card.setNoDelay(true);
  card.pipe(reader);
  reader.pipe(card);
  // An ended card is a removed card. The reader's side is only half closed: vpcd closes it when it has looked.
  card.on('close', () => {
    reader.end();
    reader.resume();
  });
  reader.on('error', () => card.destroy());
  reader.on('close', () => card.destroy());
  await closed;
  await showEmpty(vpcdPort);
}

/**
 * Lets the reader see that it is empty before the next card comes. pcscd looks every 400 ms and takes a faster exchange
 * for one card that never left, with a state that no longer fits; no hand is that fast, but a test is.
 */
async function showEmpty(vpcdPort: number): Promise<void> {
  const reader = connect({ port: vpcdPort, host: '127.0.0.1', noDelay: true });
  const closed = new Promise((resolve) => reader.once('close', resolve));
  reader.on('error', () => reader.destroy());
  let asked = Buffer.alloc(0);
  reader.on('data', (chunk) => {
    asked = Buffer.concat([asked, chunk]);
    if (asked.includes(ASK_FOR_CARD)) {
      reader.end(NO_CARD);
    }
  });
  await closed;
}

process.on('message', (message: unknown, handle: unknown) => {
  const { vpcdPort } = relayListener.parse(message);
  let reader: Promise<void> = Promise.resolve();
  (handle as Server).on('connection', (card: Socket) => {
    card.on('error', () => card.destroy());
    reader = reader.then(() => carry(card, vpcdPort));
  });
  process.send?.({ listening: vpcdPort });
});

// Without the process that started it nobody could stop the relay.
process.on('disconnect', () => process.exit(0));
