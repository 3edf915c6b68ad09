import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startIppPrinter } from '../../virtual/peers/ipp-printer.ts';
import type { IppPrinterPeer } from '../../virtual/peers/ipp-printer.ts';
import { createIppPrinter } from './ipp-printer.ts';
import type { IppPrinter, IppPrinterConfig, PrintEvent, PrintOutcome } from './ipp-printer.ts';
import { createPaperPrinter } from './paper-printer.ts';

/** A PDF of so many empty pages; readers rebuild the missing cross-reference table. */
function pdfOf(pages: number): Buffer {
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>';
  const kids = Array.from({ length: pages }, (_, index) => `${index + 3} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages} /Kids [${kids}] >>`,
    ...Array.from({ length: pages }, () => page),
  ];
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('');
  return Buffer.from(`%PDF-1.7\n${body}trailer << /Root 1 0 R >>\n%%EOF\n`);
}

interface RunningJob {
  readonly events: PrintEvent[];
  readonly outcome: Promise<PrintOutcome>;
  /** Waits until an event fits. */
  when(fits: (event: PrintEvent) => boolean): Promise<void>;
}

const needs = (reason: string) => (event: PrintEvent): boolean =>
  event.type === 'needs-attention' && event.reasons.includes(reason);
const is = (type: PrintEvent['type']) => (event: PrintEvent): boolean => event.type === type;

/** A line to the printer that breaks at the document: before the printer has it, or before it can answer. */
async function cutLine(uri: string, when: 'before' | 'after'): Promise<AsyncDisposable & { uri: string; cuts(): number }> {
  const { port, pathname } = new URL(uri);
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect({ port: Number(port), host: 'localhost' });
    let cut = false;
    for (const [side, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(side);
      side.on('error', () => other.destroy());
      side.on('close', () => (cut ? undefined : other.destroy()));
    }
    client.on('data', (chunk) => {
      // The document is in sight: its operation's request holds a PDF.
      if (chunk.includes('%PDF-')) {
        cut = true;
        cuts += 1;
        if (when === 'before') {
          upstream.destroy();
          client.destroy();
          return;
        }
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (cut ? client.destroy() : client.write(chunk)));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  return {
    uri: `ipp://localhost:${typeof address === 'object' ? address?.port : 0}${pathname}`,
    cuts: () => cuts,
    [Symbol.asyncDispose]: async () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

describe('the IPP printer driver on ippeveprinter', function () {
  this.timeout(30_000);
  this.slow(3_000);

  let directory: string;
  let peer: IppPrinterPeer;
  let printer: IppPrinter;
  let jobs = 0;

  const open = (config: Partial<IppPrinterConfig> = {}): IppPrinter =>
    createIppPrinter({ uri: peer.uri, busyPollMs: 30, idlePollMs: 100, ...config });
  const print = (options: { pages?: number; signal?: AbortSignal; name?: string; by?: IppPrinter } = {}): RunningJob => {
    const events: PrintEvent[] = [];
    const waiting: { fits: (event: PrintEvent) => boolean; resolve: () => void }[] = [];
    jobs += 1;
    const outcome = (options.by ?? printer).print(pdfOf(options.pages ?? 1), {
      jobName: options.name ?? `doc_${jobs}`,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onEvent: (event) => {
        events.push(event);
        waiting.filter(({ fits }) => fits(event)).forEach(({ resolve }) => resolve());
      },
    });
    return {
      events,
      outcome,
      when: async (fits) => {
        if (!events.some(fits)) {
          const { promise, resolve } = Promise.withResolvers<void>();
          waiting.push({ fits, resolve });
          await promise;
        }
      },
    };
  };
  /** Looks for a job and follows it to its end. */
  const endOf = async (jobName: string): Promise<PrintOutcome | undefined> => {
    const found = await printer.findJob(jobName);
    return found && printer.follow(found.jobId, { jobName });
  };
  const settled = async (fits: () => boolean): Promise<void> => {
    if (!fits()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = printer.subscribe(() => fits() && resolve());
      await promise;
      stop();
    }
  };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ipp-'));
    peer = await startIppPrinter({ directory, sheetMs: 120 });
  });
  after(async () => {
    await peer[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  beforeEach(async () => {
    await peer.setPaper(250);
    printer = open();
    await settled(() => printer.snapshot().state === 'idle');
  });
  afterEach(async () => {
    await printer.close();
    await printer.close();
    await peer.takePaper();
  });

  it('prints a document byte by byte and follows it to its end', async () => {
    const job = print({ pages: 2 });
    const outcome = await job.outcome;
    expect(outcome).to.deep.include({ outcome: 'completed', impressions: 2 });
    expect(job.events.map(({ type }) => type)).to.include.members(['spooled', 'printing']);
    expect(job.events[0]?.type).to.equal('spooled');
    const [sheet] = peer.printedPages();
    expect(sheet).to.include({ sheets: 2 });
    expect(pdfOf(2).equals(await readFile(sheet?.path ?? ''))).to.equal(true);
    expect(peer.paper()).to.equal(248);
    expect(await readdir(peer.spool)).to.include(`${sheet?.jobId}-doc_${jobs}.pdf`);
  });

  it('reports trays and supplies', async () => {
    await peer.setPaper(12);
    const status = await printer.status();
    expect(status).to.include({ state: 'idle' });
    expect([...status.reasons]).to.deep.equal(['media-low']);
    expect(status.trays).to.deep.include({ name: 'main', sheets: 12 });
    expect(status.supplies).to.deep.include({ name: 'Black Toner', levelPercent: 75 });
  });

  it('gives no document to a printer without paper', async () => {
    await peer.setPaper(0);
    const job = print();
    expect(await job.outcome).to.deep.equal({ outcome: 'not-started', reasons: ['media-empty'] });
    expect(job.events).to.deep.equal([]);
    expect(await readdir(peer.spool)).to.deep.equal([]);
  });

  it('says that paper ran out during a job, and goes on after the refill', async () => {
    await peer.setPaper(1);
    const job = print({ pages: 2 });
    await job.when(needs('media-empty'));
    const refilledAt = job.events.length;
    await peer.setPaper(10);
    expect(await job.outcome).to.deep.include({ outcome: 'completed', impressions: 2 });
    expect(job.events.slice(refilledAt).map(({ type }) => type)).to.include('printing');
    expect(peer.paper()).to.equal(9);
  });

  it('says that a sheet is jammed, and goes on when it is taken out', async () => {
    peer.jam();
    const job = print();
    await job.when(needs('media-jam'));
    peer.clearJam();
    expect(await job.outcome).to.deep.include({ outcome: 'completed', impressions: 1 });
    expect(peer.printedPages()).to.have.length(1);
    expect(peer.paper(), 'the stuck sheet and the printed one').to.equal(248);
  });

  it('tells a job that the printer gave up after a jam', async () => {
    peer.jam();
    const job = print();
    await job.when(needs('media-jam'));
    peer.clearJam({ recover: false });
    expect(await job.outcome).to.deep.include({ outcome: 'aborted', started: true });
    expect(peer.printedPages()).to.deep.equal([]);
  });

  it('cancels a job at the printer when it is aborted', async () => {
    const abort = new AbortController();
    await peer.setPaper(1);
    const job = print({ pages: 3, signal: abort.signal });
    await job.when(needs('media-empty'));
    abort.abort();
    await peer.setPaper(10);
    expect(await job.outcome).to.deep.include({ outcome: 'canceled', started: true });
  });

  it('calls it uncertain when the printer does not let go of a canceled job', async () => {
    await using impatient = open({ cancelMs: 200 });
    const abort = new AbortController();
    await peer.setPaper(1);
    const job = print({ pages: 2, signal: abort.signal, by: impatient, name: 'doc_canceled' });
    await job.when(needs('media-empty'));
    abort.abort();
    expect(await job.outcome).to.deep.equal({ outcome: 'uncertain', reason: 'cancel-unanswered' });
    await peer.setPaper(10);
    expect(await endOf('doc_canceled')).to.deep.include({ outcome: 'canceled' });
  });

  it('starts nothing that is aborted before its turn', async () => {
    const outcome = await print({ signal: AbortSignal.abort() }).outcome;
    expect(outcome).to.deep.equal({ outcome: 'not-started', reasons: ['canceled'] });
    expect(await readdir(peer.spool)).to.deep.equal([]);
  });

  it('prints one job at a time, also beside another client', async () => {
    await using other = open();
    const all = [print(), print(), print({ by: other })];
    const outcomes = await Promise.all(all.map(({ outcome }) => outcome));
    expect(outcomes.map(({ outcome }) => outcome)).to.deep.equal(['completed', 'completed', 'completed']);
    expect(peer.printedPages()).to.have.length(3);
  });

  it('finds a job by its name and follows it, as after a restart of ours', async () => {
    await peer.setPaper(1);
    const first = print({ pages: 2, name: 'doc_found' });
    await first.when(needs('media-empty'));
    await using restarted = open();
    const found = await restarted.findJob('doc_found');
    expect(found).to.include({ state: 'printing', impressions: 1 });
    expect(await restarted.findJob('doc_other')).to.equal(undefined);
    await peer.setPaper(10);
    expect(await restarted.follow(found?.jobId ?? 0, { jobName: 'doc_found' })).to.deep.include({ outcome: 'completed', impressions: 2 });
    await first.outcome;
    expect(await restarted.findJob('doc_found')).to.include({ state: 'completed' });
    const mistaken = await restarted.follow(found?.jobId ?? 0, { jobName: 'doc_other' });
    expect(mistaken).to.deep.equal({ outcome: 'uncertain', reason: 'job-unknown' });
  });

  it('goes on after a printer that hung for a while', async () => {
    await using hasty = open({ deadlineMs: 200 });
    const job = print({ pages: 3, by: hasty });
    await job.when(is('printing'));
    peer.freeze();
    await job.when(needs('offline'));
    expect(hasty.snapshot().state).to.equal('offline');
    peer.thaw();
    expect(await job.outcome).to.deep.include({ outcome: 'completed', impressions: 3 });
  });

  it('calls it uncertain when a printer stays hung', async () => {
    await using hasty = open({ deadlineMs: 200, lostContactMs: 300 });
    const job = print({ pages: 3, by: hasty, name: 'doc_stuck' });
    await job.when(is('printing'));
    peer.freeze();
    expect(await job.outcome).to.deep.equal({ outcome: 'uncertain', reason: 'no-contact' });
    peer.thaw();
    expect(await endOf('doc_stuck')).to.deep.include({ outcome: 'completed', impressions: 3 });
  });

  it('finds the job whose acceptance was lost on the way', async () => {
    await using line = await cutLine(peer.uri, 'after');
    await using driver = open({ uri: line.uri });
    const job = print({ by: driver });
    expect(await job.outcome).to.deep.include({ outcome: 'completed', impressions: 1 });
    expect(line.cuts()).to.equal(1);
    expect(peer.printedPages()).to.have.length(1);
  });

  it('knows that a document lost on the way was never taken', async () => {
    await using line = await cutLine(peer.uri, 'before');
    await using driver = open({ uri: line.uri });
    const job = print({ by: driver });
    expect(await job.outcome).to.deep.equal({ outcome: 'not-started', reasons: ['other'] });
    expect(line.cuts()).to.equal(1);
    expect(peer.printedPages()).to.deep.equal([]);
  });

  it('calls it uncertain when the printer was switched off during a job, and knows that it is back', async () => {
    const job = print({ pages: 3 });
    await job.when(is('printing'));
    await peer.powerCut();
    await job.when(needs('offline'));
    await peer.powerOn();
    expect(await job.outcome).to.deep.equal({ outcome: 'uncertain', reason: 'job-unknown' });
    expect((await printer.status()).state).to.equal('idle');
  });

  it('starts nothing on a printer that is off', async () => {
    await peer.powerCut();
    const job = print();
    expect(await job.outcome).to.deep.equal({ outcome: 'not-started', reasons: ['offline'] });
    await peer.powerOn();
  });

  it('tells a document that the printer cannot read', async () => {
    const outcome = await printer.print(Buffer.from('no PDF at all'), { jobName: 'doc_broken' });
    expect(outcome).to.deep.include({ outcome: 'aborted' });
    expect(peer.paper()).to.equal(250);
  });

  it('speaks the words of the protocol to the paper desk', async () => {
    const said: string[] = [];
    const desk = createPaperPrinter(printer);
    const { signal } = new AbortController();
    await peer.setPaper(1);
    const outcome = await desk.print(pdfOf(2), {
      jobName: 'doc_desk',
      signal,
      onState: (state, reason) => {
        said.push(reason === undefined ? state : `${state} ${reason}`);
        if (reason === 'media-empty') {
          peer.setPaper(5).catch((error: unknown) => said.push(String(error)));
        }
      },
    });
    expect(outcome).to.deep.equal({ state: 'printed' });
    expect(said[0]).to.equal('spooled');
    expect(said).to.include('needs-attention media-empty');
    expect(said.at(-1)).to.equal('printing');
    await peer.setPaper(0);
    expect(await desk.print(pdfOf(1), { jobName: 'doc_desk2', signal, onState: () => undefined })).to.deep.equal({
      state: 'failed',
      reason: 'media-empty',
    });
  });
});
