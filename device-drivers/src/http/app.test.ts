import { request as httpRequest } from 'node:http';
import { expect } from 'chai';
import { startKiosk } from '../../test/kiosk.ts';
import type { Kiosk } from '../../test/kiosk.ts';

describe('device service over HTTP', function () {
  this.timeout(20_000);
  let kiosk: Kiosk;
  beforeEach(async () => {
    kiosk = await startKiosk();
  });
  afterEach(() => kiosk.close());

  const ask = (path: string, { host = kiosk.host, method = 'GET', headers = {} }: { host?: string; method?: string; headers?: object } = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
      const asked = httpRequest({ host: '127.0.0.1', port: kiosk.port, path, method, headers: { host, ...headers } }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => (body += text));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      });
      asked.on('error', reject).end();
    });

  it('serves the page with a strict policy and the token, to its own names only', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).to.equal(200);
    expect(body).to.match(/<meta name="device-token" content="[\w-]{43}">/);
    expect(headers).to.include({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).to.include.members(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]);
    expect(policy).to.include("connect-src 'self' ws://queue.example ws://media.example");
    expect(policy.join()).not.to.match(/script-src[^,]*(unsafe|\*)/);
    for (const host of ['evil.example', `evil.example:${kiosk.port}`, 'kiosk.localhost', `kiosk.localhost.evil.example:${kiosk.port}`]) {
      const refused = await ask('/', { host });
      expect([refused.status, refused.body.includes('device-token')], host).to.deep.equal([421, false]);
    }
  });

  it('serves what was built and nothing beside it', async () => {
    const script = await ask('/assets/app.js');
    expect(script.status).to.equal(200);
    expect((await ask('/assets/app.js', { headers: { 'if-none-match': script.headers['etag'] } })).status).to.equal(304);
    for (const path of ['/secret.txt', '/../kiosk-identity.json', '/assets/%2e%2e/%2e%2e/kiosk-identity.json', '//etc/passwd']) {
      expect((await ask(path)).status, path).to.equal(404);
    }
    expect((await ask('/', { method: 'PUT' })).status).to.equal(405);
  });

  it('wipes for its own page only', async () => {
    const wiped = await ask('/wipe', { method: 'POST', headers: { origin: kiosk.origin } });
    expect([wiped.status, wiped.headers['clear-site-data']]).to.deep.equal([204, '"cache", "cookies", "storage"']);
    for (const origin of ['http://evil.example', 'null', `https://kiosk.localhost:${kiosk.port}`]) {
      expect((await ask('/wipe', { method: 'POST', headers: { origin } })).status, origin).to.equal(403);
    }
    expect((await ask('/wipe', { method: 'POST' })).status).to.equal(403);
    expect((await ask('/wipe')).status).to.equal(404);
  });

  it('is alive, ready with its reader, and counts its devices', async () => {
    expect((await ask('/live')).status).to.equal(200);
    expect((await ask('/ready')).status).to.equal(200);
    expect((await ask('/metrics')).body).to.match(/^videosportello_device_up\{device="card-reader"\} 1$/m);
    kiosk.reader.unplug();
    expect((await ask('/ready')).status).to.equal(503);
    expect((await ask('/metrics')).body).to.match(/^videosportello_device_up\{device="card-reader"\} 0$/m);
  });
});
