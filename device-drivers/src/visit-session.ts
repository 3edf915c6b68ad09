import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { DocumentId, KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { DocumentState, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import type { CardResult, EvidencePhase } from '@videosportello/protocol/messages/verdict.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import type { CardDialogues } from './dialogue/card-dialogue.ts';
import type { DeviceEvents } from './events.ts';
import { openCertificateLink } from './link/certificate-link.ts';
import type { CertificateLink } from './link/certificate-link.ts';
import type { PaperDesk } from './paper/paper-desk.ts';

/** How long a paper still on its way keeps the link of a visit that is over, ms; the node keeps it no longer either. */
const LAST_PAPER_MS = 60_000;

/** How long a citizen may take over the words of a paper, ms. */
const REVIEW_TIMEOUT_MS = 600_000;

/** What a session tells the page. */
export interface PageNotices {
  reviewRequested(review: Review): unknown;
  reviewWithdrawn(reviewId: string): void;
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
  readCard(can: string, options: { readonly onPhase: (phase: EvidencePhase) => void; readonly signal: AbortSignal }): Promise<CardResult>;
  answerReview(reviewId: string, agreed: boolean): void;
  paperTaken(documentId: DocumentId): Promise<void>;
  /** The review a reloaded page has to show again. */
  openReview(): Review | undefined;
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
        else void dialogues.releaseAll();
        notices.linkChanged();
      },
      requests: {
        'card.connect': async ({ dialogueId, dialogue }, { signal }) => {
          // The citizen has asked for it by typing his card's number, or nobody has.
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
          await dialogues.release(dialogueId);
          events.dialogueEnded(visitId);
          return {};
        },
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
    async readCard(can, { onPhase: phaseHandler, signal }) {
      if (onPhase) throw new ProtocolError('visit-state');
      onPhase = phaseHandler;
      try {
        const peer = await link.peer();
        const { card } = await peer.request('evidence.begin', { document: 'cie', can }, { signal });
        return card;
      } finally {
        onPhase = undefined;
        await dialogues.releaseAll();
      }
    },
    answerReview(reviewId, agreed) {
      const open = reviews.get(reviewId);
      if (!open) throw new ProtocolError('document-unknown');
      open.answer(agreed);
    },
    paperTaken: (documentId) => papers.taken(documentId),
    openReview: () => [...reviews.values()][0]?.review,
    async close() {
      for (const { answer } of reviews.values()) answer(false);
      await dialogues.releaseAll();
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, LAST_PAPER_MS);
      await Promise.race([papers.settled(), patience.promise]);
      clearTimeout(timer);
      await link.close();
    },
  };
}
