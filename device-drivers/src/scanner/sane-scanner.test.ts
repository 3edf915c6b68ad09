import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { expect } from 'chai';
import { startSaneScanner } from '../../virtual/peers/sane-scanner.ts';
import type { SaneScannerPeer } from '../../virtual/peers/sane-scanner.ts';
import { PeerError } from '../../virtual/peers/peer-error.ts';
import { problemOfExit, restAfter } from './sane-status.ts';
import { createSaneScanner, ScanError } from './sane-scanner.ts';
import type { SaneScanner, SaneScannerConfig, ScannerState } from './sane-scanner.ts';

/** Two pixels by one: a red one and a blue one. */
const RED_BLUE = Buffer.concat([Buffer.from('P6\n2 1\n255\n'), Buffer.from([255, 0, 0, 0, 0, 255])]);

/** An A4 page that takes some ten seconds: the test backend hands out a kilobyte every 200 ms. */
const SLOW = ['--read-delay=yes', '--read-delay-duration', '200000', '--read-limit=yes', '--read-limit-size', '1000'];

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, 'the scan should have failed').to.be.instanceOf(ScanError);
  return error instanceof ScanError ? error.problem : '';
}

describe('the scanner driver on SANE', function () {
  this.timeout(20_000);
  this.slow(2_000);

  let directory: string;
  let peer: SaneScannerPeer;

  const open = (config: Partial<SaneScannerConfig> = {}): SaneScanner =>
    createSaneScanner({ program: peer.program, device: peer.device, configDirectory: peer.configDirectory, ...config });
  /** The backend that can be slow and fail at will, without the glass. */
  const openTest = (options: readonly string[], config: Partial<SaneScannerConfig> = {}): SaneScanner =>
    createSaneScanner({ device: 'test:0', configDirectory: peer.configDirectory, options, ...config });
  const sheet = async (name: string, bytes: Uint8Array): Promise<string> => {
    const file = join(directory, name);
    await writeFile(file, bytes);
    return file;
  };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "scan'ner-"));
    peer = await startSaneScanner({ directory });
  });
  after(async () => {
    await peer[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  afterEach(async () => {
    peer.takeSheet();
    await peer.setFault(undefined);
  });

  it('scans exactly the picture on the glass, and leaves no file', async () => {
    await using scanner = open();
    await peer.putSheet(await sheet('red-blue.ppm', RED_BLUE));
    const files = await readdir(directory);
    const page = await scanner.scan();
    expect(page).to.include({ width: 2, height: 1 });
    const png = Buffer.from(page.png);
    const data = png.indexOf('IDAT');
    const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
    expect([...rows.subarray(1, 4)], 'the first pixel').to.deep.equal([255, 0, 0]);
    expect(await readdir(directory)).to.deep.equal(files);
  });

  it('scans a picture that was laid down as PNG', async () => {
    await using scanner = open();
    await peer.putSheet(await sheet('red-blue.ppm', RED_BLUE));
    const first = await scanner.scan();
    peer.takeSheet();
    await peer.putSheet(await sheet('page.png', first.png));
    expect(Buffer.from((await scanner.scan()).png).equals(first.png)).to.equal(true);
  });

  it('lays only pictures on the glass', async () => {
    const failure: unknown = await peer.putSheet(await sheet('text.png', Buffer.from('no picture'))).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(PeerError).with.property('code', 'unreadable');
    expect(peer.hasSheet()).to.equal(false);
  });

  it('says "no-docs" for an empty glass and is ready for the next try', async () => {
    await using scanner = open();
    expect(await problemOf(scanner.scan())).to.equal('no-docs');
    expect(scanner.snapshot()).to.deep.equal({ state: 'idle' });
    await peer.putSheet(await sheet('red-blue.ppm', RED_BLUE));
    expect(peer.hasSheet()).to.equal(true);
    expect(await scanner.scan()).to.include({ width: 2 });
  });

  it('needs attention after a jam and an open cover, until a page comes again', async () => {
    await using scanner = open();
    const states: ScannerState[] = [];
    scanner.subscribe((state) => states.push(state));
    await peer.putSheet(await sheet('red-blue.ppm', RED_BLUE));
    await peer.setFault('jammed');
    expect(await problemOf(scanner.scan())).to.equal('jammed');
    await peer.setFault('coveropen');
    expect(await problemOf(scanner.scan())).to.equal('cover-open');
    await peer.setFault(undefined);
    await scanner.scan();
    expect(states).to.deep.equal([
      { state: 'scanning' },
      { state: 'needs-attention', reason: 'jammed' },
      { state: 'scanning' },
      { state: 'needs-attention', reason: 'cover-open' },
      { state: 'scanning' },
      { state: 'idle' },
    ]);
  });

  it('scans A4 in colour at 300 dpi', async () => {
    const options = ['--mode', 'Color', '--resolution', '300', '-x', '210', '-y', '297', '--test-picture', 'Color pattern'];
    await using scanner = openTest(options);
    const page = await scanner.scan();
    expect(page).to.deep.include({ width: 2480, height: 3507 });
  });

  for (const [status, problem] of [
    ['UNSUPPORTED', 'unsupported'],
    ['CANCELLED', 'canceled'],
    ['DEVICE_BUSY', 'device-busy'],
    ['INVAL', 'invalid'],
    ['JAMMED', 'jammed'],
    ['NO_DOCS', 'no-docs'],
    ['COVER_OPEN', 'cover-open'],
    ['IO_ERROR', 'io-error'],
    ['NO_MEM', 'no-mem'],
    ['ACCESS_DENIED', 'access-denied'],
  ] as const) {
    it(`understands SANE_STATUS_${status}`, async () => {
      await using scanner = openTest(['--read-return-value', `SANE_STATUS_${status}`], { deadlineMs: 3_000 });
      let seen = await problemOf(scanner.scan());
      // SANE's test backend hangs in about one of a hundred failing scans, without us too; the deadline ends those.
      for (let tries = 1; seen === 'timeout' && tries < 3; tries += 1) {
        seen = await problemOf(scanner.scan());
      }
      expect(seen).to.equal(problem);
      expect(scanner.snapshot()).to.deep.equal(restAfter(problem));
    });
  }

  it('stops at the deadline', async () => {
    await using scanner = openTest(SLOW, { deadlineMs: 300 });
    expect(await problemOf(scanner.scan())).to.equal('timeout');
    expect(scanner.snapshot()).to.deep.equal({ state: 'offline', reason: 'timeout' });
  });

  it('kills a program that does not stop', async () => {
    const stubborn = join(directory, 'stubborn');
    await writeFile(stubborn, '#!/bin/sh\ntrap "" INT TERM\nwhile :; do sleep 0.05; done\n', { mode: 0o755 });
    await using scanner = open({ program: stubborn, deadlineMs: 200 });
    expect(await problemOf(scanner.scan())).to.equal('timeout');
  });

  it('can be aborted before it begins', async () => {
    await using scanner = openTest(SLOW);
    const abort = new AbortController();
    scanner.subscribe(({ state }) => state === 'scanning' && abort.abort(new Error('the visit ended')));
    const failure: unknown = await scanner.scan({ signal: abort.signal }).catch((error: unknown) => error);
    expect(failure).to.equal(abort.signal.reason);
    expect(scanner.snapshot()).to.deep.equal({ state: 'idle' });
  });

  it('scans one page at a time, and can be aborted in the middle', async () => {
    await using scanner = openTest(SLOW);
    const abort = new AbortController();
    const first = scanner.scan({ signal: abort.signal }).catch((error: unknown) => error);
    expect(await problemOf(scanner.scan())).to.equal('device-busy');
    expect(scanner.snapshot()).to.deep.equal({ state: 'scanning' });
    abort.abort(new Error('the visit ended'));
    expect(await first).to.equal(abort.signal.reason);
    expect(scanner.snapshot()).to.deep.equal({ state: 'idle' });
  });

  it('accepts no picture that is cut short, too large, or none', async () => {
    const output = async (name: string, script: string): Promise<string> => {
      const program = join(directory, name);
      await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return program;
    };
    await using empty = open({ program: await output('empty', 'exit 0') });
    expect(await problemOf(empty.scan())).to.equal('bad-picture');
    await using text = open({ program: await output('text', 'echo scanned') });
    expect(await problemOf(text.scan())).to.equal('bad-picture');
    await using endless = open({ program: await output('endless', 'exec cat /dev/zero'), maxBytes: 100_000 });
    expect(await problemOf(endless.scan())).to.equal('bad-picture');
  });

  it('is offline without the program', async () => {
    await using scanner = open({ program: join(directory, 'nowhere') });
    expect(await problemOf(scanner.scan())).to.equal('broken');
    expect(scanner.snapshot()).to.deep.equal({ state: 'offline', reason: 'broken' });
  });

  it('ends a running scan when it is closed', async () => {
    const scanner = openTest(SLOW);
    const running = problemOf(scanner.scan());
    await scanner.close();
    await scanner.close();
    expect(await running).to.equal('canceled');
    expect(await problemOf(scanner.scan())).to.equal('broken');
  });

  it('takes an unknown end for a broken program', () => {
    expect([problemOfExit(134), problemOfExit(-1), problemOfExit(0)]).to.deep.equal(['broken', 'broken', undefined]);
  });
});
