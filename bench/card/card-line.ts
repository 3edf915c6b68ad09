import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { VirtualCard } from '@videosportello/device-drivers/virtual/cie/virtual-card.ts';
import { z } from 'zod';

/** The server's end is a process of its own, as in life; it is started, not imported. */
const SERVER = fileURLToPath(new URL('../../device-drivers/tools/card/remote-reading.ts', import.meta.url));

const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('exchange'), commands: z.array(hex).min(1) }),
  z.strictObject({ type: z.literal('done'), bytes: z.record(z.string(), z.int()) }),
  z.strictObject({ type: z.literal('failed'), code: z.string() }),
]);

/** What one reading cost, as the card and the line saw it. */
export interface ReadingCost {
  /** Commands that the card answered. */
  readonly roundTrips: number;
  /** Times that commands went from the server to the kiosk and their answers back. */
  readonly networkTrips: number;
  /** From the order to read until the last file was there, ms. */
  readonly ms: number;
}

export interface ReadingOrder {
  readonly can: string;
  readonly photo: boolean;
  /** Whether the server may ask for extended length. */
  readonly lengths: 'short' | 'extended';
  /** Added to each network trip, ms. */
  readonly delayMs: number;
}

/** A server that reads cards lying at this end. One reading at a time. */
export interface CardLine extends AsyncDisposable {
  /**
   * Lets the server read a card that was just powered up.
   * @throws Error with the code of a reading that failed, or when the files came with other lengths than `expected`.
   */
  read(card: VirtualCard, order: ReadingOrder, expected: Readonly<Record<string, number>>): Promise<ReadingCost>;
}

const SUCCESS = 0x9000;

/** Runs commands as a kiosk does: in order, up to and including the first answer other than 9000. */
export function runOnCard(card: Pick<VirtualCard, 'process'>, commands: readonly Uint8Array[]): Uint8Array[] {
  const responses: Uint8Array[] = [];
  for (const command of commands) {
    const response = card.process(command);
    responses.push(response);
    if (Buffer.from(response).readUInt16BE(response.length - 2) !== SUCCESS) break;
  }
  return responses;
}

/** Starts the server's process. It dies with this one. */
export function startCardLine(): CardLine {
  const server = fork(SERVER, [], { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(server, 'exit');
  const next = async () => {
    const ended = exited.then(() => {
      throw new Error('The reading process ended.');
    });
    const [said] = (await Promise.race([once(server, 'message'), ended])) as [unknown];
    return message.parse(said);
  };
  return {
    async read(card, { can, photo, lengths, delayMs }, expected) {
      card.reset();
      let roundTrips = 0;
      let networkTrips = 0;
      const begun = performance.now();
      server.send({ type: 'read', can, photo, lengths });
      for (;;) {
        const said = await next();
        if (said.type === 'failed') throw new Error(`The card was not read: ${said.code}.`);
        if (said.type === 'done') {
          const ms = performance.now() - begun;
          for (const [name, bytes] of Object.entries(expected)) {
            if (said.bytes[name] !== bytes) throw new Error(`${name} came with ${said.bytes[name]} bytes.`);
          }
          return { roundTrips, networkTrips, ms };
        }
        const responses = runOnCard(card, said.commands.map((command) => Uint8Array.from(Buffer.from(command, 'hex'))));
        networkTrips += 1;
        roundTrips += responses.length;
        if (delayMs > 0) await wait(delayMs);
        server.send({ type: 'responses', responses: responses.map((response) => Buffer.from(response).toString('hex')) });
      }
    },
    async [Symbol.asyncDispose]() {
      if (server.connected) server.disconnect();
      await exited;
    },
  };
}
