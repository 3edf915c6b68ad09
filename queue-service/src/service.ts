import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { watchLiveness } from '@videosportello/protocol/rpc/liveness.ts';
import type { Liveness, Pingable } from '@videosportello/protocol/rpc/liveness.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { systemTimers } from '../client/renewal.ts';
import { closeCodes } from './channel/channel-context.ts';
import type { ChannelContext } from './channel/channel-context.ts';
import { createDispatch } from './channel/dispatch.ts';
import { createRelay } from './channel/relay.ts';
import { createSocketRegistry } from './channel/socket-registry.ts';
import { createUpgrade } from './channel/upgrade.ts';
import { isLoopback, SWEEP_EVERY_MS } from './config.ts';
import type { QueueConfig } from './config.ts';
import { contentSecurityPolicy } from './http/content-security-policy.ts';
import type { QueueEvents } from './events.ts';
import { openEpoch } from './grants/epoch.ts';
import { createGrantIssuer } from './grants/grant-issuer.ts';
import { openGrantKeys } from './grants/grant-keys.ts';
import { openKeyDirectory } from './grants/key-directory.ts';
import { createApp } from './http/app.ts';
import { staticFiles } from './http/static-files.ts';
import { createKioskStore } from './kiosk/kiosk-store.ts';
import { loadDutyRules, stampDutyOn } from './kiosk/stamp-duty.ts';
import { createLeaseKeeper } from './lease-keeper.ts';
import { createMetrics } from './metrics.ts';
import { createEventStream } from './node/event-stream.ts';
import { createNodeStore } from './node/node-store.ts';
import { createBoard } from './operator/board.ts';
import { createOperatorDirectory, loadOperators } from './operator/operator-directory.ts';
import { createOperatorStore } from './operator/operator-store.ts';
import { openEnrolmentMirror } from './receipts/enrolment-mirror.ts';
import { createReceiptDesk } from './receipts/receipt-desk.ts';
import { keptSecret } from './private-file.ts';
import { readChanges } from './redis/change-feed.ts';
import { startEmbeddedRedis } from './redis/embedded-redis.ts';
import type { EmbeddedRedis } from './redis/embedded-redis.ts';
import { keysOf } from './redis/keys.ts';
import { createScriptRunner } from './redis/scripts.ts';
import { createSweeper } from './redis/sweeper.ts';
import type { Sweeper } from './redis/sweeper.ts';
import { storeAddress } from './redis/store-address.ts';
import { connectStore } from './redis/store-connection.ts';
import { isServedAt, loadRouting } from './routing/rules.ts';
import { createRoutingDay } from './routing/routing-day.ts';
import { dutyStateOf, loadOpeningHours, localMoment } from './routing/opening-hours.ts';
import { createConsoleSessions } from './sign-in/console-session.ts';
import type { ConsoleSessions } from './sign-in/console-session.ts';
import { createSignInFlow } from './sign-in/sign-in-flow.ts';
import { readQueueView } from './view/queue-view.ts';
import { createViewerCheck } from './view/viewer-check.ts';
import { createWatchedView } from './view/watched-view.ts';
import { createVisitStore } from './visit/visit-store.ts';

/** How often the clock may change who is told what about duty, ms. */
const DUTY_EVERY_MS = 30_000;
const KEYS_EVERY_MS = 3_600_000;

export interface QueueDeps {
  readonly events: QueueEvents;
  readonly now?: () => number;
  /**
   * The clock of the transitions, ms. Absent: the clock of Redis (TIME). Tests and simulations pass a number and call `sweep`.
   */
  readonly storeNow?: () => number;
  readonly timers?: Timers;
  /** Begins the watch over a socket's signs of life; default {@link watchLiveness} by `timers`. */
  readonly watch?: (socket: Pingable) => Liveness;
  /** Opens the line to Redis; default {@link connectStore}. */
  readonly connect?: typeof connectStore;
}

/** A running queue-service. */
export interface QueueService extends AsyncDisposable {
  /** Where browsers find it; sockets are at `/kiosk`, `/operator` and `/node`. */
  readonly url: string;
  /** The address it is bound to, for peers on this machine: `ws://127.0.0.1:PORT`. */
  readonly socketUrl: string;
  readonly sessions: ConsoleSessions;
  /** The embedded Redis, where there is one. */
  readonly redis: EmbeddedRedis | undefined;
  /** Does at once what has fallen due. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** Runs `work` every `everyMs` after the one before has ended, until the returned function is called. */
function repeat(work: () => Promise<void>, everyMs: number, timers: Timers, onError: (error: unknown) => void): () => void {
  let stopped = false;
  let timer: unknown;
  const plan = () => {
    timer = timers.setTimeout(() => {
      work()
        .catch(onError)
        .finally(() => !stopped && plan());
    }, everyMs);
  };
  plan();
  return () => {
    stopped = true;
    timers.clearTimeout(timer);
  };
}

/**
 * Starts the service: Redis (its own or a given one), sockets and HTTP.
 * @throws Error with a plain sentence when something it needs is missing; what was started is stopped again.
 */
export async function createQueueService(config: QueueConfig, deps: QueueDeps): Promise<QueueService> {
  const { events, now = () => Date.now(), timers = systemTimers, connect = connectStore } = deps;
  await using opened = new AsyncDisposableStack();
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const instance = randomBytes(8).toString('hex');
  const keys = keysOf(config.pool);
  const hours = await loadOpeningHours(config.townDir);
  const today = () => localMoment(now(), hours.timeZone).day;
  const routing = createRoutingDay(await loadRouting(config.townDir, today()), today);
  const dutyRules = await loadDutyRules(config.townDir);
  const directory = createOperatorDirectory(await loadOperators(config.townDir), config.oidc?.issuer ?? '');
  const adminToken = await keptSecret(join(config.dataDir, 'admin-token'));
  const epoch = await openEpoch(join(config.dataDir, 'epoch'), now);
  let ring = await openGrantKeys(join(config.dataDir, 'grant-keys.json'), now());
  const { remembered, mirror } = await openEnrolmentMirror(join(config.dataDir, 'kiosks.json'));

  const redis =
    config.redisUrl === undefined
      ? opened.use(
          await startEmbeddedRedis(
            { dir: join(config.dataDir, 'redis'), fsync: config.redisFsync },
            { onExit: (code) => events.redisExited(code) },
          ),
        )
      : undefined;
  const connection = opened.use(
    await connect(
      redis ? { socketPath: redis.socketPath } : storeAddress(config.redisUrl ?? '', keys.root),
      {
        onDown: () => events.storeDown(),
        onError: (error) => events.failed('store', error),
        // Redis may have lost its counter: fences must be newer than all before, from the first command on.
        beforeServing: () => epoch.raise(),
      },
    ),
  );

  const sockets = createSocketRegistry();
  const metrics = createMetrics({ sockets, storeReady: () => connection.isReady });
  let sweeper: Sweeper | undefined = undefined;
  const scripts = createScriptRunner(
    { pool: config.pool, policy: config.policy },
    {
      engine: connection.engine,
      epoch: () => epoch.value,
      routing: routing.forScripts,
      ...(deps.storeNow ? { now: deps.storeNow } : {}),
      onDue: (inMs) => sweeper?.heard(inMs),
      hasPast: remembered > 0,
      onLoss: () => void comeAnew().catch((error: unknown) => events.failed('rebuild', error)),
      onTransition: (step) => {
        events.transition(step);
        metrics.transition(step);
      },
    },
  );
  const kiosks = createKioskStore(scripts);
  const operators = createOperatorStore(scripts);
  const nodes = createNodeStore(scripts);
  const board = createBoard(kiosks);
  const enrolments = mirror(kiosks);
  const keyDirectory = await openKeyDirectory(() => ring, join(config.dataDir, 'known-keys.json'), { connection, keys, now });
  /** The store has lost something: it has back what this process remembers, and all pages and nodes come anew with what they do. */
  const comeAnew = async () => {
    events.storeForgot();
    try {
      await enrolments.putBack();
    } finally {
      for (const socket of sockets.all()) socket.close(closeCodes.resync);
    }
    await keyDirectory.publish();
  };
  const sessions = createConsoleSessions(config.nodeSecret, now);
  const context: ChannelContext = {
    instance,
    visits: createVisitStore(scripts),
    operators,
    kiosks,
    nodes,
    board,
    events: createEventStream(connection, keys),
    grants: createGrantIssuer({ keys: () => ring, now }),
    keys: keyDirectory,
    receipts: createReceiptDesk({ pool: config.pool }, { ring: () => ring, keys: keyDirectory, now, today, onRefused: events.receiptRefused }),
    enrolments,
    directory,
    leases: createLeaseKeeper(scripts, instance, () => {
      for (const socket of sockets.all()) socket.close(closeCodes.lapsed);
    }),
    relay: createRelay(
      { instance, nodeSecret: config.nodeSecret },
      {
        sockets,
        timers,
        publish: (to, text) => connection.command(['PUBLISH', keys.relay(to), text]),
        onError: (error) => events.failed('relay', error),
      },
    ),
    sockets,
    dutyState: (isStaffed) => dutyStateOf(hours, now(), isStaffed),
    stampDuty: () => stampDutyOn(dutyRules, today()),
    routing: routing.rules,
    isServed: (asked) => isServedAt(routing.rules(), asked, now(), hours.timeZone),
    today,
    nodeSecret: config.nodeSecret,
    messagePace: config.limits.messages,
    now,
    steadyNow: deps.now ?? (() => performance.now()),
    timers,
    watch: deps.watch ?? ((socket) => watchLiveness(socket, timers)),
    log: events,
  };

  let nodeUrls: readonly string[] = [];
  const readNodes = async () => {
    nodeUrls = (await nodes.list()).map((node) => node.url);
  };
  const dispatch = opened.use(
    createDispatch({
      dutyState: context.dutyState,
      sockets,
      timers,
      board,
      kiosks,
      keys: keyDirectory,
      onNodes: () => void readNodes().catch((error: unknown) => events.failed('nodes', error)),
      onEnrolments: (ids) => void enrolments.keep(ids).catch((error: unknown) => events.failed('enrolments', error)),
      onError: (error) => events.failed('dispatch', error),
    }),
  );
  await connection.subscribe(keys.changes(), (text) => {
    try {
      dispatch.hear(readChanges(text));
    } catch (error) {
      events.failed('changes', error);
    }
  });
  await connection.subscribe(keys.relay(instance), (text) => context.relay.hear(text));
  const renewKeys = async () => {
    ring = await openGrantKeys(join(config.dataDir, 'grant-keys.json'), now());
    await keyDirectory.publish();
  };
  const keepEnrolments = async () => {
    await enrolments.putBack();
    await enrolments.keepAll();
  };
  connection.onReady(async () => {
    await keepEnrolments();
    await keyDirectory.publish();
    events.storeUp();
    dispatch.resync();
  });
  await keepEnrolments();
  await keyDirectory.publish();
  await readNodes();

  const local = isLoopback(config.listen.host);
  const hostName = (host: string) => host.replace(/:\d+$/, '').toLowerCase();
  let publicUrl = config.publicUrl ?? '';
  const isOwnHost = (host: string) => {
    const name = hostName(host);
    if (name === new URL(publicUrl).hostname) return true;
    if (local) return name === '127.0.0.1' || name === '[::1]' || name === 'localhost' || name.endsWith('.localhost');
    return name === config.listen.host || config.behindProxy;
  };
  const view = opened.use(
    createWatchedView({ read: () => readQueueView({ scripts, eventsSince: (fromMs) => context.events.since(fromMs) }), now, timers }),
  );
  const app = createApp({
    view,
    checkViewer: createViewerCheck({ sessions, directory, operators, today }),
    kiosks,
    nodes,
    operators,
    ping: () => connection.ping(),
    metrics,
    sessions,
    signIn:
      config.oidc &&
      createSignInFlow(
        { ...config.oidc, nodeSecret: config.nodeSecret },
        { redirectUri: () => `${publicUrl}/callback`, directory, now },
      ),
    events,
    publicUrl: () => publicUrl,
    isOwnHost,
    adminToken,
    console:
      config.consoleDist === undefined
        ? undefined
        : await staticFiles(config.consoleDist, () => ({ 'Content-Security-Policy': contentSecurityPolicy(publicUrl, nodeUrls) })),
  });
  const upgrade = createUpgrade(
    { kioskOrigins: config.kioskOrigins, strangersMax: config.limits.strangers },
    { context, sessions, consoleOrigin: () => new URL(publicUrl).origin, isOwnHost },
  );
  const handler = app.callback();
  const server = config.tls ? createTlsServer(config.tls, handler) : createServer(handler);
  server.requestTimeout = 10_000;
  server.on('upgrade', (request, socket, head) => upgrade.handle(request, socket, head));
  server.listen(config.listen.port, config.listen.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const scheme = config.tls ? 'https' : 'http';
  if (publicUrl === '') publicUrl = `${scheme}://console.localhost:${port}`;
  const socketHost = config.listen.host.includes(':') ? `[${config.listen.host}]` : config.listen.host;
  const socketUrl = `${config.tls ? 'wss' : 'ws'}://${socketHost}:${port}`;
  const adminFile = join(config.dataDir, 'admin.json');
  await writeFile(adminFile, JSON.stringify({ url: socketUrl.replace(/^ws/, 'http') }), { mode: 0o600 });
  opened.defer(() => rm(adminFile, { force: true }));

  const onError = (what: string) => (error: unknown) => connection.isReady && events.failed(what, error);
  sweeper = createSweeper({ pollMs: SWEEP_EVERY_MS }, { sweep: context.leases.sweep, now, timers, onError: onError('sweep') });
  const stops = [
    sweeper.stop,
    repeat(renewKeys, KEYS_EVERY_MS, timers, onError('keys')),
    repeat(async () => dispatch.tellDuty(), DUTY_EVERY_MS, timers, onError('duty')),
  ];
  opened.defer(async () => {
    for (const stop of stops) stop();
    for (const socket of sockets.all()) socket.close(closeCodes.stopping);
    upgrade.close();
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, 'close');
    events.stopped();
  });
  events.started(publicUrl);

  const resources = opened.move();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= resources.disposeAsync());
  return { url: publicUrl, socketUrl, sessions, redis, sweep: context.leases.sweep, close, [Symbol.asyncDispose]: close };
}
