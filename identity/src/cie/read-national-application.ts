/**
 * Reads what the national application of a CIE gives without a PIN, and has its chip answer the server's challenge.
 *
 *   1 SELECT IAS, SELECT DF_CIE, READ NIS | MSE:SET AT, INTERNAL AUTHENTICATE
 *   2 first chunks of the key file and the security object      3 what is missing of them
 *
 * What this proves is in `judge-national-application.ts`. It goes its own way: nothing here knows a holder.
 */
import { malformed } from '../card-error.ts';
import type { Command } from '../iso7816/apdu.ts';
import { INS } from '../iso7816/apdu.ts';
import { runGroups, succeeded } from '../iso7816/grouped-commands.ts';
import { readSelectedFiles } from '../iso7816/selected-files.ts';
import { plainChannel } from '../iso7816/transmit.ts';
import type { CardPort, ExchangeCounts } from '../port.ts';
import { guardPort } from '../port.ts';
import {
  NATIONAL_SOD_FILE,
  NIS_BYTES,
  READ_NIS,
  SELECT_DF_CIE,
  SELECT_IAS,
  SELECT_MASTER_FILE,
  SERVICE_KEY_FILE,
  SET_SERVICE_KEY,
} from './national-files.ts';

/** Bytes of the challenge: as the state's own library sends, and as the chip signs them, unhashed. */
export const NATIONAL_CHALLENGE_BYTES = 32;

/** What was read. It identifies a card, so it is never logged. */
export interface NationalReading {
  /** Content of EF.ID_Servizi, 12 digits in ASCII: a number of the card, not of a person. */
  readonly nis: Uint8Array;
  /** Whole RSAPublicKey, undefined where the file is missing. */
  readonly serviceKey: Uint8Array | undefined;
  /** Whole EF.SOD of DF_CIE, undefined where it is missing. */
  readonly securityObject: Uint8Array | undefined;
  /** The chip's answer to the challenge, undefined where it gave none. */
  readonly response: Uint8Array | undefined;
  readonly counts: Readonly<ExchangeCounts>;
}

/** What the reading needs. */
export interface NationalReadingOptions {
  /** 32 random bytes of the server, used once. */
  readonly challenge: Uint8Array;
  readonly signal: AbortSignal;
}

/**
 * Reads the application; undefined when the card has none. Throws CardError, and RangeError for a challenge of another
 * length.
 */
export async function readNationalApplication(
  port: CardPort,
  { challenge, signal }: NationalReadingOptions,
): Promise<NationalReading | undefined> {
  if (challenge.length !== NATIONAL_CHALLENGE_BYTES) throw new RangeError(`challenge of ${challenge.length} bytes`);
  const counts: ExchangeCounts = { apdus: 0, exchanges: 0, bytes: 0 };
  const channel = plainChannel(guardPort(port, counts), signal);
  const open: readonly Command[] = [SELECT_DF_CIE, READ_NIS];
  const authenticate: readonly Command[] = [
    SET_SERVICE_KEY,
    { ins: INS.internalAuthenticate, p1: 0, p2: 0, data: challenge, le: 'max' },
  ];
  let [, opened = [], authenticated = []] = await runGroups(channel, [[SELECT_IAS], open, authenticate]);
  if (!succeeded(open, opened)) {
    [, opened = [], authenticated = []] = await runGroups(channel, [[SELECT_MASTER_FILE], open, authenticate]);
  }
  const nis = opened[1]?.data;
  if (!succeeded(open, opened) || nis === undefined) return undefined;
  if (nis.length !== NIS_BYTES) throw malformed('EF.ID_Servizi of another length');
  const [serviceKey, securityObject] = await readSelectedFiles(channel, [SERVICE_KEY_FILE, NATIONAL_SOD_FILE]);
  const response = succeeded(authenticate, authenticated) ? authenticated[1]?.data : undefined;
  return { nis, serviceKey, securityObject, response, counts };
}
