import { expect } from 'chai';
import type { QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import type { QueueViewState } from '@videosportello/queue-service/client/queue-view-client.ts';
import { announcementOf, cardsOf, freshnessOf, OLD_AFTER_MS, pageOf, rowsOf } from './queue-sheet.ts';

const view: QueueView = {
  at: 0,
  waiting: 3,
  longestWaitMs: 20_000,
  byClass: { 'coming-back': 1, assisted: 0, 'walk-up': 2 },
  queues: [],
  operators: { onDuty: 4, talking: 2, wrappingUp: 1, asked: 0, free: 1, paused: 5, places: 8, busy: 5, occupancy: 0.625, needed: 4 },
  promise: { share: 0.8, withinMs: 20_000 },
  lastHour: {
    tickets: 12,
    answered: 9,
    abandoned: 1,
    abandonment: 0.1,
    serviceLevel: 0.8,
    meanWaitMs: 8_000,
    p95WaitMs: 61_000,
    meanHandlingMs: 3_661_000,
    lostOperators: 0,
    placesNeeded: 7,
    answeredByService: {},
  },
};
const operators = (patch: Partial<QueueView['operators']>): QueueView => ({ ...view, operators: { ...view.operators, ...patch } });
const lastHour = (patch: Partial<QueueView['lastHour']>): QueueView => ({ ...view, lastHour: { ...view.lastHour, ...patch } });
const stateOf = (patch: Partial<QueueViewState>): QueueViewState => ({
  connection: 'open',
  ended: undefined,
  view,
  heardAtMs: 10_000,
  isUnavailable: false,
  ...patch,
});

describe('the page of the queue', () => {
  for (const [page, patch] of [
    ['connecting', { view: undefined, connection: 'connecting' }],
    ['connecting', { view: undefined, connection: 'lost' }],
    ['figures', {}],
    ['figures', { connection: 'lost' }],
    ['signed-out', { ended: 'signed-out', connection: 'closed' }],
    ['not-allowed', { ended: 'not-allowed', view: undefined }],
    ['outdated', { ended: 'bad-params' }],
    ['outdated', { ended: 'unknown-method', view: undefined }],
  ] as const) {
    it(`is ${page} for ${JSON.stringify(patch)}`, () => expect(pageOf(stateOf(patch))).to.equal(page));
  }

  it('calls figures old when the line is cut, the queue unread, or nothing has come for a while', () => {
    const rows = [
      [{}, 10_000, 'fresh'],
      [{}, 10_000 + OLD_AFTER_MS, 'fresh'],
      [{}, 10_001 + OLD_AFTER_MS, 'cut'],
      // The page's clock was set back.
      [{}, 0, 'fresh'],
      [{ connection: 'lost' }, 10_000, 'cut'],
      [{ connection: 'connecting' }, 10_000, 'cut'],
      [{ isUnavailable: true }, 10_000, 'unavailable'],
      [{ isUnavailable: true, connection: 'lost' }, 10_000, 'cut'],
    ] as const;
    for (const [patch, nowMs, freshness] of rows) expect(freshnessOf(stateOf(patch), nowMs), JSON.stringify([patch, nowMs])).to.equal(freshness);
  });

  it('says aloud when figures grow old and when they are new again, and nothing else', () => {
    const rows = [
      ['fresh', 'fresh', undefined],
      ['cut', 'cut', undefined],
      ['fresh', 'cut', 'assertive queue-say-cut'],
      ['fresh', 'unavailable', 'assertive queue-say-unavailable'],
      ['unavailable', 'cut', 'assertive queue-say-cut'],
      ['cut', 'fresh', 'polite queue-say-fresh'],
    ] as const;
    for (const [before, after, said] of rows) {
      const found = announcementOf(before, after);
      expect(found && `${found.urgency} ${found.key}`, `${before} ${after}`).to.equal(said);
    }
  });
});

describe('the cards of the queue', () => {
  const names = ['waiting', 'promise', 'duty', 'needed'] as const;
  const rows: readonly (readonly [string, (typeof names)[number], QueueView, string, string, string])[] = [
    ['nobody waits', 'waiting', { ...view, waiting: 0, longestWaitMs: undefined }, '0', 'good', 'queue-nobody'],
    ['all wait as long as promised', 'waiting', view, '3', 'plain', 'queue-longest-in-time'],
    ['somebody waits longer', 'waiting', { ...view, longestWaitMs: 20_001 }, '3', 'wrong', 'queue-longest-late'],
    ['the promise is just kept', 'promise', view, '80 %', 'good', 'queue-promise-kept'],
    ['the promise is just not kept', 'promise', lastHour({ serviceLevel: 0.7999 }), '79 %', 'wrong', 'queue-promise-broken'],
    ['nobody was answered', 'promise', lastHour({ serviceLevel: undefined }), '–', 'plain', 'queue-promise-unknown'],
    ['some are on duty', 'duty', view, '4', 'plain', 'queue-places'],
    ['nobody is on duty', 'duty', operators({ onDuty: 0, places: 0, occupancy: undefined }), '0', 'wrong', 'queue-nobody-on-duty'],
    ['as many as needed', 'needed', view, '4', 'good', 'queue-enough'],
    ['more than needed', 'needed', operators({ needed: 1 }), '1', 'good', 'queue-enough'],
    ['one too few', 'needed', operators({ needed: 5 }), '5', 'wrong', 'queue-missing'],
    ['nobody there for what is needed', 'needed', operators({ onDuty: 0, needed: undefined }), '–', 'wrong', 'queue-needed-places'],
    ['too little known', 'needed', { ...operators({ needed: undefined }), lastHour: { ...view.lastHour, placesNeeded: undefined } }, '–', 'plain', 'queue-needed-unknown'],
  ];
  for (const [what, name, shown, figure, tone, verdict] of rows) {
    it(`say ${verdict} when ${what}`, () => {
      const card = cardsOf(shown)[names.indexOf(name)];
      expect([card?.figure, card?.tone, card?.verdict.key]).to.deep.equal([figure, tone, verdict]);
    });
  }

  it('bring all figures beside', () => {
    const lines = cardsOf(view).map((card) => card.lines.map(({ label, value }) => `${label.key} ${value}`));
    expect(lines).to.deep.equal([
      ['queue-longest 0:20', 'queue-class-coming-back 1', 'queue-class-assisted 0', 'queue-class-walk-up 2'],
      ['queue-tickets 12', 'queue-abandoned 1 (10 %)', 'queue-mean-wait 0:08', 'queue-p95-wait 1:01'],
      ['queue-talking 2', 'queue-wrapping-up 1', 'queue-asked 0', 'queue-free 1', 'queue-paused 5'],
      ['queue-have 4', 'queue-handling 1:01:01'],
    ]);
    const values = cardsOf(operators({ needed: 6 })).map(({ title, verdict }) => ({ ...title.values, ...verdict.values }));
    expect(values).to.deep.equal([{}, { share: 80, seconds: 20 }, { busy: 5, places: 8, share: '63 %' }, { count: 2 }]);
  });
});

describe('the table of the queue', () => {
  const queue: QueueView['queues'][number] = { language: 'it', signLanguage: false, waiting: 1, longestWaitMs: 20_000, able: 2 };
  const rowOf = (patch: Partial<QueueView['queues'][number]>) => rowsOf({ ...view, queues: [{ ...queue, ...patch }] })[0];

  it('has a row for each queue, in the order of the view', () => {
    expect(rowsOf({ ...view, queues: [{ ...queue, waiting: 2 }, { ...queue, waiting: 1 }] }).map(({ waiting }) => waiting)).to.deep.equal(['2', '1']);
    expect(rowsOf(view)).to.deep.equal([]);
  });

  it('names what is waited for', () => {
    expect(rowOf({})).to.deep.equal({
      service: { key: 'service-none' },
      language: { key: 'language-it' },
      signLanguage: false,
      town: undefined,
      waiting: '1',
      longest: '0:20',
      isLate: false,
      expected: { key: 'queue-expected-unknown' },
      able: 2,
    });
    expect(rowOf({ service: 'information', language: 'en', signLanguage: true, town: 'Borgo Tiglio', able: 0 })).to.deep.include({
      service: { key: 'service-information' },
      language: { key: 'language-en' },
      signLanguage: true,
      town: 'Borgo Tiglio',
      able: 0,
    });
  });

  it('marks who waits longer than promised, and tells the expected range', () => {
    expect(rowOf({ longestWaitMs: 20_001 })?.isLate).to.equal(true);
    expect(rowOf({ expected: { fromMs: 0, toMs: 60_000 } })?.expected).to.deep.equal({ key: 'queue-expected-up-to', values: { to: '1:00' } });
    expect(rowOf({ expected: { fromMs: 90_000, toMs: 300_000 } })?.expected).to.deep.equal({
      key: 'queue-expected',
      values: { from: '1:30', to: '5:00' },
    });
  });
});
