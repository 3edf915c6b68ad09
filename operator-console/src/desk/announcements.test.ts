import { expect } from 'chai';
import type { CertificateState } from '@videosportello/certificates/client/certificate-client.ts';
import { documentId, kioskId, offerId, scanId } from '@videosportello/protocol/ids.ts';
import type { EvidencePhase } from '@videosportello/protocol/messages/verdict.ts';
import type { DocumentState } from '@videosportello/protocol/messages/document.ts';
import { announcementsBetween } from './announcements.ts';
import { stateOf, verdictOf, visitOf, workOf } from './desk-samples.ts';
import type { DeskState, WorkState } from './desk-state.ts';

const visit = visitOf('1');
const withWork = (patch: Partial<WorkState>): DeskState =>
  stateOf([visit], { works: new Map([[visit.visitId, workOf(visit.visitId, patch)]]) });
const fileOf = (phase: EvidencePhase, document?: DocumentState): CertificateState => ({
  connection: 'open',
  ended: undefined,
  choices: undefined,
  file: {
    evidence: { phase, wrongNumbers: 0 },
    documents: document
      ? [{ documentId: documentId.parse('d_000000000000000000000001'), type: 'residence', state: document, at: 0 }]
      : [],
  },
});
const textOf = (value: string | { readonly text: string } | undefined) =>
  typeof value === 'object' ? value.text : value;
const spoken = (before: DeskState, after: DeskState) =>
  announcementsBetween(before, after).map(({ urgency, key, values }) => [urgency, key, textOf(values.what) ?? values.kiosk]);

describe('what is announced', () => {
  it('is nothing while nothing changes', () => {
    const state = withWork({ certificates: fileOf('done', 'printing') });
    expect(announcementsBetween(state, state)).to.deep.equal([]);
  });

  it('is a new offer, at once, by kiosk and service', () => {
    const before = stateOf([]);
    const offer = {
      offerId: offerId.parse('o_000000000000000000000001'),
      visitId: visit.visitId,
      kioskId: kioskId.parse('kiosk-1'),
      kioskName: 'Totem 1',
      town: 'Valfiorita',
      language: 'it' as const,
      step: 'card' as const,
      class: 'walk-up' as const,
      needs: [],
      waitedMs: 0,
      remainingMs: 15_000,
      endsAtMs: 15_000,
      media: { url: 'ws://media.example/room', grant: '', expiresAt: 0 },
    };
    const after = { ...before, queue: { ...before.queue, offers: [offer] } };
    expect(announcementsBetween(before, after)).to.deep.equal([
      { urgency: 'assertive', key: 'say-offer', values: { kiosk: 'Totem 1', service: { text: 'service-none' } } },
    ]);
  });

  it('is a cut line at once, and its return in passing', () => {
    const open = stateOf([]);
    const cut = stateOf([], { cutAtMs: 1 });
    expect(spoken(open, cut)).to.deep.equal([['assertive', 'banner-cut', undefined]]);
    expect(spoken(cut, open)).to.deep.equal([['polite', 'say-line-back', undefined]]);
  });

  it('is a scanned page that has come, in passing, and not one that was discarded', () => {
    const scan = { scanId: scanId.parse('s_000000000000000000000001'), side: 'front', mediaType: 'image/png', bytes: 1, width: 1, height: 1, at: 0 } as const;
    const none = withWork({});
    const one = withWork({ scans: [{ scan, url: undefined, failed: false }] });
    expect(spoken(none, one)).to.deep.equal([['polite', 'say-scan', 'Totem 1']]);
    expect(spoken(one, withWork({ scans: [{ scan, url: 'blob:1', failed: false }] }))).to.deep.equal([]);
    expect(spoken(one, none)).to.deep.equal([]);
  });

  it('is each phase of the card, and a paper that goes wrong at once', () => {
    expect(
      spoken(withWork({ certificates: fileOf('reading') }), withWork({ certificates: fileOf('done') })),
    ).to.deep.equal([['polite', 'say-of-kiosk', 'phase-done']]);
    const printing = withWork({ certificates: fileOf('done', 'printing') });
    expect(spoken(printing, withWork({ certificates: fileOf('done', 'needs-attention') }))).to.deep.equal([
      ['assertive', 'say-of-kiosk', 'document-needs-attention'],
    ]);
    expect(spoken(printing, withWork({ certificates: fileOf('done', 'taken') }))).to.deep.equal([
      ['polite', 'say-of-kiosk', 'document-taken'],
    ]);
  });

  it('is a finished line of the citizen, not one still being written', () => {
    const before = withWork({});
    const writing = withWork({ lines: [{ author: 'citizen', line: 0, text: 'Sal', done: false }] });
    const written = withWork({ lines: [{ author: 'citizen', line: 0, text: 'Salve', done: true }] });
    expect(spoken(before, writing)).to.deep.equal([]);
    expect(announcementsBetween(writing, written)).to.deep.equal([
      { urgency: 'polite', key: 'say-line', values: { kiosk: 'Totem 1', text: 'Salve' } },
    ]);
  });

  it('is of a citizen who is not in front only that he wrote, also when so many lines stand that old ones go', () => {
    const other = visitOf('2');
    const state = (from: number): DeskState => {
      const lines = [from, from + 1].map((line) => ({ author: 'citizen' as const, line, text: `riga ${line}`, done: true }));
      return stateOf([visit, other], {
        chosen: visit.visitId,
        works: new Map([visit, other].map(({ visitId: id }) => [id, workOf(id, id === other.visitId ? { lines } : {})])),
      });
    };
    expect(announcementsBetween(state(0), state(1))).to.deep.equal([
      { urgency: 'polite', key: 'say-text', values: { kiosk: 'Totem 2' } },
    ]);
  });

  it('is an answer that is no, at once, and once', () => {
    const judged = (answer: 'yes' | 'no'): DeskState => {
      const evidence = {
        phase: 'done' as const,
        wrongNumbers: 0,
        verdict: verdictOf({ genuine: { answer, reason: 'signature-wrong' } }),
      };
      return withWork({ certificates: { ...fileOf('done'), file: { evidence, documents: [] } } });
    };
    expect(spoken(judged('yes'), judged('no'))).to.deep.equal([['assertive', 'say-of-kiosk', 'answers-no']]);
    expect(spoken(judged('no'), judged('no'))).to.deep.equal([]);
  });

  it('never names the person: kiosk and texts by key only', () => {
    const said = announcementsBetween(
      withWork({ certificates: fileOf('reading') }),
      withWork({ certificates: fileOf('done') }),
    );
    expect(said.map(({ values }) => values)).to.deep.equal([{ kiosk: 'Totem 1', what: { text: 'phase-done' } }]);
  });
});
