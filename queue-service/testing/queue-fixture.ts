import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { kioskId, newId, nodeId, operatorId, visitId } from '@videosportello/protocol/ids.ts';
import type { KioskId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import type { Language, Need, Service } from '@videosportello/protocol/messages/visit.ts';
import { ms } from '@videosportello/protocol/units.ts';
import { defaultPolicy } from '../src/config.ts';
import { createKioskStore } from '../src/kiosk/kiosk-store.ts';
import { createNodeStore } from '../src/node/node-store.ts';
import { createOperatorStore } from '../src/operator/operator-store.ts';
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
    { pool, policy: { ...defaultPolicy, standstillMs: ms(0), ...policy } },
    { engine: connection.engine, epoch: () => 7, routing: routing.forScripts, now: () => clock.now, onTransition: (step) => void steps.push(step) },
  );
  const visits = createVisitStore(scripts);
  const operators = createOperatorStore(scripts);
  const kiosks = createKioskStore(scripts);
  const nodes = createNodeStore(scripts);
  await nodes.openSession({ nodeId: nodeId.parse('media-1'), kind: 'media', url: 'ws://127.0.0.1:1', session: 'm1' });
  await nodes.openSession({ nodeId: nodeId.parse('cert-1'), kind: 'certificates', url: 'ws://127.0.0.1:2', session: 'c1' });

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
      await scripts.run('sweep-deadlines', {}, z.object({ swept: z.number() }));
    },
    /** Renews leases as pongs would. */
    async renew(holders: { operators?: { id: string; session: string }[]; kiosks?: { id: string; session: string }[] }) {
      const nodeHolders = [
        { id: 'media-1', session: 'm1' },
        { id: 'cert-1', session: 'c1' },
      ];
      await scripts.run('renew-leases', { operators: [], kiosks: [], ...holders, nodes: nodeHolders }, z.object({}));
    },
    /** Enrols a kiosk and opens its session. */
    async kiosk(name: string): Promise<KioskId> {
      const id = kioskId.parse(name);
      await kiosks.allowEnrolment({ kioskId: id, name: `Kiosk ${name}`, town: 'Valfiorita', code: `code-${name}` });
      await kiosks.enrol(`code-${name}`, { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) });
      await kiosks.openSession({ kioskId: id, session: `s-${name}`, instance: 'test' });
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
      { capacity = 2, available = true, session = 'a', languages = ['it', 'en'], skills = ['residence-certificate', 'information'], towns = [], signLanguage = false }: OperatorWish = {},
    ): Promise<OperatorId> {
      const id = operatorId.parse(`op_${number.toString(16).padStart(24, '0')}`);
      const lanes = lanesServed(rules, { languages, skills, towns, signLanguage });
      await operators.openSession({ operatorId: id, session, signIn: `in-${session}`, instance: 'test', capacity, lanes });
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
