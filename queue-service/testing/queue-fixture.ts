import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { kioskId, newId, nodeId, operatorId, visitId } from '@videosportello/protocol/ids.ts';
import type { KioskId, OfferId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import type { EndReason, Language, Need, NotReadyReason, Outcome, Presence, Service } from '@videosportello/protocol/messages/visit.ts';
import { minutes, ms } from '@videosportello/protocol/units.ts';
import { defaultPolicy } from '../src/config.ts';
import { createKioskStore } from '../src/kiosk/kiosk-store.ts';
import type { KioskStore } from '../src/kiosk/kiosk-store.ts';
import { createNodeStore } from '../src/node/node-store.ts';
import { createOperatorStore } from '../src/operator/operator-store.ts';
import type { OperatorStore } from '../src/operator/operator-store.ts';
import { startEmbeddedRedis } from '../src/redis/embedded-redis.ts';
import { keysOf } from '../src/redis/keys.ts';
import { createScriptRunner } from '../src/redis/scripts.ts';
import type { QueuePolicy, Transition } from '../src/redis/scripts.ts';
import { connectStore } from '../src/redis/store-connection.ts';
import { lanesServed, planOf } from '../src/routing/lanes.ts';
import { createRoutingDay } from '../src/routing/routing-day.ts';
import { routingFile } from '../src/routing/rules.ts';
import type { RoutingRules } from '../src/routing/rules.ts';
import { createVisitStore } from '../src/visit/visit-store.ts';

/** A real Redis for a test file, in a temporary folder. */
export async function startTestRedis() {
  const dir = await mkdtemp(join(tmpdir(), 'vs-queue-'));
  const redis = await startEmbeddedRedis({ dir, fsync: 'everysec' });
  const connection = await connectStore({ socketPath: redis.socketPath });
  const close = async () => {
    await connection.close();
    await redis.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { dir, redis, connection, close, [Symbol.asyncDispose]: close };
}
export type TestRedis = Awaited<ReturnType<typeof startTestRedis>>;

let pools = 0;

/** What a command is given but for the session. */
type Sessionless<Command extends (given: never) => unknown> = Omit<Parameters<Command>[0], 'session'>;
interface TicketWish {
  readonly needs?: readonly Need[];
  readonly service?: Service;
  readonly day?: string;
  readonly town?: string;
  readonly language?: Language;
}
interface OperatorWish {
  readonly capacity?: number;
  readonly available?: boolean;
  readonly session?: string;
  readonly instance?: string;
  readonly languages?: readonly Language[];
  readonly skills?: readonly Service[];
  readonly towns?: readonly string[];
  readonly signLanguage?: boolean;
}

/** Everybody of the pool is asked at once. */
export const plainRules: RoutingRules = {
  version: 'test-1',
  from: '2026-01-01',
  towns: ['Valfiorita'],
  classes: ['coming-back', 'assisted', 'walk-up'],
  keepMinutes: 30,
  hours: [],
  widening: [{ afterSeconds: 0, reach: 'town', language: 'own', service: 'own' }],
};

/**
 * A queue of its own (its own pool) on a test Redis, with a clock that the test moves and one kiosk, media and certificate
 * node ready. Starts at noon of an ordinary day.
 */
export async function createTestQueue({ connection }: TestRedis, policy: Partial<QueuePolicy> = {}, rules: RoutingRules = plainRules) {
  const clock = { now: Date.UTC(2026, 10, 24, 11) };
  const steps: Transition[] = [];
  const pool = `test-${++pools}`;
  const routing = createRoutingDay(routingFile.parse({ versions: [rules] }), () => '2026-11-24');
  const scripts = createScriptRunner(
    { pool, policy: { ...defaultPolicy, instanceLeaseMs: minutes(1_440), standstillMs: ms(0), ...policy } },
    { engine: connection.engine, epoch: () => 7, routing: routing.forScripts, now: () => clock.now, onTransition: (step) => void steps.push(step) },
  );
  /** The session that each desk and kiosk has opened last. */
  const sessions = new Map<string, string>();
  const desk = (id: OperatorId) => ({ operatorId: id, session: sessions.get(id) ?? '' });
  const site = (id: KioskId) => ({ kioskId: id, session: sessions.get(id) ?? '' });
  const { open, setStep, openTicket, cancelTicket, end, endTalk } = createVisitStore(scripts);
  /** The stores, speaking for whoever has the desk or the kiosk now. */
  const visits = {
    open: ({ kioskId: id, ...visit }: Sessionless<typeof open>) => open({ ...visit, ...site(id) }),
    setStep: ({ kioskId: id, ...where }: Sessionless<typeof setStep>) => setStep({ ...where, ...site(id) }),
    openTicket: ({ kioskId: id, ...ticket }: Sessionless<typeof openTicket>) => openTicket({ ...ticket, ...site(id) }),
    cancelTicket: ({ kioskId: id, ...ticket }: Sessionless<typeof cancelTicket>) => cancelTicket({ ...ticket, ...site(id) }),
    end: ({ visitId, reason, ...by }: { visitId: VisitId; reason: EndReason } & ({ kioskId: KioskId } | { operatorId: OperatorId })) =>
      'kioskId' in by ? end({ visitId, reason, ...site(by.kioskId) }) : endTalk({ visitId, ...desk(by.operatorId) }),
  };
  const deskStore = createOperatorStore(scripts);
  const operators = {
    ...deskStore,
    openSession(opened: Parameters<OperatorStore['openSession']>[0]) {
      sessions.set(opened.operatorId, opened.session);
      return deskStore.openSession(opened);
    },
    setPresence: (id: OperatorId, presence: Presence, reason?: NotReadyReason) => deskStore.setPresence(desk(id), presence, reason),
    accept: (id: OperatorId, offer: OfferId) => deskStore.accept(desk(id), offer),
    decline: (id: OperatorId, offer: OfferId) => deskStore.decline(desk(id), offer),
    handOver: (id: OperatorId, visit: VisitId) => deskStore.handOver(desk(id), visit),
    finishWrapUp: (id: OperatorId, visit: VisitId, outcome: Outcome) => deskStore.finishWrapUp(desk(id), visit, outcome),
  };
  const kioskStore = createKioskStore(scripts);
  const kiosks = {
    ...kioskStore,
    openSession(link: Parameters<KioskStore['openSession']>[0]) {
      sessions.set(link.kioskId, link.session);
      return kioskStore.openSession(link);
    },
  };
  const nodes = createNodeStore(scripts);
  await nodes.openSession({ nodeId: nodeId.parse('media-1'), kind: 'media', url: 'ws://127.0.0.1:1', session: 'm1', instance: 'nodes' });
  await nodes.openSession({ nodeId: nodeId.parse('cert-1'), kind: 'certificates', url: 'ws://127.0.0.1:2', session: 'c1', instance: 'nodes' });

  return {
    pool,
    keys: keysOf(pool),
    id: (name: string) => nodeId.parse(name),
    clock,
    steps,
    scripts,
    visits,
    operators,
    kiosks,
    nodes,
    /** Does what has fallen due after moving the clock on. */
    async pass(spanMs: number) {
      clock.now += spanMs;
      await scripts.run('sweep-deadlines', { instance: '' }, z.object({ swept: z.number() }));
    },
    /** Renews the leases of processes; kiosks hang on `kiosks`, nodes on `nodes`, each operator on one of his own: `desk-1`. */
    async renew(...instances: string[]) {
      for (const instance of instances) await scripts.run('sweep-deadlines', { instance }, z.object({ held: z.boolean() }));
    },
    /** Enrols a kiosk and opens its session. */
    async kiosk(name: string): Promise<KioskId> {
      const id = kioskId.parse(name);
      await kiosks.allowEnrolment({ kioskId: id, name: `Kiosk ${name}`, town: 'Valfiorita', code: `code-${name}` });
      await kiosks.enrol(`code-${name}`, { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) });
      await kiosks.openSession({ kioskId: id, session: `s-${name}`, instance: 'kiosks' });
      return id;
    },
    /** A kiosk with an open visit. */
    async visit(name: string): Promise<{ kioskId: KioskId; visitId: VisitId }> {
      const id = await this.kiosk(name);
      const opened = newId(visitId, 'v');
      await visits.open({ visitId: opened, kioskId: id, language: 'it' });
      return { kioskId: id, visitId: opened };
    },
    /** A kiosk with a visit and a ticket. */
    async ticket(name: string, needs: Need[] = [], service?: Service) {
      const visit = await this.visit(name);
      await this.openTicket(visit, { needs, ...(service ? { service } : {}) });
      return visit;
    },
    /** "A person, please" from a kiosk of Valfiorita. */
    async openTicket(
      visit: { kioskId: KioskId; visitId: VisitId },
      { needs = [], service, day = '2026-11-24', town = 'Valfiorita', language = 'it' }: TicketWish = {},
    ) {
      const plan = planOf(rules, { town, language, service, needs });
      await visits.openTicket({ ...visit, needs, plan, day });
    },
    /** An operator who serves everything, signed in and available unless told otherwise. */
    async operator(
      number: number,
      { capacity = 2, available = true, session = 'a', instance = `desk-${number}`, languages = ['it', 'en'], skills = ['residence-certificate', 'information'], towns = [], signLanguage = false }: OperatorWish = {},
    ): Promise<OperatorId> {
      const id = operatorId.parse(`op_${number.toString(16).padStart(24, '0')}`);
      const lanes = lanesServed(rules, { languages, skills, towns, signLanguage });
      await operators.openSession({ operatorId: id, session, signIn: `in-${session}`, instance, capacity, lanes });
      if (available) await operators.setPresence(id, 'available');
      return id;
    },
    /** What the operator is being offered. */
    async offer(id: OperatorId) {
      const desk = await operators.readDesk(id);
      return desk.visits.find((entry) => entry.slot === 'offered')?.visit;
    },
  };
}
export type TestQueue = Awaited<ReturnType<typeof createTestQueue>>;
