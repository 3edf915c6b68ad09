import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { watchLiveness } from '@videosportello/protocol/rpc/liveness.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';
import { createNodeClient } from '@videosportello/queue-service/client/node-client.ts';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { WebSocket, WebSocketServer } from 'ws';
import { serveDevice } from './channel/device-channel.ts';
import { createGrantDoor } from './channel/grant-door.ts';
import { serveOperator } from './channel/operator-channel.ts';
import type { CaseStore } from './cases/case-store.ts';
import type { CertificateConfig } from './config.ts';
import { createDocumentDesk } from './documents/document-desk.ts';
import { CARD_DEADLINES } from './evidence/card-link.ts';
import type { CardDeadlines } from './evidence/card-link.ts';
import { createEvidenceDesk } from './evidence/evidence-desk.ts';
import { createVerdictSigner } from './evidence/sign-verdict.ts';
import { loadCardTrust } from './evidence/trust-folder.ts';
import { openVerdictKey } from './evidence/verdict-key.ts';
import { createVisualCheckDesk } from './evidence/visual-check-desk.ts';
import { loadVisualChecks } from './evidence/visual-check-policy.ts';
import { createEvents } from './events.ts';
import { createHttpApp } from './http/app.ts';
import { checkerPage } from './http/checker-page.ts';
import type { IssueDeps } from './issue/issue-certificate.ts';
import { createOpeningLimit } from './originals/opening-limit.ts';
import { originalsDoor } from './originals/originals-door.ts';
import { openCheckpointSigner, registerOrigin } from './register/checkpoint/checkpoint-key.ts';
import { folderOutbox } from './register/checkpoint/folder-outbox.ts';
import { startCheckpoints } from './register/checkpoint/keeper.ts';
import { witnessOutbox } from './register/checkpoint/witness-outbox.ts';
import { processTimers, startRounds } from './register/rounds.ts';
import { startUpkeep } from './register/upkeep.ts';
import { createVisitRecords } from './visit/visit-record.ts';

/** Largest message, bytes: a photo's worth of card answers. */
const MAX_MESSAGE = 1_048_576;
/** How many running visits make a node full; what load balancing compares with. */
const VISIT_CAPACITY = 500;

/** How often cases that are over are looked for, ms. */
const CASE_UPKEEP_MS = 60 * 60 * 1000;

/** The checking page's bundle, which set-up makes. */
const CHECKER_DIST = fileURLToPath(new URL('../checker/dist', import.meta.url));

/** The running certificate service. */
export interface CertificateService extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Opens the trust in cards, then serves kiosks' device services at `/device` and operators' pages at `/operator`. Resolves
 * when queue-service has taken the node in, however long that takes. What `issuer` holds open stays the caller's.
 * @throws Error with a sentence when the trust folder or the town's checklists cannot be read or the port is taken; ProtocolError
 * `proof-invalid` when the node secret is wrong, `aborted` when `signal` ended the start.
 * @param deps.cardDeadlines how long a kiosk's card may take; default: {@link CARD_DEADLINES}
 * @param deps.timers when the register is gone through; default: the process's own
 */
export async function createCertificateService(
  config: CertificateConfig,
  deps: {
    readonly nodeSecret: string;
    readonly issuer: IssueDeps;
    readonly cases: CaseStore;
    /** What stamps are checked against; the checking page hands it out. */
    readonly trustFolder: string;
    readonly log: Logger;
    readonly signal?: AbortSignal;
    readonly timers?: Timers;
    readonly cardDeadlines?: CardDeadlines;
  },
): Promise<CertificateService> {
  const { issuer: issue } = deps;
  const { register, rules, random, now } = issue;
  const events = createEvents(deps.log);
  const trust = await loadCardTrust(config.cardTrustDirectory, { demo: config.demo !== undefined });
  const policy = await loadVisualChecks(config.townDirectory);
  const verdictKey = await openVerdictKey(join(config.dataDirectory, 'verdict-key.json'));
  const records = createVisitRecords({
    onOver(visitId) {
      door.forget(visitId);
      events.visitOver(visitId);
    },
  });
  const { timeZone } = rules;
  const sign = createVerdictSigner({ key: verdictKey, now });
  const evidence = createEvidenceDesk({ trust, sign, records, events, deadlines: deps.cardDeadlines ?? CARD_DEADLINES, timeZone, now, random });
  const { isReading } = evidence;
  const checks = createVisualCheckDesk({ policy, sign, records, events, isReading, timeZone, specimen: config.demo !== undefined, now, random });
  const documents = createDocumentDesk({ issue, cases: deps.cases, records, events, verdictKeys: verdictKey.jwks });

  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  new Gauge({
    name: 'videosportello_certificate_visits',
    help: 'Running visits this node holds evidence of.',
    registers: [metrics],
    collect() {
      this.set(records.size);
    },
  });

  const app = createHttpApp({
    ready: () => node.connection === 'open',
    metrics,
    jwks: verdictKey.jwks,
    originals: originalsDoor({
      register,
      limit: createOpeningLimit({ now: () => performance.now() }),
      municipality: issue.town.municipality,
      behindProxy: config.behindProxy,
      now,
      onAttempt: events.originalAttempt,
    }),
    checker: checkerPage({
      dist: CHECKER_DIST,
      trustFolder: deps.trustFolder,
      municipality: issue.town.municipality,
      checker: issue.town.checker,
    }),
    onError: (cause) => events.failed('http', cause),
  });
  const server = config.tls
    ? createTlsServer({ cert: await readFile(config.tls.certFile), key: await readFile(config.tls.keyFile) }, app.callback())
    : createServer(app.callback());
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = config.publicUrl ?? `${config.tls ? 'wss' : 'ws'}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;

  const upkeep = startUpkeep(register, {
    now,
    timers: deps.timers ?? processTimers,
    onRound: events.registerKept,
    onFailure: (cause) => events.failed('upkeep', cause),
  });

  const caseUpkeep = startRounds(async () => events.casesErased(await deps.cases.eraseOver(now())), {
    everyMs: CASE_UPKEEP_MS,
    timers: processTimers,
    onFailure: (cause) => events.failed('case upkeep', cause),
  });

  const keeper = startCheckpoints(register, {
    signerAt: (at) => openCheckpointSigner(config.checkpoints.keyDirectory, registerOrigin(issue.town.checker), at),
    outboxes: [
      folderOutbox(config.checkpoints.directory),
      ...(config.checkpoints.witness === undefined ? [] : [witnessOutbox(config.checkpoints.witness, { random: Math.random })]),
    ],
    now,
    timers: processTimers,
    onMade: events.checkpointMade,
    onOutboxFailure: events.checkpointHeldBack,
    onFailure: (cause) => events.failed('checkpoints', cause),
  });

  const node = createNodeClient(
    { nodeId: config.nodeId, kind: 'certificates', url, secret: deps.nodeSecret },
    {
      makeSocket: () => new WebSocket(config.queueUrl),
      load: () => ({ rooms: records.size, capacity: VISIT_CAPACITY }),
      onVisitEnded: (visitId) => records.end(visitId, 'visit-ended'),
      onKioskRevoked(kioskId) {
        for (const visitId of records.ofKiosk(kioskId)) records.end(visitId, 'kiosk-revoked');
      },
      lastEventId: () => register.lastVisitEvent(),
      async onEvents(batch) {
        await register.takeVisitEvents(batch);
        // The end of a visit may have been said while the line was down.
        for (const { kind, visitId } of batch) if (kind === 'ended') records.end(visitId, 'visit-ended');
        // Another node on the same register may be further on; of this batch, all is on record.
        return batch.at(-1)?.id ?? '0-0';
      },
      onState: events.queueLink,
    },
  );
  const door = createGrantDoor({
    nodeId: config.nodeId,
    keys: () => node.keys,
    now: () => now().getTime(),
    check(claims) {
      // A grant lives for a minute; a revoked kiosk is out at once.
      if (!node.kiosks.has(claims.kiosk)) throw new ProtocolError('kiosk-unknown');
      records.check(claims);
    },
  });
  const channelDeps = { door, records, evidence, checks, documents, events, now: () => now().getTime() };

  /** A device service is no browser and names no origin; an operator's page must come from a console of ours. */
  const serve = (request: IncomingMessage): ((transport: MessageTransport) => void) | undefined => {
    const { origin } = request.headers;
    if (request.url === '/device' && origin === undefined) return (transport) => serveDevice(transport, channelDeps);
    if (request.url === '/operator' && origin !== undefined && config.consoleOrigins.includes(origin)) {
      return (transport) => serveOperator(transport, channelDeps);
    }
    return undefined;
  };
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    // Nobody else listens on a socket that is being upgraded: a reset must not end the process.
    socket.on('error', () => socket.destroy());
    const channel = serve(request);
    if (!channel) {
      events.upgradeRefused();
      socket.once('finish', () => socket.destroy());
      return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      const liveness = watchLiveness(accepted);
      accepted.on('close', () => liveness.stop());
      // A broken frame closes the socket; ws says why only here.
      accepted.on('error', () => undefined);
      channel(webSocketTransport(accepted));
    });
  });

  let closing: Promise<void> | undefined;
  const close = () =>
    (closing ??= (async () => {
      records.endAll();
      await Promise.all([upkeep.close(), caseUpkeep.close(), keeper.close()]);
      await node.close();
      for (const client of sockets.clients) client.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      metrics.clear();
      events.stopped();
    })());
  const abort = () => void node.close();
  deps.signal?.addEventListener('abort', abort, { once: true });
  if (deps.signal?.aborted) abort();
  try {
    await node.ready;
  } catch (error) {
    await close();
    throw error;
  } finally {
    deps.signal?.removeEventListener('abort', abort);
  }
  events.started(url, config.nodeId);
  return { url, close, [Symbol.asyncDispose]: close };
}
