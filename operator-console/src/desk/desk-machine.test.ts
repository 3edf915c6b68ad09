import { expect } from 'chai';
import { offerId } from '@videosportello/protocol/ids.ts';
import {
  begun,
  choose,
  finished,
  freeColour,
  KEPT_NOTICES,
  keepNotices,
  keepOrder,
  noticesBetween,
  orderKiosks,
  pageOf,
  settle,
  visitInFront,
  visitsInHand,
} from './desk-machine.ts';
import { deskOf, stateOf, tileOf, visitOf, workOf } from './desk-samples.ts';
import { noProgress } from './desk-state.ts';

const a = visitOf('1');
const b = visitOf('2');

describe('which page is shown', () => {
  const desk = deskOf([]);
  const rows = [
    [{ ended: undefined, desk: undefined }, 'connecting'],
    [{ ended: undefined, desk }, 'desk'],
    [{ ended: 'signed-out', desk }, 'signed-out'],
    [{ ended: 'session-replaced', desk }, 'replaced'],
    [{ ended: 'version-unsupported', desk: undefined }, 'outdated'],
  ] as const;
  for (const [queue, page] of rows)
    it(`${page} when ended is ${queue.ended ?? 'not set'}`, () => expect(pageOf(queue)).to.equal(page));
});

describe('visits in hand', () => {
  it('stand in the order of acceptance, one just accepted among them, each once', () => {
    const state = stateOf([b], { accepted: [a, b] });
    expect(visitsInHand(state).map(({ kioskName }) => kioskName)).to.deep.equal(['Totem 1', 'Totem 2']);
  });

  it('have the chosen one in front, and the first when the chosen one is gone', () => {
    expect(visitInFront(stateOf([a, b], { chosen: b.visitId }))).to.equal(b);
    expect(visitInFront(stateOf([a], { chosen: b.visitId }))).to.equal(a);
    expect(visitInFront(stateOf([]))).to.equal(undefined);
  });
});

describe('the microphone', () => {
  it('stays with its visit, closes when another comes to the front, and never opens by it', () => {
    const state = stateOf([a, b], { chosen: a.visitId, onAir: a.visitId });
    expect(choose(state, a.visitId).onAir).to.equal(a.visitId);
    expect(choose(state, b.visitId)).to.include({ chosen: b.visitId, onAir: undefined });
    expect(choose({ ...state, onAir: undefined }, b.visitId).onAir).to.equal(undefined);
  });

  it('closes when the visit in front is gone or in wrap-up', () => {
    expect(settle(stateOf([b], { chosen: a.visitId, onAir: a.visitId }))).to.include({
      chosen: b.visitId,
      onAir: undefined,
    });
    const wrapping = visitOf('1', { state: 'wrap-up' });
    expect(settle(stateOf([wrapping], { chosen: a.visitId, onAir: a.visitId }))).to.include({
      chosen: a.visitId,
      onAir: undefined,
    });
    expect(settle(stateOf([a], { chosen: a.visitId, onAir: a.visitId })).onAir).to.equal(a.visitId);
  });
});

describe('the list of kiosks', () => {
  const waitingLong = tileOf('k-long', 'waiting', { waitingSince: 10 });
  const waitingShort = tileOf('k-short', 'offered', { waitingSince: 20 });
  const mine = tileOf('k-mine', 'with-operator', { mine: true });
  const used = tileOf('k-used', 'self-service');
  const free = tileOf('k-free', 'free');
  const away = tileOf('k-away', 'offline');

  it('has who waits longest first, then mine, those in use, free, and out of reach', () => {
    const names = orderKiosks([away, free, used, mine, waitingShort, waitingLong]).map(({ name }) => name);
    expect(names).to.deep.equal(['k-long', 'k-short', 'k-mine', 'k-used', 'k-free', 'k-away']);
  });

  it('keeps its order while it is held, with new states in the old places and new kiosks at the end', () => {
    const asking = tileOf('k-free', 'waiting', { waitingSince: 1 });
    const held = keepOrder([waitingLong, asking, away], [away, free]);
    expect(held.map(({ name, state }) => `${name} ${state}`)).to.deep.equal([
      'k-away offline',
      'k-free waiting',
      'k-long waiting',
    ]);
  });
});

describe('frame colours', () => {
  it('are never shared by two visits, and used again when free', () => {
    expect(freeColour([])).to.equal(0);
    expect(freeColour([workOf(a.visitId, { colour: 0 }), workOf(b.visitId, { colour: 2 })])).to.equal(1);
  });
});

describe('progress of a key', () => {
  it('is busy until the answer, and then knows what went wrong', () => {
    const running = begun(finished(noProgress, 'offer', { code: 'offer-gone', detail: undefined }), 'offer');
    expect([running.busy.has('offer'), running.problems.offer]).to.deep.equal([true, undefined]);
    const done = finished(running, 'offer', { code: 'capacity-full', detail: undefined });
    expect([done.busy.has('offer'), done.problems.offer?.code]).to.deep.equal([false, 'capacity-full']);
  });
});

describe('notices', () => {
  const names = new Map<string, string>([
    [a.visitId, 'Totem 1'],
    ['o_000000000000000000000001', 'Totem 9'],
  ]);
  const one = offerId.parse('o_000000000000000000000001');
  const { queue } = stateOf([a]);

  it('say which visits were lost and which offers went away', () => {
    const after = { ...queue, lost: [a.visitId], withdrawn: { offerId: one, why: 'expired' as const } };
    expect(noticesBetween(queue, after, names, new Set())).to.deep.equal([
      { key: 'notice-visit-lost', kiosk: 'Totem 1' },
      { key: 'notice-offer-expired', kiosk: 'Totem 9' },
    ]);
    expect(noticesBetween(after, after, names, new Set())).to.deep.equal([]);
  });

  it('say which visits in talk a new hello did not bring back; wrap-ups and visits that are still there say nothing', () => {
    const wrapping = visitOf('2', { state: 'wrap-up' });
    const cut = { ...stateOf([a, wrapping]).queue, connection: 'connecting' as const };
    const come = (visits: Parameters<typeof deskOf>[0]) => noticesBetween(cut, { ...cut, desk: deskOf(visits) }, names, new Set());
    expect(come([])).to.deep.equal([{ key: 'notice-visit-gone', kiosk: a.kioskName }]);
    expect(come([visitOf('1', { state: 'wrap-up' })])).to.deep.equal([]);
    // On an open line the queue says itself that a visit was lost.
    expect(noticesBetween(queue, { ...queue, desk: deskOf([]) }, names, new Set())).to.deep.equal([]);
  });

  it('stand once for the same word about the same kiosk, a few in all, a lost visit longest', () => {
    const left = (id: number, kiosk: string) => ({ id, key: 'notice-offer-citizen-left' as const, kiosk });
    const lost = { id: 1, key: 'notice-visit-lost' as const, kiosk: 'Totem 1' };
    const flood = Array.from({ length: 500 }, (_, index) => left(index + 2, 'Totem 2'));
    expect(keepNotices([lost, ...flood])).to.deep.equal([lost, left(501, 'Totem 2')]);
    const many = Array.from({ length: 9 }, (_, index) => left(index + 2, `Totem ${index}`));
    const kept = keepNotices([lost, ...many]);
    expect([kept.length, kept[0], kept.at(-1)?.kiosk]).to.deep.equal([KEPT_NOTICES, lost, 'Totem 8']);
  });

  it('are silent about offers that were answered here', () => {
    const after = { ...queue, withdrawn: { offerId: one, why: 'taken' as const } };
    expect(noticesBetween(queue, after, names, new Set([one]))).to.deep.equal([]);
  });
});
