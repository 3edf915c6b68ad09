import { expect } from 'chai';
import type { PrintEvent, PrintOutcome } from './ipp-printer.ts';
import { createPaperPrinter, paperReason } from './paper-printer.ts';

const NOTHING = { jobName: 'doc_1', signal: new AbortController().signal, onState: (): void => undefined };

describe('the A4 printer in the protocol\'s words', () => {
  const table: readonly [outcome: PrintOutcome, paper: object][] = [
    [{ outcome: 'completed', jobId: 1, impressions: 1 }, { state: 'printed' }],
    [{ outcome: 'not-started', reasons: ['media-empty'] }, { state: 'failed', reason: 'media-empty' }],
    [{ outcome: 'not-started', reasons: ['fuser-over-temp'] }, { state: 'failed', reason: 'other' }],
    [
      { outcome: 'aborted', jobId: 1, started: true, impressions: 0, reasons: [] },
      { state: 'uncertain', reason: 'aborted' },
    ],
    [
      { outcome: 'canceled', jobId: 1, started: false, impressions: undefined, reasons: [] },
      { state: 'failed', reason: 'canceled' },
    ],
    [{ outcome: 'uncertain', reason: 'no-contact' }, { state: 'uncertain', reason: 'offline' }],
    [{ outcome: 'uncertain', reason: 'job-unknown' }, { state: 'uncertain', reason: 'other' }],
    [{ outcome: 'uncertain', reason: 'cancel-unanswered' }, { state: 'uncertain', reason: 'other' }],
  ];
  for (const [outcome, paper] of table) {
    it(`says ${JSON.stringify(paper)} for ${JSON.stringify(outcome)}`, async () => {
      const printer = createPaperPrinter({
        print: async () => outcome,
        findJob: async () => ({ jobId: 7, state: 'printing', impressions: undefined }),
        follow: async (jobId, { jobName }) => {
          expect([jobId, jobName]).to.deep.equal([7, 'doc_1']);
          return outcome;
        },
      });
      expect(await printer.print(Buffer.of(), NOTHING)).to.deep.equal(paper);
      expect(await printer.resume(NOTHING)).to.deep.equal(paper);
    });
  }

  it('resumes nothing that the printer does not know, or when it cannot be asked', async () => {
    const follow = (): Promise<PrintOutcome> => Promise.reject(new Error('there is nothing to follow'));
    const print = follow;
    const unknown = createPaperPrinter({ print, follow, findJob: async () => undefined });
    expect(await unknown.resume(NOTHING)).to.equal(undefined);
    const silent = createPaperPrinter({ print, follow, findJob: () => Promise.reject(new Error('offline')) });
    expect(await silent.resume(NOTHING)).to.equal(undefined);
  });

  it('reports each change once, in words the protocol has', async () => {
    const events: PrintEvent[] = [
      { type: 'spooled', jobId: 1 },
      { type: 'printing', impressions: 0 },
      { type: 'printing', impressions: 1 },
      { type: 'needs-attention', reasons: ['fuser-over-temp', 'media-jam'] },
      { type: 'needs-attention', reasons: ['media-jam'] },
      { type: 'needs-attention', reasons: ['media-empty'] },
      { type: 'printing', impressions: 1 },
    ];
    const said: unknown[] = [];
    const printer = createPaperPrinter({
      print: async (_pdf, { onEvent }) => {
        events.forEach((event) => onEvent?.(event));
        return { outcome: 'completed', jobId: 1, impressions: 2 };
      },
      findJob: async () => undefined,
      follow: async () => ({ outcome: 'uncertain', reason: 'job-unknown' }),
    });
    await printer.print(Buffer.of(), { ...NOTHING, onState: (...change) => said.push(change) });
    expect(said).to.deep.equal([
      ['spooled'],
      ['printing'],
      ['needs-attention', 'media-jam'],
      ['needs-attention', 'media-empty'],
      ['printing'],
    ]);
  });

  it('has a word for every reason', () => {
    expect(paperReason([])).to.equal('other');
    expect(paperReason(['interlock-open', 'cover-open'])).to.equal('cover-open');
  });
});
