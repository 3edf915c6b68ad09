import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openEpoch } from './epoch.ts';
import { GRANT_KEY_LIFE_MS, openGrantKeys } from './grant-keys.ts';

describe('grant keys and epoch', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vs-grants-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('makes a key once, keeps it for a month, and lets the old one verify for one more', async () => {
    const path = join(dir, 'keys.json');
    const first = await openGrantKeys(path, 1_000);
    const same = await openGrantKeys(path, 1_000 + GRANT_KEY_LIFE_MS - 1);
    expect(same.signing.kid).to.equal(first.signing.kid);
    const second = await openGrantKeys(path, 1_000 + GRANT_KEY_LIFE_MS);
    expect(second.signing.kid).not.to.equal(first.signing.kid);
    expect(second.publicKeys.map((key) => key.kid)).to.deep.equal([second.signing.kid, first.signing.kid]);
    const third = await openGrantKeys(path, 1_000 + 2 * GRANT_KEY_LIFE_MS);
    expect(third.publicKeys.map((key) => key.kid)).to.deep.equal([third.signing.kid, second.signing.kid]);
  });

  it('does not replace a damaged key file in silence, and shows nothing of it', async () => {
    const path = join(dir, 'keys.json');
    await openGrantKeys(path, 1_000);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, -5));
    const error = await openGrantKeys(path, 2_000).then(
      () => expect.fail('it was opened'),
      (cause: Error) => cause,
    );
    expect(error.message).to.match(/is damaged; restore it, or remove it/);
    expect(error.cause).to.equal(undefined);
    expect(await readFile(path, 'utf8')).to.equal(text.slice(0, -5));
  });

  it('raises the epoch at every opening, also when the clock went back', async () => {
    const path = join(dir, 'epoch');
    const first = await openEpoch(path, () => 5_000_000);
    expect(first.value).to.equal(5_000);
    const back = await openEpoch(path, () => 4_000_000);
    expect(back.value).to.equal(5_001);
    await back.raise();
    expect(back.value).to.equal(5_002);
    expect((await openEpoch(path, () => 9_000_000)).value).to.equal(9_000);
  });
});
