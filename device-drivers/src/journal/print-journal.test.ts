import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { JournalError, openPrintJournal } from './print-journal.ts';
import type { JournalRecovery, PrintJournal } from './print-journal.ts';

const STATES = ['fetched', 'spooled', 'printed', 'taken'] as const;
type State = (typeof STATES)[number];

const SHA256 = 'ab'.repeat(32);

describe('the print journal', () => {
  let directory: string;
  let file: string;
  let recovered: JournalRecovery | undefined;
  let time = 0;

  const open = (): Promise<PrintJournal<State>> =>
    openPrintJournal({ file, states: STATES }, { now: () => (time += 1), onRecovered: (found) => (recovered = found) });
  const line = (documentId: string, state: State, attempt = 1) => ({ documentId, attempt, sha256: SHA256, state });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'journal-'));
    file = join(directory, 'kiosk', 'print.jsonl');
    time = 1_000;
    recovered = undefined;
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('remembers the last line of each document over a restart', async () => {
    {
      await using journal = await open();
      await journal.append(line('doc_a', 'fetched'));
      await journal.append(line('doc_b', 'fetched'));
      await journal.append(line('doc_a', 'spooled'));
      expect(journal.last('doc_a')).to.include({ state: 'spooled', attempt: 1, at: 1_003 });
    }
    await using journal = await open();
    expect(recovered).to.deep.equal({ entries: 3, tornBytes: 0 });
    expect(journal.last('doc_a')).to.deep.equal({ ...line('doc_a', 'spooled'), at: 1_003 });
    expect(journal.documents().map(({ documentId }) => documentId)).to.deep.equal(['doc_a', 'doc_b']);
    expect(journal.last('doc_c')).to.equal(undefined);
  });

  it('writes one JSON line each, readable by its owner only', async () => {
    await using journal = await open();
    await journal.append(line('doc_a', 'fetched'));
    const text = await readFile(file, 'utf8');
    expect(text).to.equal(`{"documentId":"doc_a","attempt":1,"sha256":"${SHA256}","state":"fetched","at":1001}\n`);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
  });

  it('survives a line torn at every byte', async () => {
    {
      await using journal = await open();
      await journal.append(line('doc_a', 'fetched'));
      await journal.append(line('doc_a', 'spooled'));
    }
    const whole = await readFile(file);
    const firstEnd = whole.indexOf('\n') + 1;
    for (let length = firstEnd; length < whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      await using journal = await open();
      expect(journal.last('doc_a')?.state, `${length} bytes`).to.equal('fetched');
      expect(recovered?.tornBytes).to.equal(length - firstEnd);
      await journal.append(line('doc_a', 'taken'));
      await using again = await open();
      expect(again.last('doc_a')?.state).to.equal('taken');
      await truncate(file, 0);
    }
  });

  it('keeps the order of lines asked for at once', async () => {
    await using journal = await open();
    await Promise.all(STATES.map((state) => journal.append(line('doc_a', state))));
    const states = (await readFile(file, 'utf8')).trim().split('\n').map((text) => /"state":"([a-z]+)"/.exec(text)?.[1]);
    expect(states).to.deep.equal([...STATES]);
  });

  it('writes nothing beside its own fields', async () => {
    await using journal = await open();
    const given = { ...line('doc_a', 'fetched'), holder: 'Giulia Rossetti' };
    await journal.append(given);
    expect(await readFile(file, 'utf8')).not.to.include('Giulia');
  });

  it('refuses an entry out of shape and stays usable', async () => {
    await using journal = await open();
    const failure: unknown = await journal
      .append({ ...line('doc_a', 'fetched'), sha256: 'none' })
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(journal.last('doc_a')).to.equal(undefined);
    await journal.append(line('doc_a', 'fetched'));
    expect(journal.last('doc_a')?.state).to.equal('fetched');
  });

  it('says which line is damaged when it is not the last, and leaves the file as it is', async () => {
    {
      await using journal = await open();
      await journal.append(line('doc_a', 'fetched'));
    }
    for (const damage of ['{"documentId":\n', 'null\n', `${JSON.stringify({ ...line('doc_a', 'fetched'), state: 'melted', at: 1 })}\n`]) {
      const before = await readFile(file, 'utf8');
      await appendFile(file, damage);
      const failure: unknown = await open().catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(JournalError).with.property('line', 2);
      expect(await readFile(file, 'utf8')).to.equal(before + damage);
      await writeFile(file, before);
    }
  });

  it('may be closed twice, and refuses to write afterwards', async () => {
    const journal = await open();
    await journal.close();
    await journal.close();
    const failure: unknown = await journal.append(line('doc_a', 'fetched')).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
  });
});
