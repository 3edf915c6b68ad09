import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCardTrust } from './trust-folder.ts';

describe('the folder of country signers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vs-trust-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const failure = async () => {
    try {
      await loadCardTrust(folder, { demo: true });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : 'not an error';
    }
  };

  it('must hold one: issuers of health cards are none', async () => {
    expect(await failure()).to.match(/no country signer/);
    await writeFile(join(folder, 'cns-ca-specimen.der'), 'anything');
    expect(await failure()).to.match(/no country signer/);
  });

  it('names the file that is not a certificate', async () => {
    await writeFile(join(folder, 'csca-specimen.der'), 'anything');
    expect(await failure()).to.match(/csca-specimen\.der|certificate/);
  });
});
