import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { expect } from 'chai';
import { exportJWK, generateKeyPair } from 'jose';
import { startCertificateTown } from '../test/certificate-town.ts';
import type { CertificateTown } from '../test/certificate-town.ts';
import { derOf, KEY_KINDS, makeKeyFiles, startTimeStampAuthority } from '../test/openssl-authority.ts';
import type { TestTimeStampAuthority } from '../test/openssl-authority.ts';
import { nodeSecret, startQueue } from '../test/small-queue.ts';
import { makeSoftToken } from '../test/soft-token.ts';
import { identified } from '../test/visits.ts';
import { startFrontOfficeServer } from '../tools/front-office-server.ts';
import type { FrontOfficeServer } from '../tools/front-office-server.ts';
import { keysTool } from '../tools/keys-tool.ts';
import { openTownIssuer } from './issue/town-issuer.ts';
import { processTimers } from './register/rounds.ts';
import { verifySealedPdf } from './signature/verify-sealed-pdf.ts';
import type { FactSource } from './source/facts.ts';
import { createSpecimenRegistry } from './source/specimen-registry.ts';
import { checkPaper } from './stamp/check-paper.ts';
import { readPaper } from './stamp/read-stamps.ts';
import { loadTrustFolder } from './trust/trust-folder.ts';

const deploy = (path: string): string => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url));
const TODAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome' }).format(new Date());

async function makeKeys(keys: string, ...words: readonly string[]): Promise<void> {
  await keysTool('keys', ['init', '--keys', keys, '--organization', 'Comune di Valfiorita', ...words]);
  for (const purpose of ['stamp-root', 'stamp-signer', 'seal-root', 'seal']) await keysTool('keys', ['generate', purpose, '--keys', keys]);
  await keysTool('trust', ['publish', '--keys', keys]);
}

describe('certificate service with a front office, a token and a time-stamp authority', function () {
  // SoftHSM2 and OpenSSL make keys; a town is invented.
  this.timeout(120_000);
  let folder: string;
  let office: FrontOfficeServer;
  let tsa: TestTimeStampAuthority;
  let town: CertificateTown;
  /** What its neighbours do to it. */
  const broken = { office: false, tsa: false };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'town-service-'));
    const registry = await createSpecimenRegistry({ citizensFile: deploy('demo/citizens.json') });
    const source: FactSource = {
      specimen: true,
      ask: async (kind, of, options) => (broken.office ? { refusal: 'unavailable' } : registry.ask(kind, of, options)),
    };
    office = await startFrontOfficeServer({ source, token: 'a-token' });
    await writeFile(join(folder, 'token'), 'a-token\n');
    tsa = await startTimeStampAuthority(join(folder, 'tsa'), { change: (reply) => (broken.tsa ? { ...reply, status: 503 } : reply) });
    const soft = await makeSoftToken(folder);
    const environment = Object.entries(soft.environment).flatMap(([name, value]) => ['--module-env', `${name}=${value}`]);
    const token = ['--module', soft.module, '--token', soft.token, '--pin-file', soft.pinFile, ...environment];
    const keys = join(folder, 'keys');
    await makeKeys(keys, '--specimen', '--time-stamp', tsa.url, ...token);
    await writeFile(join(keys, 'time-stamp-invented.pem'), await readFile(tsa.rootFile));
    await keysTool('trust', ['publish', '--keys', keys]);
    await keysTool('trust', ['export', '--keys', keys, '--out', join(folder, 'trust')]);
    town = await startCertificateTown({
      openIssuer: (data, deps) =>
        openTownIssuer(
          {
            dataDirectory: data,
            townDirectory: deploy('town'),
            demo: { citizensFile: undefined },
            keysDirectory: keys,
            frontOffice: { url: office.url, tokenFile: join(folder, 'token') },
            register: { database: join(data, 'register.sqlite'), key: join(data, 'register.key') },
            checkpoints: { keyDirectory: data },
          },
          { ...deps, timers: processTimers, signal: AbortSignal.timeout(60_000) },
        ),
    });
  });
  after(async () => {
    await town.close();
    await tsa[Symbol.asyncDispose]();
    await office[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** A visit with a document the citizen has agreed on. */
  const agreed = async () => {
    const parts = await identified(town);
    const { documentId } = await parts.operator.prepare();
    await parts.operator.review(documentId);
    return { ...parts, documentId };
  };

  it('issues from the front office’s facts a paper and a time-stamped original that the exported keys check', async () => {
    const { device, operator, documentId } = await agreed();
    await operator.issue(documentId);
    await device.offers.until((offers) => offers.length === 1);
    const trust = await loadTrustFolder(join(folder, 'trust'));
    const { stamps, pages } = await readPaper(await device.fetch(documentId));
    const [check] = await checkPaper(stamps.map(({ seal }) => seal), pages, trust, TODAY);
    expect(check?.status).to.equal('VALID');
    const uri = check?.content?.fields.find(({ text }) => text.includes('/o/'))?.text ?? '';
    const answer = await fetch(`${town.service.url.replace('ws', 'http')}${new URL(uri).pathname}`, { method: 'POST' });
    const { status, sealedAt } = await verifySealedPdf(new Uint8Array(await answer.arrayBuffer()), trust, TODAY);
    expect(status).to.equal('VALID');
    expect(sealedAt?.proven?.getTime()).to.be.closeTo(Date.now(), 60_000);
  });

  it('refuses for now when the time-stamp authority does not answer, and takes the same number up when it does', async () => {
    const { operator, documentId } = await agreed();
    broken.tsa = true;
    const asked = tsa.count();
    expect(await codeOf(operator.issue(documentId))).to.equal('seal-unavailable:time-stamp-unreachable');
    expect(tsa.count() - asked).to.equal(3);
    expect(town.log()).to.contain('could not be sealed').and.to.contain('"code":"time-stamp-unreachable"');
    expect(operator.document(documentId)?.state).to.equal('agreed');
    broken.tsa = false;
    expect((await operator.issue(documentId)).number).to.match(/\/0000002$/);
    expect((await town.register.verify()).faults).to.deep.equal([]);
  });

  it('says that the registry is out of reach, and stops asking it', async () => {
    const { operator } = await identified(town);
    broken.office = true;
    expect(await codeOf(operator.prepare())).to.equal('source-unavailable:source-unavailable');
    expect(await codeOf(operator.prepare())).to.equal('source-unavailable:source-unavailable');
    const events = town.log().split('\n').filter((line) => line.includes('"front-office.'));
    expect(events.join('\n')).to.match(/"fault":"overloaded","attempt":1,"requestId":"[0-9a-f-]+","msg":"front-office.failed"/);
    expect(events.at(-1)).to.contain('"state":"open","msg":"front-office.breaker"');
    expect(town.log()).not.to.contain('CNTGLI85C54X000O');
  });
});

describe('certificate service outside a demo', function () {
  // A process, and keys by OpenSSL.
  this.timeout(60_000);
  let folder: string;
  let child: ChildProcess | undefined;
  let queue: Awaited<ReturnType<typeof startQueue>>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'town-process-'));
    const { publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    queue = await startQueue(new Map(), { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }] });
    // A real country signer says nowhere that it is a specimen.
    const { root } = await makeKeyFiles(join(folder, 'country'), KEY_KINDS['P-256']);
    await writeFile(join(folder, 'secret'), nodeSecret);
    await writeFile(join(folder, 'token'), 'a-token');
    await writeFile(join(folder, 'country', 'it.der'), await derOf(root));
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await queue.close();
    await rm(folder, { recursive: true });
  });

  const start = (): ChildProcess =>
    (child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
      env: {
        DATA_DIR: join(folder, 'data'),
        TOWN_DIR: deploy('town'),
        QUEUE_URL: queue.url,
        NODE_ID: 'certificates-1',
        NODE_SECRET_FILE: join(folder, 'secret'),
        CARD_TRUST_DIR: join(folder, 'country'),
        CONSOLE_ORIGINS: 'https://desk.example',
        KEYS_DIR: join(folder, 'keys'),
        FRONT_OFFICE_URL: 'https://office.example/base',
        FRONT_OFFICE_TOKEN_FILE: join(folder, 'token'),
        LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    }));

  it('starts with the keys of the town, serves them to checkers, and ends when told to', async () => {
    await makeKeys(join(folder, 'keys'));
    const running = start();
    const exit = once(running, 'exit');
    const [said] = (await once(running, 'message')) as [{ url: string; trust: string }];
    expect(said.trust).to.equal(join(folder, 'keys', 'trust'));
    const { text } = (await (await fetch(`${said.url.replace('ws', 'http')}/trust.json`)).json()) as { text: string };
    expect(JSON.parse(text)).to.include({ specimen: false });
    running.kill('SIGTERM');
    expect(await exit).to.deep.equal([0, null]);
  });

  it('refuses invented keys, and a folder without any, with a sentence', async () => {
    const ended = async (): Promise<string> => {
      const running = start();
      let said = '';
      running.stderr?.on('data', (chunk) => (said += String(chunk)));
      expect(await once(running, 'close')).to.deep.equal([1, null]);
      return said;
    };
    expect(await ended()).to.match(/^The certificate service could not start: there is no keys\.json in the key folder\n$/);
    await makeKeys(join(folder, 'keys'), '--specimen');
    expect(await ended()).to.match(/could not start: the keys are of an invented authority, which only a demo may use\n$/);
  });
});
