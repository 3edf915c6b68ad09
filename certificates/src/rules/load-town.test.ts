import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { loadTown, TownConfigError } from './load-town.ts';
import { mandatoryWording, WordingError } from './mandatory-wording.ts';

const demoTown = fileURLToPath(new URL('../../../deploy/town', import.meta.url));

describe('loadTown', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'town-'));
    await cp(demoTown, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const change = async (from: string | RegExp, to: string): Promise<void> => {
    const file = join(folder, 'certificates.json');
    const text = await readFile(file, 'utf8');
    const changed = text.replace(from, to);
    expect(changed).to.not.equal(text);
    await writeFile(file, changed);
  };
  const fault = async (): Promise<string> => {
    const error: unknown = await loadTown(folder).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(TownConfigError);
    return (error as TownConfigError).message;
  };

  it('reads the demo town', async () => {
    const { town, rules } = await loadTown(folder);
    expect(town.place).to.equal('Valfiorita');
    expect(rules.types.map(({ type }) => type)).to.deep.equal(['residence']);
  });

  it('refuses a rule for private use without the words of art. 40', async () => {
    await change('o ai privati gestori di pubblici servizi', '');
    expect(await fault())
      .to.contain('mandatory words')
      .and.to.contain('wording');
  });

  it('refuses a rule without any words', async () => {
    await change(/"wording": \[[^\]]+\]/, '"wording": []');
    expect(await fault()).to.contain('wording');
  });

  it('refuses two versions that hold on the same day', async () => {
    await change('"to": "2023-12-31"', '"to": "2024-01-01"');
    expect(await fault()).to.contain('same day');
  });

  it('refuses a type there is no template for', async () => {
    await change('"type": "residence"', '"type": "nobility"');
    expect(await fault()).to.contain('type');
  });

  it('refuses a day that does not exist, an unknown time zone, a missing file and what is not JSON', async () => {
    await change('"from": "2024-01-01"', '"from": "2024-02-30"');
    expect(await fault()).to.contain('from');
    await change('Europe/Rome', 'Europe/Valfiorita');
    expect(await fault()).to.contain('time zone');
    await writeFile(join(folder, 'certificates.json'), '{');
    expect(await fault()).to.contain('not JSON');
    await rm(join(folder, 'certificates.json'));
    expect(await fault()).to.contain('cannot be read');
  });
});

describe('mandatoryWording', () => {
  const art40 =
    'Il presente certificato non può essere prodotto agli organi della pubblica amministrazione o ai privati gestori di pubblici servizi';

  it('takes the words of DPR 445/2000 art. 40 whatever their case, spaces and what stands around them', () => {
    expect(mandatoryWording('private', `${art40.toUpperCase()}.`)).to.contain('CERTIFICATO');
    expect(mandatoryWording('private', `Nota: ${art40.replaceAll(' ', '  ')} (art. 40)`)).to.contain('Nota');
  });

  it('refuses words with one changed, the words of another use, none, and any for a public office', () => {
    expect(() => mandatoryWording('private', art40.replace('non può', 'può'))).to.throw(WordingError);
    expect(() => mandatoryWording('abroad', art40)).to.throw(WordingError);
    expect(() => mandatoryWording('court', '  ')).to.throw(WordingError);
    expect(() => mandatoryWording('public-office', art40)).to.throw(WordingError);
  });
});
