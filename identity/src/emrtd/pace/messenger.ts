/**
 * Carries PACE messages over a channel and turns status words into errors a person can be told about.
 */
import { CardError, malformed } from '../../card-error.ts';
import { formatStatusWord, isWrongPassword, SW_CONDITIONS, SW_OK } from '../../iso7816/status-word.ts';
import { runOne } from '../../iso7816/transmit.ts';
import type { CommandChannel } from '../../port.ts';
import type { PaceStep } from './messages.ts';
import { generalAuthenticate, readDynamicAuthenticationData, setAuthenticationTemplate } from './messages.ts';
import type { PaceProtocol } from './oids.ts';

/** Which secret printed on the card opens it; decides the words of the error for a wrong one. */
export type PasswordKind = 'can' | 'mrz';

const STEP_NAMES: Readonly<Record<PaceStep, string>> = {
  nonce: 'GENERAL AUTHENTICATE 1',
  mapping: 'GENERAL AUTHENTICATE 2',
  agreement: 'GENERAL AUTHENTICATE 3',
  authentication: 'GENERAL AUTHENTICATE 4',
};

/** Answers to MSE:SET AT that ask for the parameter reference: wrong data, length inconsistent, reference not found. */
const WANTS_PARAMETER: readonly number[] = [0x6a80, 0x6a87, 0x6a88];

/** What MSE:SET AT and the first step need. */
export interface PaceStart {
  readonly protocol: PaceProtocol;
  readonly passwordReference: number;
  readonly parameterId: number | undefined;
  /** Whether the file has several entries, so that the parameter reference is sent at once. */
  readonly ambiguous: boolean;
}

/**
 * MSE:SET AT and the first GENERAL AUTHENTICATE in one exchange; answers the encrypted nonce. When the card refuses
 * the template without parameter reference, it is sent once more with it. Throws CardError.
 */
export async function requestNonce(channel: CommandChannel, start: PaceStart): Promise<Uint8Array> {
  const attempt = async (parameterId: number | undefined) =>
    channel.run([
      setAuthenticationTemplate(start.protocol, start.passwordReference, parameterId),
      generalAuthenticate('nonce', new Uint8Array(0)),
    ]);
  let [template, nonce] = await attempt(start.ambiguous ? start.parameterId : undefined);
  if (!start.ambiguous && template !== undefined && WANTS_PARAMETER.includes(template.sw)) {
    [template, nonce] = await attempt(start.parameterId);
  }
  if (template?.sw !== SW_OK) {
    throw new CardError('unsupported', 'the card refuses its own PACE protocol', {
      step: 'MSE:SET AT',
      ...(template === undefined ? {} : { statusWord: template.sw }),
    });
  }
  if (nonce === undefined) throw malformed('no response', { step: STEP_NAMES.nonce });
  if (nonce.sw !== SW_OK) throw stepError('nonce', nonce.sw, undefined);
  return readDynamicAuthenticationData('nonce', nonce.data);
}

/** One of the later GENERAL AUTHENTICATE commands; answers what the card sends back. Throws CardError. */
export async function sendStep(
  channel: CommandChannel,
  step: Exclude<PaceStep, 'nonce'>,
  value: Uint8Array,
  password: PasswordKind,
): Promise<Uint8Array> {
  const response = await runOne(channel, generalAuthenticate(step, value));
  if (response.sw !== SW_OK) throw stepError(step, response.sw, password);
  return readDynamicAuthenticationData(step, response.data);
}

/** The error for a password that does not open the card. */
export function wrongPassword(password: PasswordKind, step: PaceStep, sw?: number): CardError {
  const details = { step: STEP_NAMES[step], ...(sw === undefined ? {} : { statusWord: sw }) };
  return password === 'can'
    ? new CardError('wrong-can', 'the card access number is not the one on this card', details)
    : new CardError('wrong-mrz', 'number, birth date or expiry date are not those of this card', details);
}

function stepError(step: PaceStep, sw: number, password: PasswordKind | undefined): CardError {
  if (password !== undefined && isWrongPassword(sw)) return wrongPassword(password, step, sw);
  const details = { step: STEP_NAMES[step], statusWord: sw };
  const message = `${STEP_NAMES[step]} answered ${formatStatusWord(sw)}`;
  // Out of order inside an unbroken dialogue means that somebody else spoke to the card in between.
  if (sw === SW_CONDITIONS) return new CardError('session-lost', message, details);
  return new CardError('unsupported', message, details);
}
