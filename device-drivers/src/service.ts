import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recogniseCns } from '@videosportello/identity/cns/cns-atr.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { signProof } from '@videosportello/protocol/keys.ts';
import type { CardKind, DeviceStatus } from '@videosportello/protocol/device/commands.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { WebSocket, WebSocketServer } from 'ws';
import { servePage } from './channel/page-channel.ts';
import type { CommandHandlers, PageChannel } from './channel/page-channel.ts';
import type { DeviceServiceConfig } from './config.ts';
import { createCardDialogues } from './dialogue/card-dialogue.ts';
import { createEvents } from './events.ts';
import { createHttpApp } from './http/app.ts';
import { readPageFiles } from './http/page-files.ts';
import { openKioskIdentity } from './kiosk-identity.ts';
import type { PaperDesk } from './paper/paper-desk.ts';
import type { DocumentScanner } from './scanner/document-scanner.ts';
import type { ReaderService } from './smart-card/reader-service.ts';
import type { TicketDesk } from './ticket/ticket-desk.ts';
import { openVisitSession } from './visit-session.ts';
import type { VisitSession } from './visit-session.ts';

/** What the service drives; real devices or their virtual peers, told apart by nobody here. */
export interface Devices {
  readonly reader: ReaderService;
  readonly papers: PaperDesk;
  readonly tickets: TicketDesk;
  printerStatus(): DeviceStatus['printer'];
  /** Undefined: this kiosk has none. */
  readonly scanner: DocumentScanner | undefined;
  onChange(listener: () => void): void;
}

/** The running device service. */
export interface DeviceService extends AsyncDisposable {
  /** Address of the kiosk page. */
  readonly url: string;
  close(): Promise<void>;
}

/** Largest message of the page, bytes. */
const MAX_PAGE_MESSAGE = 65_536;

/**
 * Serves the kiosk page and its devices on loopback.
 * @throws Error when the page was not built or the port is taken; ProtocolError when enrolling fails.
 */
export async function createDeviceService(config: DeviceServiceConfig, deps: { devices: Devices; log: Logger }): Promise<DeviceService> {
  const { devices } = deps;
  const events = createEvents(deps.log);
  const identity = await openKioskIdentity(config.dataDirectory);
  if (config.enrolmentCode) {
    events.enrolled(await identity.enrol({ url: config.enrolUrl, code: config.enrolmentCode }));
  }
  const token = randomBytes(32).toString('base64url');
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  new Gauge({
    name: 'videosportello_device_up',
    help: 'Whether a device is online (1) or not (0).',
    labelNames: ['device'],
    registers: [metrics],
    collect() {
      const now = status();
      this.set({ device: 'card-reader' }, Number(now.cardReader.device === 'online'));
      this.set({ device: 'printer' }, Number(now.printer.device === 'online'));
      this.set({ device: 'scanner' }, Number(now.scanner.device === 'online'));
    },
  });

  const dialogues = createCardDialogues(devices.reader, ({ dialogue, ins }) => events.instructionRefused(dialogue, ins));
  let page: PageChannel | undefined;
  let session: VisitSession | undefined;
  /** Visits that are over here but for a paper that is still being followed. */
  const ending = new Set<Promise<void>>();
  let lastCard = cardMedia(devices.reader);
  /** What the last scan of this visit found on the glass. */
  let sheet: DeviceStatus['scanner']['media'] = 'unknown';

  function status(): DeviceStatus {
    // The paper of the visit before is no business of this one's page.
    const job = session && devices.papers.current(session.visitId);
    const { reader } = devices.reader.snapshot();
    return {
      cardReader: {
        device: reader === 'ready' ? 'online' : reader === 'absent' ? 'noDevice' : 'hardwareError',
        media: cardMedia(devices.reader),
        ...(cardMedia(devices.reader) === 'present' ? { card: kindOnReader(devices.reader) } : {}),
      },
      printer: { ...devices.printerStatus(), ...(job ? { job } : {}) },
      scanner: { device: devices.scanner?.device() ?? 'noDevice', media: sheet },
      certificates: session ? linkWord(session) : 'none',
    };
  }
  const announceStatus = () => page?.announce('Common.StatusChangedEvent', { status: status() });
  devices.onChange(announceStatus);
  const unsubscribe = devices.reader.subscribe(() => {
    const card = cardMedia(devices.reader);
    if (card !== lastCard && card !== 'unknown') {
      if (card === 'present') page?.announce('CardReader.MediaInsertedEvent', { card: kindOnReader(devices.reader) });
      else page?.announce('CardReader.MediaRemovedEvent', {});
    }
    lastCard = card;
    announceStatus();
  });

  const sessionOf = (visitId: string): VisitSession => {
    if (session?.visitId !== visitId) throw new ProtocolError('visit-unknown');
    return session;
  };

  /** Ends the visit for the page at once; a paper under way is followed to its end by itself. */
  const endSession = async () => {
    const over = session;
    session = undefined;
    await dialogues.releaseAll();
    if (!over) return;
    const ended = over
      .close()
      .then(() => devices.papers.clear())
      .catch((cause: unknown) => events.failed('visit', cause))
      .finally(() => ending.delete(ended));
    ending.add(ended);
    events.visitClosed(over.visitId);
  };

  const handlers: CommandHandlers = {
    'Videosportello.Hello': ({ token: shown }) => {
      if (!isSame(shown, token)) throw new ProtocolError('not-authenticated');
      events.pageAdmitted();
      return identity.kioskId
        ? { kioskId: identity.kioskId, queueUrl: config.queueUrl, enrolled: true }
        : { queueUrl: config.queueUrl, enrolled: false };
    },
    'Videosportello.ProveKiosk': async (input) => ({ proof: await signProof(identity.key, input) }),
    'Videosportello.OpenVisit': async ({ visitId, certificatesUrl, grant }) => {
      if (!identity.kioskId) throw new ProtocolError('kiosk-unknown');
      if (session?.visitId === visitId) {
        await session.renew(certificatesUrl, grant);
        const review = session.openReview();
        if (review) page?.announce('Videosportello.ReviewRequestedEvent', { review });
        const opened = session.lastCase();
        if (opened) page?.announce('Videosportello.CaseOpenedEvent', { opened });
        const signature = session.openSignature();
        if (signature) page?.announce('Videosportello.SignatureRequestedEvent', signature);
        return {};
      }
      await endSession();
      devices.papers.clear();
      sheet = 'unknown';
      const isCurrent = () => session === opened;
      const opened: VisitSession = openVisitSession({
        visitId,
        kioskId: identity.kioskId,
        key: identity.key,
        certificatesUrl,
        grant,
        makeSocket: (url) => new WebSocket(url, { maxPayload: 1_048_576 }),
        dialogues,
        papers: devices.papers,
        events,
        notices: {
          reviewRequested: (review) => isCurrent() && page?.announce('Videosportello.ReviewRequestedEvent', { review }),
          caseOpened: (opened) => isCurrent() && page?.announce('Videosportello.CaseOpenedEvent', { opened }),
          reviewWithdrawn: (reviewId) => page?.announce('Videosportello.ReviewWithdrawnEvent', { reviewId }),
          signatureRequested: (request) => isCurrent() && page?.announce('Videosportello.SignatureRequestedEvent', request),
          signatureWithdrawn: (dialogueId) => page?.announce('Videosportello.SignatureWithdrawnEvent', { dialogueId }),
          paperChanged: (documentId, state, reason) => {
            // The next citizen's page hears nothing of the paper of the visit before.
            if (isCurrent()) page?.announce('Videosportello.PaperChangedEvent', { documentId, state, ...(reason ? { reason } : {}) });
            announceStatus();
          },
          linkChanged: announceStatus,
        },
      });
      session = opened;
      events.visitOpened(visitId);
      return {};
    },
    'Videosportello.ReadCard': async ({ visitId, card }, { event, signal }) => ({
      card: await sessionOf(visitId).readCard(card, {
        onPhase: (phase) => event('Videosportello.EvidenceProgressEvent', { phase }),
        signal,
      }),
    }),
    'Check.ReadImage': async ({ visitId, side }, { signal }) => {
      const current = sessionOf(visitId);
      if (!devices.scanner) throw new ProtocolError('scanner-failed', { detail: 'no-device' });
      try {
        const scanId = await current.sendScan(side, devices.scanner, signal);
        sheet = 'present';
        return { scanId };
      } catch (error) {
        if (error instanceof ProtocolError && error.code === 'scanner-empty') sheet = 'notPresent';
        throw error;
      }
    },
    'BarcodeReader.Read': async (_payload, { signal }) => {
      const ticket = await devices.tickets.read(signal);
      return ticket === undefined ? {} : { ticket };
    },
    'Videosportello.PrintTicket': async (slip) => {
      await devices.tickets.print(slip);
      return {};
    },
    'Videosportello.AnswerReview': ({ reviewId, agreed }) => {
      if (!session) throw new ProtocolError('visit-unknown');
      session.answerReview(reviewId, agreed);
      return {};
    },
    'Videosportello.AnswerSignature': (answer) => {
      if (!session) throw new ProtocolError('visit-unknown');
      const { dialogueId } = answer;
      session.answerSignature(dialogueId, answer.agreed ? { agreed: true, pin: new TextEncoder().encode(answer.pin) } : { agreed: false });
      return {};
    },
    'Videosportello.PaperTaken': async ({ documentId }) => {
      if (!session) throw new ProtocolError('visit-unknown');
      await session.paperTaken(documentId);
      return {};
    },
    'Videosportello.CloseVisit': async ({ visitId }) => {
      if (session?.visitId === visitId) await endSession();
      const now = status();
      return { cardStillPresent: now.cardReader.media === 'present', sheetStillInScanner: now.scanner.media === 'present' };
    },
    'Common.Status': () => ({ status: status() }),
  };

  const files = await readPageFiles(config.kioskDist);
  let port = config.port;
  const hosts = () => [`${config.pageHost}:${port}`];
  const app = createHttpApp({
    files,
    token,
    demo: config.demo,
    allowedHosts: () => [...hosts(), `127.0.0.1:${port}`, `localhost:${port}`],
    connectTo: config.connectTo,
    ready: () => devices.reader.snapshot().reader === 'ready',
    metrics,
    onError: (cause) => events.failed('http', cause),
  });
  const server = createServer(app.callback());
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAGE_MESSAGE });
  server.on('upgrade', (request, socket, head) => {
    // Nobody else listens on a socket that is being upgraded: a reset must not end the process.
    socket.on('error', () => socket.destroy());
    const host = request.headers.host ?? '';
    const refuse = (why: string) => {
      events.pageRefused(why);
      socket.once('finish', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    };
    if (request.url !== '/device') return refuse('path');
    if (!hosts().includes(host)) return refuse('host');
    if (request.headers.origin !== `http://${host}`) return refuse('origin');
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      // A broken or too large frame closes the socket; ws says why only here.
      accepted.on('error', () => undefined);
      const channel = servePage({
        transport: webSocketTransport(accepted),
        handlers: {
          ...handlers,
          'Videosportello.Hello': async (payload, context) => {
            const completion = await handlers['Videosportello.Hello'](payload, context);
            // One page at a time: the newest that knows the token.
            if (page !== channel) page?.close('replaced');
            page = channel;
            return completion;
          },
        },
        onBadMessage: ({ name }) => events.badMessage('page', name),
        onFailure: ({ name, cause }) => events.failed(name, cause),
      });
      void channel.closed.then(() => {
        if (page === channel) page = undefined;
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  ({ port } = server.address() as AddressInfo);
  const url = `http://${config.pageHost}:${port}/`;
  events.started(url, identity.kioskId);

  let closing: Promise<void> | undefined;
  const close = () =>
    (closing ??= (async () => {
      unsubscribe();
      page?.close('shutting-down');
      for (const client of sockets.clients) client.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      devices.papers.abort();
      await endSession();
      await Promise.all(ending);
      await closed;
      metrics.clear();
      events.stopped();
    })());
  return { url, close, [Symbol.asyncDispose]: close };
}

/** Compares in the same time whatever differs. */
const isSame = (left: string, right: string): boolean => {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
};

const cardMedia = (reader: ReaderService): DeviceStatus['cardReader']['media'] => {
  const { state } = reader.snapshot().card;
  return state === 'none' ? 'notPresent' : state === 'mute' ? 'unknown' : 'present';
};

/** A card that another program holds does not say what it is. */
const kindOnReader = (reader: ReaderService): CardKind => {
  const { card } = reader.snapshot();
  return card.state === 'present' && recogniseCns(card.atr) ? 'service-card' : 'other';
};

const linkWord = (session: VisitSession): DeviceStatus['certificates'] => {
  const state = session.linkState();
  return state === 'closed' ? 'lost' : state;
};
