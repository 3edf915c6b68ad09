import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { DialogueId, KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import type { SignatureChallenge } from '@videosportello/protocol/messages/signature-challenge.ts';
import type { CardDialogues } from './card-dialogue.ts';

/** How long a citizen may take over a signature, ms; the server's own patience is longer. */
const ANSWER_TIMEOUT_MS = 170_000;
/** How far the server's clock may be from the kiosk's, ms. */
const CLOCK_TOLERANCE_MS = 300_000;

/** What the page is to show. */
export interface SignatureRequest {
  readonly dialogueId: DialogueId;
  readonly challenge: SignatureChallenge;
  readonly triesLeft?: number;
  /** A wrong PIN now blocks the card. */
  readonly lastTry: boolean;
}

/** The citizen's answer; the PIN's bytes are wiped once the card has had them. */
export type SignatureAnswer = { readonly agreed: true; readonly pin: Uint8Array } | { readonly agreed: false };

/** Asks the citizen of one visit for touch and PIN, one signature at a time. */
export interface SignatureDesk {
  /**
   * Shows a challenge and hands touch and PIN to the guard.
   * @throws ProtocolError `visit-state` outside a dialogue that signs; `instruction-refused` for a challenge of another visit,
   * kiosk or time; `timeout`; `aborted` when it was withdrawn.
   */
  present(
    request: {
      readonly dialogueId: DialogueId;
      readonly challenge: SignatureChallenge;
      readonly triesLeft?: number | undefined;
      readonly lastTryConfirmed: boolean;
    },
    signal: AbortSignal,
  ): Promise<{ agreed: boolean }>;
  /** @throws ProtocolError `visit-state` when none is open for the dialogue. */
  answer(dialogueId: DialogueId, answer: SignatureAnswer): void;
  open(): SignatureRequest | undefined;
  /** Takes back what is shown, of this dialogue or of any. */
  withdraw(dialogueId?: DialogueId): void;
}

/** Makes the desk of one visit. */
export function createSignatureDesk(deps: {
  readonly visitId: VisitId;
  readonly kioskId: KioskId;
  readonly dialogues: Pick<CardDialogues, 'expectSignature' | 'agreeToSign'>;
  readonly notices: {
    signatureRequested(request: SignatureRequest): unknown;
    signatureWithdrawn(dialogueId: DialogueId): void;
  };
  /** Epoch milliseconds. */
  readonly now: () => number;
}): SignatureDesk {
  const { dialogues, notices } = deps;
  let shown: { readonly request: SignatureRequest; readonly answered: PromiseWithResolvers<SignatureAnswer> } | undefined;

  const withdraw = (dialogueId?: DialogueId) => {
    if (dialogueId === undefined || shown?.request.dialogueId === dialogueId) shown?.answered.reject(new ProtocolError('aborted'));
  };

  return {
    async present({ dialogueId, challenge, triesLeft, lastTryConfirmed }, signal) {
      dialogues.expectSignature(dialogueId);
      const isOurs = challenge.visitId === deps.visitId && challenge.kioskId === deps.kioskId;
      const isNow = Math.abs(challenge.at - deps.now()) <= CLOCK_TOLERANCE_MS;
      if (!isOurs || !isNow) throw new ProtocolError('instruction-refused', { detail: isOurs ? 'challenge-old' : 'challenge-foreign' });
      // The node asks again only when it has given the earlier question up.
      withdraw();
      const answered = Promise.withResolvers<SignatureAnswer>();
      const request = { dialogueId, challenge, ...(triesLeft === undefined ? {} : { triesLeft }), lastTry: lastTryConfirmed };
      const mine = { request, answered };
      shown = mine;
      const timer = setTimeout(() => answered.reject(new ProtocolError('timeout')), ANSWER_TIMEOUT_MS);
      const abort = () => answered.reject(new ProtocolError('aborted'));
      signal.addEventListener('abort', abort, { once: true });
      notices.signatureRequested(request);
      try {
        const answer = await answered.promise;
        if (answer.agreed) dialogues.agreeToSign(dialogueId, { challenge, pin: answer.pin, lastTryConfirmed });
        return { agreed: answer.agreed };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        if (shown === mine) {
          shown = undefined;
          notices.signatureWithdrawn(dialogueId);
        }
      }
    },
    answer(dialogueId, answer) {
      if (shown?.request.dialogueId !== dialogueId) {
        if (answer.agreed) answer.pin.fill(0);
        throw new ProtocolError('visit-state');
      }
      shown.answered.resolve(answer);
    },
    open: () => shown?.request,
    withdraw,
  };
}
