import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { kioskId, newId, visitId } from '@videosportello/protocol/ids.ts';
import type { DialogueId } from '@videosportello/protocol/ids.ts';
import { challengeText } from '@videosportello/protocol/messages/signature-challenge.ts';
import type { SignatureChallenge } from '@videosportello/protocol/messages/signature-challenge.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { startKiosk } from '../../test/kiosk.ts';
import type { Kiosk } from '../../test/kiosk.ts';

const VERIFY = '0020001008FFFFFFFFFFFFFFFF';
const TRIES = '00200010';
const PREPARE = ['0022F30300', '0022F1B603830101'];
const PIN = '73194';
/** VERIFY as the card must get it: the figures in ASCII, padded with FF. */
const VERIFY_FILLED = '00200010083733313934FFFFFF';

const blockOf = (text: string, modulusBytes = 256) => {
  const digestInfo = `3031300d060960864801650304020105000420${createHash('sha256').update(text).digest('hex')}`;
  return `0001${'ff'.repeat(modulusBytes - 54)}00${digestInfo}`.toUpperCase();
};
const signCommand = (block: string) =>
  block.length / 2 > 255 ? `002A9E9A00${(block.length / 2).toString(16).padStart(4, '0')}${block}0000` : `002A9E9A${(block.length / 2).toString(16).padStart(2, '0')}${block}00`;

describe('a server that tampers with a CNS', function () {
  this.timeout(20_000);
  let kiosk: Kiosk;
  beforeEach(async () => {
    kiosk = await startKiosk();
  });
  afterEach(() => kiosk.close());

  const dialogueId = `g_${'0'.repeat(23)}1` as DialogueId;

  /** A card powered up for a signature, at the server's disposal. */
  async function dialogue(kind: 'cns-sign' | 'cns-read' | 'cie-nis' | 'emrtd-read' = 'cns-sign') {
    const page = await kiosk.page();
    const visit = newId(visitId, 'v');
    await page.openVisit(visit);
    const link = await kiosk.node.link();
    await page.status.until((status) => status?.certificates === 'open');
    kiosk.reader.put();
    const [begun, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    kiosk.node.onEvidence(async () => {
      begun.resolve();
      await finish.promise;
    });
    const read = codeOf(page.read(visit));
    await begun.promise;
    await link.peer.request('card.connect', { dialogueId, dialogue: kind });
    const challenge: SignatureChallenge = {
      product: 'Videosportello',
      kioskId: kioskId.parse('kiosk-1'),
      visitId: visit,
      at: Date.now(),
      nonce: '5a'.repeat(32),
    };
    const exchange = (...commands: string[]) => link.peer.request('card.exchange', { dialogueId, commands, deadlineMs: 5_000 });
    const present = (change: Partial<SignatureChallenge> = {}, lastTryConfirmed = false) =>
      link.peer.request('signature.present', { dialogueId, challenge: { ...challenge, ...change }, lastTryConfirmed });
    return {
      page,
      link,
      read,
      finish,
      challenge,
      exchange,
      present,
      /** The citizen reads the challenge, types his PIN and touches. */
      async agree(lastTryConfirmed = false) {
        const before = kiosk.reader.log.length;
        const count = page.heard.value.filter((name) => name === 'Videosportello.SignatureRequestedEvent').length;
        const presented = present({}, lastTryConfirmed);
        await page.heard.until((names) => names.filter((name) => name === 'Videosportello.SignatureRequestedEvent').length > count);
        await page.command('Videosportello.AnswerSignature', { dialogueId, agreed: true, pin: PIN });
        expect(await presented).to.deep.equal({ agreed: true });
        expect(kiosk.reader.log.length, 'the card waits for the server').to.equal(before);
      },
      async refuses(...commands: string[]) {
        const seen = kiosk.reader.log.length;
        expect(await codeOf(exchange(...commands))).to.equal('instruction-refused');
        expect(kiosk.reader.log.slice(seen)).to.deep.equal([]);
        expect(kiosk.reader.powered()).to.equal(false);
        expect(kiosk.log()).to.include('card instruction refused');
      },
    };
  }

  it('that does not gets one VERIFY and one signature for one touch, and never the PIN', async () => {
    const { agree, exchange, challenge, read, finish, page } = await dialogue();
    await agree();
    const sign = signCommand(blockOf(challengeText(challenge)));
    kiosk.reader.answers(['63C3', '9000', '9000', '9000', 'C0FFEE9000']);
    expect((await exchange(TRIES)).responses).to.deep.equal(['63c3']);
    expect((await exchange(VERIFY, ...PREPARE, sign)).responses).to.deep.equal(['9000', '9000', '9000', 'c0ffee9000']);
    expect(kiosk.reader.log).to.deep.equal([TRIES, VERIFY_FILLED, ...PREPARE, sign]);
    expect(page.heard.value).to.include('Videosportello.SignatureWithdrawnEvent');
    expect(kiosk.log()).not.to.include(PIN).and.not.to.include('3733313934');
    finish.resolve();
    expect(await read).to.equal('done');
    expect(kiosk.reader.powered()).to.equal(false);
  });

  it('gets no VERIFY without a touch, and none after a no', async () => {
    const first = await dialogue();
    await first.refuses(TRIES, VERIFY);
    await first.link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    const presented = first.present();
    await first.page.heard.until((names) => names.includes('Videosportello.SignatureRequestedEvent'));
    await first.page.command('Videosportello.AnswerSignature', { dialogueId, agreed: false });
    expect(await presented).to.deep.equal({ agreed: false });
    await first.refuses(VERIFY);
  });

  it('gets no second VERIFY out of one PIN: not in one request, not in the next, not side by side', async () => {
    const twice = await dialogue();
    await twice.agree();
    await twice.refuses(VERIFY, VERIFY);
    await twice.link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    await twice.agree();
    kiosk.reader.answers(['63C3', '63C2']);
    expect((await twice.exchange(VERIFY)).responses).to.deep.equal(['63c2']);
    await twice.refuses(VERIFY);
    await twice.link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    await twice.agree();
    kiosk.reader.answers(['63C3', '9000']);
    const seen = kiosk.reader.log.length;
    await Promise.allSettled([twice.exchange(VERIFY), twice.exchange(VERIFY), twice.exchange(VERIFY)]);
    expect(kiosk.reader.log.slice(seen).filter((command) => command.length > 8)).to.have.length.at.most(1);
    expect(kiosk.reader.log.filter((command) => command === VERIFY)).to.deep.equal([]);
  });

  it('asks the card for the tries left once, however often it asks, also by beginning anew', async () => {
    const { exchange, link } = await dialogue();
    kiosk.reader.answers(['63C3']);
    for (const _ of [1, 2, 3]) expect((await exchange(TRIES)).responses).to.deep.equal(['63c3']);
    for (const _ of [1, 2]) {
      await link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
      expect((await exchange(TRIES)).responses).to.deep.equal(['63c3']);
    }
    expect(kiosk.reader.log).to.deep.equal([TRIES]);
  });

  it('gets no last try of a card that does not say how many are left, by beginning anew', async () => {
    const { agree, exchange, link } = await dialogue();
    await agree();
    kiosk.reader.answers(['6D00', '63C1', '6D00']);
    expect((await exchange(VERIFY)).responses).to.deep.equal(['63c1']);
    await link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    await agree();
    expect(await codeOf(exchange(VERIFY))).to.equal('instruction-refused:last-try');
    expect(kiosk.reader.log).to.deep.equal([TRIES, VERIFY_FILLED, TRIES]);
  });

  it('gets a count of its own for a card put in anew', async () => {
    const { agree, exchange, link } = await dialogue();
    await agree();
    kiosk.reader.answers(['6D00', '63C1']);
    await exchange(VERIFY);
    kiosk.reader.take();
    kiosk.reader.put();
    await link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    await agree();
    kiosk.reader.answers(['6D00', '9000']);
    expect((await exchange(VERIFY)).responses).to.deep.equal(['9000']);
  });

  it('gets no last try unless the operator confirms, and none of a blocked card', async () => {
    const { agree, exchange, link } = await dialogue();
    await agree();
    kiosk.reader.answers(['63C1']);
    expect(await codeOf(exchange(VERIFY))).to.equal('instruction-refused:last-try');
    expect(kiosk.reader.log).to.deep.equal([TRIES]);
    expect(kiosk.reader.powered()).to.equal(false);
    await link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    await agree(true);
    kiosk.reader.answers(['9000']);
    expect((await exchange(VERIFY)).responses).to.deep.equal(['9000']);
    await agree(true);
    kiosk.reader.answers(['6983']);
    expect((await exchange(VERIFY)).responses).to.deep.equal(['6983']);
    expect(kiosk.reader.log).to.deep.equal([TRIES, VERIFY_FILLED, TRIES]);
  });

  const others: [string, (text: string) => string[]][] = [
    ['over another text', () => [signCommand(blockOf('I owe the bearer a thousand euros.'))]],
    ['over the bare digest', (text) => [`002A9E9A20${createHash('sha256').update(text).digest('hex')}00`]],
    ['over the challenge with other padding', (text) => [signCommand(blockOf(text).replace('FFFF', 'FFFE'))]],
    ['over nothing', () => ['002A9E9A']],
    ['with a length that lies', (text) => [signCommand(blockOf(text)).replace('002A9E9A000100', '002A9E9A0000FF')]],
    ['twice', (text) => [signCommand(blockOf(text)), signCommand(blockOf(text))]],
    ['in a chain that ends otherwise', (text) => [`102A9E9AFF${blockOf(text).slice(0, 510)}`, '002A9E9A010000']],
    ['in a chain left open', (text) => [`102A9E9AFF${blockOf(text).slice(0, 510)}`]],
    ['in a chain with something between', (text) => [`102A9E9AFF${blockOf(text).slice(0, 510)}`, TRIES, `002A9E9A01${blockOf(text).slice(510)}00`]],
  ];
  for (const [what, commands] of others) {
    it(`gets no signature ${what}`, async () => {
      const { agree, refuses, challenge } = await dialogue();
      await agree();
      await refuses(VERIFY, ...PREPARE, ...commands(challengeText(challenge)));
    });
  }

  it('gets the signature in a chain too, and none after it, nor without a touch', async () => {
    const { agree, exchange, refuses, challenge, link } = await dialogue();
    const block = blockOf(challengeText(challenge));
    await agree();
    kiosk.reader.answers(['63C3', '9000', '9000', '9000', '9000', 'C0FFEE9000']);
    const chain = [`102A9E9AFF${block.slice(0, 510)}`, `002A9E9A01${block.slice(510)}00`];
    expect((await exchange(VERIFY, ...PREPARE, ...chain)).responses.at(-1)).to.equal('c0ffee9000');
    await refuses(signCommand(block));
    await link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    await refuses(...PREPARE, signCommand(block));
  });

  it('cannot have another visit’s, another kiosk’s or an old challenge shown', async () => {
    const { present, page } = await dialogue();
    const foreign = [{ visitId: newId(visitId, 'v') }, { kioskId: kioskId.parse('kiosk-2') }];
    for (const change of foreign) expect(await codeOf(present(change))).to.equal('instruction-refused:challenge-foreign');
    for (const at of [Date.now() - 3_600_000, Date.now() + 3_600_000]) {
      expect(await codeOf(present({ at }))).to.equal('instruction-refused:challenge-old');
    }
    expect(page.heard.value).not.to.include('Videosportello.SignatureRequestedEvent');
  });

  for (const [name, command] of [
    ['RESET RETRY COUNTER', '002C00101031323334353637383132333435363738'],
    ['CHANGE REFERENCE DATA', '002400101031323334353637383132333435363738'],
    ['UPDATE BINARY', '00D60000010A'],
    ['VERIFY with figures of its own', '00200010083132333435FFFFFF'],
    ['decipherment', '002A80860100'],
    ['the key of legal signatures', '0022F1B603830110'],
    ['an instruction of a travel document’s dialogue', '0022C1A403830102'],
    ['an instruction of the CIE’s dialogue', '002241A406800102840183'],
  ] as const) {
    it(`gets no ${name}, also after the touch`, async () => {
      const { agree, refuses } = await dialogue();
      await agree();
      await refuses(VERIFY, command);
    });
  }

  it('gets neither PIN nor signature in a dialogue that only reads', async () => {
    for (const kind of ['cns-read', 'cie-nis', 'emrtd-read'] as const) {
      const { present, refuses, finish, read } = await dialogue(kind);
      expect(await codeOf(present())).to.equal('visit-state');
      await refuses(VERIFY);
      finish.resolve();
      await read;
    }
  });

  it('loses the PIN with the dialogue, and the page its question', async () => {
    const { page, link, present, agree, refuses } = await dialogue();
    await agree();
    await link.peer.request('card.release', { dialogueId });
    await link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    const asked = codeOf(present());
    await page.heard.until((names) => names.filter((name) => name === 'Videosportello.SignatureRequestedEvent').length === 2);
    await link.peer.request('card.release', { dialogueId });
    expect(await asked).to.equal('aborted');
    expect(await codeOf(page.command('Videosportello.AnswerSignature', { dialogueId, agreed: true, pin: PIN }))).to.equal('visit-state');
    await link.peer.request('card.connect', { dialogueId, dialogue: 'cns-sign' });
    await refuses(VERIFY);
  });
});
