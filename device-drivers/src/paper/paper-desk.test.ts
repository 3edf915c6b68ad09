import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { documentId, newId, visitId } from '@videosportello/protocol/ids.ts';
import { createPaperDesk } from './paper-desk.ts';
import type { OfferedPaper, PaperJournal, PaperPrinter } from './paper-desk.ts';
import type { SheetState } from './sheet-machine.ts';

const content = Buffer.from('%PDF-1.7 an invented paper '.repeat(40));

/** A journal in memory, with what earlier runs left. */
function journalWith(entries: { documentId: string; attempt: number; state: SheetState }[] = []): PaperJournal & { states(): SheetState[] } {
  const all = [...entries];
  return {
    append: async (entry) => void all.push(entry),
    last: (id) => all.findLast((entry) => entry.documentId === id),
    states: () => all.map(({ state }) => state),
  };
}

/** A printer that keeps what it printed and ends as it is told. */
function printerThat(outcome: Awaited<ReturnType<PaperPrinter['print']>>): PaperPrinter & { jobs: { name: string; pdf: Buffer }[] } {
  const jobs: { name: string; pdf: Buffer }[] = [];
  return {
    jobs,
    async print(pdf, { jobName, onState }) {
      jobs.push({ name: jobName, pdf: Buffer.from(pdf) });
      onState('spooled');
      onState('printing');
      return outcome;
    },
    resume: async () => undefined,
  };
}

function offered(change: Partial<OfferedPaper> = {}): OfferedPaper & { reported: string[]; until(state: SheetState): Promise<void> } {
  const reported: string[] = [];
  const emitter = new EventEmitter();
  return {
    visitId: newId(visitId, 'v'),
    documentId: newId(documentId, 'd'),
    attempt: 1,
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
    fetchPiece: async (offset) => ({ base64: content.subarray(offset, offset + 300).toString('base64'), total: content.length }),
    report: async (state) => void reported.push(state),
    changed: (state) => void emitter.emit(state),
    reported,
    until: async (state) => {
      await once(emitter, state);
    },
    ...change,
  };
}

const fail = (cause: unknown): never => {
  throw cause;
};

describe('paper desk', () => {
  it('fetches in pieces, checks the digest, prints under the document and attempt, and reports each state in order', async () => {
    const printer = printerThat({ state: 'printed' });
    const journal = journalWith();
    const paper = offered();
    const desk = createPaperDesk(printer, journal, fail);
    desk.accept(paper);
    await desk.settled();
    expect(paper.reported).to.deep.equal(['fetched', 'spooled', 'printing', 'printed']);
    expect(journal.states()).to.deep.equal(paper.reported);
    expect(printer.jobs.map(({ name }) => name)).to.deep.equal([`${paper.documentId}.1`]);
    expect(printer.jobs[0]?.pdf.equals(content)).to.equal(true);
    await desk.taken(paper.documentId);
    expect(paper.reported.at(-1)).to.equal('taken');
  });

  it('asks for a piece again after the link was lost, from where it was', async () => {
    let calls = 0;
    const offsets: number[] = [];
    const paper = offered({
      fetchPiece: async (offset) => {
        offsets.push(offset);
        if (++calls === 2) throw new ProtocolError('link-lost');
        return { base64: content.subarray(offset, offset + 600).toString('base64'), total: content.length };
      },
    });
    const desk = createPaperDesk(printerThat({ state: 'printed' }), journalWith(), fail);
    desk.accept(paper);
    await desk.settled();
    expect(offsets).to.deep.equal([0, 600, 600]);
    expect(paper.reported).to.include('printed');
  });

  it('prints nothing when the bytes are not those that were announced', async () => {
    const printer = printerThat({ state: 'printed' });
    const paper = offered({ sha256: '0'.repeat(64) });
    const desk = createPaperDesk(printer, journalWith(), fail);
    desk.accept(paper);
    await desk.settled();
    expect(paper.reported).to.deep.equal(['failed']);
    expect(printer.jobs).to.deep.equal([]);
    expect(desk.current(paper.visitId)).to.include({ state: 'failed', reason: 'digest-mismatch' });
  });

  for (const [before, after] of [
    ['spooled', 'uncertain'],
    ['printing', 'uncertain'],
    ['needs-attention', 'uncertain'],
    ['uncertain', 'uncertain'],
    ['printed', 'printed'],
    ['taken', 'taken'],
  ] as const) {
    it(`never prints again a sheet the journal knows as ${before}: says ${after}`, async () => {
      const printer = printerThat({ state: 'printed' });
      const paper = offered();
      const desk = createPaperDesk(printer, journalWith([{ documentId: paper.documentId, attempt: 1, state: before }]), fail);
      desk.accept(paper);
      await desk.settled();
      expect(printer.jobs).to.deep.equal([]);
      expect(paper.reported).to.deep.equal([after]);
    });
  }

  it('asks the printer what became of an earlier job by its name, and says that', async () => {
    const asked: string[] = [];
    const paper = offered();
    const printer: PaperPrinter = {
      ...printerThat({ state: 'printed' }),
      resume: async ({ jobName, onState }) => {
        asked.push(jobName);
        onState('printing');
        return { state: 'printed' };
      },
    };
    const desk = createPaperDesk(printer, journalWith([{ documentId: paper.documentId, attempt: 1, state: 'printing' }]), fail);
    desk.accept(paper);
    await desk.settled();
    expect(asked).to.deep.equal([`${paper.documentId}.1`]);
    expect(paper.reported).to.deep.equal(['printing', 'printed']);
  });

  it('prints the next attempt after a spoiled sheet, and one that never reached the printer', async () => {
    for (const [state, attempt] of [['uncertain', 2], ['fetched', 1], ['failed', 1]] as const) {
      const printer = printerThat({ state: 'printed' });
      const paper = offered({ attempt });
      const desk = createPaperDesk(printer, journalWith([{ documentId: paper.documentId, attempt: 1, state }]), fail);
      desk.accept(paper);
      await desk.settled();
      expect(printer.jobs.map(({ name }) => name), state).to.deep.equal([`${paper.documentId}.${attempt}`]);
    }
  });

  it('asks the printer about a paper that was being handed over when the service ended, and prints it only when there is no job', async () => {
    for (const [found, jobs, last] of [
      [{ state: 'printed' } as const, 0, 'printed'],
      [undefined, 1, 'failed'],
    ] as const) {
      const printer = { ...printerThat({ state: 'failed', reason: 'media-empty' }), resume: async () => found };
      const paper = offered();
      const desk = createPaperDesk(printer, journalWith([{ documentId: paper.documentId, attempt: 1, state: 'fetched' }]), fail);
      desk.accept(paper);
      await desk.settled();
      expect([printer.jobs.length, paper.reported.at(-1)]).to.deep.equal([jobs, last]);
    }
  });

  it('says uncertain, and wipes what it fetched, when the journal cannot be written', async () => {
    const journal: PaperJournal = { append: async () => fail(new Error('disk full')), last: () => undefined };
    const failures: unknown[] = [];
    const printer = printerThat({ state: 'printed' });
    const paper = offered();
    const desk = createPaperDesk(printer, journal, (cause) => failures.push(cause));
    desk.accept(paper);
    await desk.settled();
    expect(paper.reported).to.deep.equal(['uncertain']);
    expect([printer.jobs.length, failures.length]).to.deep.equal([0, 1]);
  });

  it('takes one paper at a time', async () => {
    const held = Promise.withResolvers<{ state: 'printed' }>();
    const desk = createPaperDesk({ ...printerThat({ state: 'printed' }), print: (_pdf, { onState }) => (onState('spooled'), held.promise) }, journalWith(), fail);
    const first = offered();
    const spooled = first.until('spooled');
    desk.accept(first);
    await spooled;
    expect(() => desk.accept(offered())).to.throw(ProtocolError).with.property('code', 'paper-busy');
    held.resolve({ state: 'printed' });
    await desk.settled();
    desk.accept(offered());
    await desk.settled();
  });

  it('takes no other paper, and the same one not twice, while it looks for one of an earlier run or fetches it again', async () => {
    for (const state of ['uncertain', 'failed'] as const) {
      const held = Promise.withResolvers<undefined>();
      const begun = Promise.withResolvers<void>();
      const wait = async () => {
        begun.resolve();
        return held.promise;
      };
      const printer = { ...printerThat({ state: 'printed' }), resume: wait };
      const paper = offered();
      const fetchPiece = paper.fetchPiece;
      const slow = { ...paper, fetchPiece: async (offset: number) => (await wait(), fetchPiece(offset)) };
      const desk = createPaperDesk(printer, journalWith([{ documentId: paper.documentId, attempt: 1, state }]), fail);
      desk.accept(slow);
      await begun.promise;
      expect(() => desk.accept(offered()), state).to.throw(ProtocolError).with.property('code', 'paper-busy');
      desk.accept(slow);
      desk.clear();
      expect(desk.current(paper.visitId), state).to.include({ documentId: paper.documentId });
      held.resolve(undefined);
      await desk.settled();
      expect(printer.jobs.length, state).to.equal(state === 'failed' ? 1 : 0);
    }
  });

  it('takes the same sheet again as soon as it has failed, before its report is answered', async () => {
    const printer = printerThat({ state: 'failed', reason: 'media-empty' });
    const answered = Promise.withResolvers<void>();
    const paper = offered({ report: (state) => (state === 'failed' ? answered.promise : Promise.resolve()) });
    const failed = paper.until('failed');
    const desk = createPaperDesk(printer, journalWith(), fail);
    desk.accept(paper);
    await failed;
    desk.accept(paper);
    answered.resolve();
    await desk.settled();
    expect(printer.jobs).to.have.length(2);
  });

  it('keeps the state and says it again when a report could not be delivered', async () => {
    let online = false;
    const heard: string[] = [];
    const failures: unknown[] = [];
    const paper = offered({
      report: async (state) => {
        if (!online) throw new ProtocolError('link-lost');
        heard.push(state);
      },
    });
    const desk = createPaperDesk(printerThat({ state: 'uncertain', reason: 'offline' }), journalWith(), (cause) => failures.push(cause));
    desk.accept(paper);
    await desk.settled();
    expect(failures).to.have.length(4);
    online = true;
    desk.reportAgain();
    expect(heard).to.deep.equal(['uncertain']);
  });

  it('takes an uncertain sheet for the paper once somebody has seen it, and no other', async () => {
    const journal = journalWith();
    const desk = createPaperDesk(printerThat({ state: 'uncertain', reason: 'offline' }), journal, fail);
    const paper = offered({ attempt: 2 });
    desk.accept(paper);
    await desk.settled();
    await desk.confirmed(paper.documentId, 1);
    await desk.confirmed(newId(documentId, 'd'), 2);
    expect(desk.current(paper.visitId)).to.include({ state: 'uncertain' });
    await desk.confirmed(paper.documentId, 2);
    await desk.confirmed(paper.documentId, 2);
    expect(paper.reported.slice(-2)).to.deep.equal(['uncertain', 'printed']);
    await desk.taken(paper.documentId);
    expect(journal.states().slice(-3)).to.deep.equal(['uncertain', 'printed', 'taken']);
  });

  it('refuses "taken" for another paper or one that is not printed', async () => {
    const desk = createPaperDesk(printerThat({ state: 'failed', reason: 'aborted' }), journalWith(), fail);
    const paper = offered();
    desk.accept(paper);
    await desk.settled();
    for (const id of [paper.documentId, newId(documentId, 'd')]) {
      const refusal = await desk.taken(id).then(() => undefined, (error: unknown) => error);
      expect(refusal).to.be.instanceOf(ProtocolError).with.property('code', 'document-unknown');
    }
  });
});
