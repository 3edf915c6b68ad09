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

function carry(card: Socket, vpcdPort: number): void {
  const reader = connect({ port: vpcdPort, host: '127.0.0.1', noDelay: true });
  card.setNoDelay(true);
  card.pipe(reader);
  reader.pipe(card);
  // Whichever side goes first takes the other along: an ended card is a removed card.
  for (const [side, other] of [[card, reader], [reader, card]] as const) {
    side.on('error', () => other.destroy());
    side.on('end', () => other.destroy());
    side.on('close', () => other.destroy());
  }
}

process.on('message', (message: unknown, handle: unknown) => {
  const { vpcdPort } = relayListener.parse(message);
  (handle as Server).on('connection', (card: Socket) => carry(card, vpcdPort));
  process.send?.({ listening: vpcdPort });
});

// Without the process that started it nobody could stop the relay.
process.on('disconnect', () => process.exit(0));
