import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { keptText } from '@videosportello/protocol/testing/kept-text.ts';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { sqlitePlace } from '../../test/register-places.ts';
import type { RegisterPlace } from '../../test/register-places.ts';
import { document, reservation, SUBJECT } from '../../test/register-rows.ts';
import { createEvents, createLog } from '../events.ts';
import { createHttpApp } from '../http/app.ts';
import { RegisterError } from '../register/register-error.ts';
import { openRegister } from '../register/register.ts';
import type { Register } from '../register/register.ts';
import { createOpeningLimit } from './opening-limit.ts';
import { originalsDoor } from './originals-door.ts';

const CODE = 'QWERTYUZXCVB';
const WRONG = 'MNPQRSTUVWXY';
const ORIGINAL = '%PDF-1.7 the sealed original';

/** The door as the service builds it in, over a register of its own. */
async function startDoor(register: Pick<Register, 'openOriginal'>) {
  const lines = keptText();
  const events = createEvents(createLog('debug', lines.stream));
  const clock = { at: new Date('2026-11-22T10:00:00Z'), ms: 0 };
  const app = createHttpApp({
    ready: () => true,
    metrics: new Registry(),
    jwks: {},
    originals: originalsDoor({
      register,
      limit: createOpeningLimit({ now: () => clock.ms }, { perClient: { burst: 3, everyMs: 1_000 }, altogether: { burst: 100, everyMs: 1 } }),
      municipality: 'Comune di <Valfiorita>',
      behindProxy: true,
      now: () => clock.at,
      onAttempt: events.originalAttempt,
    }),
    checker: (_, next) => next(),
    onError: (cause) => events.failed('http', cause),
  });
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    clock,
    log: () => lines.text,
    ask: (path: string, init: RequestInit & { from?: string } = {}) =>
      fetch(`${base}${path}`, { ...init, headers: { 'x-forwarded-for': init.from ?? '203.0.113.5', ...(init.headers as Record<string, string>) } }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('door to originals', () => {
  let place: RegisterPlace;
  let register: Register;
  let door: Awaited<ReturnType<typeof startDoor>>;
  beforeEach(async () => {
    place = await sqlitePlace();
    register = await openRegister(place);
    await register.reserve(reservation());
    await register.commit(document({ accessCode: CODE, original: Buffer.from(ORIGINAL) }));
    door = await startDoor(register);
  });
  afterEach(async () => {
    await door.close();
    await register.close();
    await place[Symbol.asyncDispose]();
  });
  const post = (path: string, init: RequestInit & { from?: string } = {}) => door.ask(path, { method: 'POST', ...init });
  const lastKind = (): unknown => {
    const file = new DatabaseSync(place.database);
    const row = file.prepare('select kind, document_id from audit_chain order by seq desc limit 1').get();
    file.close();
    return { ...row };
  };

  it('shows the same page for every code, and opens nothing yet', async () => {
    const pages = await Promise.all([CODE, WRONG, 'x'].map(async (code) => (await door.ask(`/o/${code}`)).text()));
    expect(new Set(pages).size).to.equal(1);
    expect(pages[0]).to.contain('<form method="post">').and.to.contain('Comune di &#60;Valfiorita&#62;').and.not.to.contain(CODE);
    expect(lastKind()).to.deep.include({ kind: 'document-issued' });
  });

  it('opens the original with the code of the address, and records the opening without a person', async () => {
    const answer = await post(`/o/${CODE}`);
    expect(answer.status).to.equal(200);
    expect(await answer.text()).to.equal(ORIGINAL);
    expect(answer.headers.get('content-type')).to.equal('application/pdf');
    expect(answer.headers.get('content-disposition')).to.equal('attachment; filename="originale.pdf"');
    expect(lastKind()).to.deep.equal({ kind: 'original-opened', document_id: 'd_1' });
    expect((await register.verify()).faults).to.deep.equal([]);
  });

  it('opens it with the code typed from paper, in small letters, with spaces', async () => {
    for (const path of ['/o/', '/o']) {
      expect(await (await door.ask(path)).text()).to.contain('<label for="code">');
      const answer = await post(path, { body: new URLSearchParams({ code: ` ${CODE.slice(0, 4).toLowerCase()} ${CODE.slice(4, 8)}-${CODE.slice(8)}` }) });
      expect(await answer.text()).to.equal(ORIGINAL);
    }
  });

  it('answers unknown, malformed, expired and deleted codes alike', async () => {
    const answers: unknown[] = [];
    const keep = async (answer: Response) => {
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date'));
      answers.push({ status: answer.status, headers, body: await answer.text() });
    };
    await keep(await post(`/o/${WRONG}`, { from: '203.0.113.1' }));
    await keep(await post('/o/no%20code%3F', { from: '203.0.113.2' }));
    await keep(await post('/o/', { body: 'a'.repeat(5_000), from: '203.0.113.3' }));
    door.clock.at = new Date('2028-02-23T00:00:00Z');
    await keep(await post(`/o/${CODE}`, { from: '203.0.113.4' }));
    await register.deleteExpired(door.clock.at);
    await keep(await post(`/o/${CODE}`, { from: '203.0.113.6' }));
    expect(answers[0]).to.deep.include({ status: 404 });
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
  });

  it('lets no page be kept, framed, or do anything, and no address be told on', async () => {
    for (const answer of [await door.ask(`/o/${CODE}`), await post(`/o/${CODE}`), await post(`/o/${WRONG}`)]) {
      const header = (name: string) => answer.headers.get(name);
      expect(header('cache-control')).to.equal('no-store');
      expect(header('x-content-type-options')).to.equal('nosniff');
      expect(header('referrer-policy')).to.equal('no-referrer');
      expect(header('content-security-policy')).to.contain("default-src 'none'").and.to.contain("frame-ancestors 'none'").and.not.to.contain('unsafe');
    }
  });

  it('limits each client by a clock, whatever the client writes before our proxy', async () => {
    const statuses: number[] = [];
    for (let times = 0; times < 4; times += 1) statuses.push((await post(`/o/${WRONG}`, { from: `198.51.100.${times}, 203.0.113.5` })).status);
    expect(statuses).to.deep.equal([404, 404, 404, 429]);
    const refused = await post(`/o/${CODE}`);
    expect([refused.status, refused.headers.get('retry-after')]).to.deep.equal([429, '1']);
    expect((await post(`/o/${CODE}`, { from: '203.0.113.6' })).status).to.equal(200);
    door.clock.ms += 1_000;
    expect((await post(`/o/${CODE}`)).status).to.equal(200);
  });

  it('says in plain words that the register is away, and refuses other methods', async () => {
    const away = await startDoor({ openOriginal: () => Promise.reject(new RegisterError('register-unavailable', 'away')) });
    const answer = await away.ask(`/o/${CODE}`, { method: 'POST' });
    expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([503, '60']);
    expect(await answer.text()).to.contain('Servizio non disponibile');
    await away.close();
    const put = await door.ask(`/o/${CODE}`, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD, POST']);
    expect((await door.ask('/other')).status).to.equal(404);
    expect((await door.ask('/original')).status).to.equal(404);
  });

  it('writes neither code nor person nor address to the log, also when it breaks', async () => {
    for (const code of [CODE, WRONG]) await post(`/o/${code}`);
    await post('/o/', { body: new URLSearchParams({ code: CODE }) });
    await post(`/o/${CODE}`);
    const broken = await startDoor({ openOriginal: (code) => Promise.reject(new Error(`no row for ${code}`)) });
    expect((await broken.ask(`/o/${CODE}`, { method: 'POST' })).status).to.equal(500);
    const log = door.log() + broken.log();
    await broken.close();
    expect(log).to.contain('"outcome":"opened"').and.to.contain('"outcome":"not-found"').and.to.contain('"outcome":"too-many"').and.to.contain('failed');
    for (const secret of [CODE, WRONG, SUBJECT, '203.0.113', '/o/']) expect(log, secret).not.to.contain(secret);
  });
});
