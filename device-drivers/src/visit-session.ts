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

/** How long a citizen may take over the words of a paper, ms. */
const REVIEW_TIMEOUT_MS = 600_000;

/** What a session tells the page. */
export interface PageNotices {
  reviewRequested(review: Review): void;
  reviewWithdrawn(reviewId: string): void;
  paperChanged(documentId: DocumentId, state: DocumentState, reason?: PrintReason): void;
  linkChanged(): void;
}

/** One visit at this kiosk's devices: its link to the certificate node and what runs over it. */
export interface VisitSession {
  readonly visitId: VisitId;
  linkState(): ConnectionState;
  renew(certificatesUrl: string, grant: string): Promise<void>;
  readCard(can: string, onPhase: (phase: EvidencePhase) => void): Promise<CardResult>;
  answerReview(reviewId: string, agreed: boolean): void;
  paperTaken(documentId: DocumentId): Promise<void>;
  /** The review a reloaded page has to show again. */
  openReview(): Review | undefined;
  /** Ends links and dialogues; a paper still printing is followed to its end. */
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
  const reviews = new Map<string, { review: Review; answer: (agreed: boolean) => void }>();
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
              await (await link.peer()).request('paper.outcome', { documentId: offer.documentId, state, ...(reason ? { reason } : {}) });
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
        'visit.closed': () => {},
      },
    });
  }

  async function present(review: Review, signal: AbortSignal): Promise<{ reviewId: Review['reviewId']; agreed: boolean }> {
    const answered = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => answered.reject(new ProtocolError('timeout')), REVIEW_TIMEOUT_MS);
    const abort = () => answered.reject(new ProtocolError('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    reviews.set(review.reviewId, { review, answer: answered.resolve });
    notices.reviewRequested(review);
    try {
      return { reviewId: review.reviewId, agreed: await answered.promise };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      reviews.delete(review.reviewId);
      notices.reviewWithdrawn(review.reviewId);
    }
  }

  return {
    visitId,
    linkState: () => link.state(),
    async renew(certificatesUrl, grant) {
      if (link.state() === 'closed') link = open(certificatesUrl, grant);
      else await link.renew(grant);
    },
    async readCard(can, phaseHandler) {
      onPhase = phaseHandler;
      try {
        const { card } = await (await link.peer()).request('evidence.begin', { document: 'cie', can });
        return card;
      } finally {
        onPhase = undefined;
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
      await papers.settled();
      await link.close();
    },
  };
}
