/** Every ill-behaved twin of the virtual cards, read as the card tool reads, a CNS also asked for a signature: a code or an answer each. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CardError } from '@videosportello/identity/card-error.ts';
import { recogniseCns } from '@videosportello/identity/cns/cns-atr.ts';
import { modulusBytesOf } from '@videosportello/identity/cns/holder-certificate.ts';
import { judgeCns } from '@videosportello/identity/cns/judge-cns.ts';
import { verifyPin } from '@videosportello/identity/cns/pin.ts';
import { readCns } from '@videosportello/identity/cns/read-cns.ts';
import { signChallenge } from '@videosportello/identity/cns/sign-challenge.ts';
import { INS } from '@videosportello/identity/iso7816/apdu.ts';
import { plainChannel } from '@videosportello/identity/iso7816/transmit.ts';
import { guardPort } from '@videosportello/identity/port.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import { expect } from 'chai';
import { directPort } from '../test/direct-port.ts';
import { readCardFile } from '../virtual/cards/card-file.ts';
import { keyFoldersBeside, makeCard } from '../virtual/cards/make-card.ts';
import { CNS_TWINS, DOCUMENT_TWINS } from '../virtual/cards/twin.ts';
import type { CnsTwinName, DocumentTwinName } from '../virtual/cards/twin.ts';
import type { VirtualCard } from '../virtual/cie/virtual-card.ts';
import { passwordFromCan } from './card/password.ts';
import { readCard } from './card/read-card.ts';
import { readTrustFolder } from './card/trust-folder.ts';
import type { CardTrust } from '@videosportello/identity/card-trust.ts';

const NOW = new Date('2026-11-22T20:00:00Z');
const PIN = '12345';
/** How long a reading may take by the card's own clock, ms. */
const DEADLINE_MS = 20_000;

const GOOD = 'genuine yes, notCloned yes, notExpired yes';
const NOT_GENUINE = 'genuine no, notCloned not-asked, notExpired not-asked';

const eachFile = (outcome: string) => ({ sod: outcome, dg1: outcome, dg2: outcome, dg11: outcome, dg14: outcome, dg15: outcome });

/**
 * What a reading of text and photo must come to, by twin, and by the file that a twin changes. EF.COM is signed by nobody and not
 * read; what EF.CardAccess says must be known before there is a session.
 */
const DOCUMENTS: Record<DocumentTwinName, string | Readonly<Record<string, string>>> = {
  'wrong-mac': 'wrong-mac',
  'plain-status': 'session-lost',
  'lying-length': { 'card-access': 'malformed', com: GOOD, ...eachFile('malformed') },
  'cut-file': { 'card-access': 'malformed', com: GOOD, ...eachFile('malformed') },
  'altered-sod': NOT_GENUINE,
  'altered-data': { 'card-access': 'unsupported', com: GOOD, ...eachFile(NOT_GENUINE) },
  'cloned-chip': 'genuine yes, notCloned no, notExpired yes',
  'expired-signer': NOT_GENUINE,
  slow: 'timeout',
  'removed-after': 'card-removed',
};

/** What reading a CNS without its PIN comes to, and a signature with it. */
const CARDS: Record<CnsTwinName, readonly [read: string, signed: string]> = {
  'lying-length': ['malformed', 'verified, nobody named, genuine yes, notCloned yes'],
  'altered-data': ['malformed', 'verified, nobody named, genuine yes, notCloned yes'],
  'cloned-chip': ['genuine yes, notCloned not-asked, notExpired yes', 'verified, CONTI, genuine yes, notCloned no'],
  'expired-certificate': ['genuine yes, notCloned not-asked, notExpired no', 'verified, CONTI, genuine yes, notCloned yes'],
  'unknown-issuer': ['genuine no, notCloned not-asked, notExpired not-asked', 'verified, CONTI, genuine no, notCloned no'],
  'one-try-left': ['genuine yes, notCloned not-asked, notExpired yes', 'last-try'],
  blocked: ['genuine yes, notCloned not-asked, notExpired yes', 'blocked'],
  slow: ['timeout', 'timeout'],
  'removed-after': ['card-removed', 'card-removed'],
};

/** The files that a card of this kind has, of those a twin may change. */
const EXAMPLES = [
  { name: 'cie-giulia', can: '123456', protocol: 'PACE-DH-GM-3DES', lacks: ['dg15'] },
  { name: 'cie-anselmo-ecdh', can: '654321', protocol: 'PACE-ECDH-GM-AES-256', lacks: [] },
  { name: 'emrtd-theresa', can: '135791', protocol: 'PACE-ECDH-GM-AES-128', lacks: ['dg11'] },
] as const;

/** A card in the hand whose time is counted, not waited for: past the deadline the reading is at its end. */
function timed(card: VirtualCard): { readonly port: CardPort; readonly atr: Uint8Array; readonly signal: AbortSignal } {
  const deadline = new AbortController();
  const direct = directPort(card);
  let elapsedMs = 0;
  const port: CardPort = {
    async exchange(commands, options) {
      elapsedMs += commands.length * card.answerDelayMs;
      if (elapsedMs > DEADLINE_MS) deadline.abort(new DOMException('of the test', 'TimeoutError'));
      return direct.exchange(commands, options);
    },
  };
  return { port, atr: card.atr, signal: deadline.signal };
}

const codeOr = (outcome: Promise<string>): Promise<string> =>
  outcome.catch((error: unknown) => {
    if (error instanceof CardError) return error.code;
    throw error;
  });

describe('ill-behaved twins', function () {
  this.timeout(60_000);
  let folder: string;
  let trust: CardTrust;

  const cardOf = async (name: string, twin?: string): Promise<VirtualCard> => {
    const file = await readCardFile(new URL(`../virtual/cards/examples/${name}.json`, import.meta.url));
    const keyFolders = keyFoldersBeside(join(folder, 'authority'));
    const config = { keyFolders, trustFolder: join(folder, 'trust'), ...(twin === undefined ? {} : { twin }) };
    return makeCard(file, config, { now: NOW, random: randomBytes });
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'card-twins-'));
    for (const name of ['cie-giulia', 'emrtd-theresa', 'cns-giulia']) await cardOf(name);
    trust = await readTrustFolder(join(folder, 'trust'));
  });
  after(() => rm(folder, { recursive: true }));

  const read = async (card: VirtualCard, can?: string) => {
    const { signal, ...powered } = timed(card);
    const password = can === undefined ? undefined : passwordFromCan(can);
    return (await readCard(powered, { password, photo: can !== undefined, trust, random: randomBytes, signal, now: NOW })).report;
  };
  const answersOf = async (card: VirtualCard, can?: string): Promise<string> => {
    const { answers } = await read(card, can);
    return (['genuine', 'notCloned', 'notExpired'] as const).map((name) => `${name} ${answers[name]}`).join(', ');
  };

  for (const { name, can, protocol, lacks } of EXAMPLES) {
    it(`of ${name}, and the good card, come to what they must`, async () => {
      expect((await read(await cardOf(name), can)).protocol).to.equal(protocol);
      expect(await answersOf(await cardOf(name), can)).to.equal(GOOD);
      for (const [twin, expected] of Object.entries(DOCUMENTS)) {
        const variants = typeof expected === 'string' ? { [twin]: expected } : expected;
        for (const [file, outcome] of Object.entries(variants)) {
          if (lacks.some((missing) => missing === file)) continue;
          const variant = file === twin ? twin : `${twin}:${file}`;
          expect(await codeOr(cardOf(name, variant).then((card) => answersOf(card, can))), variant).to.equal(outcome);
        }
      }
    });
  }

  it('of a document are all in the table', () => expect(Object.keys(DOCUMENTS)).to.have.members(Object.keys(DOCUMENT_TWINS)));

  /** VERIFY with the PIN in the place of the empty block; any other command as it is. */
  const withPin = (command: Uint8Array): Uint8Array => {
    const isVerify = command[1] === INS.verify && command.length > 4;
    return isVerify ? Buffer.concat([command.subarray(0, 5), Buffer.from(PIN.padEnd(8, '\xff'), 'latin1')]) : command;
  };

  /** Reads, has the PIN verified and a text signed, and judges; the PIN is filled in on the way, as at a kiosk. */
  const sign = async (card: VirtualCard): Promise<string> => {
    const { port, atr, signal } = timed(card);
    const filling: CardPort = { exchange: (commands, options) => port.exchange(commands.map(withPin), options) };
    const channel = plainChannel(guardPort(filling, { apdus: 0, exchanges: 0, bytes: 0 }), signal);
    const reading = await readCns(channel);
    const { pinReference } = recogniseCns(atr) ?? expect.fail('not the ATR of a CNS');
    const pin = await verifyPin(channel, { pinReference, lastTryConfirmed: false, earlier: undefined });
    if (pin.kind !== 'verified') return pin.kind;
    const text = Uint8Array.from(Buffer.from('of this visit'));
    const signature = await signChallenge(channel, { text, modulusBytes: modulusBytesOf(reading.certificate) });
    const { genuine, notCloned, claims } = judgeCns({ reading, signed: { text, signature }, trust: trust.serviceCards, at: NOW });
    return `verified, ${claims?.surname ?? 'nobody named'}, genuine ${genuine.answer}, notCloned ${notCloned.answer}`;
  };

  it('of a health card, and the good one, come to what they must', async () => {
    expect(await answersOf(await cardOf('cns-giulia'))).to.equal('genuine yes, notCloned not-asked, notExpired yes');
    expect(await sign(await cardOf('cns-giulia'))).to.equal('verified, CONTI, genuine yes, notCloned yes');
    for (const [twin, [reading, signing]] of Object.entries(CARDS)) {
      const slow = twin === 'slow' ? 'slow:6000' : twin;
      expect(await codeOr(cardOf('cns-giulia', slow).then((card) => answersOf(card))), `${twin}, read`).to.equal(reading);
      expect(await codeOr(cardOf('cns-giulia', slow).then(sign)), `${twin}, signing`).to.equal(signing);
    }
    expect(Object.keys(CARDS)).to.have.members(Object.keys(CNS_TWINS));
  });
});
