/** The card tool on every kind of virtual card, and on their ill-behaved twins. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readCardFile } from '../virtual/cards/card-file.ts';
import { keyFoldersBeside, makeCard } from '../virtual/cards/make-card.ts';
import { failure, looseReport, startCardStage } from './card/card-stage.fixture.ts';
import type { CardStage } from './card/card-stage.fixture.ts';

describe('npm run card, kinds of cards', function () {
  this.timeout(120_000);
  this.slow(8_000);

  let folder: string;
  let stage: CardStage;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'card-'));
    stage = await startCardStage(folder);
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  afterEach(() => stage.take());

  /** Puts the card of an example on the reader and runs the tool on it. */
  async function readExample(name: string, password: readonly string[], twin?: string) {
    const trustFolder = join(folder, 'trust');
    const file = await readCardFile(new URL(`../virtual/cards/examples/${name}.json`, import.meta.url));
    const config = { keyFolders: keyFoldersBeside(join(folder, 'authority')), trustFolder, ...(twin === undefined ? {} : { twin }) };
    await stage.put(await makeCard(file, config, { now: new Date(), random: randomBytes }));
    return stage.run(['read', ...password, '--trust', trustFolder, '--json']);
  }

  async function reportOf(...parameters: Parameters<typeof readExample>) {
    const { status, out, err } = await readExample(...parameters);
    expect({ status, err }, out).to.deep.equal({ status: 0, err: '' });
    return looseReport.parse(JSON.parse(out));
  }

  const can = ['--can', '123456'];

  it('reads a health card without its PIN: a certificate of a trusted issuer, and data that are claims', async () => {
    const { protocol, person, answers } = await reportOf('cns-giulia', []);
    expect(protocol).to.equal('CNS');
    expect(person).to.deep.equal({
      surname: 'CONTI',
      givenNames: 'GIULIA',
      birthDate: '1985-03-14',
      sex: 'F',
      nationality: null,
      documentNumber: null,
      expiryDate: '2030-01-14',
      taxCode: 'CNTGLI85C54X000O',
    });
    expect(answers).to.deep.equal({
      genuine: 'yes',
      notCloned: 'not-asked',
      notExpired: 'yes',
      notRevoked: 'not-asked',
      holder: 'not-asked',
    });
  });

  it('does not believe a health card of an unknown issuer', async () => {
    expect((await reportOf('cns-giulia', [], 'unknown-issuer')).answers).to.include({ genuine: 'no', notExpired: 'not-asked' });
  });

  it('asks a CIE to prove that it is no copy', async () => {
    const { answers } = await reportOf('cie-giulia', can);
    expect(answers).to.include({ genuine: 'yes', notCloned: 'yes', notExpired: 'yes' });
  });

  it('says no to a copy in another chip, and to files that were changed', async () => {
    expect((await reportOf('cie-giulia', can, 'cloned-chip')).answers).to.include({ genuine: 'yes', notCloned: 'no' });
    await stage.take();
    expect((await reportOf('cie-giulia', can, 'altered-data')).answers).to.include({ genuine: 'no' });
  });

  it('reads a foreign passport with its machine readable zone', async () => {
    const { person, answers } = await reportOf('emrtd-theresa', ['--mrz', 'P0000017A,920229,320508']);
    expect(person).to.include({ nationality: 'AUT', documentNumber: 'P0000017A', taxCode: null });
    expect(answers).to.include({ genuine: 'yes' });
  });

  it('refuses a card that forges answers, lies about a length or leaves the session, with a code', async () => {
    const codes: string[] = [];
    for (const twin of ['wrong-mac', 'lying-length:sod', 'plain-status']) {
      const { status, out, err } = await readExample('cie-giulia', can, twin);
      expect({ status, err }, out).to.deep.equal({ status: 1, err: '' });
      codes.push(failure.parse(JSON.parse(out)).error.code);
      await stage.take();
    }
    expect(codes).to.deep.equal(['wrong-mac', 'malformed', 'session-lost']);
  });
});
