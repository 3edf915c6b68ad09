import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkFiles } from '../check/check-files.ts';
import { playCity } from '../check/testing/model-city.ts';
import type { ModelRun } from '../check/testing/model-city.ts';
import { HISTORY_VERSION, headerLine, historyLine } from './line.ts';
import type { HistoryLine } from './line.ts';
import { MAX_LINE, openLines } from './read-lines.ts';
import { createHistoryWriter, createStreamWriter } from './write-lines.ts';
import type { RunHeader } from './write-lines.ts';

describe('history files', () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'history-'));
    path = join(folder, 'run.jsonl');
  });
  after(() => rm(folder, { recursive: true }));

  const run = playCity(7);
  const headerOf = ({ header }: ModelRun): RunHeader => {
    const { line: _line, format: _format, version: _version, seq: _seq, at: _at, who: _who, ...more } = header;
    return more;
  };
  const writeRun = async (played: ModelRun = run): Promise<void> => {
    const { lines } = played;
    const writer = createHistoryWriter(path, headerOf(played));
    for (const { seq: _, ...line } of lines.slice(0, -1) as Exclude<HistoryLine, { line: 'end' }>[]) {
      writer.write(line);
      await writer.ready();
    }
    await writer.close(lines.at(-1)?.at ?? 0, true);
  };
  const codeOf = (work: Promise<unknown>) => work.then(() => 'none', (error: { code?: string }) => error.code);

  it('come back as they were written', async () => {
    await writeRun();
    const { first, batches } = await openLines(path, { first: headerLine, line: historyLine, version: HISTORY_VERSION });
    expect(first).to.deep.equal(run.header);
    const read: HistoryLine[] = [];
    for await (const batch of batches) read.push(...batch);
    expect(read).to.deep.equal(run.lines);
  });

  it('are checked with the stream beside them', async () => {
    const calm = playCity(7, { isCalm: true });
    await writeRun(calm);
    const streamPath = join(folder, 'stream.jsonl');
    const stream = createStreamWriter(streamPath);
    for (const line of calm.stream) if (line.line !== 'end') stream.write(line);
    await stream.ready();
    await stream.close();
    const report = await checkFiles(path, { streamPath });
    expect(report).to.include({ ok: true, lines: calm.lines.length + 1 });
    expect(report.counts.steps).to.equal(calm.stream.length);
    // Without the stream's last step the two differ.
    const cut = (await readFile(streamPath, 'utf8')).trimEnd().split('\n').toSpliced(-2, 1);
    await writeFile(streamPath, `${cut.join('\n')}\n`);
    expect((await checkFiles(path, { streamPath })).counts.findings).to.deep.equal({ 'stream-differs': 1 });
  });

  it('that cannot be written are told so', async () => {
    const writer = createHistoryWriter(join(folder, 'nowhere', 'run.jsonl'), headerOf(run));
    expect(await codeOf(writer.close(0, true))).to.equal('ENOENT');
  });

  for (const [what, code, damage] of [
    ['that are empty', 'not-a-history', () => ''],
    ['of something else', 'not-a-history', () => 'hello\n'],
    ['of another version', 'version-unsupported', (text: string) => text.replace('"version":2', '"version":1')],
    ['without an end', 'truncated', (text: string) => text.replace(/[^\n]*\n$/, '')],
    ['cut in the middle of a line', 'truncated', (text: string) => text.slice(0, -40)],
    ['with a line that is no JSON', 'bad-line', (text: string) => text.replace(/\n\{/, '\n{{')],
    ['with a word nobody knows', 'bad-line', (text: string) => text.replace('"line":"invoke"', '"line":"invoke","mood":"good"')],
    ['with a line that is too long', 'bad-line', (text: string) => `${text}${'x'.repeat(MAX_LINE + 1)}`],
    ['with a line missing', 'out-of-order', (text: string) => text.split('\n').toSpliced(5, 1).join('\n')],
    ['with a line after the end', 'out-of-order', (text: string) => `${text}${text.trimEnd().split('\n').at(-1)}\n`],
    ['with an answer to nothing', 'bad-request', (text: string) => text.replace('"line":"ok"', '"line":"ok","x":0').replace(/"x":0,(.*?)"id":"r\d+"/, '$1"id":"r0"')],
    ['with a fault that ends before it begins', 'bad-request', (text: string) =>
      text.replace(/\n.*$/s, `\n${JSON.stringify({ line: 'fault', seq: 2, at: 0, who: 'city', fault: 'f1', what: 'healed' })}\n${JSON.stringify({ line: 'end', seq: 3, at: 0, who: 'city', drained: true })}\n`)],
  ] as const) {
    it(`${what} are refused: ${code}`, async () => {
      await writeRun();
      await writeFile(path, damage(await readFile(path, 'utf8')));
      expect(await codeOf(checkFiles(path))).to.equal(code);
    });
  }
  it('that are not there are refused', async () => {
    expect(await codeOf(checkFiles(join(folder, 'missing.jsonl')))).to.equal('not-readable');
  });
});
