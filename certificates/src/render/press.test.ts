import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { composePaper } from '../templates/paper.ts';
import { paperSample, SAMPLE_AT } from '../templates/samples/samples.ts';
import type { CertificateLayout } from '../templates/layout.ts';
import { loadFonts, MissingGlyphError } from './fonts.ts';
import { createPress } from './press.ts';
import type { Press } from './press.ts';
import { renderPdf } from './render-pdf.ts';
import type { Edition, FileIdentity } from './render-pdf.ts';
import { StampTooLargeError } from './stamp-area.ts';

const symbolOf = (side: number): boolean[][] => Array.from({ length: side }, (_, row) => Array.from({ length: side }, (_, column) => (row + column) % 3 === 0));
const failure = (pending: Promise<unknown>): Promise<unknown> => pending.then(() => undefined, (error: unknown) => error);

describe('the press', function () {
  this.timeout(60_000);
  const paper: Edition = { kind: 'paper', symbols: [symbolOf(89)] };
  let layout: CertificateLayout;
  let file: FileIdentity;
  let press: Press;
  const { signal } = new AbortController();

  before(async () => {
    const input = await paperSample('residence');
    layout = composePaper(input).layout;
    file = { documentId: input.documentId, createdAt: SAMPLE_AT };
    press = createPress({ threads: 1 });
  });
  after(() => press.close());

  it('draws the same bytes as this thread would', async () => {
    const [there, here] = await Promise.all([press.draw(layout, paper, file, { signal }), renderPdf(layout, paper, file, await loadFonts())]);
    expect(there.pages).to.equal(here.pages);
    expect(there.pdf.equals(here.pdf)).to.equal(true);
  });

  it('says of a letter without a picture and of a stamp without room what they are', async () => {
    const unprintable = { ...layout, title: { ...layout.title, it: 'Certificato 漢' } };
    expect(await failure(press.draw(unprintable, paper, file, { signal }))).to.be.instanceOf(MissingGlyphError);
    expect(await failure(press.draw(layout, { kind: 'paper', symbols: [symbolOf(177)] }, file, { signal }))).to.be.instanceOf(StampTooLargeError);
  });

  it('ends the wait when nobody waits any more, and draws the next', async () => {
    const gone = new AbortController();
    const pending = failure(press.draw(layout, paper, file, { signal: gone.signal }));
    gone.abort();
    expect(await pending).to.include({ code: 'aborted' });
    expect((await press.draw(layout, paper, file, { signal })).pages).to.equal(1);
  });

  it('gives up a paper that takes too long', async () => {
    await using hasty = createPress({ threads: 1, drawMs: 1 });
    expect(await failure(hasty.draw(layout, paper, file, { signal }))).to.be.instanceOf(ProtocolError).and.include({ code: 'timeout', detail: undefined });
  });

  it('refuses at once what would wait behind too many', async () => {
    await using small = createPress({ threads: 1, waiting: 1 });
    await small.draw(layout, paper, file, { signal });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => failure(small.draw(layout, paper, file, { signal }))));
    const refusals = outcomes.filter((outcome) => outcome !== undefined);
    expect(refusals).to.have.length(4);
    for (const refusal of refusals) expect(refusal).to.include({ code: 'timeout', detail: 'queue-full' });
    expect((await small.draw(layout, paper, file, { signal })).pages).to.equal(1);
  });
});
