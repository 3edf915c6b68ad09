/**
 * Opens a travel document's chip by the strongest way that card and password have in common (ICAO Doc 9303 part 11,
 * 4.2):
 *
 *   EF.CardAccess --a protocol known here--> PACE --> open
 *       |                                     | refused by status word, but not for the password
 *       | missing, or nothing known in it     v
 *       \-------------- MRZ -------------->  BAC --> open
 *
 * A wrong password never leads from PACE to BAC, and neither does an answer that breaks the protocol: a weaker one is
 * no cure for a card or a way to it that cheats. The card access number opens nothing but PACE.
 */
import { CardError } from '../card-error.ts';
import { INS } from '../iso7816/apdu.ts';
import type { Command } from '../iso7816/apdu.ts';
import { formatStatusWord, SW_NOT_FOUND, SW_OK } from '../iso7816/status-word.ts';
import { runOne } from '../iso7816/transmit.ts';
import type { CommandChannel } from '../port.ts';
import { establishBac } from './bac/bac.ts';
import { parseCardAccess, readCardAccess } from './card-access.ts';
import type { PaceInfo } from './card-access.ts';
import { EMRTD_APPLICATION } from './elementary-files.ts';
import type { RandomBytes } from './pace/domain-parameters.ts';
import { choosePace, establishPace } from './pace/pace.ts';
import type { PacePassword } from './pace/pace.ts';
import { SecureMessaging } from './secure-messaging.ts';
import type { SessionKeys } from './symmetric-suite.ts';

/** A chip that let us in. */
export interface OpenedChip {
  /** `BAC`, or for example `PACE-DH-GM-3DES`. */
  readonly protocol: string;
  /** To be wiped when the session is over. */
  readonly keys: SessionKeys;
  readonly messaging: SecureMessaging;
  /** Whether the application of the travel document is selected already. */
  readonly applicationSelected: boolean;
}

const SELECT_APPLICATION: Command = { ins: INS.select, p1: 0x04, p2: 0x0c, data: EMRTD_APPLICATION };
const SELECT_MASTER_FILE: Command = { ins: INS.select, p1: 0x00, p2: 0x00 };

/**
 * What EF.CardAccess offers, also of cards that show it only after the application was selected and the master file
 * again; nothing when a travel document does not have it. Throws CardError: `not-a-travel-document` when neither file
 * nor application is there, `malformed` for a file of no form.
 */
export async function readOffers(channel: CommandChannel): Promise<readonly PaceInfo[]> {
  const atOnce = await readCardAccess(channel);
  if (atOnce !== undefined) return parseCardAccess(atOnce);
  const { sw } = await runOne(channel, SELECT_APPLICATION);
  if (sw !== SW_OK) throw new CardError('not-a-travel-document', 'the card has no travel document application', at(sw));
  const later = await returnToMasterFile(channel);
  const second = later === SW_OK ? await readCardAccess(channel) : undefined;
  return second === undefined ? [] : parseCardAccess(second);
}

/** Leaves the application, as PACE wants it, and answers the status word. What was open is closed by it. */
export async function returnToMasterFile(channel: CommandChannel): Promise<number> {
  const { sw } = await runOne(channel, SELECT_MASTER_FILE);
  return sw;
}

/**
 * Opens the chip over a channel in the clear. Throws CardError: `wrong-can` or `wrong-mrz` when the password is not the
 * card's, `unsupported` when card and password have no way in common, and what PACE and BAC throw.
 */
export async function openChip(
  channel: CommandChannel,
  offers: readonly PaceInfo[],
  password: PacePassword,
  random: RandomBytes,
): Promise<OpenedChip> {
  if (choosePace(offers) !== undefined || password.kind !== 'mrz') {
    try {
      const { protocol, keys } = await establishPace(channel, offers, password, random);
      return { protocol, keys, messaging: new SecureMessaging(keys), applicationSelected: false };
    } catch (error) {
      if (password.kind !== 'mrz' || !isRefusal(error)) throw error;
    }
  }
  const { keys, counter } = await establishBac(channel, password, random);
  return { protocol: 'BAC', keys, messaging: new SecureMessaging(keys, counter), applicationSelected: true };
}

/** Selects the application of the travel document over a protected channel. Throws CardError. */
export async function selectApplication(channel: CommandChannel): Promise<void> {
  const { sw } = await runOne(channel, SELECT_APPLICATION);
  if (sw === SW_OK) return;
  const code = sw === SW_NOT_FOUND ? 'not-a-travel-document' : 'unsupported';
  throw new CardError(code, `SELECT application answered ${formatStatusWord(sw)}`, at(sw));
}

/** Whether the card refused PACE itself by a status word, and not the password. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof CardError) || error.statusWord === undefined) return false;
  return error.code === 'unsupported' || error.code === 'session-lost';
}

function at(statusWord: number): { readonly step: string; readonly statusWord: number } {
  return { step: 'SELECT application', statusWord };
}
