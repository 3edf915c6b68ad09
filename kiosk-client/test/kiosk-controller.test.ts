import { expect } from 'chai';
import type { VisitEvent } from '../src/visit/visit-state.ts';
import { DeviceServer } from './device-server.ts';
import { kioskBench } from './kiosk-bench.ts';
import { newVisit, QueueServer, visitNumber } from './queue-server.ts';

const answered = { answer: 'yes' as const, reason: 'x' };
const card = {
  answers: { genuine: answered, notCloned: answered, notExpired: answered, notRevoked: answered, holder: answered },
  surname: 'Esempio',
  givenNames: 'Giulia',
  specimen: true,
};
type Bench = Awaited<ReturnType<typeof kioskBench>>;
const touch = (bench: Bench, ...events: VisitEvent[]) => {
  for (const event of events) bench.kiosk.intend({ kind: 'visit', event });
};
const openVisit = async (bench: Bench) => {
  await bench.until((view) => view.condition === 'ready');
  touch(bench, { type: 'start', person: false });
  await bench.until((view) => view.visit.stage === 'visiting');
};
const marta = { displayName: 'Marta', present: true };
const names = (server: DeviceServer) => server.received.map(({ name }) => name.replace('Videosportello.', ''));

/** Sockets in memory deliver in microtasks: after them everything sent has arrived and been answered. */
const delivered = () => new Promise((resolve) => setImmediate(resolve));

describe('the kiosk', () => {
  it('opens a visit and hands its grant to the device service', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    expect(bench.kiosk.state).to.include({ town: 'Comune di Valfiorita', interrupted: false });
    const opened = bench.devices.received.find(({ name }) => name === 'Videosportello.OpenVisit');
    expect(opened?.payload).to.deep.equal({ visitId: visitNumber, certificatesUrl: 'ws://certificates.test/device', grant: 'visit-grant-1' });
  });

  it('goes the whole way: person, card, paper, goodbye', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    const { devices, queue, until } = bench;
    await openVisit(bench);
    touch(bench, { type: 'audience', audience: 'private' }, { type: 'service', service: 'residence-certificate' }, { type: 'duty', duty: 'mark' });
    touch(bench, { type: 'person-wanted' });
    await until((view) => view.visit.person.kind === 'waiting');
    expect(bench.calls[0]?.asked[0]).to.match(/^prewarm waiting-grant/);
    queue.change({ state: 'with-operator', operator: marta }, queue.grant('room'));
    await until((view) => view.visit.person.kind === 'with');
    expect(bench.calls[0]?.asked[1]).to.match(/^enter room-grant/);

    expect(await queue.deliver({ kind: 'ask-card' })).to.include({ outcome: 'done' });
    expect(bench.kiosk.state.visit.step).to.equal('card');
    devices.announce('CardReader.MediaInsertedEvent', { card: 'other' });
    await until((view) => view.visit.step === 'access-number');
    devices.phases = ['connecting', 'reading'];
    devices.answers['Videosportello.ReadCard'] = () => ({ card });
    touch(bench, { type: 'number', can: '123456' });
    await until((view) => view.visit.step === 'card-result');
    expect(queue.received.filter(({ method }) => method === 'visit.step').map(({ params }) => params)).to.deep.include({ step: 'reading', phase: 'device' });

    const reviewId = `r_${'3'.repeat(24)}`;
    const documentId = `d_${'2'.repeat(24)}`;
    devices.announce('Videosportello.ReviewRequestedEvent', { review: { reviewId, title: 'Certificato', lines: [], wording: [], specimen: true } });
    await until((view) => view.visit.step === 'review');
    touch(bench, { type: 'review-answered', agreed: true });
    devices.announce('Videosportello.PaperChangedEvent', { documentId, state: 'printing' });
    await until((view) => view.visit.step === 'printing');
    devices.announce('Videosportello.PaperChangedEvent', { documentId, state: 'printed' });
    await until((view) => view.visit.paper?.state === 'printed');
    devices.answers['Videosportello.CloseVisit'] = () => ({ cardStillPresent: true });
    touch(bench, { type: 'paper-taken' }, { type: 'end' });
    await until((view) => view.visit.leaving?.phase === 'done' && !view.visit.leaving.visitOpen);
    expect(bench.calls[0]?.asked.at(-1)).to.equal('hang-up');
    bench.timers.pass(5_000);
    expect(bench.kiosk.state.visit.stage).to.equal('leaving');
    devices.announce('CardReader.MediaRemovedEvent', {});
    await bench.wiped;
    expect(names(devices)).to.include.members(['AnswerReview', 'PaperTaken', 'CloseVisit']);
    expect(queue.received.at(-1)).to.deep.include({ method: 'visit.end', params: { visitId: visitNumber, reason: 'citizen' } });
    expect(JSON.stringify(bench.kiosk.state)).to.not.match(/Giulia|Esempio|Marta|123456/);
  });

  it('has a service card read, asks for the PIN that it needs, and keeps none of it', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    const { devices, until } = bench;
    await openVisit(bench);
    touch(bench, { type: 'audience', audience: 'private' }, { type: 'service', service: 'residence-certificate' }, { type: 'duty', duty: 'mark' }, { type: 'next' });
    const read = Promise.withResolvers<{ card: typeof card }>();
    devices.answers['Videosportello.ReadCard'] = () => read.promise;
    devices.announce('CardReader.MediaInsertedEvent', { card: 'service-card' });
    await until((view) => view.visit.step === 'reading');
    const dialogueId = `g_${'4'.repeat(24)}`;
    const challenge = { product: 'Videosportello' as const, kioskId: 'kiosk-1', visitId: visitNumber, at: 0, nonce: '0'.repeat(64) };
    devices.announce('Videosportello.SignatureRequestedEvent', { dialogueId, challenge, triesLeft: 3, lastTry: false });
    await until((view) => view.visit.signature !== undefined);
    touch(bench, { type: 'signature-answered', pin: '73194' });
    expect(JSON.stringify(bench.kiosk.state)).to.not.include('73194');
    read.resolve({ card });
    await until((view) => view.visit.step === 'card-result');
    const sent = devices.received.filter(({ name }) => /ReadCard|AnswerSignature/.test(name)).map(({ payload }) => payload);
    expect(sent).to.deep.equal([
      { visitId: visitNumber, card: { document: 'ts-cns' } },
      { dialogueId, agreed: true, pin: '73194' },
    ]);
  });

  it('says that nobody is on duty instead of letting the citizen wait', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    bench.queue.refuse = { 'ticket.open': 'nobody-on-duty' };
    touch(bench, { type: 'person-wanted' });
    const { visit } = await bench.until((view) => view.visit.person.kind === 'refused');
    expect(visit.person).to.deep.equal({ kind: 'refused', code: 'nobody-on-duty' });
  });

  it('asks for other needs beside the place of somebody who waits, and shows those that the queue has', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await bench.until((view) => view.condition === 'ready');
    touch(bench, { type: 'start', person: true, needs: ['assisted'] });
    await bench.until((view) => view.visit.person.kind === 'waiting');
    touch(bench, { type: 'person-wanted', needs: ['assisted', 'sign-language'] });
    await bench.until((view) => view.visit.needs.length === 2);
    bench.queue.refuse = { 'ticket.open': 'nobody-on-duty' };
    touch(bench, { type: 'person-wanted', needs: [] });
    const { visit } = await bench.until((view) => view.visit.notice === 'need-refused');
    expect(visit).to.deep.nested.include({ 'person.kind': 'waiting', 'needs': ['assisted', 'sign-language'] });
    const asked = bench.queue.received.filter(({ method }) => method === 'ticket.open').map(({ params }) => params);
    expect(asked).to.deep.equal([['assisted'], ['assisted', 'sign-language'], []].map((needs) => ({ visitId: visitNumber, needs })));
  });

  it('keeps the visit over a cut, tells of it, and reports where the citizen went meanwhile', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    bench.reachable.queue = false;
    bench.queue.cut();
    await bench.until((view) => view.interrupted);
    touch(bench, { type: 'audience', audience: 'private' });
    expect(bench.kiosk.state.visit.step).to.equal('service');
    bench.reachable.queue = true;
    await bench.until((view) => !view.interrupted);
    await bench.queue.heard('visit.step', ({ params }) => JSON.stringify(params).includes('service'));
  });

  it('comes back into a running visit after a reload', async () => {
    const queue = new QueueServer();
    queue.visit = { ...newVisit, state: 'with-operator', step: 'duty', language: 'en', operator: marta };
    queue.media = queue.grant('room');
    const bench = await kioskBench({ queue });
    await using _ = bench.kiosk;
    const { visit } = await bench.until((view) => view.visit.stage === 'visiting' && view.visit.person.kind === 'with');
    expect(visit).to.include({ step: 'duty', language: 'en' });
    expect(bench.calls[0]?.asked[0]).to.match(/^enter room-grant/);
  });

  it('hears after a reload of the paper that is under way', async () => {
    const queue = new QueueServer();
    queue.visit = { ...newVisit, state: 'with-operator', step: 'printing', operator: marta };
    const devices = new DeviceServer();
    const job = { documentId: `d_${'2'.repeat(24)}` as never, state: 'needs-attention', reason: 'media-empty' } as const;
    devices.answers['Common.Status'] = () => ({
      status: {
        cardReader: { device: 'online', media: 'present' },
        printer: { device: 'online', reasons: ['media-empty'], job },
        scanner: { device: 'noDevice', media: 'unknown' },
        certificates: 'open',
      },
    });
    const bench = await kioskBench({ queue, devices });
    await using _ = bench.kiosk;
    const { visit } = await bench.until((view) => view.visit.paper !== undefined);
    expect(visit).to.deep.include({ step: 'printing', paper: job, cardPresent: true });
    expect(await queue.deliver({ kind: 'ask-scan' })).to.include({ outcome: 'refused', reason: 'no-scanner' });
  });

  it('scans the sheet the operator asks for, and tells him and the citizen where it stands', async () => {
    const queue = new QueueServer();
    queue.visit = { ...newVisit, state: 'with-operator', step: 'card', operator: marta };
    const bench = await kioskBench({ queue });
    await using _ = bench.kiosk;
    const { devices, until } = bench;
    await until((view) => view.visit.person.kind === 'with');
    expect(await queue.deliver({ kind: 'ask-scan' })).to.include({ outcome: 'done' });
    expect(bench.kiosk.state.visit.scan?.phase).to.equal('asked');
    devices.answers['Check.ReadImage'] = () => ({ errorCode: 'scanner-empty' });
    touch(bench, { type: 'scan', side: 'front' });
    const failed = await until((view) => view.visit.scan?.phase === 'failed');
    expect(failed.visit.scan?.failure).to.equal('scanner-empty');
    const running = Promise.withResolvers<{ scanId: never }>();
    devices.answers['Check.ReadImage'] = () => running.promise;
    touch(bench, { type: 'scan', side: 'front' });
    expect(await queue.deliver({ kind: 'ask-scan' })).to.include({ outcome: 'refused', reason: 'not-now' });
    running.resolve({ scanId: `s_${'4'.repeat(24)}` as never });
    await until((view) => view.visit.scan?.phase === 'sent');
    expect(devices.received.filter(({ name }) => name === 'Check.ReadImage').map(({ payload }) => payload)).to.deep.equal(
      Array.from({ length: 2 }, () => ({ visitId: visitNumber, side: 'front' })),
    );
    await queue.heard('visit.step', ({ params }) => JSON.stringify(params).includes('device'));
  });

  it('steps back when the operator is lost and goes on with the next', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    touch(bench, { type: 'person-wanted' });
    await bench.until((view) => view.visit.person.kind === 'waiting');
    const { queue } = bench;
    queue.change({ state: 'with-operator', operator: marta }, queue.grant('room'));
    await bench.until((view) => view.visit.person.kind === 'with');
    const ticket = queue.visit?.ticket;
    if (!ticket) throw new Error('The ticket of this test is missing.');
    queue.change({ state: 'waiting', ticket: { ...ticket, class: 'coming-back' } }, queue.grant('waiting'));
    await bench.until((view) => view.visit.person.kind === 'waiting');
    queue.change({ state: 'with-operator', operator: { displayName: 'Paolo', present: true } }, queue.grant('room'));
    await bench.until((view) => view.visit.person.kind === 'with');
    expect(bench.calls).to.have.length(1);
    expect(bench.calls[0]?.asked.map((what) => what.split(' ')[0])).to.deep.equal(['prewarm', 'enter', 'step-back', 'enter']);
  });

  it('sends what is typed within 300 ms, by the room or round it', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    touch(bench, { type: 'person-wanted' });
    await bench.until((view) => view.visit.person.kind === 'waiting');
    bench.queue.change({ state: 'with-operator', operator: marta }, bench.queue.grant('room'));
    await bench.until((view) => view.visit.person.kind === 'with');
    for (const key of ['c', 'i']) bench.kiosk.intend({ kind: 'key', key });
    bench.timers.pass(300);
    expect((await bench.queue.heard('message.send')).params).to.have.nested.property('message.body.text', 'ci');
    await delivered();
    bench.calls[0]?.become({ name: 'in-call' });
    bench.kiosk.intend({ kind: 'key', key: { edit: 'send' } });
    bench.timers.pass(300);
    expect(bench.calls[0]?.asked.at(-1)).to.equal('send text');
    await bench.queue.deliver({ kind: 'text', line: 0, text: 'Buongiorno', done: true });
    expect(bench.kiosk.state.conversation.lines.map(({ from, text }) => `${from}: ${text}`)).to.deep.equal(['citizen: ci', 'operator: Buongiorno']);
  });

  it('warns, and ends a visit nobody answers for, but not while an operator is there', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    bench.timers.pass(60_000);
    expect(bench.kiosk.state.visit.warned).to.equal(true);
    bench.kiosk.activity();
    expect(bench.kiosk.state.visit.warned).to.equal(false);
    touch(bench, { type: 'person-wanted' });
    await bench.until((view) => view.visit.person.kind === 'waiting');
    bench.queue.change({ state: 'with-operator', operator: marta }, bench.queue.grant('room'));
    await bench.until((view) => view.visit.person.kind === 'with');
    bench.timers.pass(3_600_000);
    expect(bench.kiosk.state.visit.stage).to.equal('visiting');
    bench.queue.change({ state: 'ended' });
    await bench.until((view) => view.visit.stage === 'leaving');
  });

  it('tells the end again to a queue that could not take it in, and only then is wiped', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    bench.queue.refuse = { 'visit.end': 'store-unavailable' };
    touch(bench, { type: 'end' });
    await bench.queue.heard('visit.end');
    await delivered();
    bench.timers.pass(5_000);
    await delivered();
    expect(bench.kiosk.state.visit.stage).to.equal('leaving');
    bench.queue.refuse = {};
    bench.timers.pass(2_000);
    await bench.wiped;
  });

  it('does not open the devices again for a visit they have closed', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    bench.queue.refuse = { 'visit.end': 'store-unavailable' };
    touch(bench, { type: 'end' });
    await bench.until((view) => view.visit.leaving?.phase === 'done');
    const opened = () => names(bench.devices).filter((name) => name === 'OpenVisit').length;
    const before = opened();
    // The line comes back while the end is still untold, with a fresh grant.
    bench.queue.cut();
    await bench.until((view) => view.interrupted);
    await bench.until((view) => !view.interrupted);
    await delivered();
    expect(opened()).to.equal(before);
  });

  it('gives the next one an ordinary screen when somebody only tried its keys', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await bench.until((view) => view.condition === 'ready');
    touch(bench, { type: 'language', language: 'en' });
    bench.kiosk.intend({ kind: 'preference', name: 'largeText' });
    bench.kiosk.activity();
    bench.timers.pass(80_000);
    expect(bench.kiosk.state).to.deep.nested.include({ 'visit.language': 'en', 'preferences.largeText': true });
    bench.timers.pass(10_000);
    expect(bench.kiosk.state).to.deep.nested.include({ 'visit.language': 'it', 'preferences.largeText': false, 'visit.stage': 'idle' });
  });

  for (const [name, happens, condition] of [
    ['revoked', (bench: Bench) => bench.queue.revoke(), 'revoked'],
    ['replaced by another page', (bench: Bench) => bench.devices.close(4000), 'replaced'],
  ] as const) {
    it(`hangs up and forgets the visit at once when it is ${name}`, async () => {
      const bench = await kioskBench();
      await using _ = bench.kiosk;
      await openVisit(bench);
      touch(bench, { type: 'person-wanted' });
      await bench.until((view) => view.visit.person.kind === 'waiting');
      bench.queue.change({ state: 'with-operator', operator: marta }, bench.queue.grant('room'));
      await bench.until((view) => view.visit.person.kind === 'with');
      await bench.queue.deliver({ kind: 'text', line: 0, text: 'Buongiorno, Giulia', done: true });
      happens(bench);
      await bench.until((view) => view.condition === condition);
      expect(bench.calls[0]?.asked.at(-1)).to.equal('hang-up');
      expect(JSON.stringify(bench.kiosk.state)).to.not.match(/Giulia|Marta/);
      expect(bench.kiosk.state.visit.stage).to.equal('idle');
    });
  }

  it('hears nothing more of a call that was hung up', async () => {
    const bench = await kioskBench();
    await using _ = bench.kiosk;
    await openVisit(bench);
    touch(bench, { type: 'person-wanted' });
    await bench.until((view) => view.visit.person.kind === 'waiting');
    bench.calls[0]?.become({ name: 'in-call' });
    expect(bench.kiosk.state.call.link).to.equal('open');
    touch(bench, { type: 'end' });
    expect(bench.kiosk.state.call.link).to.equal('none');
    bench.calls[0]?.become({ name: 'in-call' });
    expect(bench.kiosk.state.call.link).to.equal('none');
  });

  it('says when it is not enrolled, revoked, replaced, or without network', async () => {
    const unknown = new DeviceServer();
    unknown.answers['Videosportello.Hello'] = () => ({ enrolled: false });
    const first = await kioskBench({ devices: unknown });
    await first.until((view) => view.condition === 'not-enrolled');
    await first.kiosk[Symbol.asyncDispose]();

    const second = await kioskBench();
    await openVisit(second);
    second.queue.revoke();
    await second.until((view) => view.condition === 'revoked');
    await second.kiosk[Symbol.asyncDispose]();

    const third = await kioskBench();
    await openVisit(third);
    third.devices.close(4000);
    await third.until((view) => view.condition === 'replaced');
    await third.kiosk[Symbol.asyncDispose]();

    const fourth = await kioskBench();
    fourth.reachable.queue = false;
    await fourth.until((view) => view.condition === 'no-network');
    await fourth.kiosk[Symbol.asyncDispose]();
  });

  it('fetches itself anew when its token is from an earlier start', async () => {
    const devices = new DeviceServer();
    devices.answers['Videosportello.Hello'] = () => ({ errorCode: 'not-authenticated' });
    const bench = await kioskBench({ devices });
    await using _ = bench.kiosk;
    await bench.until(() => devices.received.length > 0);
    await delivered();
    bench.timers.pass(2_000);
    expect(bench.reloads).to.have.length(1);
  });
});
