import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { kioskId as kioskIdSchema } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import { minutes, seconds } from '@videosportello/protocol/units.ts';
import { defaultLimits, defaultPolicy, SWEEP_EVERY_MS } from '../../src/config.ts';
import type { QueueConfig } from '../../src/config.ts';
import { createOperatorDirectory } from '../../src/operator/operator-directory.ts';
import { lanesServed } from '../../src/routing/lanes.ts';
import { createConsoleSessions, SESSION_COOKIE, SESSION_LIFE_MS } from '../../src/sign-in/console-session.ts';
import type { Header, HistoryLine } from '../history/line.ts';
import type { StreamLine } from '../history/service-stream.ts';
import { createHistoryWriter } from '../history/write-lines.ts';
import type { RunHeader } from '../history/write-lines.ts';
import type { Citizen } from '../world/citizens.ts';
import { planWorld } from '../world/plan-world.ts';
import { cityRules, towns } from '../world/towns.ts';
import { createCityNode, nodeMain } from './city-node.ts';
import type { CityNode } from './city-node.ts';
import type { CityContext } from './city-context.ts';
import { createDeskPage } from './desk-page.ts';
import { createFaults } from './faults.ts';
import type { FaultChoice, Page } from './faults.ts';
import { createKioskPage } from './kiosk-page.ts';
import type { KioskPage } from './kiosk-page.ts';
import { createKeptPlaces } from './kept-places.ts';
import { createMeasures } from './measures.ts';
import { createServiceAccount } from './service-account.ts';
import { createServiceNode } from './service-node.ts';
import { createDirector } from './stage.ts';
import { createStoreProcess } from './store-process.ts';
import { summaryOf } from './summary.ts';
import type { CitySummary } from './summary.ts';
import { ISSUER, operatorsOf, writeTownFolder } from './town-folder.ts';

/** Somebody who judges a city while it runs. */
export interface CityWatch {
  /** How often the service's own account is read, simulated ms. */
  readonly everyMs: number;
  /** A line of the history, its header first. */
  history(line: Header | HistoryLine): void;
  /** A line of the service's own account. */
  stream(line: StreamLine): void;
  /** Every step and decision up to now has been told. */
  caughtUp(): void;
}

/** What a city is like. */
export interface CityOptions {
  readonly kiosks: number;
  readonly operators: number;
  readonly hours: number;
  readonly seed: number;
  /** Of what the operators can do; absent: two hours at 0.95, one at 1.1. */
  readonly load?: number | undefined;
  /** Mean length of a talk, ms; absent: six minutes. */
  readonly talkMs?: number | undefined;
  readonly faults: FaultChoice;
  readonly nodes: number;
  /** Where the history goes; the service's own account goes to `FILE.stream`. */
  readonly history: string;
  /** `once`: nobody comes back later, as plain queues know no such thing. `plain`: also without all that makes people different, as Erlang C assumes. */
  readonly world: 'city' | 'once' | 'plain';
  /** By the clocks of this machine. */
  readonly isRealTime: boolean;
  /** Length of a step of simulated time. */
  readonly gridMs: number;
  /** Another service to run than this one: its `node-main.ts`. */
  readonly program?: URL;
  /** Waits that began before are not measured, ms. Default 0. */
  readonly waitsFromMs?: number;
  /** How many times as often as usual things break. Default 1. */
  readonly faultFactor?: number;
  /** Hears both accounts while they are written. */
  readonly watch?: CityWatch;
  /** How long the city goes on after the last has come, until all have been helped, at most, ms. Default three hours. */
  readonly drainMs?: number;
  /** Ends the run early; both files are then not whole. */
  readonly signal?: AbortSignal;
}

/** A Monday morning. */
const STARTS_AT = Date.UTC(2026, 10, 23, 7);
const POOL = 'city';
const DRAIN_MS = minutes(180);
/** How often the service's streams are read: they keep the newest entries only. */
const ACCOUNT_EVERY_MS = minutes(10);

/** Enrols a kiosk as an administrator and a device service do. */
async function enrol(node: CityNode, adminToken: string, kioskId: string, town: string) {
  const post = async (path: string, body: object, headers = {}) => {
    const answer = await fetch(`${node.socketUrl.replace(/^ws/, 'http')}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`The enrolment of a kiosk was answered with ${answer.status}.`);
    return answer.json();
  };
  const key = await newHolderKey();
  const made = await post('/admin/kiosks', { kioskId, name: `Totem ${kioskId}`, town }, { authorization: `Bearer ${adminToken}` });
  await post('/enrol', { code: z.object({ code: z.string() }).parse(made).code, publicKey: key.publicKey });
  return key;
}

/** Runs a city from its first citizen to its last. @throws Error with a plain sentence when it cannot be run; the signal's reason. */
export async function runCity(options: CityOptions): Promise<CitySummary> {
  const { seed, hours, isRealTime, gridMs } = options;
  const startedAt = performance.now();
  await using opened = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'vs-city-'));
  opened.defer(() => rm(dir, { recursive: true, force: true }));
  const isPlain = options.world === 'plain';
  const { plans, citizens, draws } = planWorld({ ...options, isPlain });
  await writeTownFolder(dir, plans);
  const store = opened.use(createStoreProcess(dir));
  await store.start();
  const nodeSecret = randomBytes(32).toString('hex');
  const startMs = isRealTime ? null : STARTS_AT;
  const startsAt = isRealTime ? Date.now() : STARTS_AT;
  const dataDir = (index: number) => join(dir, `node-${index}`);
  const nodes = await Promise.all(
    Array.from({ length: options.nodes }, async (_, index) => {
      await mkdir(dataDir(index), { recursive: true });
      const config: QueueConfig = {
        listen: { host: '127.0.0.1', port: 0 },
        dataDir: dataDir(index),
        pool: POOL,
        policy: defaultPolicy,
        limits: defaultLimits,
        redisUrl: store.url,
        redisFsync: 'everysec',
        townDir: dir,
        kioskOrigins: ['http://kiosk.localhost:*'],
        oidc: { issuer: ISSUER, clientId: 'console', clientSecret: 'none' },
        nodeSecret,
        behindProxy: false,
        demo: false,
      };
      return createCityNode(`node-${index}`, config, options.program ?? nodeMain);
    }),
  );
  opened.defer(async () => void (await Promise.all(nodes.map((node) => node.stop()))));
  await Promise.all(nodes.map((node) => node.start(startMs)));

  const director = createDirector({
    startsAt,
    gridMs,
    nodes,
    isRealTime,
    isStoreUp: () => store.isUp,
    isPinging: () => faults.isPinging(),
  });
  const { stage } = director;
  const directory = createOperatorDirectory(operatorsOf(plans), ISSUER);
  const sessions = createConsoleSessions(nodeSecret, () => startsAt + stage.now);
  const staff = plans.map((plan) => {
    const known = directory.find({ sub: plan.subject, emailVerified: false });
    if (!known) throw new Error('An operator of the city is not known.');
    return { plan, operatorId: known.operatorId };
  });
  const run: RunHeader = {
    seed,
    startsAt,
    lagMs: isRealTime ? seconds(1) : gridMs,
    towns: towns.map(({ name }) => name),
    rules: [cityRules.version],
    classes: cityRules.classes,
    operators: staff.map(({ plan, operatorId }) => ({ operatorId, capacity: plan.capacity, lanes: lanesServed(cityRules, plan) })),
    policy: {
      offerMs: defaultPolicy.offerMs,
      operatorLeaseMs: defaultPolicy.operatorLeaseMs,
      instanceLeaseMs: defaultPolicy.instanceLeaseMs,
      kioskGraceMs: defaultPolicy.kioskGraceMs,
      refusalMs: defaultPolicy.refusalMs,
      handOverMs: defaultPolicy.handOverMs,
      sweepMs: SWEEP_EVERY_MS,
      wideningMs: cityRules.widening.map(({ afterSeconds }) => seconds(afterSeconds)),
    },
  };
  const history = opened.use(createHistoryWriter(options.history, run, options.watch?.history));
  const account = opened.use(createServiceAccount(`${options.history}.stream`, POOL, store, options.watch?.stream));

  const townOfVisit = (visitId: VisitId) => city.present.get(visitId)?.citizen.town ?? 'unknown';
  const choose = draws.fork(4);
  const freeAt = (pages: readonly KioskPage[]) => {
    const free = pages.filter(({ isFree }) => isFree);
    return free.length === 0 ? undefined : choose.one(free);
  };
  const kept =
    options.world === 'city'
      ? createKeptPlaces({ stage, draws: draws.fork(6), startsAt, lastMs: minutes(60) * hours }, (place) => {
          const kiosk = freeAt(kiosks);
          kiosk?.show(place);
          return kiosk !== undefined;
        })
      : undefined;
  const city: CityContext = { stage, nodes, kept, history, measures: createMeasures(stage, townOfVisit, options.waitsFromMs), present: new Map(), kioskPages: [], deskPages: [] };
  const kiosks: KioskPage[] = [];
  const adminToken = (await readFile(join(dataDir(0), 'admin-token'), 'utf8')).trim();
  const [first] = nodes;
  if (!first) throw new Error('A city has one node at least.');
  for (let index = 0; index < options.kiosks; index += 1) {
    // The first few stand one in each town, the others where people live.
    const town = (towns[index] ?? draws.pick(towns)).name;
    const kioskId = kioskIdSchema.parse(`kiosk-${index + 1}`);
    const key = await enrol(first, adminToken, kioskId, town);
    kiosks.push(createKioskPage({ kioskId, town, key, sessionKey: await newHolderKey(), home: index }, city, draws.fork(1_000 + index)));
  }
  const desks = [];
  for (const [index, { plan, operatorId }] of staff.entries()) {
    const signIn = () => ({ cookie: `${SESSION_COOKIE}=${sessions.make(operatorId)}`, until: stage.now + SESSION_LIFE_MS });
    desks.push(
      createDeskPage({ operatorId, plan, sessionKey: await newHolderKey(), home: index, signIn, isPerfect: isPlain }, city, draws.fork(100_000 + index)),
    );
  }
  const pages: Page[] = [...kiosks.map((page) => Object.assign(page, { who: page.kioskId })), ...desks.map((page) => Object.assign(page, { who: page.operatorId }))];
  const faults = createFaults(
    options.faults,
    { ...city, store, director: () => director, startsAt: startMs, pages, account },
    draws.fork(3),
    options.faultFactor,
  );

  await director.rebase();
  for (const [index, kind] of (['media', 'certificates'] as const).entries()) {
    const id = `${kind}-1`;
    await createServiceNode({ kind, id, url: `ws://127.0.0.1:${4001 + index}`, secret: nodeSecret, home: index }, city).connect();
  }
  for (const kiosk of kiosks) void kiosk.connect();
  for (const desk of desks) desk.begin();
  await director.settle();

  const byTown = Map.groupBy(kiosks, ({ town }) => town);
  const arrive = (citizen: Citizen) => {
    city.measures.arrived();
    const kiosk = freeAt(isPlain ? kiosks : (byTown.get(citizen.town) ?? []));
    if (kiosk) kiosk.serve(citizen);
    else city.measures.sentAway();
  };
  let come = 0;
  /** All whose time it is, however many in one step; then at the time of the next one. */
  const comeAll = () => {
    for (let citizen = citizens[come]; citizen; citizen = citizens[(come += 1)]) {
      if (citizen.at > stage.now) return void stage.after(citizen.at - stage.now, comeAll);
      arrive(citizen);
    }
  };
  comeAll();
  let readAt = 0;
  const each = async () => {
    options.signal?.throwIfAborted();
    await faults.strike();
    await history.ready();
    if (stage.now - readAt < (options.watch?.everyMs ?? ACCOUNT_EVERY_MS)) return;
    readAt = stage.now;
    await account.read();
    options.watch?.caughtUp();
  };
  await director.pass(minutes(60) * hours, each);
  await faults.stop();
  const isDrained = () => kiosks.every((kiosk) => !kiosk.isBusy) && (kept?.expected ?? 0) === 0;
  const drainFrom = stage.now;
  while (!isDrained() && stage.now - drainFrom < (options.drainMs ?? DRAIN_MS)) await director.pass(seconds(10), each);
  await director.pass(seconds(40), each);
  const drained = isDrained();
  await account.read();
  await account.close();
  await history.close(stage.now, drained);
  return summaryOf(city.measures.result(), {
    seed,
    kiosks: options.kiosks,
    operators: options.operators,
    nodes: options.nodes,
    hours,
    drained,
    faults: faults.counts,
    simulatedMs: stage.now,
    wallMs: Math.round(performance.now() - startedAt),
    steps: director.steps,
    gridMs,
  });
}
