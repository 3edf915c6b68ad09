/** The reader under what a long day does to it: many cards, and a daemon that dies and comes back. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readDocument } from '@videosportello/identity/emrtd/read-document.ts';
import { dialogueId, newId } from '@videosportello/protocol/ids.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { expect } from 'chai';
import { startPcscd } from '../../virtual/peers/pcscd.ts';
import type { PcscdPeer } from '../../virtual/peers/pcscd.ts';
import { personalise } from '../../virtual/cie/personalise.ts';
import { readPortrait } from '../../virtual/cie/portraits.ts';
import { quickAuthority, ROSSI } from '../../virtual/cie/test/specimen.ts';
import type { VirtualCard } from '../../virtual/cie/virtual-card.ts';
import { createVirtualCie } from '../../virtual/cie/virtual-cie.ts';
import { createVpcdSlot } from '../../virtual/cie/vpcd-slot.ts';
import type { VpcdSlot } from '../../virtual/cie/vpcd-slot.ts';
import { createCardDialogues } from '../dialogue/card-dialogue.ts';
import { createReaderService } from './reader-service.ts';
import type { ReaderService, ReaderSnapshot } from './reader-service.ts';

const INSERTIONS = 200;

/** By then every lazily opened file and buffer exists; from there on nothing may grow. */
const WARM_AFTER = 20;

/** More than the heap of a process breathes; less than 64 KiB kept of each card, which is one answer's buffer. */
const GROWTH_MAX_KB = 64 * (INSERTIONS - WARM_AFTER);

/** Every so many insertions the card is a CIE that is read. */
const CIE_EVERY = 10;

/** Longer than any test: the card has the command and does not answer it. */
const NEVER_MS = 3_600_000;

const { signal } = new AbortController();

const cie = createVirtualCie(
  personalise(ROSSI, { authority: await quickAuthority(), photo: await readPortrait('giulia'), issueDate: new Date('2021-03-14') }),
  { random: randomBytes },
);

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

  /** Puts a CIE in, reads its text, and takes it out. */
  async function visitWithCie(): Promise<void> {
    await slot.insert(cie);
    await until(isPresent);
    await using connection = await reader.connect();
    const { files, protocol } = await readDocument(
      { exchange: (commands, options) => connection.exchange(commands, options) },
      { password: { kind: 'can', can: ROSSI.card.can }, files: ['dg1', 'dg11'], random: randomBytes, signal },
    );
    expect([protocol, [...files.keys()].toSorted()]).to.deep.equal(['PACE-DH-GM-3DES', ['dg1', 'dg11', 'sod']]);
    await slot.remove();
    await until(isEmpty);
  }

  it(`sees each of ${INSERTIONS} insertions and removals in a row, and holds nothing of them afterwards`, async function () {
    // pcscd looks at its readers every 400 ms, once for a card that came and once for a card that left.
    this.timeout(INSERTIONS * 3_000);
    let warm: readonly Load[] = [];
    for (let insertion = 0; insertion < INSERTIONS; insertion += 1) {
      if (insertion === WARM_AFTER) warm = await loads();
      await ((insertion + 1) % CIE_EVERY === 0 ? visitWithCie() : visit());
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
    const [, , before] = await loads();
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
    const [, , after] = await loads();
    expect(await bindingPids()).to.have.length(1);
    expect(after?.files).to.equal(before?.files);
  });

  it('says that the reader is unavailable when the daemon is killed while a card has a command, and then reads the next card', async function () {
    this.timeout(60_000);
    const held = Promise.withResolvers<void>();
    const silent: VirtualCard = {
      ...card,
      answerDelayMs: NEVER_MS,
      process: () => {
        held.resolve();
        return Uint8Array.of(0x90, 0x00);
      },
    };
    await using dialogues = createCardDialogues(reader, () => expect.fail('refused'));
    await slot.insert(silent);
    await until(isPresent);
    const id = newId(dialogueId, 'g');
    await dialogues.connect(id, 'emrtd-read', signal);
    const answered = codeOf(dialogues.exchange(id, [SELECT], { deadlineMs: NEVER_MS, signal }));
    await held.promise;
    await peer.crash();
    expect(await answered).to.equal('reader-unavailable');
    await slot.remove();
    await peer.restart();
    await until(isEmpty);
    await visitWithCie();
  });

  interface Load {
    readonly pid: number;
    readonly files: number;
    /** Of another process; the engine's own come and go. */
    readonly threads?: number;
    readonly kilobytes: number;
  }

  const countsOf = ({ pid, files, threads = 0 }: Load) => ({ pid, files, threads });

  /** What this process, which holds the reader service, the daemon and the binding's processes hold (proc(5)). */
  async function loads(): Promise<Load[]> {
    const pids = [peer.pid() ?? expect.fail('no daemon'), ...(await bindingPids())];
    return [ownLoad(), ...(await Promise.all(pids.map(loadOf)))];
  }

  /** Of this process what is still reachable: its resident memory is mostly what the engine has not yet given back. */
  function ownLoad(): Load {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return { pid: process.pid, files: readdirSync('/proc/self/fd').length, kilobytes: (heapUsed + external) / 1024 };
  }

  async function loadOf(pid: number): Promise<Load> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
    const files = (await readdir(`/proc/${pid}/fd`)).length;
    return { pid, files, threads: field('Threads'), kilobytes: field('VmRSS') };
  }
});

/** Runs the engine's collector, all of it. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Processes of the binding started by this test process. */
async function bindingPids(): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)]);
  return stdout
    .split('\n')
    .filter((line) => line.includes('pcsc-binding-process'))
    .map((line) => Number.parseInt(line, 10));
}
