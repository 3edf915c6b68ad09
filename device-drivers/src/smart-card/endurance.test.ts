/** The reader under what a long day does to it: many cards, and a daemon that dies and comes back. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startPcscd } from '../../virtual/peers/pcscd.ts';
import type { PcscdPeer } from '../../virtual/peers/pcscd.ts';
import type { VirtualCard } from '../../virtual/cie/virtual-card.ts';
import { createVpcdSlot } from '../../virtual/cie/vpcd-slot.ts';
import type { VpcdSlot } from '../../virtual/cie/vpcd-slot.ts';
import { createReaderService } from './reader-service.ts';
import type { ReaderService, ReaderSnapshot } from './reader-service.ts';

const INSERTIONS = 200;

/** By then every lazily opened file and buffer exists; from there on nothing may grow. */
const WARM_AFTER = 20;

/** More than the heap of a process breathes; less than 64 KiB kept of each card, which is one answer's buffer. */
const GROWTH_MAX_KB = 64 * (INSERTIONS - WARM_AFTER);

const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x0c, 0x00);

const card: VirtualCard = {
  atr: Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01),
  answerDelayMs: 0,
  present: true,
  reset: () => undefined,
  process: () => Uint8Array.of(0x90, 0x00),
};

describe('the reader service over a long day', function () {
  this.slow(10_000);

  let directory: string;
  let peer: PcscdPeer;
  let slot: VpcdSlot;
  let reader: ReaderService;
  /** Every snapshot, in order. */
  let seen: ReaderSnapshot[];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pcsc-'));
    peer = await startPcscd({ directory });
  });
  after(async () => {
    await peer[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  beforeEach(async () => {
    slot = createVpcdSlot({ host: '127.0.0.1', port: peer.ports[0] });
    reader = createReaderService({
      socketName: peer.socketName,
      readerWords: ['Virtual PCD', '00 00'],
      retry: { everyMs: 20, failedAfter: 3 },
    });
    await until(isEmpty);
    seen = [];
    reader.subscribe((snapshot) => seen.push(snapshot));
  });
  afterEach(async () => {
    await slot.close();
    await reader.close();
  });

  /** Waits for a snapshot that fits; the test's own time-out is the deadline. */
  async function until(fits: (snapshot: ReaderSnapshot) => boolean): Promise<void> {
    const found = Promise.withResolvers<void>();
    const look = (snapshot: ReaderSnapshot): void => {
      if (fits(snapshot)) found.resolve();
    };
    const stop = reader.subscribe(look);
    look(reader.snapshot());
    await found.promise;
    stop();
  }

  const isEmpty = (snapshot: ReaderSnapshot): boolean => snapshot.reader === 'ready' && snapshot.card.state === 'none';
  const isPresent = (snapshot: ReaderSnapshot): boolean => snapshot.card.state === 'present';

  /** Puts the card in, exchanges a command with it, and takes it out. */
  async function visit(): Promise<void> {
    await slot.insert(card);
    await until(isPresent);
    await using connection = await reader.connect();
    expect(await connection.transmit(SELECT)).to.deep.equal(Uint8Array.of(0x90, 0x00));
    await slot.remove();
    await until(isEmpty);
  }

  it(`sees each of ${INSERTIONS} insertions and removals in a row, and holds nothing of them afterwards`, async function () {
    // pcscd looks at its readers every 400 ms, once for a card that came and once for a card that left.
    this.timeout(INSERTIONS * 3_000);
    let warm: readonly Load[] = [];
    for (let insertion = 0; insertion < INSERTIONS; insertion += 1) {
      if (insertion === WARM_AFTER) warm = await loads();
      await visit();
    }
    const sessions = seen.flatMap(({ card: state }) => (state.state === 'present' ? [state.session] : []));
    const first = sessions[0] ?? 0;
    expect(sessions).to.deep.equal(Array.from({ length: INSERTIONS }, (_, index) => first + index));
    expect(seen.map(({ card: { state } }) => state)).to.deep.equal(sessions.flatMap(() => ['present', 'none']));

    // The same processes from the first card to the last, and nothing more open in any of them.
    const full = await loads();
    expect(full.map(countsOf)).to.deep.equal(warm.map(countsOf));
    const grown = full.map(({ kilobytes }, index) => kilobytes - (warm[index]?.kilobytes ?? 0));
    expect(Math.max(...grown), 'kB more in memory').to.be.below(GROWTH_MAX_KB);
  });

  it('serves cards again each time the daemon was killed and is back, and keeps nothing of the dead ones', async function () {
    this.timeout(180_000);
    await visit();
    const [, before] = await loads();
    for (let death = 1; death <= 3; death += 1) {
      await peer.crash();
      await until(({ reader: state }) => state !== 'ready');
      await peer.restart();
      await until(isEmpty);
      await visit();
    }
    const sessions = seen.flatMap(({ card: state }) => (state.state === 'present' ? [state.session] : []));
    const first = sessions[0] ?? 0;
    expect(sessions).to.deep.equal([first, first + 1, first + 2, first + 3]);
    const [, after] = await loads();
    expect(await bindingPids()).to.have.length(1);
    expect(after?.files).to.equal(before?.files);
  });

  interface Load {
    readonly pid: number;
    readonly files: number;
    readonly threads: number;
    readonly kilobytes: number;
  }

  const countsOf = ({ pid, files, threads }: Load) => ({ pid, files, threads });

  /** What the daemon and the binding's processes hold (proc(5)). */
  async function loads(): Promise<Load[]> {
    return Promise.all([peer.pid() ?? expect.fail('no daemon'), ...(await bindingPids())].map(loadOf));
  }

  async function loadOf(pid: number): Promise<Load> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
    const files = (await readdir(`/proc/${pid}/fd`)).length;
    return { pid, files, threads: field('Threads'), kilobytes: field('VmRSS') };
  }
});

/** Processes of the binding started by this test process. */
async function bindingPids(): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)]);
  return stdout
    .split('\n')
    .filter((line) => line.includes('pcsc-binding-process'))
    .map((line) => Number.parseInt(line, 10));
}
