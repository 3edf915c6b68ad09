import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CARD_ERRORS } from '@videosportello/identity/card-error.ts';
import { expect } from 'chai';
import { personaliseTown } from '../virtual/bench/town-cards.ts';
import type { PersonalisedCard } from '../virtual/bench/town-cards.ts';
import type { VirtualCard } from '../virtual/cie/virtual-card.ts';
import { createVirtualCie } from '../virtual/cie/virtual-cie.ts';
import type { CardBehaviour } from '../virtual/cie/virtual-cie.ts';
import { failure, report, reportWithPhoto, startCardStage } from './card/card-stage.fixture.ts';
import type { CardStage } from './card/card-stage.fixture.ts';

const CITIZENS = fileURLToPath(new URL('../../deploy/demo/citizens.json', import.meta.url));

/** A card with a chip that knows none of our applications. */
const foreignCard: VirtualCard = {
  atr: Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01),
  answerDelayMs: 0,
  present: true,
  reset: () => undefined,
  process: () => Uint8Array.of(0x6a, 0x82),
};

describe('npm run card', function () {
  this.timeout(120_000);
  this.slow(5_000);

  let folder: string;
  let stage: CardStage;
  let giulia: PersonalisedCard;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'card-'));
    const authority = { keyFolder: join(folder, 'authority'), trustFolder: join(folder, 'trust') };
    const cards = await personaliseTown({ ...authority, citizensFile: CITIZENS }, { now: new Date() });
    giulia = cards.get('giulia') ?? expect.fail('nobody');
    stage = await startCardStage(folder);
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  afterEach(() => stage.take());

  const cie = (behaviour: CardBehaviour = {}) => createVirtualCie(giulia.image, { random: randomBytes, behaviour });

  /** What a failed run says: one JSON object with a code of identity's list, and nothing else anywhere. */
  async function failureOf(parameters: readonly string[], socket?: string) {
    const { status, out, err } = await stage.run([...parameters, '--json'], socket);
    expect(err).to.equal('');
    const { error } = failure.parse(JSON.parse(out));
    expect(CARD_ERRORS).to.have.property(error.code);
    return { status, ...error };
  }

  it('reads a CIE with its access number and says what is proved', async () => {
    await stage.put(cie());
    const { status, out, err } = await stage.run(['read', '--can', '123456', '--trust', join(folder, 'trust'), '--json']);
    expect({ status, err }).to.deep.equal({ status: 0, err: '' });
    const { protocol, person, answers, apdus } = report.parse(JSON.parse(out));
    expect(protocol).to.equal('PACE-DH-GM-3DES');
    expect(person).to.deep.equal({
      surname: 'CONTI',
      givenNames: 'GIULIA',
      birthDate: '1985-03-14',
      sex: 'F',
      nationality: 'ITA',
      documentNumber: 'CA00001AA',
      expiryDate: '2031-03-14',
      taxCode: 'CNTGLI85C54X000O',
    });
    expect(answers).to.include({ genuine: 'yes', notExpired: 'yes', notRevoked: 'not-asked', holder: 'not-asked' });
    expect(apdus).to.be.within(8, 40);
  });

  it('reads with the machine readable zone, and the photo when asked', async () => {
    await stage.put(cie());
    const { status, out } = await stage.run(['read', '--mrz', 'CA00001AA,850314,310314', '--photo', '--json']);
    expect(status).to.equal(0);
    const { photo, answers } = reportWithPhoto.parse(JSON.parse(out));
    expect(Buffer.from(photo.base64, 'base64').equals(giulia.photo)).to.equal(true);
    // Nobody said whom to trust: that is no accusation, and an expiry date that nobody proved answers nothing.
    expect(answers).to.include({ genuine: 'not-asked', notExpired: 'not-asked' });
  });

  it('writes for people without --json, and calls a specimen one', async () => {
    await stage.put(cie());
    const { status, out, err } = await stage.run(['read', '--can', '123456', '--trust', join(folder, 'trust')]);
    expect({ status, err }).to.deep.equal({ status: 0, err: '' });
    expect(out).to.match(/^SPECIMEN/).and.to.match(/^taxCode +CNTGLI85C54X000O$/m).and.to.match(/^genuine +yes$/m);
    expect((await stage.run(['readers'])).out).to.match(/^Virtual PCD 00 00: present 3B/).and.to.match(/^Virtual PCD 00 01: none$/m);
  });

  it('does not believe a card whose country signer is not among the trusted', async () => {
    await stage.put(cie());
    const other = join(folder, 'other');
    const authority = { keyFolder: join(other, 'authority'), trustFolder: join(other, 'trust'), citizensFile: CITIZENS };
    await personaliseTown(authority, { now: new Date() });
    const { out } = await stage.run(['read', '--can', '123456', '--trust', authority.trustFolder, '--json']);
    expect(report.parse(JSON.parse(out)).answers.genuine).to.equal('no');
  });

  it('says wrong-can for a wrong number, for one of another form and for none', async () => {
    await stage.put(cie());
    for (const parameters of [['--can', '000000'], ['--can', '12'], []]) {
      const { status, code, hint: said } = await failureOf(['read', ...parameters]);
      expect({ status, code }).to.deep.equal({ status: 1, code: 'wrong-can' });
      expect(said.it).to.match(/6 cifre/);
    }
  });

  it('says wrong-mrz for data of another card and for a zone with a wrong check digit', async () => {
    await stage.put(cie());
    for (const mrz of ['CA00002AA,850314,310314', 'CA00001AA985031483103144']) {
      expect(await failureOf(['read', '--mrz', mrz])).to.include({ status: 1, code: 'wrong-mrz' });
    }
  });

  it('says card-removed for a card that leaves in the middle', async () => {
    await stage.put(cie({ removeAfterApdu: 9 }));
    expect(await failureOf(['read', '--can', '123456'])).to.include({ status: 1, code: 'card-removed' });
  });

  it('says not-a-travel-document for a card that is none, with and without a password', async () => {
    await stage.put(foreignCard);
    for (const parameters of [[], ['--can', '123456']]) {
      const said = await failureOf(['read', ...parameters]);
      expect(said).to.include({ status: 1, code: 'not-a-travel-document' });
    }
  });

  it('says unsupported for a card that is mute', async () => {
    // A chip whose answer to reset promises more than comes.
    const mute = { ...foreignCard, atr: Uint8Array.from(Buffer.from('3b'.padEnd(80, '0'), 'hex')) };
    await stage.put(mute, 'mute');
    expect(await failureOf(['read', '--can', '123456'])).to.include({ status: 1, code: 'unsupported' });
  });

  it('says card-removed without a card, and reader-unavailable without that reader or any service', async () => {
    expect(await failureOf(['read', '--reader', 'Virtual PCD 00 01', '--can', '123456'])).to.include({ code: 'card-removed' });
    const nothing = await failureOf(['read', '--reader', 'No such reader', '--can', '123456']);
    expect(nothing).to.include({ status: 1, code: 'reader-unavailable' });
    const nowhere = join(folder, 'no-service');
    for (const command of [['read', '--can', '123456'], ['readers']]) {
      expect(await failureOf(command, nowhere)).to.include({ status: 1, code: 'reader-unavailable' });
    }
  });

  it('refuses a command line that it does not know, and a folder without certificates, in plain words', async () => {
    const lines = [['dance'], ['read', '--pin', '1'], ['read', '--can', '1', '--mrz', 'X'], ['read', '--trust', folder], ['read', '--trust', join(folder, 'none')]];
    for (const line of lines) {
      expect(await failureOf(line)).to.include({ status: 2 });
    }
    const { status, out, err } = await stage.run(['dance']);
    expect({ status, out }).to.deep.equal({ status: 2, out: '' });
    expect(err).to.match(/--help/).and.not.to.match(/ at /);
    const help = await stage.run(['--help']);
    expect(help.status).to.equal(0);
    expect(help.out).to.match(/data\/demo\/bench\/card-trust/);
  });
});
