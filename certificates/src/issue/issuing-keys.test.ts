import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { watched } from '@videosportello/protocol/testing/watched.ts';
import { expect } from 'chai';
import { openTownKeys } from '../trust/town-keys.ts';
import type { TownKeys } from '../trust/town-keys.ts';
import { writeKeySettings } from '../trust/key-settings.ts';
import { loadTrustFolder } from '../trust/trust-folder.ts';
import { keepTownKeys, registerKeysIn } from './issuing-keys.ts';
import type { IssuingKeys } from './issuing-keys.ts';

const within = { signal: new AbortController().signal };

describe('keepTownKeys', () => {
  let folder: string;
  let clock: Date;
  let town: TownKeys;
  let kept: IssuingKeys | undefined;
  let failures: unknown[];
  let untold: number;
  const waiting = watched<(() => void) | undefined>(undefined);
  const timers: Timers = { setTimeout: (run) => waiting.set(run), clearTimeout: () => waiting.set(undefined) };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'issuing-keys-'));
    clock = new Date('2026-11-23T10:00:00Z');
    failures = [];
    untold = 0;
    await writeKeySettings(folder, { organization: 'Comune di Valfiorita', signerName: 'VS', specimen: false, token: null, timeStamping: null });
    town = await openTownKeys(folder, { now: () => clock });
    for (const purpose of ['stamp-root', 'stamp-signer', 'seal-root', 'seal'] as const) await town.authority.makeKey(purpose, within);
    await town.authority.publish(within);
  });
  afterEach(async () => {
    await kept?.close();
    await rm(folder, { recursive: true });
  });

  const keep = (specimen = false): Promise<IssuingKeys> =>
    keepTownKeys(
      folder,
      { specimen },
      {
        now: () => clock,
        timers,
        registerKeys: registerKeysIn(join(folder, 'register'), 'https://verifica.valfiorita.example', () => clock),
        onMissed: (error) => expect.fail(error.code),
        onUntold: () => (untold += 1),
        onFailure: (cause) => failures.push(cause),
        ...within,
      },
    );
  /** Has the folder looked at again. */
  const look = async (): Promise<void> => {
    const run = await waiting.until((next) => next !== undefined);
    waiting.set(undefined);
    run?.();
    await waiting.until((next) => next !== undefined);
  };
  const refusal = (): unknown => {
    try {
      return kept?.current();
    } catch (error) {
      return error;
    }
  };

  it('signs with the new key after a roll-over, and with none that was revoked, without a new start', async () => {
    kept = await keep();
    const first = kept.current().seal.certificate;
    const next = await town.authority.makeKey('seal', within);
    expect(kept.current().seal.certificate).to.deep.equal(first);
    await look();
    expect(kept.current().seal.certificate).to.deep.equal(next.certificate);
    await town.authority.publish({ ...within, revoke: { name: next.name, on: '2026-11-23' } });
    await look();
    expect(kept.current().seal.certificate).to.deep.equal(first);
    await town.authority.publish({ ...within, revoke: { name: 'seal-2026', on: '2026-11-23' } });
    await look();
    expect(refusal()).to.include({ code: 'seal-unavailable', detail: 'TRUST_MISSING', retryable: true });
    expect(failures).to.have.length(1);
    const third = await town.authority.makeKey('seal', within);
    await look();
    expect(kept.current().seal.certificate).to.deep.equal(third.certificate);
  });

  it('ends signing when the time of the key is over, and when nobody can tell which are revoked', async () => {
    kept = await keep();
    clock = new Date('2028-06-01T10:00:00Z');
    await look();
    expect(refusal()).to.include({ code: 'seal-unavailable', detail: 'TRUST_MISSING' });
    clock = new Date('2026-11-24T10:00:00Z');
    await look();
    expect(kept.current().seal.algorithm).to.equal('ecdsa-p256-sha256');
    await rm(join(folder, 'trust', `bundle-${(await loadTrustFolder(join(folder, 'trust'))).sequence}.sig`));
    await look();
    expect(refusal()).to.include({ code: 'seal-unavailable', detail: 'TRUST_MALFORMED' });
  });

  it('tells the keys of the register’s checkpoints with the others, those of the new year too', async () => {
    kept = await keep();
    const days = async () => (await loadTrustFolder(kept?.trustFolder ?? '')).registerKeys.map(({ key, validFrom, validTo }) => [key.split('+')[0], validFrom, validTo]);
    const origin = 'verifica.valfiorita.example/register';
    const first = [origin, '2026-01-01', '2026-12-31'];
    expect(await days()).to.deep.equal([first]);
    await look();
    expect((await loadTrustFolder(kept.trustFolder)).sequence).to.equal(2);
    clock = new Date('2027-01-01T00:00:00Z');
    await look();
    expect(await days()).to.deep.equal([first, [origin, '2027-01-01', '2027-12-31']]);
    await rm(join(folder, 'register'), { recursive: true });
    await look();
    expect(await days(), 'a register set up anew').to.deep.equal([first, [origin, '2027-01-01', '2027-12-31'], [origin, '2027-01-01', '2027-12-31']]);
    expect([untold, failures]).to.deep.equal([0, []]);
  });

  it('leaves them in the folder for a root that is kept elsewhere, and signs all the same', async () => {
    const root = await readFile(join(folder, 'stamp-root.pem'));
    await rm(join(folder, 'stamp-root.pem'));
    kept = await keep();
    await look();
    expect(kept.current().seal.algorithm).to.equal('ecdsa-p256-sha256');
    expect((await loadTrustFolder(kept.trustFolder)).registerKeys).to.deep.equal([]);
    expect([untold, failures]).to.deep.equal([1, []]);
    await writeFile(join(folder, 'stamp-root.pem'), root);
    await town.authority.publish(within);
    expect((await loadTrustFolder(kept.trustFolder)).registerKeys).to.have.length(1);
  });

  it('starts with no keys of another kind of town, and with none that may not sign', async () => {
    expect(await keep(true).catch((error: unknown) => error)).to.include({ code: 'TRUST_MALFORMED' });
    await rm(join(folder, 'seal-2026.pem'));
    expect(await keep().catch((error: unknown) => error)).to.include({ code: 'TRUST_MISSING' });
    expect(failures).to.deep.equal([]);
  });
});
