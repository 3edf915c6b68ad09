import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { loadTown, TownConfigError } from './load-town.ts';
import { mandatoryWording, WordingError } from './mandatory-wording.ts';

const terms = 'certificate-terms.json';
const demoTown = fileURLToPath(new URL('../../../deploy/town', import.meta.url));

describe('loadTown', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'town-'));
    await cp(demoTown, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const change = async (from: string | RegExp, to: string, name = 'certificates.json'): Promise<void> => {
    const file = join(folder, name);
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
    expect(rules.types.map(({ type }) => type)).to.include.members(['residence', 'household-at-death', 'death']);
  });

  it('refuses a rule for private use without the words of art. 40', async () => {
    await change('o ai privati gestori di pubblici servizi', '', terms);
    expect(await fault())
      .to.contain('mandatory words')
      .and.to.contain('uses[0].wording');
  });

  it('refuses a rule without any words', async () => {
    await change(/"wording": \[[^\]]+\]/, '"wording": []', terms);
    expect(await fault()).to.contain('wording');
  });

  it('refuses two rows that hold on the same day', async () => {
    await change('"to": "2023-12-31"', '"to": "2024-01-01"', terms);
    expect(await fault())
      .to.contain('same day')
      .and.to.contain('officeFees');
  });

  const gaps: readonly [what: string, from: string, to: string][] = [
    ['the use "court"', '"use": "court", "from": "2012-01-01"', '"use": "court", "from": "2016-01-02"'],
    ['the office fee "ordinary"', '"kind": "ordinary", "from": "2024-01-01"', '"kind": "ordinary", "from": "2024-01-02"'],
    ['the stamp duty', '"from": "2013-06-26", "to": null', '"from": "2013-06-26", "to": "2030-12-31"'],
    ['the back office', '"from": "2016-01-01", "to": null, "answerDays"', '"from": "2016-02-01", "to": null, "answerDays"'],
  ];
  for (const [what, from, to] of gaps) {
    it(`refuses a day of a type without a row for ${what}`, async () => {
      await change(from, to, terms);
      expect(await fault()).to.match(/from 2016-01-01: there is no row for/).and.to.contain(what);
    });
  }

  it('refuses a predicate nobody knows, and a type of the back office without a reason', async () => {
    await change('"refuse": ["subject-not-certifiable",', '"refuse": ["subject-untidy",');
    expect(await fault()).to.contain('types[0].versions[0].refuse[0]');
    await change('subject-untidy', 'subject-not-certifiable');
    await change('"asksReason": true', '"asksReason": false');
    expect(await fault()).to.contain('asksReason');
  });

  it('refuses a type there is no template for', async () => {
    await change('"type": "residence"', '"type": "nobility"');
    expect(await fault()).to.contain('type');
  });

  it('refuses a day that does not exist, an unknown time zone, a missing file and what is not JSON', async () => {
    await change('"from": "2016-01-01"', '"from": "2016-02-30"');
    expect(await fault()).to.contain('types[0].versions[0].from');
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
