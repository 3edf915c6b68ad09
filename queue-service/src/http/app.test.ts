import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import { startTown } from '../../testing/town-fixture.ts';
import type { Town } from '../../testing/town-fixture.ts';

const toolFile = (name: string) => fileURLToPath(new URL(`../../tools/${name}.ts`, import.meta.url));
const dist = await mkdtemp(join(tmpdir(), 'vs-console-'));

describe('queue-service over HTTP', function () {
  this.timeout(20_000);
  let town: Town;
  before(async () => {
    await writeFile(join(dist, 'index.html'), '<!doctype html><title>Console</title>');
    await mkdir(join(dist, 'assets'));
    await writeFile(join(dist, 'assets', 'main.js'), 'export {};');
    town = await startTown({ config: { consoleDist: dist } });
  });
  after(async () => {
    await town.close();
    await rm(dist, { recursive: true, force: true });
  });

  const run = (tool: string, args: readonly string[]) =>
    new Promise<{ out: string; err: string; failed: boolean }>((resolve) => {
      execFile(process.execPath, [toolFile(tool), ...args, '--data-dir', town.config.dataDir], (error, out, err) =>
        resolve({ out, err, failed: error !== null }),
      );
    });
  const tooled = (...args: string[]) => run('kiosk', args);
  const nodesTool = (...args: string[]) => run('nodes', args);
  /** By node:http: fetch changes headers of its own. */
  const statusOf = (path: string, headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(`${town.http}${path}`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.once('error', reject);
      asked.end();
    });
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${town.http}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as { error?: { code: string } } };
  };

  it('says that it lives, that it is ready, and what it counts', async () => {
    expect((await fetch(`${town.http}/live`)).status).to.equal(200);
    expect((await fetch(`${town.http}/ready`)).status).to.equal(200);
    const metrics = await (await fetch(`${town.http}/metrics`)).text();
    expect(metrics).to.match(/^queue_store_up 1$/m);
    expect(metrics).to.match(/^queue_sockets\{kind="node"\} 2$/m);
  });

  it('serves the console under a policy that names its sockets and the registered nodes, and nothing else', async () => {
    const page = await fetch(`${town.http}/`);
    expect(await page.text()).to.include('<title>Console</title>');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).to.include("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).to.include('ws://127.0.0.1:4001');
    expect(policy).to.include('ws://127.0.0.1:4002');
    expect(policy).not.to.include('unsafe');
    const script = await fetch(`${town.http}/assets/main.js`);
    expect(script.headers.get('content-type')).to.equal('text/javascript; charset=utf-8');
    const etag = script.headers.get('etag') ?? '';
    expect(await statusOf('/assets/main.js', { 'if-none-match': etag })).to.equal(304);
    expect((await fetch(`${town.http}/assets/../../town-fixture.ts`)).status).to.equal(404);
    expect((await fetch(`${town.http}/%2e%2e/epoch`)).status).to.equal(404);
  });

  it('answers only to its own names', async () => {
    expect(await statusOf('/live', { host: 'elsewhere.example' })).to.equal(421);
  });

  it('enrols a kiosk once per code, lists it and revokes it by the tool', async () => {
    const enrolled = await tooled('enrol', '--id', 'kiosk-7', '--name', 'Centro La Torre', '--town', 'Valfiorita');
    const code = enrolled.out.split('\n')[0] ?? '';
    expect(code).to.match(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const { publicKey } = await newHolderKey();
    expect(await post('/enrol', { code, publicKey })).to.deep.equal({
      status: 200,
      body: { kioskId: 'kiosk-7', name: 'Centro La Torre', town: 'Valfiorita' },
    });
    expect((await post('/enrol', { code, publicKey })).status).to.equal(404);
    expect((await tooled('list')).out).to.equal('kiosk-7\taway\tCentro La Torre\tValfiorita\n');
    expect((await tooled('revoke', 'kiosk-7')).out).to.include('kiosk-7 is revoked');
    expect((await tooled('list')).out).to.include('kiosk-7\trevoked');
    const unknown = await tooled('revoke', 'kiosk-8');
    expect(unknown).to.deep.equal({ out: '', err: 'This kiosk is not enrolled. (kiosk-unknown)\n', failed: true });
  });

  it('drains a node by the tool, and takes it back', async () => {
    await town.node('media', 'media-2');
    expect(await nodesTool('drain', 'media-2')).to.deep.equal({
      out: 'media-2 gets no new visits while another node is there; it has 0 rooms.\n',
      err: '',
      failed: false,
    });
    const lines = (await nodesTool('list')).out.trimEnd().split('\n');
    expect(lines).to.have.members(['media-1\tmedia\topen\t0 rooms', 'media-2\tmedia\tdraining\t0 rooms', 'cert-1\tcertificates\topen\t0 rooms']);
    expect((await nodesTool('resume', 'media-2')).out).to.equal('media-2 takes visits again.\n');
    expect((await nodesTool('list')).out).not.to.include('draining');
    expect((await nodesTool('drain', 'media-9')).err).to.equal('No node of this name is registered. (node-unknown)\n');
    expect((await post('/admin/nodes/drain', { nodeId: 'media-1', draining: true }, { authorization: 'Bearer guess' })).status).to.equal(401);
  });

  it('refuses a bad enrolment, a large body and an administrator without the token', async () => {
    expect((await post('/enrol', { code: 'A' })).body.error?.code).to.equal('bad-params');
    expect((await post('/enrol', { code: 'A', filler: 'x'.repeat(5_000) })).body.error?.code).to.equal('too-much');
    expect((await post('/admin/kiosks/revoke', { kioskId: 'kiosk-1' }, { authorization: 'Bearer guess' })).status).to.equal(401);
    expect((await fetch(`${town.http}/admin/kiosks`)).status).to.equal(401);
    expect((await post('/sign-out', {}, { origin: 'http://elsewhere.example' })).status).to.equal(401);
  });

  it('keeps its keys and tokens for its owner alone', async () => {
    for (const name of ['admin-token', 'admin.json', 'grant-keys.json', 'epoch']) {
      const { mode } = await stat(join(town.config.dataDir, name));
      expect((mode & 0o777).toString(8), name).to.equal('600');
    }
    expect(JSON.parse(await readFile(join(town.config.dataDir, 'admin.json'), 'utf8'))).to.deep.equal({ url: town.http });
  });
});
