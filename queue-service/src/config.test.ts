import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readConfig } from './config.ts';

describe('configuration', () => {
  let dir: string;
  let least: Record<string, string>;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vs-config-'));
    await writeFile(join(dir, 'secret'), `${'ab'.repeat(32)}\n`);
    await writeFile(join(dir, 'short'), 'abcd');
    least = {
      NODE_SECRET_FILE: join(dir, 'secret'),
      OIDC_ISSUER: 'http://127.0.0.1:1',
      OIDC_CLIENT_ID: 'console',
      OIDC_CLIENT_SECRET_FILE: join(dir, 'secret'),
    };
  });
  after(() => rm(dir, { recursive: true, force: true }));
  const refusal = (env: Record<string, string>) =>
    readConfig({ ...least, ...env }).then(
      () => 'accepted',
      (error: Error) => error.message,
    );

  it('fills in loopback, its own Redis, 15 s of offer and 4 s of lease', async () => {
    const { config, logLevel } = await readConfig(least);
    expect(config.listen).to.deep.equal({ host: '127.0.0.1', port: 0 });
    expect(config.redisUrl).to.equal(undefined);
    expect(config.kioskOrigins).to.deep.equal(['http://kiosk.localhost:*']);
    expect([config.policy.offerMs, config.policy.operatorLeaseMs, config.policy.kioskGraceMs]).to.deep.equal([15_000, 4_000, 30_000]);
    expect(logLevel).to.equal('info');
  });

  it('refuses what is missing, wrong or contradictory with one sentence', async () => {
    expect(await refusal({ NODE_SECRET_FILE: '' })).to.match(/^The setting NODE_SECRET_FILE is missing or wrong/);
    expect(await refusal({ NODE_SECRET_FILE: join(dir, 'short') })).to.equal('NODE_SECRET_FILE must hold at least 32 bytes in hexadecimal.');
    expect(await refusal({ NODE_SECRET_FILE: join(dir, 'absent') })).to.equal('The file named by NODE_SECRET_FILE cannot be read.');
    expect(await refusal({ LISTEN: '0.0.0.0:80' })).to.match(/^Beyond loopback the service starts only with TLS/);
    expect(await refusal({ LISTEN: '0.0.0.0:80', BEHIND_PROXY: '1' })).to.match(/needs PUBLIC_URL and KIOSK_ORIGIN_ALLOW/);
    expect(await refusal({ TLS_CERT_FILE: 'x' })).to.match(/belong together/);
    expect(await refusal({ KIOSK_ORIGIN_ALLOW: 'kiosk' })).to.match(/^The setting KIOSK_ORIGIN_ALLOW/);
    const open = { LISTEN: '0.0.0.0:80', BEHIND_PROXY: '1', PUBLIC_URL: 'https://sportello.example', KIOSK_ORIGIN_ALLOW: 'https://kiosk.example' };
    expect(await refusal(open)).to.equal('accepted');
    expect(await refusal({ ...open, DEMO: '1' })).to.match(/DEMO=1 is for one machine/);
  });
});
