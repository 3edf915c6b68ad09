import { createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { canonicalJson } from './canonical-json.ts';
import { createKeySigner } from '../signature/providers/file-signer.ts';
import { createDemoAuthority } from './demo-authority.ts';
import { readKeyPem } from './key-folder.ts';
import { refuseRollBack } from './sequence-memory.ts';
import { openTrustBundle, TrustError } from './trust-bundle.ts';
import type { SealedTrustBundle } from './trust-bundle.ts';
import { loadTrustFolder, publishTrustBundle } from './trust-folder.ts';

const NOW = new Date('2026-11-22T10:00:00Z');

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'none',
    (error: unknown) => (error instanceof TrustError ? error.code : 'unexpected'),
  );
}

describe('trust bundle', function () {
  this.timeout(30_000);
  let directory = '';
  let folder = '';
  let sealed: SealedTrustBundle;
  let rootKey: KeyObject;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'trust-'));
    folder = (await createDemoAuthority(directory, { now: NOW })).trustFolder;
    const rootFile = await readFile(join(directory, 'stamp-root.pem'), 'utf8');
    rootKey = createPrivateKey(rootFile);
    sealed = {
      text: new Uint8Array(await readFile(join(folder, 'bundle-1.json'))),
      signature: new Uint8Array(await readFile(join(folder, 'bundle-1.sig'))),
      root: readKeyPem(rootFile, 'root').certificate,
    };
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  const signed = (text: string): SealedTrustBundle => {
    const bytes = new TextEncoder().encode(text);
    return {
      ...sealed,
      text: bytes,
      signature: new Uint8Array(sign('sha256', bytes, { key: rootKey, dsaEncoding: 'ieee-p1363' })),
    };
  };
  const text = () => new TextDecoder().decode(sealed.text);

  it('opens, names its root and lists its signers', async () => {
    const bundle = await openTrustBundle(sealed);
    expect(bundle).to.deep.include({ sequence: 1, specimen: true, issuedAt: NOW.toISOString() });
    expect(bundle.signers).to.have.length(1);
    expect(bundle.rootFingerprint).to.match(/^[0-9a-f]{64}$/);
  });

  it('refuses every changed byte', async () => {
    for (let at = 0; at < sealed.text.length; at += 97) {
      const changed = sealed.text.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await codeOf(openTrustBundle({ ...sealed, text: changed })), `byte ${at}`).to.equal(
        'TRUST_WRONG_SIGNATURE',
      );
    }
  });

  it('refuses a bundle of another root', async () => {
    const other = join(directory, 'other');
    await createDemoAuthority(other, { now: NOW });
    const { certificate } = readKeyPem(await readFile(join(other, 'stamp-root.pem'), 'utf8'), 'root');
    expect(await codeOf(openTrustBundle({ ...sealed, root: certificate }))).to.equal('TRUST_WRONG_SIGNATURE');
  });

  it('refuses a signer certificate in the place of the root', async () => {
    const { certificate } = readKeyPem(await readFile(join(directory, 'stamp-signer-2026.pem'), 'utf8'), 'signer');
    expect(await codeOf(openTrustBundle({ ...sealed, root: certificate }))).to.equal('TRUST_MALFORMED');
    expect(await codeOf(openTrustBundle({ ...sealed, root: Uint8Array.of(1, 2, 3) }))).to.equal('TRUST_MALFORMED');
  });

  it('refuses signed text that is not canonical, repeats a name, or has unknown members', async () => {
    expect(await codeOf(openTrustBundle(signed(text())))).to.equal('none');
    expect(await codeOf(openTrustBundle(signed(`${text()}\n`)))).to.equal('TRUST_MALFORMED');
    expect(await codeOf(openTrustBundle(signed(text().replace('"sequence":1', '"sequence":9,"sequence":1'))))).to.equal(
      'TRUST_MALFORMED',
    );
    expect(await codeOf(openTrustBundle(signed(text().replace('"sequence":1', '"sequence":1,"x":1'))))).to.equal(
      'TRUST_MALFORMED',
    );
    expect(await codeOf(openTrustBundle(signed('{}')))).to.equal('TRUST_MALFORMED');
  });

  it('opens a bundle of the first format, which speaks of stamps only', async () => {
    const { seals: _seals, revokedSeals: _revoked, timeStampAuthorities: _tsa, registerKeys: _keys, ...stamps } = JSON.parse(text());
    const first = await openTrustBundle(signed(canonicalJson({ ...stamps, format: 'videosportello-trust-bundle/1' })));
    expect(first.signers).to.have.length(1);
    expect(first).to.deep.include({ seals: [], revokedSeals: [], timeStampAuthorities: [], registerKeys: [] });
    expect(await codeOf(openTrustBundle(signed(canonicalJson({ ...stamps, format: 'videosportello-trust-bundle/3' }))))).to.equal(
      'TRUST_MALFORMED',
    );
  });

  it('refuses one older than the last it saw', async () => {
    expect(await codeOf(openTrustBundle(sealed, 1))).to.equal('none');
    expect(await codeOf(openTrustBundle(sealed, 2))).to.equal('TRUST_ROLLED_BACK');
  });

  it('refuses an oversized one before reading it', async () => {
    expect(await codeOf(openTrustBundle({ ...sealed, text: new Uint8Array(1_000_001) }))).to.equal('TRUST_MALFORMED');
  });

  it('says that a folder is missing, empty or half there', async () => {
    expect(await codeOf(loadTrustFolder(join(directory, 'nowhere')))).to.equal('TRUST_MISSING');
    await rm(join(folder, 'bundle-1.sig'));
    expect(await codeOf(loadTrustFolder(folder))).to.equal('TRUST_MALFORMED');
    await rm(join(folder, 'bundle-1.json'));
    expect(await codeOf(loadTrustFolder(folder))).to.equal('TRUST_MISSING');
  });

  it('refuses an old bundle under a new name', async () => {
    await writeFile(join(folder, 'bundle-5.json'), sealed.text);
    await writeFile(join(folder, 'bundle-5.sig'), sealed.signature);
    expect(await codeOf(loadTrustFolder(folder))).to.equal('TRUST_MALFORMED');
  });

  it('gives each of several publishers its own sequence', async () => {
    const {
      sequence: _sequence,
      root: _root,
      rootFingerprint: _print,
      ...draft
    } = await openTrustBundle(sealed);
    const root = createKeySigner({ privateKey: rootKey, certificate: sealed.root, chain: [] });
    const publish = async () => publishTrustBundle(folder, draft, root, { signal: new AbortController().signal });
    const sequences = await Promise.all([publish(), publish(), publish(), publish()]);
    expect(new Set(sequences).size).to.equal(4);
    expect((await loadTrustFolder(folder)).sequence).to.equal(Math.max(...sequences));
  });

  it('remembers the highest sequence of each root and refuses a lower one', async () => {
    const memory = join(directory, 'state', 'trust-seen.json');
    const bundle = await openTrustBundle(sealed);
    await refuseRollBack(memory, { ...bundle, sequence: 3 });
    await refuseRollBack(memory, { ...bundle, sequence: 3 });
    await refuseRollBack(memory, { ...bundle, sequence: 1, rootFingerprint: '0'.repeat(64) });
    expect(await codeOf(refuseRollBack(memory, { ...bundle, sequence: 2 }))).to.equal('TRUST_ROLLED_BACK');
    await writeFile(memory, 'rubbish');
    expect(await codeOf(refuseRollBack(memory, bundle))).to.equal('TRUST_MALFORMED');
  });
});

describe('canonical JSON', () => {
  it('sorts names by code unit, drops space and keeps lists in order', () => {
    const value = { b: [3, 1, true, null], a: { z: 'è"\n', '\ufb33': 1, '😀': 2, A: 0 } };
    // RFC 8785, 3.2.3: the surrogates of an emoji sort before U+FB33.
    expect(canonicalJson(value)).to.equal('{"a":{"A":0,"z":"è\\"\\n","😀":2,"\ufb33":1},"b":[3,1,true,null]}');
  });

  it('refuses numbers that languages write differently', () => {
    for (const number of [0.5, 1e21, Number.NaN, Number.MAX_SAFE_INTEGER + 1]) {
      expect(() => canonicalJson({ number })).to.throw(TypeError);
    }
  });
});
