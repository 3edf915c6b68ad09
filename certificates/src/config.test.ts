import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { makeSpecimenDocuments } from '../test/specimen-document.ts';
import { readConfig, readSecrets } from './config.ts';
import { loadCardTrust } from './evidence/trust-folder.ts';
import { openVerdictKey } from './evidence/verdict-key.ts';

const good = {
  DATA_DIR: 'data',
  QUEUE_URL: 'ws://127.0.0.1:1/node',
  NODE_ID: 'certificates-1',
  NODE_SECRET_FILE: 'secret',
  TOWN_DIR: 'town',
  CARD_TRUST_DIR: 'trust',
  CONSOLE_ORIGINS: 'http://console.localhost:8080 https://desk.example',
  DEMO: '1',
  DEMO_CITIZENS: 'citizens.json',
};
const noDemo = { DEMO: undefined, DEMO_CITIZENS: undefined };
const office = { FRONT_OFFICE_URL: 'https://office.example/base', FRONT_OFFICE_TOKEN_FILE: '/secrets/token' };
const failure = (promise: Promise<unknown>) => promise.then(() => '', (error: Error) => error.message);

describe('settings of the certificate service', function () {
  // Certificates by another program, and a process that makes its demo authority first.
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('are read with their defaults', () => {
    expect(readConfig(good)).to.include({ host: '127.0.0.1', port: 0, logLevel: 'info', tls: undefined });
    expect(readConfig(good).consoleOrigins).to.deep.equal(['http://console.localhost:8080', 'https://desk.example']);
  });

  it('say with what a town issues, and that it is no demo', () => {
    const town = readConfig({ ...good, ...noDemo, KEYS_DIR: '/keys', ...office });
    expect(town).to.deep.include({
      demo: undefined,
      keysDirectory: '/keys',
      frontOffice: { url: 'https://office.example/base', tokenFile: '/secrets/token' },
    });
    const client = { FRONT_OFFICE_CERT_FILE: '/c.pem', FRONT_OFFICE_KEY_FILE: '/k.pem', FRONT_OFFICE_CA_FILE: '/ca.pem' };
    const mutual = { url: office.FRONT_OFFICE_URL, client: { certFile: '/c.pem', keyFile: '/k.pem' }, caFile: '/ca.pem' };
    const known = readConfig({ ...good, ...noDemo, KEYS_DIR: '/keys', FRONT_OFFICE_URL: office.FRONT_OFFICE_URL, ...client });
    expect(known.frontOffice).to.deep.equal(mutual);
    expect(readConfig(good)).to.include({ keysDirectory: undefined, frontOffice: undefined });
    expect(readConfig({ ...good, DEMO_CITIZENS: undefined, ...office }).demo, 'a demo with a front office').to.deep.equal({ citizensFile: undefined });
  });

  it('say where the register lies, alone on this machine and among other nodes', () => {
    const { register, checkpoints } = readConfig({ ...good, DATA_DIR: '/data' });
    expect(register).to.deep.equal({ database: '/data/register.sqlite', key: '/data/register.key' });
    expect(checkpoints).to.deep.equal({ keyDirectory: '/data', directory: '/data/checkpoints', witness: undefined });
    const near = ['postgresql://u@[::1]:5433/r', 'postgres://u@localhost/r?host=%2Frun%2Fpg'];
    for (const database of ['postgres://db.example/r?sslmode=verify-full', ...near]) {
      const { register } = readConfig({ ...good, DATABASE_URL: database, REGISTER_KEY_DIR: '/keys' });
      expect(register).to.deep.equal({ database, key: '/keys/register.key' });
    }
    const outside = readConfig({ ...good, CHECKPOINT_DIR: '/mnt/out', CHECKPOINT_URL: 'https://witness.example/w' }).checkpoints;
    expect(outside).to.deep.include({ directory: '/mnt/out', witness: 'https://witness.example/w' });
  });

  for (const [what, change, words] of [
    ['listening beyond this machine without TLS', { LISTEN: '0.0.0.0:80' }, 'TLS_CERT_FILE'],
    ['half of TLS', { TLS_CERT_FILE: 'a.pem' }, 'both'],
    ['a demo without citizens', { DEMO_CITIZENS: undefined }, 'DEMO_CITIZENS'],
    ['a demo with two registries', { ...office }, 'either DEMO_CITIZENS'],
    ['a town without keys', { ...noDemo, ...office }, 'KEYS_DIR'],
    ['a town without a registry', { ...noDemo, KEYS_DIR: 'keys' }, 'FRONT_OFFICE_URL'],
    ['a front office without credentials', { ...noDemo, KEYS_DIR: 'keys', FRONT_OFFICE_URL: 'https://office.example' }, 'token file'],
    ['a front office beyond this machine without TLS', { ...noDemo, KEYS_DIR: 'keys', ...office, FRONT_OFFICE_URL: 'http://office.example' }, 'HTTPS'],
    ['a front office that is no address', { ...noDemo, KEYS_DIR: 'keys', ...office, FRONT_OFFICE_URL: 'office' }, 'https://host/base'],
    ['half of a client certificate', { ...noDemo, KEYS_DIR: 'keys', ...office, FRONT_OFFICE_KEY_FILE: 'k.pem' }, 'FRONT_OFFICE_CERT_FILE'],
    ['credentials for nobody', { FRONT_OFFICE_TOKEN_FILE: 'token' }, 'FRONT_OFFICE_URL'],
    ['invented citizens outside a demo', { DEMO: undefined }, 'DEMO=1'],
    ['an origin with a path, which no browser says', { CONSOLE_ORIGINS: 'http://console.localhost/' }, 'CONSOLE_ORIGINS'],
    ['a database of another kind', { DATABASE_URL: 'mysql://x/register' }, 'DATABASE_URL'],
    ['a database beyond this machine without TLS', { DATABASE_URL: 'postgres://db.example/register' }, 'verify-full'],
    ['a witness beyond this machine without TLS', { CHECKPOINT_URL: 'http://witness.example/w' }, 'CHECKPOINT_URL'],
    ['no data folder', { DATA_DIR: '' }, 'DATA_DIR'],
  ] as const) {
    it(`are refused for ${what}`, () => expect(() => readConfig({ ...good, ...change })).to.throw(words));
  }

  it('hold no secret that is empty or short', async () => {
    const file = join(folder, 'secret');
    for (const [text, fits] of [['', false], ['no hex', false], ['ab'.repeat(15), false], [`${'ab'.repeat(32)}\n`, true]] as const) {
      await writeFile(file, text);
      expect((await failure(readSecrets({ ...readConfig(good), nodeSecretFile: file }))) === '', text).to.equal(fits);
    }
  });

  it('name a trust folder whose specimen authority only a demo takes, under whatever file name', async () => {
    const { countrySigner } = await makeSpecimenDocuments([]);
    expect(await failure(loadCardTrust(folder, { demo: true }))).to.include('no country signer');
    await writeFile(join(folder, 'italy.CER'), countrySigner);
    expect(await failure(loadCardTrust(folder, { demo: false }))).to.include('specimen');
    expect((await loadCardTrust(folder, { demo: true })).documents.anchors[0]?.specimen).to.equal(true);
    await writeFile(join(folder, 'other.der'), 'no certificate');
    expect(await failure(loadCardTrust(folder, { demo: true }))).to.equal('CARD_TRUST_DIR holds what cannot be trusted: other.der is not a certificate in DER.');
  });

  it('keep the verdict key, and say nothing of a file that holds none', async () => {
    const path = join(folder, 'verdict-key.json');
    const [{ jwks }, again] = [await openVerdictKey(path), await openVerdictKey(path)];
    expect(again.jwks).to.deep.equal(jwks);
    await writeFile(path, '{"d":"a-secret-part"');
    expect(await failure(openVerdictKey(path))).to.include('holds no verdict key').and.not.to.include('secret-part');
  });

  it('of a queue that does not answer: the process waits, and ends at once when told to', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { countrySigner } = await makeSpecimenDocuments([]);
    const trust = await mkdtemp(join(folder, 'trust-'));
    await writeFile(join(trust, 'it.der'), countrySigner);
    await writeFile(join(folder, 'node-secret'), 'ab'.repeat(32));
    const deploy = (path: string) => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url));
    const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
      env: {
        ...good,
        DATA_DIR: join(folder, 'data'),
        QUEUE_URL: `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/node`,
        NODE_SECRET_FILE: join(folder, 'node-secret'),
        TOWN_DIR: deploy('town'),
        CARD_TRUST_DIR: trust,
        DEMO_CITIZENS: deploy('demo/citizens.json'),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    const [socket] = (await once(silent, 'connection')) as [Socket];
    socket.on('error', () => {});
    const told = performance.now();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
    expect(performance.now() - told).to.be.lessThan(4_000);
    expect(said).to.equal('');
    silent.close();
  });
});
