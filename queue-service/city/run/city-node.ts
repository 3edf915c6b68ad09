import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { z } from 'zod';
import type { QueueConfig } from '../../src/config.ts';
import { settled, started } from './control.ts';
import type { Advance, NodeSetup, Settled } from './control.ts';

/** How long a node may take to start, and to settle, ms of this machine's clock. */
const START_TIMEOUT_MS = 120_000;
const SETTLE_TIMEOUT_MS = 120_000;

const fromNode = z.discriminatedUnion('kind', [settled, started]);

/** One process of queue-service and what the city's clients have to do with it. */
export interface CityNode {
  readonly name: string;
  /** `ws://127.0.0.1:PORT` */
  readonly socketUrl: string;
  /** Where its console would be: the origin of desks. */
  readonly url: string;
  readonly isUp: boolean;
  /** Clients' sockets at this node that are open, frames read from these, and pongs sent on them. */
  open: number;
  framesRead: number;
  pongs: number;
  /** Takes off what this node had heard on the channel of changes before it could be compared with others. */
  heardBase: number;
  /** Its line to Redis that brings what others publish is held up, from the next `advance` on. */
  isDeaf: boolean;
  /** Starts the process; its clock stands at `startMs`, null: it goes by this machine's. */
  start(startMs: number | null): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
  advance(asked: Omit<Advance, 'kind' | 'id' | 'isDeaf'>): Promise<Settled>;
  stop(): Promise<void>;
}

/** The program of a node: this service. */
export const nodeMain = new URL('./node-main.ts', import.meta.url);

/** A node that is not started yet. */
export function createCityNode(name: string, config: QueueConfig, program: URL): CityNode {
  let child: ChildProcess | undefined;
  /** Loads the program while the city goes on without the node that was killed. */
  let next: ChildProcess | undefined;
  const load = () => fork(program, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let urls: z.output<typeof started> | undefined;
  let asked = 0;
  const answers = new EventEmitter();
  const waiting = new Map<number, (said: Settled) => void>();

  const node: CityNode = {
    name,
    open: 0,
    framesRead: 0,
    pongs: 0,
    heardBase: 0,
    isDeaf: false,
    get socketUrl() {
      return urls?.socketUrl ?? '';
    },
    get url() {
      return urls?.url ?? '';
    },
    get isUp() {
      return urls !== undefined;
    },
    async start(startMs) {
      const port = urls ? Number(new URL(urls.socketUrl).port) : config.listen.port;
      const setup: NodeSetup = { kind: 'sim.setup', config: JSON.stringify({ ...config, listen: { ...config.listen, port } }), startMs };
      const running = next ?? load();
      next = undefined;
      child = running;
      if (running.exitCode !== null) throw new Error(`A node of the city ended with ${running.exitCode}.`);
      Object.assign(node, { open: 0, framesRead: 0, pongs: 0, heardBase: 0, isDeaf: false });
      running.on('message', (message) => {
        const said = fromNode.parse(message);
        if (said.kind === 'started') answers.emit('started', said);
        else {
          waiting.get(said.id)?.(said);
          waiting.delete(said.id);
        }
      });
      running.once('exit', (code) => code !== 0 && code !== null && answers.emit('failed', new Error(`A node of the city ended with ${code}.`)));
      running.send(setup);
      const known = new AbortController();
      const signal = AbortSignal.any([known.signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
      try {
        const [said] = (await Promise.race([
          once(answers, 'started', { signal }),
          once(answers, 'failed', { signal }).then(([error]) => Promise.reject(error as Error)),
        ])) as [z.output<typeof started>];
        urls = said;
      } finally {
        // Nobody listens any more: a node may be started many times.
        known.abort();
      }
    },
    async kill() {
      const running = child;
      child = undefined;
      urls = undefined;
      if (!running) return;
      running.kill('SIGKILL');
      await once(running, 'exit');
      next = load();
    },
    advance(request) {
      const id = (asked += 1);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`Node ${name} of the city does not settle.`)), SETTLE_TIMEOUT_MS);
        waiting.set(id, (said) => {
          clearTimeout(timer);
          resolve(said);
        });
        child?.send({ kind: 'sim.advance', id, isDeaf: node.isDeaf, ...request });
      });
    },
    async stop() {
      // Nothing is in it that would have to be put away.
      next?.kill('SIGKILL');
      const running = child;
      child = undefined;
      urls = undefined;
      if (!running || running.exitCode !== null) return;
      running.kill('SIGTERM');
      const kill = setTimeout(() => running.kill('SIGKILL'), 5_000);
      await once(running, 'exit');
      clearTimeout(kill);
    },
  };
  return node;
}
