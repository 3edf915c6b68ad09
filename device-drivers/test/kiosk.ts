/** A running device service for tests: real sockets and HTTP, its devices in memory, a small certificate node and a page around it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { deviceCertificates } from '@videosportello/protocol/contract/device-certificates.ts';
import type { DeviceStatus } from '@videosportello/protocol/device/commands.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { kioskId } from '@videosportello/protocol/ids.ts';
import type { DocumentId, VisitId } from '@videosportello/protocol/ids.ts';
import { publicKey, verifyProof } from '@videosportello/protocol/keys.ts';
import type { PublicKey } from '@videosportello/protocol/keys.ts';
import type { DocumentState, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import type { ScanAnnouncement } from '@videosportello/protocol/messages/scan.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import { keptText } from '@videosportello/protocol/testing/kept-text.ts';
import { watched } from '@videosportello/protocol/testing/watched.ts';
import { z } from 'zod';
import { connectDevice } from '../client/device-client.ts';
import { createLog } from '../src/events.ts';
import { createPaperDesk } from '../src/paper/paper-desk.ts';
import type { PaperJournal, PaperPrinter } from '../src/paper/paper-desk.ts';
import type { SheetState } from '../src/paper/sheet-machine.ts';
import { createDeviceService } from '../src/service.ts';
import type { CardConnection } from '../src/smart-card/card-connection.ts';
import { ReaderError } from '../src/smart-card/reader-error.ts';
import type { DocumentScanner } from '../src/scanner/document-scanner.ts';
import type { ReaderService, ReaderSnapshot } from '../src/smart-card/reader-service.ts';
import { createTicketDesk } from '../src/ticket/ticket-desk.ts';

/** A reader whose card answers what it is told to, and says 9000 to all else. */
function memoryReader() {
  const state = watched<ReaderSnapshot>({ reader: 'ready', card: { state: 'none' } });
  const listeners = new Set<(snapshot: ReaderSnapshot) => void>();
  const powered = watched(false);
  const log: string[] = [];
  let scripted: string[] = [];
  /** Rises with each card put down, as the reader service's does. */
  let session = 0;
  let held: { readonly begun: PromiseWithResolvers<void>; readonly release: PromiseWithResolvers<void> } | undefined;
  const change = (next: ReaderSnapshot) => {
    state.set(next);
    for (const listener of listeners) listener(next);
  };
  const atr = Uint8Array.of(0x3b, 0x80, 0x00);
  const connect: ReaderService['connect'] = async () => {
    if (state.value.card.state !== 'present') throw new ReaderError('removed');
    held?.begun.resolve();
    await held?.release.promise;
    powered.set(true);
    const powerOff = async () => powered.set(false);
    const transmit: CardConnection['transmit'] = async (command) => {
      if (!powered.value) throw new ReaderError('reset');
      log.push(Buffer.from(command).toString('hex').toUpperCase());
      return Uint8Array.from(Buffer.from(scripted.shift() ?? '9000', 'hex'));
    };
    return {
      session,
      atr,
      protocol: 't1',
      transmit,
      async exchange(commands) {
        const answers: Uint8Array[] = [];
        for (const command of commands) {
          const answer = await transmit(command);
          answers.push(answer);
          if (Buffer.from(answer).toString('hex') !== '9000') break;
        }
        return answers;
      },
      powerOff,
      [Symbol.asyncDispose]: powerOff,
    };
  };
  const close = async () => powered.set(false);
  const service: ReaderService = {
    snapshot: () => state.value,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect,
    close,
    [Symbol.asyncDispose]: close,
  };
  return {
    service,
    log,
    put() {
      session += 1;
      change({ reader: 'ready', card: { state: 'present', session, atr } });
    },
    take: () => change({ reader: 'ready', card: { state: 'none' } }),
    unplug: () => change({ reader: 'absent', card: { state: 'none' } }),
    answers: (responses: string[]) => void (scripted = responses),
    powered: () => powered.value,
    untilOff: () => powered.until((on) => !on),
    /** Makes the next powering up wait. */
    hold() {
      const holding = { begun: Promise.withResolvers<void>(), release: Promise.withResolvers<void>() };
      held = holding;
      return { begun: holding.begun.promise, release: () => holding.release.resolve() };
    },
  };
}

/** A printer that keeps the digests of what it printed. A held job ends when it is released or cancelled. */
function memoryPrinter() {
  const jobs: { name: string; sha256: string }[] = [];
  const given: Uint8Array[] = [];
  let holding: { readonly released: Promise<'printed' | 'uncertain' | void>; readonly reason: PrintReason | undefined } | undefined;
  const printer: PaperPrinter = {
    async print(pdf, { jobName, signal, onState }) {
      given.push(pdf);
      jobs.push({ name: jobName, sha256: createHash('sha256').update(pdf).digest('hex') });
      onState('spooled');
      const { released, reason } = holding ?? {};
      holding = undefined;
      if (!released) return { state: 'printed' };
      const canceled = once(signal, 'abort').then(() => 'canceled' as const);
      if (reason) onState('needs-attention', reason);
      const end = await Promise.race([released, canceled]);
      return end === 'canceled' ? { state: 'uncertain', reason: 'canceled' } : { state: end ?? 'printed' };
    },
    resume: async () => undefined,
  };
  return {
    printer,
    jobs,
    given,
    /** Holds the next job until it is released, printed unless told otherwise; with a reason, it needs attention meanwhile. */
    hold(reason?: PrintReason) {
      const released = Promise.withResolvers<'printed' | 'uncertain' | void>();
      holding = { released: released.promise, reason };
      return released;
    },
  };
}

function memoryJournal(): PaperJournal {
  const last = new Map<DocumentId, { attempt: number; state: SheetState }>();
  return {
    append: async ({ documentId, attempt, state }) => void last.set(documentId, { attempt, state }),
    last: (documentId) => last.get(documentId),
  };
}

type Link = { readonly peer: Peer<typeof deviceCertificates.server>; cut(): void };

/** A certificate node and the address for enrolling, as far as a device service sees them. */
async function startNode() {
  let enrolled: PublicKey | undefined;
  const http = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const asked = z.object({ code: z.literal('code-for-tests'), publicKey }).parse(JSON.parse(body));
      enrolled = asked.publicKey;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ kioskId: 'kiosk-1' }));
    })();
  });
  const sockets = new WebSocketServer({ server: http });
  const newest = watched<Link | undefined>(undefined);
  const grants: string[] = [];
  const outcomes = watched<DocumentState[]>([]);
  const attempts: number[] = [];
  const scans: { readonly announced: ScanAnnouncement; readonly pieces: Buffer[] }[] = [];
  let onScanPiece: (offset: number) => Promise<void> = async () => {};
  let links = 0;
  let onEvidence: () => Promise<void> = async () => {};
  let onFetch: (offset: number) => Buffer = () => Buffer.alloc(0);
  let taken: Link | undefined;
  sockets.on('connection', (socket) => {
    acceptPeer({
      contract: deviceCertificates,
      transport: webSocketTransport(socket),
      nowMs: Date.now(),
      nonceBytes: crypto.getRandomValues(new Uint8Array(16)),
      serve: ({ peer, nonce }) => ({
        requests: {
          hello: async ({ grant, proof }) => {
            const key = await verifyProof(proof, { nonce, audience: 'certificates' });
            if (key.x !== enrolled?.x) throw new ProtocolError('grant-foreign');
            grants.push(grant);
            links += 1;
            peer.admit();
            newest.set({ peer, cut: () => socket.terminate() });
            return {};
          },
          'grant.update': ({ grant }) => {
            grants.push(grant);
            return {};
          },
          'evidence.begin': async () => {
            await onEvidence();
            const yes = { answer: 'yes', reason: 'of-the-test' } as const;
            const answers = { genuine: yes, notCloned: yes, notExpired: yes, notRevoked: yes, holder: yes };
            return { card: { answers, surname: 'Rossi', givenNames: 'Bianca', specimen: true } };
          },
          'scan.begin': (announced) => {
            scans.push({ announced, pieces: [] });
            return {};
          },
          'scan.append': async ({ scanId, offset, base64 }) => {
            await onScanPiece(offset);
            const scan = scans.at(-1);
            if (scan?.announced.scanId !== scanId) throw new ProtocolError('document-unknown');
            scan.pieces.push(Buffer.from(base64, 'base64'));
            return {};
          },
          'paper.fetch': ({ offset }) => ({ base64: onFetch(offset).toString('base64'), total: 1 }),
          'paper.outcome': ({ state, attempt }) => {
            attempts.push(attempt);
            outcomes.set([...outcomes.value, state]);
            return {};
          },
        },
        notifications: {},
      }),
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    url: `ws://${address}/device`,
    enrolUrl: `http://${address}/enrol`,
    grants,
    outcomes,
    /** The attempt each of the outcomes is about. */
    attempts,
    enrolledKey: () => enrolled,
    links: () => links,
    /** The next link that has said hello. */
    async link(): Promise<Link> {
      taken = await newest.until((link) => link !== undefined && link !== taken);
      if (!taken) throw new Error('no link');
      return taken;
    },
    scans,
    /** Runs before each piece of a scanned page is taken. */
    onScanPiece: (run: (offset: number) => Promise<void>) => void (onScanPiece = run),
    onEvidence: (run: () => Promise<void>) => void (onEvidence = run),
    onFetch: (piece: (offset: number) => Buffer) => void (onFetch = piece),
    async close() {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Starts it all in a temporary folder; without a scanner unless one is given, which stays the caller's. */
export async function startKiosk({ scanner }: { readonly scanner?: DocumentScanner } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-'));
  const dist = join(folder, 'dist');
  await mkdir(join(dist, 'assets'), { recursive: true });
  await writeFile(join(dist, 'index.html'), '<!doctype html><html><head><!--device-token--></head></html>');
  await writeFile(join(dist, 'assets', 'app.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'not for pages');
  const node = await startNode();
  const reader = memoryReader();
  const printer = memoryPrinter();
  const changed = new Set<() => void>();
  const lines = keptText();
  const log = createLog('debug', lines.stream);
  const service = await createDeviceService(
    {
      host: '127.0.0.1',
      port: 0,
      pageHost: 'kiosk.localhost',
      queueUrl: 'ws://queue.example/kiosk',
      enrolUrl: node.enrolUrl,
      connectTo: ['ws://queue.example', 'ws://media.example'],
      kioskDist: dist,
      dataDirectory: folder,
      pcscSocket: undefined,
      printerUri: undefined,
      scanner: undefined,
      enrolmentCode: 'code-for-tests',
      demo: false,
      logLevel: 'debug',
    },
    {
      log,
      devices: {
        reader: reader.service,
        papers: createPaperDesk(printer.printer, memoryJournal(), () => undefined),
        tickets: createTicketDesk({ printer: printer.printer, scanner }),
        printerStatus: () => ({ device: 'online', reasons: [] }),
        scanner,
        onChange: (listener) => {
          changed.add(listener);
          scanner?.subscribe(listener);
        },
      },
    },
  );
  const port = Number(new URL(service.url).port);
  const host = `kiosk.localhost:${port}`;
  const origin = `http://${host}`;
  const html = await fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text());
  const token = /content="([\w-]{43})"/.exec(html)?.[1] ?? '';

  return {
    service,
    folder,
    port,
    host,
    origin,
    node,
    reader,
    printer,
    log: () => lines.text,
    enrolledKey: node.enrolledKey,

    /** The kiosk page, with the token unless it is not to be admitted. */
    async page({ admitted = true }: { admitted?: boolean } = {}) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/device`, { headers: { host, origin } });
      const closeCode = once(socket, 'close').then(([code]) => code as number);
      const heard = watched<string[]>([]);
      const reviews = watched<Review[]>([]);
      const papers = watched<DocumentState[]>([]);
      const status = watched<DeviceStatus | undefined>(undefined);
      const client = await connectDevice({
        make: () => socket,
        signal: new AbortController().signal,
        onUnsolicited: (name, payload) => {
          heard.set([...heard.value, name]);
          if ('review' in payload) reviews.set([...reviews.value, payload.review]);
          if ('status' in payload) status.set(payload.status);
          if ('state' in payload) papers.set([...papers.value, payload.state]);
        },
      });
      if (admitted) {
        const completion = await client.command('Videosportello.Hello', { token });
        if (completion.kioskId !== kioskId.parse('kiosk-1')) throw new Error('the kiosk is not enrolled');
      }
      return {
        ...client,
        socket,
        closeCode,
        heard,
        reviews,
        papers,
        status,
        openVisit: (visit: VisitId, grant = 'grant-1', url = node.url) =>
          client.command('Videosportello.OpenVisit', { visitId: visit, certificatesUrl: url, grant }),
        read: (visit: VisitId) => client.command('Videosportello.ReadCard', { visitId: visit, card: { document: 'cie', can: '123456' } }),
      };
    },

    async close() {
      await service.close();
      await node.close();
      await rm(folder, { recursive: true });
    },
  };
}
export type Kiosk = Awaited<ReturnType<typeof startKiosk>>;
