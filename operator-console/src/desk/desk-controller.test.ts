import { expect } from 'chai';
import { WebSocket } from 'ws';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomBody, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { backoff } from '@videosportello/protocol/rpc/retry-policy.ts';
import { startTown, until } from '@videosportello/queue-service/testing/town-fixture.ts';
import type { Town } from '@videosportello/queue-service/testing/town-fixture.ts';
import { callWithoutMedia, nowhere } from './call-without-media.ts';
import type { TestCall } from './call-without-media.ts';
import { visitInFront, visitsInHand } from './desk-machine.ts';
import { createDeskController } from './desk-controller.ts';
import { KEPT_LINES } from './text-lines.ts';

/** A desk on a real queue-service. */
async function openDesk(town: Town, { startsMuted = true } = {}) {
  const calls: TestCall[] = [];
  const origin = `http://console.localhost:${new URL(town.http).port}`;
  const cookie = `vs-console=${town.service.sessions.make(town.operatorId('marta'))}`;
  const queueUrl = `${town.service.socketUrl}/operator`;
  const desk = createDeskController({
    queueUrl,
    sessionKey: await newHolderKey(),
    makeSocket: (url) => (url === queueUrl ? new WebSocket(url, { origin, headers: { cookie } }) : nowhere()),
    createCall: (options) => {
      const call = callWithoutMedia(options);
      calls.push(call);
      return call.controller;
    },
    startsMuted,
    policy: backoff({ firstMs: 20, maxMs: 100 }),
  });
  await until(desk, ({ queue }) => queue.connection === 'open' || queue.ended);
  const lastCall = () => {
    const call = calls.at(-1);
    if (!call) throw new Error('no call was made');
    return call;
  };
  return { desk, calls, lastCall, [Symbol.asyncDispose]: () => desk.close() };
}

/** A citizen who has asked for a person. */
async function citizen(town: Town, name: string, onMessage?: (message: RoomMessage) => Promise<RoomAnswer>) {
  const kiosk = await town.kiosk(name, onMessage ? { onMessage: (_, message) => onMessage(message) } : {});
  await kiosk.openVisit('it');
  await kiosk.openTicket([]);
  return kiosk;
}

type Desk = Awaited<ReturnType<typeof openDesk>>['desk'];
const onDuty = async (desk: Desk) => {
  desk.setPresence('available');
  await until(desk, ({ queue }) => queue.desk?.presence === 'available');
};
/** Accepts the next offer and waits until the visit is in front. */
const acceptNext = async (desk: Desk) => {
  const state = await until(desk, ({ queue }) => queue.offers.length > 0);
  const offer = state.queue.offers[0];
  if (!offer) throw new Error('no offer');
  desk.accept(offer.offerId);
  await until(
    desk,
    (now) => now.chosen === offer.visitId && now.queue.desk?.visits.some(({ visitId }) => visitId === offer.visitId),
  );
  return offer.visitId;
};

/** A desk on duty. */
async function openOnDuty(town: Town, options?: { startsMuted: boolean }) {
  const opened = await openDesk(town, options);
  await onDuty(opened.desk);
  return opened;
}
/** A desk on duty that has accepted the citizen at `kiosk-1`. */
async function openInTalk(town: Town, onMessage?: (message: RoomMessage) => Promise<RoomAnswer>) {
  const opened = await openOnDuty(town);
  const kiosk = await citizen(town, 'kiosk-1', onMessage);
  const visitId = await acceptNext(opened.desk);
  return { ...opened, kiosk, visitId };
}

describe('the desk', function () {
  this.timeout(30_000);

  it('warms a call up with the offer, and opens it on accept with the microphone closed', async () => {
    await using town = await startTown();
    await using opened = await openOnDuty(town);
    const { desk, lastCall } = opened;
    await citizen(town, 'kiosk-1');
    await until(desk, ({ queue }) => queue.offers.length > 0);
    expect(lastCall().controller.state.name).to.equal('preparing');
    const visitId = await acceptNext(desk);
    await until(desk, ({ works }) => works.get(visitId)?.call.state.name === 'in-call');
    expect(lastCall().log.grants).to.have.length.of.at.least(2);
    expect(lastCall().log.muted).to.equal(true);
    expect(desk.state.onAir).to.equal(undefined);
    expect(visitInFront(desk.state)?.kioskName).to.equal('Totem kiosk-1');
    expect(desk.state.works.get(visitId)?.certificates?.connection).to.equal('connecting');
  });

  it('opens nothing any more when it closes while an acceptance is on its way', async () => {
    await using town = await startTown();
    await using opened = await openOnDuty(town);
    const { desk, calls } = opened;
    await citizen(town, 'kiosk-1');
    const { queue } = await until(desk, (state) => state.queue.offers.length > 0);
    desk.accept(queue.offers[0]?.offerId ?? expect.fail('no offer'));
    const ended = until(desk, ({ progress }) => !progress.busy.has('offer'));
    await desk.close();
    await ended;
    expect(desk.state.works.size).to.equal(0);
    expect(calls.map(({ controller }) => controller.state.name)).to.deep.equal(['ended']);
  });

  it('gets a new grant at once when the room has refused the one it was shown', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, lastCall, visitId } = talk;
    await until(desk, ({ queue }) => queue.access.has(visitId));
    const before = desk.state.queue.access.get(visitId);
    lastCall().options.onEvent({ type: 'grant-needed' });
    await until(desk, ({ queue }) => queue.access.get(visitId) !== before);
    expect(desk.state.queue.access.get(visitId)?.media.url).to.equal(before?.media.url);
  });

  it('warms the call up anew when the offer comes again for another media node', async () => {
    let aheadMs = 0;
    await using town = await startTown({ deps: { now: () => Date.now() + aheadMs } });
    await using opened = await openOnDuty(town);
    const { desk, calls, lastCall } = opened;
    await citizen(town, 'kiosk-1');
    await until(desk, ({ queue }) => queue.offers.length > 0);
    aheadMs = 1_000;
    await town.node('media', 'media-1', { url: 'ws://127.0.0.1:4011' });
    const { queue } = await until(desk, (state) => state.queue.offers[0]?.media.url === 'ws://127.0.0.1:4011/room');
    expect([calls.length, lastCall().log.grants.at(-1)]).to.deep.equal([1, queue.offers[0]?.media.grant]);
  });

  it('opens the microphone with the acceptance where kiosk and desk are apart', async () => {
    await using town = await startTown();
    await using opened = await openOnDuty(town, { startsMuted: false });
    const { desk, lastCall } = opened;
    await citizen(town, 'kiosk-1');
    const visitId = await acceptNext(desk);
    await until(desk, ({ onAir }) => onAir === visitId);
    expect(lastCall().log.muted).to.equal(false);
  });

  it('has at most one open microphone: turning to another visit closes it, and opens none', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, calls, visitId: first } = talk;
    await citizen(town, 'kiosk-2');
    const second = await acceptNext(desk);
    const open = () => calls.map(({ log }) => !log.muted);
    desk.toggleMicrophone();
    expect([desk.state.onAir, open()]).to.deep.equal([second, [false, true]]);
    desk.choose(first);
    expect([desk.state.onAir, open()]).to.deep.equal([undefined, [false, false]]);
    desk.toggleMicrophone();
    expect([desk.state.onAir, open()]).to.deep.equal([first, [true, false]]);
    const colours = [...desk.state.works.values()].map(({ colour }) => colour);
    expect(new Set(colours).size).to.equal(2);
  });

  it('hangs the warm call up when the offer is declined, without a word about it', async () => {
    await using town = await startTown();
    await using opened = await openOnDuty(town);
    const { desk, lastCall } = opened;
    await citizen(town, 'kiosk-1');
    const { queue } = await until(desk, (state) => state.queue.offers.length > 0);
    for (const { offerId } of queue.offers) desk.decline(offerId);
    await until(desk, ({ works }) => works.size === 0);
    expect(lastCall().controller.state.name).to.equal('ended');
    expect(desk.state.notices).to.deep.equal([]);
  });

  it('says which kiosk took its request back, until the word is put away', async () => {
    await using town = await startTown();
    await using opened = await openOnDuty(town);
    const { desk, lastCall } = opened;
    const kiosk = await citizen(town, 'kiosk-1');
    await until(desk, ({ queue }) => queue.offers.length > 0);
    await kiosk.cancelTicket();
    const { notices } = await until(desk, (state) => state.notices.length > 0);
    const [notice] = notices;
    expect(notice).to.include({ key: 'notice-offer-citizen-left', kiosk: 'Totem kiosk-1' });
    await until(desk, ({ works }) => works.size === 0);
    expect(lastCall().controller.state.name).to.equal('ended');
    desk.dismiss(notice?.id ?? 0);
    expect(desk.state.notices).to.deep.equal([]);
  });

  it('carries text both ways over the queue while the room is dead, and says when a line did not arrive', async () => {
    await using town = await startTown();
    await using opened = await openOnDuty(town);
    const { desk } = opened;
    const heard: RoomBody[] = [];
    let refuse = false;
    const kiosk = await citizen(town, 'kiosk-1', async ({ messageId: id, body }) => {
      if (body.kind === 'text') heard.push(body);
      return { messageId: id, outcome: refuse ? 'refused' : 'done' };
    });
    const visitId = await acceptNext(desk);
    const linesOf = () => desk.state.works.get(visitId)?.lines ?? [];

    desk.write(visitId, 'Buon');
    desk.finishLine(visitId, 'Buongiorno');
    await until(desk, () => linesOf().some(({ delivery, done }) => done && delivery === 'delivered'));
    expect(heard.at(-1)).to.include({ text: 'Buongiorno', done: true });

    await kiosk.sendMessage({
      messageId: newId(messageId, 'm'),
      body: { kind: 'text', line: 0, text: 'Salve', done: true },
    });
    expect(linesOf().map(({ author, text }) => [author, text])).to.deep.equal([
      ['operator', 'Buongiorno'],
      ['citizen', 'Salve'],
    ]);

    refuse = true;
    desk.finishLine(visitId, 'Mi sente?');
    await until(desk, () => linesOf().at(-1)?.delivery === 'failed');
    refuse = false;
    desk.resendLine(visitId, linesOf().at(-1)?.line ?? 0);
    await until(desk, () => linesOf().at(-1)?.delivery === 'delivered');
  });

  it('takes no line that is longer than a line may be, and goes on', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, kiosk, visitId } = talk;
    const say = (text: string) =>
      kiosk.sendMessage({ messageId: newId(messageId, 'm'), body: { kind: 'text', line: text.length, text, done: true } });
    const refused = await say('x'.repeat(100_000)).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(ProtocolError);
    await until(kiosk, ({ connection }) => connection === 'open');
    await say('Salve');
    const lines = desk.state.works.get(visitId)?.lines ?? [];
    expect(lines.map(({ text }) => text)).to.deep.equal(['Salve']);
  });

  it('stays itself under a flood of lines', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town, async ({ messageId: id }) => ({ messageId: id, outcome: 'done' }));
    const { desk, kiosk, visitId } = talk;
    desk.finishLine(visitId, 'Buongiorno');
    const said = Array.from({ length: KEPT_LINES + 50 }, (_, line) =>
      kiosk
        .sendMessage({ messageId: newId(messageId, 'm'), body: { kind: 'text', line, text: 'riga', done: true } })
        .catch(() => undefined),
    );
    await Promise.all(said);
    const lines = desk.state.works.get(visitId)?.lines ?? [];
    expect(lines.filter(({ author }) => author === 'operator').map(({ text }) => text)).to.deep.equal(['Buongiorno']);
    expect(lines.length).to.be.at.most(KEPT_LINES + 1);
    expect(desk.state.queue.connection).to.equal('open');
  });

  it('puts nobody on air with a microphone that is not there', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, lastCall } = talk;
    lastCall().options.onEvent({ type: 'local-media', media: { camera: { absent: 'denied' }, microphone: { absent: 'denied' } } });
    desk.toggleMicrophone();
    expect([desk.state.onAir, lastCall().log.muted]).to.deep.equal([undefined, true]);
  });

  it('counts what is written by a citizen who is not in front, until he is', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, kiosk, visitId: first } = talk;
    await citizen(town, 'kiosk-2');
    await acceptNext(desk);
    await kiosk.sendMessage({
      messageId: newId(messageId, 'm'),
      body: { kind: 'text', line: 0, text: 'Ecco', done: false },
    });
    expect(desk.state.works.get(first)?.unread).to.equal(1);
    desk.choose(first);
    expect(desk.state.works.get(first)?.unread).to.equal(0);
  });

  it('leads the citizen through the room when it is there, and says what the kiosk answered', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, lastCall, visitId } = talk;
    lastCall().log.say = () => ({ messageId: newId(messageId, 'm'), outcome: 'refused', reason: 'printing' });
    desk.showStep(visitId, 'duty');
    await until(desk, ({ works }) => works.get(visitId)?.led === 'refused');
    expect(lastCall().log.sent).to.deep.include({ kind: 'show-step', step: 'duty' });
    lastCall().log.say = () => ({ messageId: newId(messageId, 'm'), outcome: 'done' });
    desk.askCard(visitId);
    await until(desk, ({ works }) => works.get(visitId)?.led === 'done');
    desk.askScan(visitId);
    await until(desk, ({ works }) => works.get(visitId)?.led === 'done' && lastCall().log.sent.length === 3);
    expect(lastCall().log.sent.at(-1)).to.deep.equal({ kind: 'ask-scan' });
    lastCall().log.say = () => ({ messageId: newId(messageId, 'm'), outcome: 'refused', reason: 'no-scanner' });
    desk.askScan(visitId);
    await until(desk, ({ works }) => works.get(visitId)?.led === 'no-scanner');
  });

  it('hands the kiosk what it says of its microphone, and refuses what only an operator may say', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, kiosk, visitId } = talk;
    const say = (body: RoomBody) => kiosk.sendMessage({ messageId: newId(messageId, 'm'), body });
    expect(await say({ kind: 'media-state', microphone: 'muted', camera: 'absent' })).to.include({ outcome: 'done' });
    expect(desk.state.works.get(visitId)?.call.citizenMedia).to.include({ microphone: 'muted', camera: 'absent' });
    expect(await say({ kind: 'ask-card' })).to.include({ outcome: 'refused' });
  });

  it('hands a visit over to a colleague, and keeps it where there is none', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, kiosk, visitId } = talk;
    desk.handOver(visitId);
    await until(desk, ({ progress }) => progress.problems.end?.code === 'nobody-else-on-duty');
    expect(visitsInHand(desk.state).map(({ state }) => state)).to.deep.equal(['with-operator']);
    await until(kiosk, ({ visit }) => visit?.state === 'with-operator');
  });

  it('forgets the person when the visit ends, keeps the wrap-up, and is ready for the next', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, lastCall, kiosk, visitId } = talk;
    desk.toggleMicrophone();
    desk.endVisit(visitId);
    await until(desk, (state) => visitsInHand(state)[0]?.state === 'wrap-up');
    expect([desk.state.works.size, desk.state.onAir, lastCall().controller.state.name]).to.deep.equal([
      0,
      undefined,
      'ended',
    ]);
    await until(kiosk, ({ visit }) => visit?.state === 'ended');
    desk.finishWrapUp(visitId, 'served');
    await until(desk, (state) => visitsInHand(state).length === 0);
    expect(desk.state.queue.desk?.presence).to.equal('available');
  });

  it('keeps a visit through a cut of the line: no call is hung up, and the cut is seen', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, calls, visitId } = talk;
    const cut = until(desk, ({ cutAtMs }) => cutAtMs !== undefined);
    await town.restart();
    await cut;
    await until(desk, ({ cutAtMs, queue }) => cutAtMs === undefined && queue.connection === 'open');
    expect(calls).to.have.length(1);
    expect(desk.state.works.get(visitId)?.call.state.name).to.equal('in-call');
  });

  it('says so when another window takes the desk, lets go of everybody, and takes the desk back', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, calls, visitId } = talk;
    await using other = (await openDesk(town)).desk;
    await until(desk, ({ queue }) => queue.ended === 'session-replaced');
    expect([desk.state.works.size, calls[0]?.controller.state.name]).to.deep.equal([0, 'ended']);
    expect(visitsInHand(other.state).map((visit) => visit.visitId)).to.deep.equal([visitId]);
    desk.takeBack();
    await until(desk, ({ queue }) => queue.connection === 'open');
    await until(desk, ({ works }) => works.get(visitId)?.call.state.name === 'in-call');
    await until(other, ({ queue }) => queue.ended === 'session-replaced');
  });

  it('shows why a key did nothing: the code of the refusal, under its topic', async () => {
    await using town = await startTown();
    await using talk = await openInTalk(town);
    const { desk, visitId } = talk;
    desk.finishWrapUp(visitId, 'served');
    const { progress } = await until(desk, (state) => state.progress.problems['wrap-up']);
    expect(progress.problems['wrap-up']?.code).to.equal('visit-state');
    desk.judgeHolder(visitId, true);
    const { works } = await until(desk, (state) => state.works.get(visitId)?.progress.problems.identity);
    expect(works.get(visitId)?.progress.problems.identity?.code).to.equal('link-lost');
  });

  it('tells a page without sign-in to sign in, and tries no further', async () => {
    await using town = await startTown();
    const queueUrl = `${town.service.socketUrl}/operator`;
    await using desk = createDeskController({
      queueUrl,
      sessionKey: await newHolderKey(),
      makeSocket: (url) => new WebSocket(url, { origin: `http://console.localhost:${new URL(town.http).port}` }),
      createCall: (options) => callWithoutMedia(options).controller,
      startsMuted: true,
    });
    const { queue } = await until(desk, (state) => state.queue.ended);
    expect(queue.ended).to.equal('signed-out');
  });
});
