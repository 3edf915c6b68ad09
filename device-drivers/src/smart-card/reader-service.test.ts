import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ATR, emptyAtLook, hex, insertCard, toHex } from '../../test/test-card.ts';
import type { TestCard } from '../../test/test-card.ts';
import { startPcscd } from '../../virtual/peers/pcscd.ts';
import type { PcscdPeer } from '../../virtual/peers/pcscd.ts';
import { ReaderError } from './reader-error.ts';
import { createReaderService } from './reader-service.ts';
import type { ReaderService, ReaderServiceConfig, ReaderSnapshot } from './reader-service.ts';

/** Waits for a snapshot that fits; the test's own time-out is the deadline. */
async function until(reader: ReaderService, fits: (snapshot: ReaderSnapshot) => boolean): Promise<ReaderSnapshot> {
  if (fits(reader.snapshot())) {
    return reader.snapshot();
  }
  const found = Promise.withResolvers<ReaderSnapshot>();
  const stop = reader.subscribe((snapshot) => {
    if (fits(snapshot)) {
      found.resolve(snapshot);
    }
  });
  try {
    return await found.promise;
  } finally {
    stop();
  }
}

const empty = ({ reader, card }: ReaderSnapshot): boolean => reader === 'ready' && card.state === 'none';

const cardIs = (state: string) => (snapshot: ReaderSnapshot): boolean => snapshot.card.state === state;

function sessionOf(reader: ReaderService): number {
  const { card } = reader.snapshot();
  return card.state === 'present' ? card.session : Number.NaN;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, 'the work should have failed').to.be.instanceOf(ReaderError);
  return error instanceof ReaderError ? error.code : '';
}

describe('the reader service on pcscd with a virtual reader', function () {
  this.timeout(20_000);
  this.slow(2_000);

  let directory: string;
  let peer: PcscdPeer;
  let reader: ReaderService;
  let cards: TestCard[];

  const start = (config: ReaderServiceConfig = {}): ReaderService =>
    createReaderService({
      socketName: peer.socketName,
      readerWords: ['Virtual PCD', '00 00'],
      retry: { everyMs: 20, failedAfter: 3 },
      ...config,
    });
  const insert = async (...args: Parameters<typeof insertCard> extends [number, ...infer Rest] ? Rest : never) => {
    const card = await insertCard(peer.ports[0], ...args);
    cards.push(card);
    return card;
  };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pcsc-'));
    peer = await startPcscd({ directory });
  });
  after(async () => {
    await peer[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  beforeEach(async () => {
    cards = [];
    // The daemon may not have noticed yet that the card of the test before has left.
    await emptyAtLook(peer.socketName);
    reader = start();
    await until(reader, empty);
  });
  afterEach(async () => {
    await Promise.all(cards.map((card) => card.remove()));
    await reader.close();
    await reader.close();
  });

  it('finds the reader by words of its name, and no other', async () => {
    await using other = start({ readerWords: ['No such vendor'] });
    expect(reader.snapshot().reader).to.equal('ready');
    expect(other.snapshot().reader).to.equal('absent');
    expect(await codeOf(reader.connect())).to.equal('removed');
  });

  it('gives each insertion a session of its own', async () => {
    const first = await insert();
    const { card } = await until(reader, cardIs('present'));
    expect(card).to.deep.equal({ state: 'present', session: sessionOf(reader), atr: hex(ATR) });
    const session = sessionOf(reader);
    await first.remove();
    await until(reader, cardIs('none'));
    await insert();
    await until(reader, cardIs('present'));
    expect(sessionOf(reader)).to.equal(session + 1);
  });

  it('carries commands both ways, also of extended length', async () => {
    await insert((apdu) => Buffer.concat([apdu.subarray(7), hex('9000')]));
    await until(reader, cardIs('present'));
    await using connection = await reader.connect();
    expect(connection).to.include({ protocol: 't1', session: sessionOf(reader) });
    const data = Uint8Array.from({ length: 65_000 }, (_, index) => index % 251);
    const answer = await connection.transmit(Buffer.concat([hex('00d60000'), Uint8Array.of(0, 0xfd, 0xe8), data]));
    expect(answer.length).to.equal(65_002);
    expect(Buffer.from(answer.subarray(0, -2)).equals(data)).to.equal(true);
  });

  it('refuses what is no command by its length', async () => {
    const card = await insert();
    await until(reader, cardIs('present'));
    await using connection = await reader.connect();
    for (const length of [0, 3, 65_545]) {
      const error: unknown = await connection.transmit(new Uint8Array(length)).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(RangeError);
    }
    expect(card.commands()).to.deep.equal([]);
  });

  it('stops an exchange after the first answer that is not 9000', async () => {
    const card = await insert((apdu) => (apdu[1] === 0xb0 ? hex('6a82') : apdu[1] === 0xc0 ? hex('6f059000') : hex('6102')));
    await until(reader, cardIs('present'));
    await using connection = await reader.connect();
    const answers = await connection.exchange(['00a4040000', '00b0000000', '0084000008'].map(hex));
    expect(answers.map(toHex)).to.deep.equal(['6f059000', '6a82']);
    expect(card.commands()).to.deep.equal(['00a4040000', '00c0000002', '00b0000000']);
  });

  it('lets two exchanges at a time not mix', async () => {
    const card = await insert();
    await until(reader, cardIs('present'));
    await using connection = await reader.connect();
    await Promise.all([
      connection.exchange(['00010000', '00020000'].map(hex)),
      connection.exchange(['00030000', '00040000'].map(hex)),
    ]);
    expect(card.commands()).to.deep.equal(['00010000', '00020000', '00030000', '00040000']);
  });

  it('powers the card off, and refuses the connection afterwards', async () => {
    const card = await insert();
    await until(reader, cardIs('present'));
    const connection = await reader.connect();
    expect(card.log.at(-1)).to.equal('on');
    const before = card.log.length;
    await connection.powerOff();
    await connection.powerOff();
    await card.heard('off', before);
    expect(card.log.slice(before)).to.deep.equal(['off']);
    expect(await codeOf(connection.transmit(hex('00a4040000')))).to.equal('reset');
    await using again = await reader.connect();
    expect(toHex(await again.transmit(hex('00a4040000')))).to.equal('9000');
    expect(again.session).to.equal(connection.session);
  });

  it('says "removed" for a card that leaves during a command, and the next card is another session', async () => {
    await insert(() => 'leave');
    await until(reader, cardIs('present'));
    const connection = await reader.connect();
    expect(await codeOf(connection.transmit(hex('00a4040000')))).to.equal('removed');
    expect(await codeOf(connection.transmit(hex('00a4040000')))).to.equal('removed');
    await until(reader, cardIs('none'));
    await insert();
    await until(reader, cardIs('present'));
    await using next = await reader.connect();
    expect(next.session).to.equal(connection.session + 1);
    expect(toHex(await next.transmit(hex('00a4040000')))).to.equal('9000');
    expect(await codeOf(connection.transmit(hex('00a4040000')))).to.equal('removed');
  });

  it('says "removed" for a card that left between two commands', async () => {
    const card = await insert();
    await until(reader, cardIs('present'));
    const connection = await reader.connect();
    await card.remove();
    expect(await codeOf(connection.transmit(hex('00a4040000')))).to.equal('removed');
  });

  it('says "comm" for an answer too short to hold a status word', async () => {
    await insert(() => hex('90'));
    await until(reader, cardIs('present'));
    await using connection = await reader.connect();
    expect(await codeOf(connection.transmit(hex('00a4040000')))).to.equal('comm');
  });

  it('gives up a silent card at the deadline, and serves the next card', async () => {
    const silent = await insert(() => 'silent');
    await until(reader, cardIs('present'));
    const connection = await reader.connect();
    expect(await codeOf(connection.transmit(hex('00a4040000'), { deadlineMs: 100 }))).to.equal('timeout');
    expect(await codeOf(connection.transmit(hex('00a4040000')))).to.equal('reset');
    await silent.remove();
    await emptyAtLook(peer.socketName);
    await until(reader, empty);
    await insert();
    await until(reader, cardIs('present'));
    await using next = await reader.connect();
    expect(next.session).to.be.greaterThan(connection.session);
    expect(toHex(await next.transmit(hex('00a4040000')))).to.equal('9000');
  });

  it('lets a command be aborted while the card thinks', async () => {
    const abort = new AbortController();
    const silent = await insert(() => {
      abort.abort(new Error('the visit ended'));
      return 'silent';
    });
    await until(reader, cardIs('present'));
    const connection = await reader.connect();
    const error: unknown = await connection
      .transmit(hex('00a4040000'), { signal: abort.signal })
      .catch((thrown: unknown) => thrown);
    expect(error).to.equal(abort.signal.reason);
    await silent.remove();
    await until(reader, empty);
  });

  it('shows a mute card as mute', async () => {
    await insert(undefined, (powered) => (powered ? '3b'.padEnd(80, '0') : ATR));
    await until(reader, cardIs('mute'));
    expect(await codeOf(reader.connect())).to.equal('comm');
  });

  it('shows a card held by another program as in use, and takes it when it is free', async () => {
    await insert();
    await using other = start();
    await Promise.all([until(reader, cardIs('present')), until(other, cardIs('present'))]);
    const held = await other.connect();
    expect(await codeOf(reader.connect())).to.equal('shared');
    expect(reader.snapshot().card).to.deep.equal({ state: 'in-use' });
    expect(other.snapshot().card.state).to.equal('present');
    await held.powerOff();
    await until(reader, cardIs('present'));
    await using mine = await reader.connect();
    expect(toHex(await mine.transmit(hex('00a4040000')))).to.equal('9000');
  });

  it('gives back a card that left while it was held: the next one is in nobody’s hands', async () => {
    const card = await insert();
    await using other = start();
    await Promise.all([until(reader, cardIs('present')), until(other, cardIs('present'))]);
    await reader.connect();
    await card.remove();
    await Promise.all([until(reader, cardIs('none')), until(other, cardIs('none'))]);
    await insert();
    const { card: next } = await until(other, (snapshot) => snapshot.card.state !== 'none');
    expect(next.state).to.equal('present');
  });

  it('outlives the daemon: failed after three tries, ready when it is back', async () => {
    await insert();
    await until(reader, cardIs('present'));
    const connection = await reader.connect();
    await peer.crash();
    await until(reader, (snapshot) => snapshot.reader === 'absent' && snapshot.card.state === 'none');
    expect(await codeOf(connection.transmit(hex('00a4040000')))).to.equal('no-service');
    await until(reader, (snapshot) => snapshot.reader === 'failed');
    expect(await codeOf(reader.connect())).to.equal('no-service');
    await peer.restart();
    await until(reader, (snapshot) => snapshot.reader === 'ready');
    await insert();
    await until(reader, cardIs('present'));
    expect(sessionOf(reader)).to.be.greaterThan(connection.session);
  });

  it('starts a binding again that hangs', async () => {
    await using watched = start({ heartbeatMs: 500 });
    await until(watched, (snapshot) => snapshot.reader === 'ready');
    const pids = await bindingPids();
    for (const pid of pids) {
      process.kill(pid, 'SIGSTOP');
    }
    await until(watched, (snapshot) => snapshot.reader === 'absent');
    await until(watched, (snapshot) => snapshot.reader === 'ready');
  });

  it('leaves no process behind when it is closed in the middle of a command', async () => {
    await insert(() => 'silent');
    await until(reader, cardIs('present'));
    const connection = await reader.connect();
    const sent = connection.transmit(hex('00a4040000')).catch((error: unknown) => error);
    await reader.close();
    expect(await sent).to.be.instanceOf(ReaderError);
    expect(await bindingPids()).to.deep.equal([]);
  });
});

/** Processes of the binding started by this test process. */
async function bindingPids(): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)]);
  return stdout
    .split('\n')
    .filter((line) => line.includes('pcsc-binding-process'))
    .map((line) => Number.parseInt(line, 10));
}
