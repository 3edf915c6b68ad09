import { expect } from 'chai';
import { visitStep } from '@videosportello/protocol/messages/visit.ts';
import { canPrint, paperWords } from './paper-words.ts';
import { progressOf } from './visit-progress.ts';
import { idleVisit } from './visit-state.ts';

describe('progress', () => {
  it('never goes back along the way of the certificate', () => {
    const way = visitStep.options.filter((step) => step !== 'goodbye' && step !== 'self-declaration');
    const places = way.map((step) => progressOf({ stage: 'visiting', step, service: 'residence-certificate' })?.step ?? 0);
    expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
    expect([places[0], places.at(-1)]).to.deep.equal([1, 7]);
  });
  it('has no step for the duty where it depends on the certificate', () => {
    const at = (step: 'service' | 'privacy' | 'printing') => progressOf({ stage: 'visiting', step, service: 'other-certificate' });
    expect([at('service'), at('privacy'), at('printing')]).to.deep.equal([{ step: 2, of: 6 }, { step: 3, of: 6 }, { step: 6, of: 6 }]);
  });
  it('is shorter for information, and nothing outside a visit', () => {
    expect(progressOf({ stage: 'visiting', step: 'person', service: 'information' })).to.deep.equal({ step: 3, of: 3 });
    expect(progressOf(idleVisit)).to.equal(undefined);
  });
});

describe('the words for a paper', () => {
  it('say what is missing, and never that a paper is ready before it is', () => {
    const documentId = `d_${'2'.repeat(24)}` as never;
    expect(paperWords({ documentId, state: 'needs-attention', reason: 'media-empty' })).to.equal('out-of-paper');
    expect(paperWords({ documentId, state: 'needs-attention', reason: 'media-jam' })).to.equal('jam');
    expect(paperWords({ documentId, state: 'needs-attention', reason: 'cover-open' })).to.equal('attention');
    expect(paperWords({ documentId, state: 'failed', reason: 'media-empty' })).to.equal('out-of-paper');
    expect(paperWords({ documentId, state: 'failed', reason: 'link-lost' })).to.equal('failed');
    expect(paperWords({ documentId, state: 'fetched', reason: undefined })).to.equal('preparing');
    expect(paperWords({ documentId, state: 'uncertain', reason: undefined })).to.equal('unclear');
    expect(paperWords(undefined)).to.equal('preparing');
  });

  it('are promised only by a printer that can print', () => {
    expect(canPrint({ device: 'online', reasons: [] })).to.equal(true);
    expect(canPrint({ device: 'online', reasons: ['toner-empty'] })).to.equal(true);
    for (const reason of ['media-empty', 'media-jam', 'cover-open', 'input-tray-missing'] as const) {
      expect(canPrint({ device: 'online', reasons: ['toner-empty', reason] })).to.equal(false);
    }
    expect([canPrint({ device: 'offline', reasons: [] }), canPrint({ device: 'noDevice', reasons: [] })]).to.deep.equal([false, false]);
  });
});
