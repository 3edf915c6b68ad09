/** Reads a card through identity's doors and says what was found, in the tool's own words. */
import { CardError } from '@videosportello/identity/card-error.ts';
import type { CardTrust } from '@videosportello/identity/card-trust.ts';
import { recogniseCns } from '@videosportello/identity/cns/cns-atr.ts';
import { judgeCns } from '@videosportello/identity/cns/judge-cns.ts';
import { readCns } from '@videosportello/identity/cns/read-cns.ts';
import { messageLengths } from '@videosportello/identity/emrtd/chip-lengths.ts';
import { EMRTD_APPLICATION } from '@videosportello/identity/emrtd/elementary-files.ts';
import { parseDg2 } from '@videosportello/identity/emrtd/lds/dg2.ts';
import type { PacePassword } from '@videosportello/identity/emrtd/pace/pace.ts';
import { authenticatePassively } from '@videosportello/identity/emrtd/passive-authentication.ts';
import { readDocument } from '@videosportello/identity/emrtd/read-document.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { INS } from '@videosportello/identity/iso7816/apdu.ts';
import { SW_OK } from '@videosportello/identity/iso7816/status-word.ts';
import { plainChannel, runOne } from '@videosportello/identity/iso7816/transmit.ts';
import { guardPort } from '@videosportello/identity/port.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import { deriveVerdict } from '@videosportello/identity/verdict/answers.ts';
import { ANSWERS, genuineOf, PERSON_FIELDS } from './card-report.ts';
import type { CardFindings, CardReport } from './card-report.ts';

/** How to read. */
export interface ReadCardOptions {
  /** Opens the chip; without one only a card that needs none can be read. */
  readonly password: PacePassword | undefined;
  readonly photo: boolean;
  /** Undefined when nobody said whom to trust, which leaves "genuine" unasked. */
  readonly trust: CardTrust | undefined;
  readonly random: (bytes: number) => Uint8Array;
  readonly signal: AbortSignal;
  readonly now: Date;
}

/** A powered card. */
export interface PoweredCard {
  readonly port: CardPort;
  readonly atr: Uint8Array;
}

/** Cards are judged by the day in Italy. */
const TIME_ZONE = 'Europe/Rome';

const CHALLENGE_BYTES = 8;

/**
 * Reads a card and judges it: a CNS by its answer to reset or its files, else a travel document. Throws CardError for every
 * failure; `wrong-can` also for a travel document for which no password was given.
 *
 *   ATR of a CNS --------------------------------> CNS
 *   any other --password------------------------> travel document
 *             \--none--> has its application? --> wrong-can
 *                         \--none--> files of a CNS? --> CNS, else not-a-travel-document
 */
export async function readCard(card: PoweredCard, options: ReadCardOptions): Promise<CardFindings> {
  if (recogniseCns(card.atr) !== undefined) return readHealthCard(card, options);
  const { password } = options;
  if (password !== undefined) return readTravelDocument(card, password, options);
  if (await isTravelDocument(card, options.signal)) {
    throw new CardError('wrong-can', 'this card is opened by its access number or its machine readable zone');
  }
  try {
    return await readHealthCard(card, options);
  } catch (error) {
    if (!(error instanceof CardError) || error.code !== 'unsupported') throw error;
    throw new CardError('not-a-travel-document', 'the card has no application that is known here', { cause: error });
  }
}

async function readTravelDocument(
  { port, atr }: PoweredCard,
  password: PacePassword,
  { photo, trust, random, signal, now }: ReadCardOptions,
): Promise<CardFindings> {
  const begun = performance.now();
  const reading = await readDocument(port, {
    password,
    files: photo ? ['dg1', 'dg11', 'dg2'] : ['dg1', 'dg11'],
    chipChallenge: random(CHALLENGE_BYTES),
    lengths: messageLengths(atr),
    random,
    signal,
  });
  const { files, chipProof, protocol } = reading;
  const passiveAuthentication = authenticatePassively({ files, trust: trust?.documents ?? createTrustStore([]), at: now });
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE }).format(now);
  const { answers, claims } = deriveVerdict({ files, passiveAuthentication, chipProof, today });
  const { apdus, bytes } = reading.counts;
  const report: CardReport = {
    protocol,
    person: record(PERSON_FIELDS, (field) => claims[field]?.value ?? null),
    answers: {
      ...record(ANSWERS, (name) => answers[name].answer),
      genuine: genuineOf(answers.genuine, trust !== undefined),
    },
    apdus,
    bytes,
    ms: Math.round(performance.now() - begun),
  };
  return {
    report: photo ? { ...report, photo: photoOf(files.get('dg2')) } : report,
    specimen: passiveAuthentication.signer?.specimen ?? false,
  };
}

/**
 * Without a PIN: certificate and personal data, which anybody could copy. The PIN is for the kiosk's dialogue only. Throws CardError
 * also for personal data that are not those of the certificate: an altered name would stand beside a genuine certificate.
 */
async function readHealthCard(
  card: PoweredCard,
  { photo, trust, signal, now }: ReadCardOptions,
): Promise<CardFindings> {
  const begun = performance.now();
  const counts = { apdus: 0, exchanges: 0, bytes: 0 };
  const reading = await readCns(plainChannel(guardPort(card.port, counts), signal));
  const judged = judgeCns({ reading, signed: undefined, trust: trust?.serviceCards ?? createTrustStore([]), at: now });
  const { claims } = judged;
  if (claims === undefined && reading.personalData !== undefined) {
    throw new CardError('malformed', "the personal data cannot be read, or are not those of the holder's certificate");
  }
  return {
    report: {
      protocol: 'CNS',
      person: {
        surname: claims?.surname ?? null,
        givenNames: claims?.givenNames ?? null,
        birthDate: claims?.birthDate ?? null,
        sex: claims?.sex ?? null,
        nationality: null,
        documentNumber: null,
        expiryDate: claims?.expiryDate ?? null,
        taxCode: judged.taxCode ?? claims?.taxCode ?? null,
      },
      answers: {
        genuine: genuineOf(judged.genuine, trust !== undefined),
        notCloned: judged.notCloned.answer,
        notExpired: judged.notExpired.answer,
        notRevoked: judged.notRevoked.answer,
        holder: 'not-asked',
      },
      apdus: counts.apdus,
      bytes: counts.bytes,
      ms: Math.round(performance.now() - begun),
      ...(photo ? { photo: null } : {}),
    },
    specimen: judged.specimen,
  };
}

/** A photo that cannot be taken out of its file leaves the rest of the reading as it is. */
function photoOf(file: Uint8Array | undefined): NonNullable<CardReport['photo']> | null {
  if (file === undefined) return null;
  try {
    const { mediaType, bytes } = parseDg2(file);
    return { mediaType, base64: Buffer.from(bytes).toString('base64') };
  } catch (error) {
    if (error instanceof CardError) return null;
    throw error;
  }
}

/** Tells a chip that wants a password from a card that no password would open. */
async function isTravelDocument({ port }: PoweredCard, signal: AbortSignal): Promise<boolean> {
  const select = { ins: INS.select, p1: 0x04, p2: 0x0c, data: EMRTD_APPLICATION };
  const { sw } = await runOne(plainChannel(port, signal), select);
  return sw === SW_OK;
}

function record<Name extends string, Value>(names: readonly Name[], valueOf: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, Value>;
}
