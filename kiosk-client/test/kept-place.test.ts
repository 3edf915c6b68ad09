import { expect } from 'chai';
import type { VisitEvent } from '../src/visit/visit-state.ts';
import { kioskBench } from './kiosk-bench.ts';
import { keptUntil, visitNumber } from './queue-server.ts';

type Bench = Awaited<ReturnType<typeof kioskBench>>;
const touch = (bench: Bench, ...events: VisitEvent[]) => {
  for (const event of events) bench.kiosk.intend({ kind: 'visit', event });
};
const delivered = () => new Promise((resolve) => setImmediate(resolve));
const waitInLine = async (bench: Bench) => {
  await bench.until((view) => view.condition === 'ready');
  touch(bench, { type: 'start', person: true });
  await bench.until((view) => view.visit.person.kind === 'waiting');
};
const printed = (bench: Bench) => bench.devices.received.find(({ name }) => name === 'Videosportello.PrintTicket')?.payload;

describe('the kiosk, when somebody comes back later', () => {
  it('keeps the place, prints the ticket, and is free for others when it was taken', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await waitInLine(bench);
    const out = Promise.withResolvers<object>();
    bench.devices.answers['Videosportello.PrintTicket'] = () => out.promise;
    touch(bench, { type: 'keep-wanted' });
    const { visit } = await bench.until((view) => view.visit.stage === 'leaving');
    expect(visit.kept).to.deep.equal({ ticket: 'head.body.signature', label: 'A01', until: keptUntil, slip: 'printing' });
    out.resolve({});
    await bench.until((view) => view.visit.kept?.slip === 'printed');
    expect(printed(bench)).to.deep.equal({
      issuer: 'Comune di Valfiorita',
      title: 'it: kept-until',
      label: 'A01',
      lines: ['it: kept-how', 'it: slip-show', 'it: kept-once'],
      ticket: 'head.body.signature',
    });
    await bench.until((view) => view.visit.leaving?.phase === 'done');
    expect(bench.kiosk.state.call.link).to.equal('none');
    touch(bench, { type: 'ticket-taken' });
    await bench.wiped;
    expect(bench.queue.received.map(({ method }) => method)).to.not.include('visit.end');
  });

  it('says that there is no ticket on paper when the printer gives none', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await waitInLine(bench);
    bench.devices.answers['Videosportello.PrintTicket'] = () => ({ errorCode: 'printer-unavailable' });
    touch(bench, { type: 'keep-wanted' });
    await bench.until((view) => view.visit.kept?.slip === 'failed');
  });

  it('asks again for a ticket whose answer was lost with the line, though the visit is over by then', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await waitInLine(bench);
    bench.queue.refuse = { 'ticket.keep': 'link-lost' };
    touch(bench, { type: 'keep-wanted' });
    await bench.queue.heard('ticket.keep');
    bench.queue.visit = undefined;
    bench.queue.cut();
    await bench.until((view) => view.interrupted);
    await bench.until((view) => !view.interrupted);
    expect(bench.kiosk.state.visit.person).to.include({ kind: 'keeping', isOver: true });
    bench.queue.refuse = {};
    bench.timers.pass(2_000);
    await bench.until((view) => view.visit.kept !== undefined);
    const asked = bench.queue.received.filter(({ method }) => method === 'ticket.keep').map(({ params }) => params);
    expect(asked).to.deep.equal([{ visitId: visitNumber }, { visitId: visitNumber }]);
  });

  it('gives up asking after a while, and the citizen is still in line', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await waitInLine(bench);
    bench.queue.refuse = { 'ticket.keep': 'store-unavailable' };
    touch(bench, { type: 'keep-wanted' });
    for (let asked = 0; bench.kiosk.state.visit.person.kind === 'keeping'; asked += 1) {
      expect(asked).to.be.below(20);
      await delivered();
      bench.timers.pass(2_000);
    }
    expect(bench.kiosk.state.visit).to.deep.nested.include({ 'person.kind': 'waiting', 'notice': 'keep-failed' });
    expect(bench.queue.received.filter(({ method }) => method === 'ticket.keep')).to.have.length(10);
  });

  it('reads a ticket that is brought back, and stands at its place', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await bench.until((view) => view.condition === 'ready');
    bench.devices.answers['BarcodeReader.Read'] = () => ({ ticket: 'head.body.signature' });
    touch(bench, { type: 'ticket-in-hand' }, { type: 'ticket-laid' });
    const { visit } = await bench.until((view) => view.visit.stage === 'visiting');
    expect(visit).to.deep.nested.include({ 'step': 'person', 'person.kind': 'waiting', 'notice': 'place-found' });
    expect((await bench.queue.heard('ticket.show')).params).to.deep.equal({ ticket: 'head.body.signature' });
    expect(bench.calls[0]?.asked[0]).to.match(/^prewarm waiting-grant/);
    await bench.queue.heard('visit.step', ({ params }) => JSON.stringify(params).includes('person'));
  });

  for (const code of ['ticket-used', 'ticket-expired', 'ticket-unknown', 'kiosk-busy', 'nobody-on-duty'] as const) {
    it(`says why a ticket does not count (${code}), and gives a new number`, async () => {
      const bench = await kioskBench();
      await using _ = bench.kiosk;
      await bench.until((view) => view.condition === 'ready');
      bench.devices.answers['BarcodeReader.Read'] = () => ({ ticket: 'head.body.signature' });
      bench.queue.refuse = { 'ticket.show': code };
      touch(bench, { type: 'ticket-in-hand' }, { type: 'ticket-laid' });
      const { visit } = await bench.until((view) => view.visit.brought?.failure !== undefined);
      expect(visit.brought).to.deep.equal({ phase: 'asked', failure: code });
      touch(bench, { type: 'start', person: true });
      await bench.until((view) => view.visit.person.kind === 'waiting');
    });
  }

  it('says that nothing lies on the glass, and that no ticket is on the sheet', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await bench.until((view) => view.condition === 'ready');
    bench.devices.answers['BarcodeReader.Read'] = () => ({ errorCode: 'scanner-empty' });
    touch(bench, { type: 'ticket-in-hand' }, { type: 'ticket-laid' });
    await bench.until((view) => view.visit.brought?.failure === 'scanner-empty');
    bench.devices.answers['BarcodeReader.Read'] = () => ({});
    touch(bench, { type: 'ticket-laid' });
    await bench.until((view) => view.visit.brought?.failure === 'ticket-unknown');
    expect(bench.queue.received.map(({ method }) => method)).to.not.include('ticket.show');
  });

  it('is idle again when whoever had a ticket in hand went away', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await bench.until((view) => view.condition === 'ready');
    touch(bench, { type: 'language', language: 'en' }, { type: 'ticket-in-hand' });
    bench.kiosk.intend({ kind: 'preference', name: 'largeText' });
    bench.kiosk.activity();
    bench.timers.pass(90_000);
    expect(bench.kiosk.state).to.deep.nested.include({ 'visit.stage': 'idle', 'visit.language': 'it', 'preferences.largeText': false });
  });
});
