import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { kioskId as kioskIdSchema, nodeId, operatorId } from '@videosportello/protocol/ids.ts';
import type { KioskId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { backoff } from '@videosportello/protocol/rpc/retry-policy.ts';
import { createKioskQueueClient } from '../client/kiosk-queue-client.ts';
import { createNodeClient } from '../client/node-client.ts';
import type { NodeDeps } from '../client/node-client.ts';
import type { Observable } from '../client/observable.ts';
import { createOperatorQueueClient } from '../client/operator-queue-client.ts';
import { defaultLimits, defaultPolicy } from '../src/config.ts';
import type { QueueConfig } from '../src/config.ts';
import { createEvents, createLogger } from '../src/events.ts';
import { createOperatorDirectory } from '../src/operator/operator-directory.ts';
import { createQueueService } from '../src/service.ts';
import type { QueueDeps } from '../src/service.ts';
import { plainRules } from './queue-fixture.ts';

const ISSUER = 'http://sign-in.localhost:1';
/** The third is a supervisor too. */
const people = ['marta', 'paolo', 'ines'] as const;
export type TestOperator = (typeof people)[number];

const operators = {
  operators: people.map((subject) => ({
    match: { subject },
    displayName: `${subject[0]?.toUpperCase()}${subject.slice(1)}`,
    skills: ['residence-certificate' as const, 'information' as const],
    languages: ['it' as const, 'en' as const],
    towns: [],
    signLanguage: false,
    capacity: 2,
    roles: subject === 'ines' ? [{ role: 'supervisor' as const, from: '2020-01-01', to: null }] : [],
  })),
};
const alwaysOpen = {
  timeZone: 'Europe/Rome',
  weekly: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => ({
    day,
    open: [['00:00', '24:00']],
  })),
  closed: [],
  alternatives: [{ name: 'Ufficio', place: 'Piazza 1', phone: '+39 00 0000 000', hours: 'sempre' }],
};

const dutyByYear = {
  stampDuty: [
    { from: '2016-01-01', to: '2029-12-31', cents: 1600 },
    { from: '2030-01-01', to: '2034-12-31', cents: 1850 },
    { from: '2035-01-01', to: null, cents: 0 },
  ],
  dutyExemptions: [{ code: '6', from: '2016-01-01', to: null }],
};

/** Fast retries, so that tests do not wait for the street. */
const eager = backoff({ firstMs: 20, maxMs: 100 });

/** Resolves with the first state that fits; rejects after `timeoutMs`. */
export function until<State, Fit extends State>(
  source: Observable<State>,
  fits: ((state: State) => state is Fit) | ((state: State) => unknown),
  timeoutMs = 8_000,
): Promise<State> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      clearTimeout(timer);
      unsubscribe();
      act();
    };
    const look = (state: State) => fits(state) && finish(() => resolve(state));
    const timer = setTimeout(() => finish(() => reject(new Error('the awaited state did not come'))), timeoutMs);
    const unsubscribe = source.subscribe(look);
    look(source.state);
  });
}

export interface TownOptions {
  /** Overrides of the configuration. */
  readonly config?: Partial<QueueConfig>;
  readonly deps?: Partial<QueueDeps>;
  /** Whether a media and a certificate node are there from the start; default true. */
  readonly nodes?: boolean;
  /** Routing rules, as their file has them; default: everybody is asked at once. */
  readonly rules?: object;
}

/**
 * A queue-service on free ports with its own Redis in a temporary folder, one media and one certificate node, and makers of
 * kiosks and desks that speak through the real clients. Time is real unless `deps.storeNow` is given.
 */
export async function startTown({ config: overrides = {}, deps = {}, nodes = true, rules = plainRules }: TownOptions = {}) {
  await using opened = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'vs-town-'));
  opened.defer(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, 'operators.json'), JSON.stringify(operators));
  await writeFile(join(dir, 'routing.json'), JSON.stringify({ versions: [{ ...rules, from: '2020-01-01' }] }));
  await writeFile(join(dir, 'opening-hours.json'), JSON.stringify(alwaysOpen));
  await writeFile(join(dir, 'certificate-terms.json'), JSON.stringify(dutyByYear));
  const config: QueueConfig = {
    listen: { host: '127.0.0.1', port: 0 },
    dataDir: join(dir, 'data'),
    pool: 'test',
    policy: defaultPolicy,
    limits: defaultLimits,
    redisFsync: 'everysec',
    townDir: dir,
    kioskOrigins: ['http://kiosk.localhost:*'],
    oidc: { issuer: ISSUER, clientId: 'console', clientSecret: 'none' },
    nodeSecret: randomBytes(32).toString('hex'),
    behindProxy: false,
    demo: false,
    ...overrides,
  };
  const events = createEvents(createLogger('silent'));
  let service = await createQueueService(config, { events, ...deps });
  opened.defer(() => service.close());
  const directory = createOperatorDirectory(operators, ISSUER);
  const { socketUrl, url } = service;
  const http = socketUrl.replace(/^ws/, 'http');
  const admin = async (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> => {
    const token = (await readFile(join(config.dataDir, 'admin-token'), 'utf8')).trim();
    const answer = await fetch(`${http}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return answer.json();
  };

  const town = {
    get service() {
      return service;
    },
    /** Stops the service and its Redis, and starts them anew on the same folder and port. */
    async restart() {
      await service.close();
      const port = Number(new URL(socketUrl).port);
      service = await createQueueService({ ...config, listen: { ...config.listen, port } }, { events, ...deps });
    },
    config,
    http,
    directory,
    /** Registers a node; it disappears with the town. */
    async node(kind: 'media' | 'certificates', id: string, more: Partial<NodeDeps> & { secret?: string; url?: string } = {}) {
      const { secret = config.nodeSecret, url: nodeUrl = `ws://127.0.0.1:${kind === 'media' ? 4001 : 4002}`, ...nodeDeps } = more;
      const node = clients.use(
        createNodeClient(
          { nodeId: nodeId.parse(id), kind, url: nodeUrl, secret },
          {
            makeSocket: () => new WebSocket(`${socketUrl}/node`),
            load: () => ({ rooms: 0, capacity: 10 }),
            policy: eager,
            ...nodeDeps,
          },
        ),
      );
      await node.ready;
      return node;
    },
    /** Enrols a kiosk the way an administrator and a device service do. */
    async enrol(name: string): Promise<{ kioskId: KioskId; key: HolderKey }> {
      const kioskId = kioskIdSchema.parse(name);
      const key = await newHolderKey();
      const { code } = z
        .object({ code: z.string() })
        .parse(await admin('POST', '/admin/kiosks', { kioskId, name: `Totem ${name}`, town: 'Valfiorita' }));
      const answer = await fetch(`${http}/enrol`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code, publicKey: key.publicKey }),
      });
      if (!answer.ok) throw new Error(`enrolment answered ${answer.status}`);
      return { kioskId, key };
    },
    admin,
    /** A kiosk's page. Without `key` it is enrolled first. */
    async kiosk(
      name: string,
      options: {
        key?: HolderKey;
        origin?: string;
        at?: string;
        connected?: boolean;
        onMessage?: (visitId: VisitId, message: RoomMessage) => Promise<RoomAnswer>;
      } = {},
    ) {
      const key = options.key ?? (await town.enrol(name)).key;
      const client = clients.use(
        createKioskQueueClient(
          { kioskId: kioskIdSchema.parse(name) },
          {
            makeSocket: () =>
              new WebSocket(`${options.at ?? socketUrl}/kiosk`, { origin: options.origin ?? 'http://kiosk.localhost:5000' }),
            sessionKey: await newHolderKey(),
            prove: (input) => signProof(key, input),
            onMessage: options.onMessage ?? (async (_, { messageId }) => ({ messageId, outcome: 'done' })),
            policy: eager,
          },
        ),
      );
      if (options.connected ?? true) await until(client, (state) => state.connection === 'open' || state.ended);
      return Object.assign(client, { key, kioskId: kioskIdSchema.parse(name) });
    },
    operatorId(who: TestOperator): OperatorId {
      const known = directory.find({ sub: who, emailVerified: false });
      return known?.operatorId ?? operatorId.parse('');
    },
    /** An operator's page, available unless told otherwise. */
    async desk(
      who: TestOperator,
      options: {
        available?: boolean;
        cookie?: string;
        at?: string;
        origin?: string;
        onMessage?: (visitId: VisitId, message: RoomMessage) => Promise<RoomAnswer>;
      } = {},
    ) {
      const cookie = options.cookie ?? `vs-console=${service.sessions.make(town.operatorId(who))}`;
      const client = clients.use(
        createOperatorQueueClient({
          makeSocket: () =>
            new WebSocket(`${options.at ?? socketUrl}/operator`, {
              origin: options.origin ?? new URL(url).origin,
              headers: { cookie },
            }),
          sessionKey: await newHolderKey(),
          onMessage: options.onMessage ?? (async (_, { messageId }) => ({ messageId, outcome: 'done' })),
          policy: eager,
        }),
      );
      await until(client, (state) => state.connection === 'open' || state.ended);
      if (options.available ?? client.state.ended === undefined) await client.setPresence('available');
      return client;
    },
  };
  const clients = new AsyncDisposableStack();
  opened.defer(() => clients.disposeAsync());
  if (nodes) {
    await town.node('media', 'media-1');
    await town.node('certificates', 'cert-1');
  }
  const resources = opened.move();
  const close = () => resources.disposeAsync();
  return Object.defineProperties(town, {
    close: { value: close },
    [Symbol.asyncDispose]: { value: close },
  }) as typeof town & AsyncDisposable & { close(): Promise<void> };
}
export type Town = Awaited<ReturnType<typeof startTown>>;
