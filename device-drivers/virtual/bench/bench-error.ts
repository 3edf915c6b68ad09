/**
 * Why the bench does not do what was asked.
 * - `unknown-action`, `unknown-citizen`, `bad-argument`, `bad-request`: the question is wrong.
 * - `wrong-token`: whoever asks is not the page of this start.
 * - `reader-occupied`: another card lies on the reader.
 * - `device-silent`: a virtual device does not answer.
 */
export type BenchErrorCode =
  | 'unknown-action'
  | 'unknown-citizen'
  | 'bad-argument'
  | 'bad-request'
  | 'wrong-token'
  | 'reader-occupied'
  | 'device-silent';

/** The page's words for each refusal. */
const SENTENCES: Readonly<Record<BenchErrorCode, string>> = {
  'unknown-action': 'Il banco non conosce questa azione.',
  'unknown-citizen': 'Il banco non ha una carta di questa persona.',
  'bad-argument': 'A questa azione manca un dato, o il dato non è giusto.',
  'bad-request': 'Il banco non capisce la richiesta.',
  'wrong-token': 'Il banco è stato riavviato: ricarica questa pagina.',
  'reader-occupied': 'Sul lettore c’è già una carta: togli prima quella.',
  'device-silent': 'Il dispositivo non risponde. Riprova fra un momento.',
};

/** The bench refuses; the message is the sentence for its page. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, options?: ErrorOptions) {
    super(SENTENCES[code], options);
    this.code = code;
  }
}
