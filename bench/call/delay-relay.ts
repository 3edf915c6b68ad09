import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { z } from 'zod';

/** Second loopback address: the relay stands on the media node's own port there, and the node announces it. */
export const RELAY_ADDRESS = '127.0.0.2';
const NODE_ADDRESS = '127.0.0.1';

/** A line of a given length between the pages and the media node, for UDP and TCP. */
export interface DelayRelay extends AsyncDisposable {
  /** The node's RTC port: the relay has the same one on {@link RELAY_ADDRESS}. */
  readonly udpPort: number;
  /** Where pages reach the service's socket. */
  readonly tcpPort: number;
  /** Tells where that socket is, once the service runs. */
  aimTcp(targetPort: number): Promise<void>;
  /** Cuts the line for this long, ms: datagrams are lost, TCP is held up. Resolves when the line is back. */
  cut(forMs: number): Promise<void>;
}

const order = z.discriminatedUnion('type', [
  z.object({ type: z.literal('tcp'), targetPort: z.number().int() }),
  z.object({ type: z.literal('cut'), forMs: z.number() }),
]);
const report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('listening'), udpPort: z.number().int(), tcpPort: z.number().int() }),
  z.object({ type: z.literal('aimed') }),
  z.object({ type: z.literal('restored') }),
]);

/** Starts the relay in a thread of its own, so that what it measures does not slow it down. `delayMs` is each way. */
export async function startDelayRelay(delayMs: number): Promise<DelayRelay> {
  const thread = new Worker(new URL(import.meta.url), { workerData: { delayMs } });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const tell = (said: z.output<typeof order>) => thread.postMessage(said);
  const next = async () => report.parse((await once(thread, 'message'))[0]);
  const first = await next();
  if (first.type !== 'listening') throw new Error('The relay did not start.');
  return {
    udpPort: first.udpPort,
    tcpPort: first.tcpPort,
    async aimTcp(targetPort) {
      tell({ type: 'tcp', targetPort });
      await next();
    },
    async cut(forMs) {
      tell({ type: 'cut', forMs });
      await next();
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}

/** A line as it is now: how long, and until when it is cut. */
interface Line {
  readonly delayMs: number;
  cutUntil: number;
}

function relayDatagrams(line: Line, inner: Socket): void {
  const outward = new Map<string, Socket>();
  const later = (send: () => void) => setTimeout(() => performance.now() >= line.cutUntil && send(), line.delayMs);
  inner.on('message', (datagram, from) => {
    const key = `${from.address}:${from.port}`;
    let socket = outward.get(key);
    if (!socket) {
      const made = createSocket('udp4');
      made.on('message', (answer) => later(() => inner.send(answer, from.port, from.address)));
      outward.set(key, (socket = made));
    }
    const to = socket;
    later(() => to.send(datagram, inner.address().port, NODE_ADDRESS));
  });
}

/** Passes bytes on after the delay; what comes during a cut waits for its end, in order. */
function relayBytes(line: Line, from: Duplex, to: Duplex, headStartMs: number): void {
  let dueBefore = performance.now() + headStartMs;
  const later = (run: () => void) => {
    const due = Math.max(performance.now() + line.delayMs, dueBefore, line.cutUntil + line.delayMs);
    dueBefore = due;
    const wait = () => {
      const leftMs = Math.max(due, line.cutUntil) - performance.now();
      if (leftMs > 0) setTimeout(wait, leftMs);
      else run();
    };
    wait();
  };
  from.on('data', (bytes: Buffer) => later(() => to.writable && to.write(bytes)));
  from.on('end', () => later(() => to.end()));
  from.on('close', () => later(() => to.destroy()));
  from.on('error', () => undefined);
}

/**
 * Binds to a port that the node will find free for UDP and TCP: from below the range the system gives to connections
 * (Linux: 32768 and above), so that none of them takes it before the node starts.
 */
async function bindWhereNodeCan(datagrams: Socket): Promise<void> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const probe = createServer().listen(port, NODE_ADDRESS);
    try {
      await once(probe, 'listening');
      datagrams.bind(port, RELAY_ADDRESS);
      await once(datagrams, 'listening');
      return;
    } catch {
      // Taken: another one.
    } finally {
      probe.close();
    }
  }
}

async function runRelay(delayMs: number): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const tell = (said: z.output<typeof report>) => parentPort?.postMessage(said);
  const line: Line = { delayMs, cutUntil: 0 };
  const datagrams = createSocket('udp4');
  relayDatagrams(line, datagrams);
  await bindWhereNodeCan(datagrams);
  let targetPort = 0;
  const server = createServer({ noDelay: true }, (page) => {
    const node = connect({ port: targetPort, host: NODE_ADDRESS, noDelay: true });
    // TCP's own handshake takes one round trip, which the local accept has skipped.
    relayBytes(line, page, node, 3 * line.delayMs);
    relayBytes(line, node, page, 0);
  });
  server.listen(0, NODE_ADDRESS);
  await once(server, 'listening');
  parentPort?.on('message', (message) => {
    const said = order.parse(message);
    if (said.type === 'cut') {
      line.cutUntil = performance.now() + said.forMs;
      setTimeout(() => tell({ type: 'restored' }), said.forMs);
      return;
    }
    targetPort = said.targetPort;
    tell({ type: 'aimed' });
  });
  tell({ type: 'listening', udpPort: datagrams.address().port, tcpPort: (server.address() as AddressInfo).port });
}

if (!isMainThread) await runRelay(z.object({ delayMs: z.number() }).parse(workerData).delayMs);
