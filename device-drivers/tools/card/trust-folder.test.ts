import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCns } from '@videosportello/identity/cns/read-cns.ts';
import { plainChannel } from '@videosportello/identity/iso7816/transmit.ts';
import { expect } from 'chai';
import { directPort } from '../../test/direct-port.ts';
import { revocationList } from '../../test/revocation-list.ts';
import { readCardFile } from '../../virtual/cards/card-file.ts';
import { keyFoldersBeside, makeCard } from '../../virtual/cards/make-card.ts';
import { passwordFromCan } from './password.ts';
import { readCard } from './read-card.ts';
import { readTrustFolder } from './trust-folder.ts';
import { UsageError } from './usage-error.ts';

const NOW = new Date('2026-11-22T20:00:00Z');

describe('the folder of --trust', function () {
  this.timeout(60_000);
  let folder: string;
  let trustFolder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'card-trust-'));
    trustFolder = join(folder, 'trust');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const makeExample = async (name: string) => {
    const file = await readCardFile(new URL(`../../virtual/cards/examples/${name}.json`, import.meta.url));
    return makeCard(file, { keyFolders: keyFoldersBeside(join(folder, 'authority')), trustFolder }, { now: NOW, random: randomBytes });
  };
  const answersOf = async (name: string, can?: string) => {
    const card = await makeExample(name);
    const password = can === undefined ? undefined : passwordFromCan(can);
    const options = { password, photo: false, random: randomBytes, signal: new AbortController().signal, now: NOW };
    return (await readCard({ port: directPort(card), atr: card.atr }, { ...options, trust: await readTrustFolder(trustFolder) })).report.answers;
  };

  it('has a document signer refused that its country took back', async () => {
    expect((await answersOf('cie-giulia', '123456')).genuine).to.equal('yes');
    const keys = join(folder, 'authority');
    const signer = await readFile(join(keys, 'document-signer.der'));
    await writeFile(join(trustFolder, 'italy.crl'), await revocationList(join(keys, 'country-signer.key.pem'), signer, NOW));
    expect((await answersOf('cie-giulia', '123456')).genuine).to.equal('no');
  });

  it('has a health card’s certificate refused that its issuer took back', async () => {
    const card = await makeExample('cns-giulia');
    const { certificate } = await readCns(plainChannel(directPort(card), new AbortController().signal));
    const keyFile = join(keyFoldersBeside(join(folder, 'authority')).cns, 'issuer.key.pem');
    await writeFile(join(trustFolder, 'cns-issuer.crl'), await revocationList(keyFile, certificate, NOW));
    const { report } = await readCard(
      { port: directPort(card), atr: card.atr },
      { password: undefined, photo: false, random: randomBytes, signal: new AbortController().signal, now: NOW, trust: await readTrustFolder(trustFolder) },
    );
    expect(report.answers).to.include({ genuine: 'yes', notRevoked: 'no' });
  });

  it('is refused with a link certificate or a list that nobody there signed, and without anybody to trust', async () => {
    const refused = async () => (await readTrustFolder(trustFolder).catch((error: unknown) => error)) instanceof UsageError;
    expect(await refused(), 'no folder').to.equal(true);
    await makeExample('cns-giulia');
    expect(await refused()).to.equal(false);
    const [anchor = ''] = await readdir(trustFolder);
    const bytes = await readFile(join(trustFolder, anchor));
    await writeFile(join(trustFolder, 'link-next.der'), bytes);
    expect(await refused(), 'an issuer of health cards vouches for no country').to.equal(true);
    await rm(join(trustFolder, 'link-next.der'));
    await writeFile(join(trustFolder, 'cns.crl'), bytes);
    expect(await refused(), 'a list that is none').to.equal(true);
  });
});
