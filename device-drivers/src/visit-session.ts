import { createHash } from 'node:crypto';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { newId, scanId as scanIdSchema } from '@videosportello/protocol/ids.ts';
import type { DialogueId, DocumentId, KioskId, ScanId, VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { DocumentState, OpenedCase, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import type { CardResult, EvidencePhase } from '@videosportello/protocol/messages/verdict.ts';
import { MAX_SCAN_BYTES, SCAN_PIECE_BYTES } from '@videosportello/protocol/messages/scan.ts';
import type { ScanSide } from '@videosportello/protocol/messages/scan.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import type { CardToRead } from '@videosportello/protocol/contract/device-certificates.ts';
import type { CardDialogues } from './dialogue/card-dialogue.ts';
import type { DeviceEvents } from './events.ts';
import { createSignatureDesk } from './dialogue/signature-desk.ts';
import type { SignatureAnswer, SignatureRequest } from './dialogue/signature-desk.ts';
import { openCertificateLink } from './link/certificate-link.ts';
import type { CertificateLink } from './link/certificate-link.ts';
import type { PaperDesk } from './paper/paper-desk.ts';
import type { DocumentScanner } from './scanner/document-scanner.ts';

/** How long a paper still on its way keeps the link of a visit that is over, ms; the node keeps it no longer either. */
const LAST_PAPER_MS = 60_000;

/** How long a citizen may take over the words of a paper, ms. */
const REVIEW_TIMEOUT_MS = 600_000;

/** What a session tells the page. */
export interface PageNotices {
  reviewRequested(review: Review): unknown;
  caseOpened(opened: OpenedCase): unknown;
  reviewWithdrawn(reviewId: string): void;
  signatureRequested(request: SignatureRequest): unknown;
  signatureWithdrawn(dialogueId: DialogueId): void;
  paperChanged(documentId: DocumentId, state: DocumentState, reason?: PrintReason): void;
  linkChanged(): void;
}

/** One visit at this kiosk's devices: its link to the certificate node and what runs over it. */
export interface VisitSession {
  readonly visitId: VisitId;
  linkState(): ConnectionState;
  renew(certificatesUrl: string, grant: string): Promise<void>;
  /**
   * Has the card judged. Only while this runs may the server have the card; afterwards it is powered off.
   * @throws ProtocolError the node's code; `visit-state` while another one runs; `aborted` with the signal.
   */
  readCard(card: CardToRead, options: { readonly onPhase: (phase: EvidencePhase) => void; readonly signal: AbortSignal }): Promise<CardResult>;
  /**
   * Scans one side of a document and sends it to the certificate node; its bytes are in memory only, and wiped afterwards.
   * @throws ProtocolError the scanner's code or the node's; `visit-state` while another one runs; `aborted` with the signal or
   * at the visit's end.
   */
  sendScan(side: ScanSide, scanner: DocumentScanner, signal: AbortSignal): Promise<ScanId>;
  answerReview(reviewId: string, agreed: boolean): void;
  /**
   * The citizen's answer to a signature shown.
   * @throws ProtocolError `visit-state` when none is open for the dialogue; the PIN is wiped then.
   */
  answerSignature(dialogueId: DialogueId, answer: SignatureAnswer): void;
  /** The signature a reloaded page has to show again. */
  openSignature(): SignatureRequest | undefined;
  paperTaken(documentId: DocumentId): Promise<void>;
  /** The review a reloaded page has to show again. */
  openReview(): Review | undefined;
  /** The last case the back office has taken in during this visit. */
  lastCase(): OpenedCase | undefined;
  /** Ends dialogues and reviews at once, then the link; a paper still printing has a minute to be reported. */
  close(): Promise<void>;
}

/** Opens a session for a visit grant. */
export function openVisitSession(options: {
  readonly visitId: VisitId;
  readonly kioskId: KioskId;
  readonly key: HolderKey;
  readonly certificatesUrl: string;
  readonly grant: string;
  readonly makeSocket: (url: string) => WebSocketLike;
  readonly dialogues: CardDialogues;
  readonly papers: PaperDesk;
  readonly notices: PageNotices;
  readonly events: DeviceEvents;
}): VisitSession {
  const { visitId, dialogues, papers, notices, events } = options;
  const reviews = new Map<string, { review: Review; answer: (agreed: boolean) => void; withdraw: () => void }>();
  const over = new AbortController();
  const signatures = createSignatureDesk({ visitId, kioskId: options.kioskId, dialogues, notices, now: Date.now });
  let lastCase: OpenedCase | undefined;
  let scanning: Promise<ScanId> | undefined;
  let onPhase: ((phase: EvidencePhase) => void) | undefined;
  let link = open(options.certificatesUrl, options.grant);

  function open(url: string, grant: string): CertificateLink {
    return openCertificateLink({
      visitId,
      kioskId: options.kioskId,
      key: options.key,
      url,
      grant,
      makeSocket: options.makeSocket,
      onState(state) {
        events.linkState(visitId, state);
        if (state === 'open') papers.reportAgain();
        else {
          signatures.withdraw();
          void dialogues.releaseAll();
        }
        notices.linkChanged();
      },
      requests: {
        'card.connect': async ({ dialogueId, dialogue }, { signal }) => {
          // The citizen has asked for it, by his card's number or by putting down a service card, or nobody has.
          if (!onPhase) throw new ProtocolError('visit-state');
          const { atr } = await dialogues.connect(dialogueId, dialogue, signal);
          events.dialogueStarted(visitId, dialogue);
          return { atr: Buffer.from(atr).toString('hex') };
        },
        'card.exchange': async ({ dialogueId, commands, deadlineMs }, { signal }) => {
          const bytes = commands.map((command) => Uint8Array.from(Buffer.from(command, 'hex')));
          const responses = await dialogues.exchange(dialogueId, bytes, { deadlineMs, signal });
          return { responses: responses.map((response) => Buffer.from(response).toString('hex')) };
        },
        'card.release': async ({ dialogueId }) => {
          signatures.withdraw(dialogueId);
          await dialogues.release(dialogueId);
          events.dialogueEnded(visitId);
          return {};
        },
        'signature.present': (request, { signal }) => signatures.present(request, signal),
        'review.present': ({ review }, { signal }) => present(review, signal),
        'paper.offer': (offer) => {
          papers.accept({
            visitId,
            ...offer,
            fetchPiece: async (offset) => (await link.peer()).request('paper.fetch', { documentId: offer.documentId, offset }),
            report: async (state, reason) => {
              await (await link.peer()).request('paper.outcome', { documentId: offer.documentId, attempt: offer.attempt, state, ...(reason ? { reason } : {}) });
            },
            changed: (state, reason) => {
              events.paper(visitId, offer.documentId, state, reason);
              notices.paperChanged(offer.documentId, state, reason);
            },
          });
          return {};
        },
      },
      notifications: {
        'evidence.progress': ({ phase }) => onPhase?.(phase),
        'paper.confirmed': ({ documentId, attempt }) => {
          papers.confirmed(documentId, attempt).catch((cause: unknown) => events.failed('paper.confirmed', cause));
        },
        'case.opened': (opened) => {
          lastCase = opened;
          notices.caseOpened(opened);
        },
        'visit.closed': () => {},
      },
    });
  }

  async function present(review: Review, signal: AbortSignal): Promise<{ reviewId: Review['reviewId']; agreed: boolean }> {
    // The node shows a review again only when it has given the earlier showing up.
    reviews.get(review.reviewId)?.withdraw();
    const answered = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => answered.reject(new ProtocolError('timeout')), REVIEW_TIMEOUT_MS);
    const abort = () => answered.reject(new ProtocolError('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    const shown = { review, answer: answered.resolve, withdraw: abort };
    reviews.set(review.reviewId, shown);
    notices.reviewRequested(review);
    try {
      return { reviewId: review.reviewId, agreed: await answered.promise };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (reviews.get(review.reviewId) === shown) {
        reviews.delete(review.reviewId);
        notices.reviewWithdrawn(review.reviewId);
      }
    }
  }

  async function scanAndSend(side: ScanSide, scanner: DocumentScanner, signal: AbortSignal): Promise<ScanId> {
    let png: Uint8Array | undefined;
    try {
      // No document is scanned for a node that is not there.
      await link.peer();
      ({ png } = await scanner.scan(signal));
      return await send(side, png, signal);
    } finally {
      png?.fill(0);
    }
  }

  async function send(side: ScanSide, png: Uint8Array, signal: AbortSignal): Promise<ScanId> {
    if (png.length > MAX_SCAN_BYTES) throw new ProtocolError('scanner-failed', { detail: 'too-large' });
    const peer = await link.peer();
    const scanId = newId(scanIdSchema, 's');
    const sha256 = createHash('sha256').update(png).digest('hex');
    await peer.request('scan.begin', { scanId, side, mediaType: 'image/png', bytes: png.length, sha256 }, { signal });
    for (let offset = 0; offset < png.length; offset += SCAN_PIECE_BYTES) {
      const base64 = Buffer.from(png.subarray(offset, offset + SCAN_PIECE_BYTES)).toString('base64');
      await peer.request('scan.append', { scanId, offset, base64 }, { signal });
    }
    events.scanSent(visitId, scanId, png.length);
    return scanId;
  }

  return {
    visitId,
    linkState: () => link.state(),
    async renew(certificatesUrl, grant) {
      const before = link;
      if (before.state() !== 'closed' && before.url === certificatesUrl) return before.renew(grant);
      // The visit has moved to another node, or this one had given up.
      await before.close();
      link = open(certificatesUrl, grant);
    },
    async readCard(card, { onPhase: phaseHandler, signal }) {
      if (onPhase) throw new ProtocolError('visit-state');
      onPhase = phaseHandler;
      try {
        const peer = await link.peer();
        return (await peer.request('evidence.begin', card, { signal })).card;
      } finally {
        onPhase = undefined;
        signatures.withdraw();
        await dialogues.releaseAll();
      }
    },
    async sendScan(side, scanner, signal) {
      if (scanning) throw new ProtocolError('visit-state');
      scanning = scanAndSend(side, scanner, AbortSignal.any([signal, over.signal])).finally(() => (scanning = undefined));
      return scanning;
    },
    answerReview(reviewId, agreed) {
      const open = reviews.get(reviewId);
      if (!open) throw new ProtocolError('document-unknown');
      open.answer(agreed);
    },
    answerSignature: signatures.answer,
    openSignature: signatures.open,
    paperTaken: (documentId) => papers.taken(documentId),
    lastCase: () => lastCase,
    openReview: () => [...reviews.values()][0]?.review,
    async close() {
      over.abort();
      await scanning?.catch(() => undefined);
      for (const { answer } of reviews.values()) answer(false);
      signatures.withdraw();
      await dialogues.releaseAll();
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, LAST_PAPER_MS);
      await Promise.race([papers.settled(), patience.promise]);
      clearTimeout(timer);
      await link.close();
    },
  };
}
