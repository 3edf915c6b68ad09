import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openVault, VaultError } from './vault.ts';

describe('vault of the register', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vault-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has one key for all who open it for the first time at once', async () => {
    const vaults = await Promise.all(Array.from({ length: 40 }, () => openVault(join(folder, 'new', 'r.key'))));
    expect(new Set(vaults.map((vault) => vault.fingerprint(''))).size).to.equal(1);
  });

  it('does not take a file for a key that holds none', async () => {
    await writeFile(join(folder, 'r.key'), 'c2hvcnQ=\n');
    const outcome: unknown = await openVault(join(folder, 'r.key')).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(VaultError);
  });
});
