import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { playCity } from './check/testing/model-city.ts';
import type { Breach } from './check/report.ts';
import { createHistoryWriter } from './history/write-lines.ts';

/** Long enough for a busy machine to check a million lines, ms. */
const DEADLINE_MS = 120_000;
/** A third of the file below, MB; young objects get enough room not to be copied about. */
const SMALL_HEAP = ['--max-old-space-size=64', '--max-semi-space-size=16'];

describe('npm run city -- check', function () {
  this.timeout(DEADLINE_MS + 60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'city-'));
  });
  after(() => rm(folder, { recursive: true }));

  const city = (file: string, ...more: readonly string[]) =>
    new Promise<{ status: number; out: string; told: string }>((resolve) => {
      const program = [...SMALL_HEAP, fileURLToPath(new URL('main.ts', import.meta.url)), 'check', file, ...more];
      const child = execFile(process.execPath, program, { timeout: DEADLINE_MS, env: { ...process.env, INIT_CWD: folder } }, (_error, out, told) =>
        resolve({ status: child.exitCode ?? -1, out, told }),
      );
    });
  const writeRun = async (name: string, without?: Breach): Promise<void> => {
    const run = playCity(11, without === undefined ? {} : { without });
    const text = [run.header, ...run.lines].map((line) => `${JSON.stringify(line)}\n`);
    await writeFile(join(folder, name), text.join(''));
  };

  it('ends with 0 when nothing is found', async () => {
    await writeRun('good.jsonl');
    const { status, out, told } = await city('good.jsonl', '--json');
    expect([status, told]).to.deep.equal([0, '']);
    expect(JSON.parse(out)).to.include({ ok: true }).and.to.have.all.keys('ok', 'lines', 'visits', 'findings', 'counts');
    expect((await city('good.jsonl')).out).to.match(/^\d+ lines, \d+ visits: nothing found\.\n$/);
  });
  it('ends with 1 when something is, and says what and where', async () => {
    await writeRun('bad.jsonl', 'wrong-lane');
    const { status, out } = await city('bad.jsonl', '--json');
    const { ok, findings } = JSON.parse(out);
    expect([status, ok]).to.deep.equal([1, false]);
    expect(findings[0]).to.include({ name: 'wrong-lane' }).and.to.have.all.keys('name', 'at', 'seqs', 'visitId', 'operatorId', 'sentence');
    expect((await city('bad.jsonl')).out).to.match(/wrong-lane at \d+ ms \(lines \d+, \d+\): v_/);
  });
  it('ends with 2 when the file cannot be judged', async () => {
    await writeRun('whole.jsonl');
    await writeFile(join(folder, 'cut.jsonl'), (await readFile(join(folder, 'whole.jsonl'), 'utf8')).slice(0, 5_000));
    const cut = await city('cut.jsonl', '--json');
    expect([cut.status, JSON.parse(cut.out).error.code]).to.deep.equal([2, 'truncated']);
    expect(cut.told).to.equal('The file ends in the middle of a line. (truncated)\n');
    const missing = await city('missing.jsonl');
    expect([missing.status, missing.out, missing.told]).to.deep.equal([2, '', 'The file cannot be read. (not-readable)\n']);
    expect((await city('whole.jsonl', 'more')).told).to.match(/^Judges the history/);
  });

  it('checks a million lines within a heap of 64 MB', async () => {
    const file = join(folder, 'long.jsonl');
    const lines = await writeLongHistory(file);
    const { status, out, told } = await city(file, '--json');
    expect([status, told]).to.deep.equal([0, '']);
    expect(JSON.parse(out)).to.include({ ok: true, lines }).and.to.have.property('visits').above(50_000);
    expect(lines).to.be.above(1_000_000);
  });
});

/** Visits one after the other at each of forty kiosks, each with an operator of its own; gives the number of lines. */
async function writeLongHistory(path: string): Promise<number> {
  const { header } = playCity(1, { forMs: 1 });
  const hex = (number: number) => number.toString(16).padStart(24, '0');
  const pairs = Array.from({ length: 40 }, (_, index) => ({ kiosk: `kiosk-${index}`, operator: `op_${hex(index)}`, lane: `lane-${index}` }));
  const { line: _line, format: _format, version: _version, seq: _seq, at: _at, who: _who, ...run } = header;
  const operators = pairs.map(({ operator, lane }) => ({ operatorId: operator, capacity: 1, lanes: [lane] }));
  const writer = createHistoryWriter(path, { ...run, lagMs: 0, operators: operators as never });
  let at = 0;
  let seq = 1;
  const write = (who: string, fields: object) => (seq = writer.write({ at, who, session: 1, ...fields } as never));
  const ask = (who: string, op: string, fields: object, answer: object) => {
    const id = `r${seq}`;
    write(who, { line: 'invoke', id, op, ...fields });
    write(who, { line: 'ok', id, ...answer });
  };
  for (const { kiosk, operator } of pairs) {
    ask(kiosk, 'hello', {}, {});
    ask(operator, 'hello', {}, { desk: { presence: 'available', visits: [] } });
  }
  for (let round = 0; round < 1_800; round += 1) {
    at += 10_000;
    for (const { kiosk, operator, lane } of pairs) {
      const fence = { epoch: 1, counter: seq };
      const visitId = `v_${hex(seq)}`;
      const offerId = `o_${hex(seq)}`;
      const ticket = { ticketId: `t_${hex(seq)}`, class: 'walk-up', place: 1 };
      const saw = (state: string, more: object = {}) =>
        write(kiosk, { line: 'saw', what: 'visit.changed', visit: { visitId, state, fence, ...more } });
      ask(kiosk, 'visit.open', {}, { visit: { visitId, state: 'alone', fence } });
      ask(kiosk, 'ticket.open', { visitId, plan: [{ lane, afterMs: 0 }] }, { visit: { visitId, state: 'waiting', fence, ticket } });
      write(operator, { line: 'saw', what: 'offer.made', offer: { offerId, visitId, kioskId: kiosk, class: 'walk-up', remainingMs: 15_000 } });
      saw('offered', { ticket });
      ask(operator, 'offer.accept', { offerId }, { visit: { visitId, state: 'with-operator', fence } });
      saw('with-operator');
      ask(operator, 'visit.end', { visitId }, {});
      saw('ended');
      ask(operator, 'wrap-up.done', { visitId }, {});
    }
    await writer.ready();
  }
  await writer.close(at + 60_000, true);
  return seq + 1;
}
