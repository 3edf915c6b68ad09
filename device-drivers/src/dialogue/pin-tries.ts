import { statusWordOf } from '../smart-card/complete-response.ts';

/**
 * What the card of one insertion has said of the tries left for its PIN, in whichever dialogue. Status words only. It outlives a
 * dialogue, so that neither a server nor a citizen gets a fresh count by beginning another one.
 */
export interface PinTries {
  /**
   * The card's answer to the question how many tries are left, by P2 of VERIFY. Makers answer it differently, so between two
   * VERIFYs it is put to the card once, however often the server asks.
   */
  ask(reference: number, question: () => Promise<Uint8Array>): Promise<Uint8Array>;
  /**
   * Tries to reckon with: what the card says when asked, else what its last VERIFY left. One after a VERIFY that was not right and
   * of which nothing more is known; undefined when nothing has been spent in this insertion and the card does not say.
   */
  left(answer: Uint8Array): number | undefined;
  /** Sends a VERIFY and keeps its answer; one that never comes counts as a wrong PIN. */
  verify(send: () => Promise<Uint8Array>): Promise<Uint8Array>;
  /** What a card answers whose PIN is blocked, from its last VERIFY or from the question. */
  blocked(answer: Uint8Array): Uint8Array;
}

const SUCCESS = 0x9000;
const PIN_BLOCKED = 0x6983;

/** Makes the memory of one insertion. */
export function createPinTries(): PinTries {
  const asked = new Map<number, Uint8Array>();
  /** `unanswered` from the moment a VERIFY leaves; undefined before the first one, and after a right PIN. */
  let spent: Uint8Array | 'unanswered' | undefined;
  return {
    async ask(reference, question) {
      const answer = asked.get(reference) ?? (await question());
      asked.set(reference, answer);
      return answer;
    },
    left(answer) {
      const said = triesIn(answer);
      if (said !== undefined || spent === undefined) return said;
      return (spent === 'unanswered' ? undefined : triesIn(spent)) ?? 1;
    },
    async verify(send) {
      asked.clear();
      spent = 'unanswered';
      const answer = await send();
      spent = statusWordOf(answer) === SUCCESS ? undefined : answer;
      return answer;
    },
    blocked: (answer) => (triesIn(answer) === undefined && spent instanceof Uint8Array ? spent : answer),
  };
}

/** Tries left as a status word says them: 63Cx, and none in 6983 (ISO/IEC 7816-4, 5.6). */
function triesIn(answer: Uint8Array): number | undefined {
  const statusWord = statusWordOf(answer);
  if (statusWord === PIN_BLOCKED) return 0;
  return (statusWord & 0xfff0) === 0x63c0 ? statusWord & 0x0f : undefined;
}
