/** The bench as its users meet it: a process, its page over HTTP, and the real drivers at its devices. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { z } from 'zod';
import { createIppPrinter } from '../../src/printer/ipp-printer.ts';
import type { PrintEvent } from '../../src/printer/ipp-printer.ts';
import { createSaneScanner } from '../../src/scanner/sane-scanner.ts';
import { createReaderService } from '../../src/smart-card/reader-service.ts';
import type { ReaderService, ReaderSnapshot } from '../../src/smart-card/reader-service.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const SHEET = fileURLToPath(new URL('./sheet/specimen-sheet.pdf', import.meta.url));
const CITIZENS = fileURLToPath(new URL('../../../deploy/demo/citizens.json', import.meta.url));

/** SELECT of the eMRTD application (ICAO Doc 9303 part 10, 3.6.1). */
const SELECT_EMRTD = Uint8Array.from(Buffer.from('00A4040C07A0000002471001', 'hex'));

const readyMessage = z.object({
  ready: z.literal(true),
  url: z.url(),
  pcscSocket: z.string(),
  printerUri: z.string(),
  scannerDevice: z.string(),
  saneConfigDirectory: z.string(),
  cardTrustDirectory: z.string(),
});

const benchState = z.object({
  card: z.string().nullable(),
  cards: z.array(z.object({ id: z.string(), name: z.string(), kind: z.enum(['cie', 'ts-cns']), code: z.string() })),
  printer: z.object({
    paper: z.enum(['loaded', 'out']),
    jammed: z.boolean(),
    pages: z.array(z.object({ id: z.string() })),
  }),
  scanner: z.object({ sheet: z.boolean() }),
});

const refusal = z.object({ code: z.string(), sentence: z.string().min(10) });

function startProcess(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'silent', CITIZENS_FILE: CITIZENS, LISTEN: '127.0.0.1:0', ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Runs to the end; for starts that must fail. */
async function failedStart(environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = startProcess(environment);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  await once(child, 'close');
  return { code: child.exitCode, said };
}

async function startBench(dataDirectory: string) {
  const child = startProcess({ DEMO: '1', DATA_DIR: dataDirectory });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`the bench did not start: ${said}`))),
  ]);
  return { child, ready: readyMessage.parse(message) };
}

/** Every file under a folder, as its path and the SHA-256 of its content. */
async function digests(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path) => `${path} ${createHash('sha256').update(await readFile(path)).digest('hex')}`));
}

/** Pids of the descendants of a process (proc(5), /proc/PID/stat: the fourth field is the parent). */
async function descendants(of: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '') : '';
    const parent = /\) \S (\d+) /.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const found = new Set([of]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => pid !== of);
}

/** Waits for a state of the reader. */
function readerUntil(reader: ReaderService, wanted: (snapshot: ReaderSnapshot) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (snapshot: ReaderSnapshot): void => {
      if (!wanted(snapshot)) return;
      stop();
      resolve();
    };
    const stop = reader.subscribe(look);
    look(reader.snapshot());
  });
}

describe('bench', () => {
  let dataDirectory: string;
  let bench: Awaited<ReturnType<typeof startBench>>;
  let token: string;

  const at = (path: string): string => new URL(path, bench.ready.url).href;
  const state = async () => benchState.parse(await (await fetch(at('state'))).json());
  const post = (body: string, given: string = token): Promise<Response> =>
    fetch(at('do'), { method: 'POST', headers: { 'x-bench-token': given }, body });
  const perform = async (action: string, argument?: string): Promise<void> => {
    const answer = await post(JSON.stringify({ action, ...(argument === undefined ? {} : { argument }) }));
    expect(answer.status, `${action}: ${await answer.text()}`).to.equal(204);
  };
  const refused = async (action: string, argument?: string) => {
    const answer = await post(JSON.stringify({ action, ...(argument === undefined ? {} : { argument }) }));
    return { status: answer.status, ...refusal.parse(await answer.json()) };
  };

  before(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'bench-test-'));
    bench = await startBench(dataDirectory);
    const page = await (await fetch(bench.ready.url)).text();
    token = /<meta name="bench-token" content="([^"]+)" \/><\/head>/.exec(page)?.[1] ?? '';
    expect(token).to.match(/^[\w-]{43}$/);
  });
  after(async () => {
    if (bench.child.exitCode === null) {
      bench.child.kill('SIGTERM');
      await once(bench.child, 'exit');
    }
    for (const path of [dataDirectory, `${dataDirectory}-other`]) await rm(path, { recursive: true, force: true });
  });

  describe('start', () => {
    it('is refused outside a demo, outside loopback and without a data folder', async () => {
      const cases = [
        { DATA_DIR: dataDirectory },
        { DEMO: '1', DATA_DIR: dataDirectory, LISTEN: '0.0.0.0:0' },
        { DEMO: '1' },
        { DEMO: '1', DATA_DIR: `${dataDirectory}-other`, CITIZENS_FILE: join(dataDirectory, 'none.json') },
      ];
      const starts = await Promise.all(cases.map(failedStart));
      expect(starts.map(({ code }) => code)).to.deep.equal([1, 1, 1, 1]);
      const said = starts.map((start) => start.said);
      expect(said[0]).to.match(/DEMO: must be 1/);
      expect(said[1]).to.match(/LISTEN: must be 127\.0\.0\.1/);
      expect(said[2]).to.match(/DATA_DIR/);
      expect(said[3]).to.match(/The people of the town cannot be read/);
      for (const text of said) expect(text).not.to.match(/\n\s+at /);
    });

    it('says where the devices are, and publishes the trust anchor', async () => {
      expect(bench.ready.printerUri).to.match(/^ipp:\/\/localhost:\d+\/ipp\/print$/);
      expect(await readdir(bench.ready.cardTrustDirectory)).to.deep.equal(['cns-ca-specimen.der', 'csca-it-specimen.der']);
    });
  });

  describe('page', () => {
    it('comes with a policy that allows only its own files', async () => {
      const answer = await fetch(bench.ready.url);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).to.include("default-src 'none'").and.include("script-src 'self'").and.not.include('unsafe');
      for (const file of ['bench.js', 'bench.css']) expect((await fetch(at(file))).status, file).to.equal(200);
      expect((await fetch(at('..%2fmain.ts'))).status).to.equal(404);
    });

    it('answers only to loopback names', async () => {
      const statusFor = async (host: string): Promise<number | undefined> => {
        const { port } = new URL(bench.ready.url);
        const asked = request({ host: '127.0.0.1', port, path: '/state', headers: { host: host.replace('PORT', port) } });
        asked.end();
        const [answer] = await once(asked, 'response');
        answer.resume();
        return z.object({ statusCode: z.number() }).parse(answer).statusCode;
      };
      expect(await statusFor('localhost:PORT')).to.equal(200);
      expect(await statusFor('127.0.0.1:PORT')).to.equal(200);
      expect(await statusFor('evil.example:PORT')).to.equal(421);
      expect(await statusFor('localhost:1')).to.equal(421);
    });

    it('shows the people and their faces', async () => {
      const { cards } = await state();
      expect(cards.map(({ id }) => id)).to.deep.equal(['giulia', 'giulia-ts', 'anselmo', 'anselmo-ts', 'nicolo', 'nicolo-ts']);
      expect(cards[0]).to.include({ name: 'Giulia Conti', kind: 'cie', code: '123456' });
      expect(cards[1]).to.include({ name: 'Giulia Conti', kind: 'ts-cns' });
      const face = Buffer.from(await (await fetch(at('portrait/giulia.jpg'))).arrayBuffer());
      expect(face.subarray(0, 2).toString('hex')).to.equal('ffd8');
      expect((await fetch(at('portrait/nobody.jpg'))).status).to.equal(404);
    });
  });

  describe('acting', () => {
    it('takes the token', async () => {
      const body = JSON.stringify({ action: 'paper-out' });
      for (const wrong of ['', 'x', `${token}x`, token.replace(/^./, '~')]) {
        const answer = await post(body, wrong);
        expect(answer.status).to.equal(403);
        expect(refusal.parse(await answer.json()).code).to.equal('wrong-token');
      }
      expect((await state()).printer.paper).to.equal('loaded');
    });

    it('refuses what it does not know with a sentence', async () => {
      expect(await refused('dance')).to.include({ status: 400, code: 'unknown-action' });
      expect(await refused('put-card', 'nobody')).to.include({ status: 400, code: 'unknown-citizen' });
      expect(await refused('put-card')).to.include({ status: 400, code: 'unknown-citizen' });
      for (const argument of ['giulia', 'giulia:0', 'giulia:x', ':3']) {
        expect(await refused('remove-after', argument), argument).to.include({ status: 400, code: 'bad-argument' });
      }
      expect(await refused('put-sheet', '999')).to.include({ status: 400, code: 'bad-argument' });
      for (const body of ['', '{', '[]', '{"action":1}', JSON.stringify({ action: 'x'.repeat(5_000) })]) {
        const answer = await post(body);
        expect(answer.status).to.equal(400);
        expect(refusal.parse(await answer.json()).code).to.equal('bad-request');
      }
    });
  });

  describe('card reader', () => {
    let reader: ReaderService;
    before(() => {
      reader = createReaderService({ socketName: bench.ready.pcscSocket });
    });
    after(() => reader.close());

    it('has the card that was put on it, until it is taken', async () => {
      await perform('put-card', 'giulia');
      expect((await state()).card).to.equal('giulia');
      expect(await refused('put-card', 'nicolo')).to.include({ status: 409, code: 'reader-occupied' });
      await readerUntil(reader, ({ card }) => card.state === 'present');
      await using connection = await reader.connect();
      expect(Buffer.from(await connection.transmit(SELECT_EMRTD)).toString('hex')).to.equal('9000');
      await perform('take-card');
      expect((await state()).card).to.equal(null);
      await readerUntil(reader, ({ card }) => card.state === 'none');
    });

    it('shows itself empty when a card slips away', async () => {
      await perform('remove-after', 'nicolo:2');
      expect((await state()).card).to.equal('nicolo');
      await readerUntil(reader, ({ card }) => card.state === 'present');
      await using connection = await reader.connect();
      await connection.transmit(SELECT_EMRTD);
      await connection.transmit(SELECT_EMRTD).catch(() => undefined);
      await readerUntil(reader, ({ card }) => card.state === 'none');
      expect((await state()).card).to.equal(null);
      await perform('put-card', 'nicolo');
      await perform('take-card');
    });
  });

  describe('printer and scanner', () => {
    it('prints, jams, runs out of paper and shows what came out', async () => {
      await using printer = createIppPrinter({ uri: bench.ready.printerUri, busyPollMs: 50 });
      const pdf = await readFile(SHEET);
      const events: string[] = [];
      const jam = Promise.withResolvers<void>();
      const onEvent = (event: PrintEvent): void => {
        events.push(event.type);
        if (event.type === 'needs-attention' && event.reasons.includes('media-jam')) jam.resolve();
      };

      await perform('jam');
      const printing = printer.print(pdf, { jobName: 'bench-1', onEvent });
      await jam.promise;
      expect(await state()).to.have.nested.property('printer.jammed', true);
      expect((await state()).printer.pages).to.deep.equal([]);
      await perform('clear-jam');
      expect(await printing).to.include({ outcome: 'completed' });
      expect(events).to.include.members(['spooled', 'needs-attention', 'printing']);

      const { pages, jammed } = (await state()).printer;
      expect(jammed).to.equal(false);
      expect(pages).to.have.length(1);
      const id = pages[0]?.id ?? '';
      const document = await fetch(at(`printed/${id}.pdf`));
      expect(document.headers.get('content-type')).to.equal('application/pdf');
      expect(Buffer.from(await document.arrayBuffer()).equals(pdf)).to.equal(true);
      const picture = Buffer.from(await (await fetch(at(`printed/${id}.png`))).arrayBuffer());
      // A4 at 60 dpi (W3C PNG, 11.2.2: width and height follow the chunk's name).
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).to.deep.equal([497, 702]);
      expect((await fetch(at('printed/999.pdf'))).status).to.equal(404);

      await perform('paper-out');
      expect((await state()).printer.paper).to.equal('out');
      const without = await printer.print(pdf, { jobName: 'bench-2' });
      expect(without).to.have.property('outcome', 'not-started');
      expect(without).to.have.deep.property('reasons').that.includes('media-empty');
      await perform('refill');
      expect((await state()).printer.paper).to.equal('loaded');
      expect(await printer.print(pdf, { jobName: 'bench-3' })).to.include({ outcome: 'completed' });
      expect((await state()).printer.pages).to.have.length(2);
    });

    it('scans the sheet that was put in, by the device name alone', async () => {
      const { scannerDevice: device, saneConfigDirectory: configDirectory } = bench.ready;
      await using scanner = createSaneScanner({ device, configDirectory, options: ['--resolution', '150'] });
      const empty = await scanner.scan().then(() => undefined, (error: unknown) => error);
      expect(empty).to.have.property('problem', 'no-docs');
      await perform('put-sheet');
      expect((await state()).scanner.sheet).to.equal(true);
      expect(await scanner.scan()).to.include({ width: 1240, height: 1754 });
      await perform('take-sheet');
      expect((await state()).scanner.sheet).to.equal(false);
      const [page = expect.fail('nothing was printed')] = (await state()).printer.pages;
      await perform('put-sheet', page.id);
      expect((await state()).scanner.sheet).to.equal(true);
      expect(await scanner.scan()).to.include({ width: 1240, height: 1754 });
      await perform('take-sheet');
    });
  });

  describe('end', () => {
    it('ends when it is stopped while it starts', async () => {
      const folder = `${dataDirectory}-other`;
      const child = startProcess({ DEMO: '1', DATA_DIR: folder });
      const ended = once(child, 'exit');
      // The note is written just before the first device is started.
      while (!(await access(join(folder, 'run-directory.json')).then(() => true, () => false)) && child.exitCode === null) {
        await setImmediate();
      }
      child.kill('SIGTERM');
      await ended;
      expect(child.exitCode).to.equal(0);
      expect((await readdir(folder)).filter((name) => name === 'run-directory.json')).to.deep.equal([]);
    });

    it('ends on SIGTERM and leaves nothing but its keys, and starts again with them', async () => {
      const pids = await descendants(bench.child.pid ?? 0);
      expect(pids.length).to.be.greaterThan(3);
      bench.child.kill('SIGTERM');
      await once(bench.child, 'exit');
      expect(bench.child.exitCode).to.equal(0);
      const left = await Promise.all(pids.map((pid) => access(`/proc/${pid}`).then(() => pid, () => undefined)));
      expect(left.filter((pid) => pid !== undefined)).to.deep.equal([]);
      const runDirectory = bench.ready.saneConfigDirectory.split('/s/')[0] ?? '';
      expect(await access(runDirectory).then(() => 'there', () => 'gone')).to.equal('gone');
      expect((await readdir(dataDirectory)).toSorted()).to.deep.equal(['authority', 'authority-cns', 'card-trust']);

      const kept = await digests(dataDirectory);
      expect(kept.length).to.be.greaterThan(3);
      bench = await startBench(dataDirectory);
      expect(await digests(dataDirectory)).to.include.members(kept);
    });
  });
});
