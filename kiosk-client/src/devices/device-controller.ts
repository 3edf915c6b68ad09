import type { CardToRead } from '@videosportello/protocol/contract/device-certificates.ts';
import type { CardKind, DeviceStatus, TicketSlip, UnsolicitedEvent } from '@videosportello/protocol/device/commands.ts';
import { connectDevice } from '@videosportello/device-drivers/client/device-client.ts';
import type { DeviceClient, UnsolicitedPayload } from '@videosportello/device-drivers/client/device-client.ts';
import { ProtocolError, toProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { DialogueId, DocumentId, KioskId, ReviewId, VisitId } from '@videosportello/protocol/ids.ts';
import type { ProofInput } from '@videosportello/protocol/keys.ts';
import type { OpenedCase, Review } from '@videosportello/protocol/messages/document.ts';
import type { ScanSide } from '@videosportello/protocol/messages/scan.ts';
import type { CardResult, EvidencePhase } from '@videosportello/protocol/messages/verdict.ts';
import { backoff, delay } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { createObservable } from '@videosportello/queue-service/client/observable.ts';
import type { Observable } from '@videosportello/queue-service/client/observable.ts';
import type { Paper, SignatureState } from '../visit/visit-state.ts';

/**
 * The way to the device service: connecting → open → lost → connecting … `replaced` (another page took its place) and
 * `refused` (the page's token is from an earlier start of the service) are final for this page.
 */
export type DeviceLink = 'connecting' | 'open' | 'lost' | 'replaced' | 'refused';

export interface DeviceState {
  readonly link: DeviceLink;
  readonly kioskId: KioskId | undefined;
  readonly queueUrl: string | undefined;
  /** Undefined until the service has said it. */
  readonly enrolled: boolean | undefined;
  /** The newest status; kept over a cut. */
  readonly status: DeviceStatus | undefined;
}

/** What happens at the devices without being asked. */
export type DeviceNews =
  | { readonly type: 'card-presence'; readonly present: false }
  | { readonly type: 'card-presence'; readonly present: true; readonly card: CardKind }
  | { readonly type: 'signature'; readonly signature: SignatureState }
  | { readonly type: 'signature-withdrawn'; readonly dialogueId: DialogueId }
  | { readonly type: 'review'; readonly review: Review }
  | { readonly type: 'review-withdrawn'; readonly reviewId: ReviewId }
  | { readonly type: 'case'; readonly opened: OpenedCase }
  | { readonly type: 'paper'; readonly paper: Paper };

/** The kiosk's hands, as the page uses them. Requests throw the service's ProtocolError, or `link-lost`. */
export interface DeviceController extends Observable<DeviceState>, Disposable {
  proveKiosk(input: ProofInput): Promise<string>;
  openVisit(visitId: VisitId, access: { readonly url: string; readonly grant: string }): Promise<void>;
  readCard(visitId: VisitId, card: CardToRead, onPhase: (phase: EvidencePhase) => void): Promise<CardResult>;
  /** Scans what lies on the glass; resolves when the page has reached the visit's certificate node. */
  scan(visitId: VisitId, side: ScanSide): Promise<void>;
  /** The citizen's PIN and touch; undefined: no. The PIN goes to the device service of this machine only. */
  answerSignature(dialogueId: DialogueId, pin: string | undefined): Promise<void>;
  answerReview(reviewId: ReviewId, agreed: boolean): Promise<void>;
  /** Resolves when the slip is out; a printer that somebody has to see to is not waited for. */
  printTicket(slip: TicketSlip): Promise<void>;
  /** Scans the glass for a kept ticket; undefined when there is none on it. */
  readTicket(): Promise<string | undefined>;
  paperTaken(documentId: DocumentId): Promise<void>;
  /** Whether a card is still on the reader. */
  closeVisit(visitId: VisitId): Promise<boolean | undefined>;
}

/** Close code of the service when a newer page takes over (device-drivers, page channel). */
const REPLACED_CODE = 4000;
/** A whole card dialogue on a slow line, with a PIN to be typed, ms: a little more than the server itself waits. */
const READ_TIMEOUT_MS = 245_000;
/** A page from the glass to the certificate node, ms: the minute the scanner may take, and the way. */
const SCAN_TIMEOUT_MS = 75_000;
/** One sheet from the page to the tray, ms; a citizen with a telephone does not wait longer. */
const SLIP_TIMEOUT_MS = 45_000;

/** Connects the page to its device service and keeps it connected. */
export function createDeviceController(options: {
  readonly token: string;
  readonly makeSocket: () => WebSocketLike;
  readonly onNews: (news: DeviceNews) => void;
  readonly policy?: RetryPolicy;
}): DeviceController {
  const { token, makeSocket, onNews, policy = backoff({ maxMs: 2_000 }) } = options;
  const stop = new AbortController();
  const store = createObservable<DeviceState>({ link: 'connecting', kioskId: undefined, queueUrl: undefined, enrolled: undefined, status: undefined });
  let client: DeviceClient | undefined;

  const takeStatus = (status: DeviceStatus) => {
    store.change({ status });
    const { media, card = 'other' } = status.cardReader;
    if (media === 'present') onNews({ type: 'card-presence', present: true, card });
    if (media === 'notPresent') onNews({ type: 'card-presence', present: false });
  };
  const hear = <E extends UnsolicitedEvent>(name: E, payload: UnsolicitedPayload<E>): void => {
    const event = { name, payload } as { [N in UnsolicitedEvent]: { name: N; payload: UnsolicitedPayload<N> } }[UnsolicitedEvent];
    switch (event.name) {
      case 'Common.StatusChangedEvent':
        return takeStatus(event.payload.status);
      case 'CardReader.MediaInsertedEvent':
        return onNews({ type: 'card-presence', present: true, card: event.payload.card });
      case 'CardReader.MediaRemovedEvent':
        return onNews({ type: 'card-presence', present: false });
      case 'Videosportello.ReviewRequestedEvent':
        return onNews({ type: 'review', review: event.payload.review });
      case 'Videosportello.ReviewWithdrawnEvent':
        return onNews({ type: 'review-withdrawn', reviewId: event.payload.reviewId });
      case 'Videosportello.CaseOpenedEvent':
        return onNews({ type: 'case', opened: event.payload.opened });
      case 'Videosportello.SignatureRequestedEvent': {
        const { dialogueId, challenge, triesLeft, lastTry } = event.payload;
        return onNews({ type: 'signature', signature: { dialogueId, challenge, triesLeft, lastTry } });
      }
      case 'Videosportello.SignatureWithdrawnEvent':
        return onNews({ type: 'signature-withdrawn', dialogueId: event.payload.dialogueId });
      case 'Videosportello.PaperChangedEvent': {
        const { documentId, state, reason } = event.payload;
        return onNews({ type: 'paper', paper: { documentId, state, reason } });
      }
    }
  };

  /** One connection from opening to end; what its end means for the page. */
  const serve = async (): Promise<'lost' | 'replaced' | 'refused'> => {
    let closeCode = 0;
    const connected = await connectDevice({
      make: () => {
        const socket = makeSocket();
        socket.addEventListener('close', ({ code }) => {
          closeCode = code;
        });
        return socket;
      },
      signal: stop.signal,
      onUnsolicited: hear,
    });
    const close = () => connected.close();
    stop.signal.addEventListener('abort', close, { once: true });
    try {
      const { kioskId, queueUrl, enrolled } = await connected.command('Videosportello.Hello', { token });
      client = connected;
      store.change({ link: 'open', kioskId, queueUrl, enrolled: enrolled ?? false });
      const { status } = await connected.command('Common.Status', {});
      if (status) takeStatus(status);
      await connected.closed;
    } catch (error) {
      if (toProtocolError(error).code === 'not-authenticated') return 'refused';
    } finally {
      client = undefined;
      stop.signal.removeEventListener('abort', close);
      connected.close();
    }
    return closeCode === REPLACED_CODE ? 'replaced' : 'lost';
  };

  const run = async (): Promise<void> => {
    let delays = policy.delays(Math.random)[Symbol.iterator]();
    while (!stop.signal.aborted) {
      const end = await serve().catch(() => 'lost' as const);
      if (stop.signal.aborted) return;
      const wasOpen = store.state.link === 'open';
      store.change({ link: end });
      if (end !== 'lost') return;
      if (wasOpen) delays = policy.delays(Math.random)[Symbol.iterator]();
      const next = delays.next();
      if (next.done) return;
      await delay(next.value, stop.signal).catch(() => undefined);
    }
  };
  void run();

  const linked = (): DeviceClient => {
    if (!client) throw new ProtocolError('link-lost');
    return client;
  };
  const close = () => {
    stop.abort();
    store.change({ link: 'lost' });
  };
  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    async proveKiosk(input) {
      const { proof } = await linked().command('Videosportello.ProveKiosk', {
        nonce: input.nonce,
        audience: input.audience,
        sessionKey: wanted(input.sessionKey),
      });
      return wanted(proof);
    },
    async openVisit(visitId, { url, grant }) {
      await linked().command('Videosportello.OpenVisit', { visitId, certificatesUrl: url, grant });
      // A page that was loaded again hears here of a paper that is under way.
      const { status } = await linked().command('Common.Status', {});
      if (!status) return;
      takeStatus(status);
      const { job } = status.printer;
      if (job) onNews({ type: 'paper', paper: { documentId: job.documentId, state: job.state, reason: job.reason } });
    },
    async readCard(visitId, card, onPhase) {
      const read = await linked().command(
        'Videosportello.ReadCard',
        { visitId, card },
        { timeoutMs: READ_TIMEOUT_MS, onEvent: (_name, { phase }) => onPhase(phase) },
      );
      return wanted(read.card);
    },
    async scan(visitId, side) {
      await linked().command('Check.ReadImage', { visitId, side }, { timeoutMs: SCAN_TIMEOUT_MS });
    },
    async printTicket(slip) {
      await linked().command('Videosportello.PrintTicket', slip, { timeoutMs: SLIP_TIMEOUT_MS });
    },
    async readTicket() {
      return (await linked().command('BarcodeReader.Read', {}, { timeoutMs: SCAN_TIMEOUT_MS })).ticket;
    },
    async answerSignature(dialogueId, pin) {
      await linked().command('Videosportello.AnswerSignature', pin === undefined ? { dialogueId, agreed: false } : { dialogueId, agreed: true, pin });
    },
    async answerReview(reviewId, agreed) {
      await linked().command('Videosportello.AnswerReview', { reviewId, agreed });
    },
    async paperTaken(documentId) {
      await linked().command('Videosportello.PaperTaken', { documentId });
    },
    async closeVisit(visitId) {
      return (await linked().command('Videosportello.CloseVisit', { visitId })).cardStillPresent;
    },
    [Symbol.dispose]: close,
  };
}

/** What a completion must carry when it succeeded. */
function wanted<T>(value: T | undefined): T {
  if (value === undefined) throw new ProtocolError('internal');
  return value;
}
