import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { WebSocket } from 'ws';
import { verifyGrant } from '@videosportello/protocol/grant.ts';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { ms, seconds } from '@videosportello/protocol/units.ts';
import { refusalOf, talk } from '../testing/talk.ts';
import { plainRules } from '../testing/queue-fixture.ts';
import { startTown, until } from '../testing/town-fixture.ts';
import type { Town } from '../testing/town-fixture.ts';
import { defaultPolicy } from './config.ts';

describe('queue-service over its sockets', function () {
  this.timeout(20_000);
  let town: Town;
  const clock = { now: 0 };
  beforeEach(async () => {
    clock.now = Date.now();
    // The clock jumps, and the process renews its lease once in a real second: that lease outlasts what is looked at here.
    town = await startTown({
      config: { policy: { ...defaultPolicy, standstillMs: ms(0), instanceLeaseMs: seconds(600) } },
      deps: { storeNow: () => clock.now },
    });
  });
  afterEach(() => town.close());

  it('carries a visit from touch to wrap-up', async () => {
    const desk = await town.desk('marta');
    const kiosk = await town.kiosk('kiosk-1');
    expect(kiosk.state.duty?.staffed).to.equal(true);
    const opened = await kiosk.openVisit('it');
    expect(opened.state).to.equal('alone');
    expect(kiosk.state.certificates?.url).to.equal('ws://127.0.0.1:4002/device');
    await kiosk.setStep({ step: 'duty', phase: 'citizen', language: 'it', service: 'residence-certificate' });
    await kiosk.openTicket([]);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    expect(offers[0]).to.include({ visitId: opened.visitId, kioskName: 'Totem kiosk-1', step: 'duty', class: 'walk-up' });
    await until(kiosk, (state) => state.visit?.state === 'offered');
    const accepted = await desk.accept(offers[0]?.offerId ?? expect.fail('no offer'));
    expect(accepted.visit).to.include({ visitId: opened.visitId, state: 'with-operator', kioskPresent: true });
    expect(accepted.access?.media.url).to.equal('ws://127.0.0.1:4001/room');
    const talking = await until(kiosk, (state) => state.visit?.state === 'with-operator');
    expect(talking.visit?.operator).to.deep.equal({ displayName: 'Marta', present: true });
    await until(desk, (state) => state.house?.kiosks[0]?.mine);
    await kiosk.setStep({ step: 'card', phase: 'device', language: 'it', service: 'residence-certificate' });
    await until(desk, (state) => state.desk?.visits[0]?.step === 'card');
    await desk.endVisit(opened.visitId);
    await until(kiosk, (state) => state.visit?.state === 'ended');
    await until(desk, (state) => state.desk?.visits[0]?.state === 'wrap-up');
    const after = await desk.finishWrapUp(opened.visitId, 'served');
    expect(after.visits).to.deep.equal([]);
    expect(after.presence).to.equal('available');
    await until(desk, (state) => state.house?.kiosks[0]?.state === 'free');
  });

  it('signs grants that a node verifies offline: each for its holder, its node and a minute', async () => {
    const node = await town.node('media', 'media-1');
    const { kiosk, desk, visitId } = await talk(town);
    const room = kiosk.state.media ?? expect.fail('no media');
    const nowMs = Date.now();
    const asNode = { audience: 'sfu' as const, nodeId: 'media-1', keys: node.keys, kinds: ['room' as const], nowMs };
    const claims = await verifyGrant(room.grant, { ...asNode, holder: thumbprintIn(room.grant) });
    expect(claims).to.include({ visit: visitId, kiosk: 'kiosk-1', role: 'kiosk', kind: 'room' });
    const foreign = { ...asNode, holder: 'A'.repeat(43) };
    expect(await refusalOf(verifyGrant(room.grant, foreign))).to.equal('grant-foreign');
    const late = { ...asNode, holder: thumbprintIn(room.grant), nowMs: nowMs + 61_000 };
    expect(await refusalOf(verifyGrant(room.grant, late))).to.equal('grant-expired');
    const desks = desk.state.access.get(visitId)?.media.grant ?? expect.fail('no access');
    const operator = await verifyGrant(desks, { ...asNode, holder: thumbprintIn(desks) });
    expect(operator.aud).to.deep.equal(['sfu', 'certificates']);
    expect(operator.fence).to.deep.equal(claims.fence);
  });

  it('offers a declined visit to a colleague', async () => {
    const marta = await town.desk('marta');
    const paolo = await town.desk('paolo');
    const kiosk = await town.kiosk('kiosk-1');
    const { visitId } = await kiosk.openVisit('it');
    await kiosk.openTicket(['text-only']);
    const { offers } = await until(marta, (state) => state.offers.length === 1);
    await marta.decline(offers[0]?.offerId ?? expect.fail());
    const second = await until(paolo, (state) => state.offers.length === 1);
    expect(second.offers[0]).to.deep.include({ visitId, needs: ['text-only'] });
  });

  it('takes other needs of a citizen who waits in, says so to his kiosk, and to the operator with the offer', async () => {
    const marta = await town.desk('marta');
    const paolo = await town.desk('paolo');
    const kiosk = await town.kiosk('kiosk-1');
    const { visitId } = await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    for (const desk of [marta, paolo]) {
      const { offers } = await until(desk, (state) => state.offers.length === 1);
      await desk.decline(offers[0]?.offerId ?? expect.fail());
    }
    const waiting = await until(kiosk, (state) => state.visit?.state === 'waiting');
    expect(waiting.visit?.needs).to.equal(undefined);
    const changed = await kiosk.openTicket(['assisted', 'text-only']);
    expect(changed).to.deep.include({ visitId, state: 'waiting', needs: ['assisted', 'text-only'] });
    expect(changed.ticket).to.include({ class: 'assisted', label: waiting.visit?.ticket?.label });
    expect(await refusalOf(kiosk.openTicket(['sign-language']))).to.equal('nobody-on-duty');
    expect(kiosk.state.visit?.needs).to.deep.equal(['assisted', 'text-only']);
  });

  it('withdraws an offer when its time is over, and tells both sides', async () => {
    const long = seconds(60);
    const policy = { ...defaultPolicy, standstillMs: ms(0), instanceLeaseMs: long };
    await using other = await startTown({ config: { policy }, deps: { storeNow: () => clock.now } });
    const marta = await other.desk('marta');
    const kiosk = await other.kiosk('kiosk-1');
    await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    await until(marta, (state) => state.offers.length === 1);
    await until(kiosk, (state) => state.visit?.state === 'offered');
    clock.now += 15_000;
    await other.service.sweep();
    await until(marta, (state) => state.withdrawn?.why === 'expired' && state.desk?.reason === 'missed-offer');
    await until(kiosk, (state) => state.visit?.state === 'waiting');
  });

  it('gives no ticket outside the hours of a site, and keeps one that was given before', async () => {
    const at = { now: Date.parse('2026-11-24T10:59:30+01:00') };
    const weekly = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => ({ day, open: [['09:00', '11:00']] }));
    await using other = await startTown({
      deps: { now: () => at.now },
      rules: { ...plainRules, hours: [{ kiosk: 'kiosk-1', weekly, closed: [] }] },
    });
    await other.desk('marta', { available: false });
    const kiosk = await other.kiosk('kiosk-1');
    const elsewhere = await other.kiosk('kiosk-2');
    await other.desk('paolo');
    await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    at.now += 60_000;
    await kiosk.openTicket([]);
    await kiosk.cancelTicket();
    expect(await refusalOf(kiosk.openTicket([]))).to.equal('outside-hours');
    await elsewhere.openVisit('it');
    expect(await refusalOf(elsewhere.openTicket([]))).to.equal('none');
  });

  it('tells the operator that the citizen has left', async () => {
    const marta = await town.desk('marta');
    const kiosk = await town.kiosk('kiosk-1');
    await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    await until(marta, (state) => state.offers.length === 1);
    await kiosk.endVisit('citizen');
    await until(marta, (state) => state.withdrawn?.why === 'citizen-left' && state.offers.length === 0);
  });

  it('tells the citizen at once when the desk is gone, and gives the desk back within the lease', async () => {
    const { desk, kiosk, visitId } = await talk(town);
    await desk.close();
    await until(kiosk, (state) => state.visit?.operator?.present === false);
    const again = await town.desk('marta', { available: false });
    expect(again.state.desk?.presence).to.equal('available');
    expect(again.state.desk?.visits.map((visit) => [visit.visitId, visit.state])).to.deep.equal([[visitId, 'with-operator']]);
    expect([...again.state.access.keys()]).to.deep.equal([visitId]);
    await until(kiosk, (state) => state.visit?.operator?.present === true);
  });

  it('gives the visit to a colleague first when the desk does not come back', async () => {
    const { desk, kiosk, visitId } = await talk(town);
    const fence = kiosk.state.visit?.fence.counter ?? expect.fail();
    await desk.close();
    await until(kiosk, (state) => state.visit?.operator?.present === false);
    clock.now += 4_000;
    await town.service.sweep();
    const waiting = await until(kiosk, (state) => state.visit?.state === 'waiting');
    expect(waiting.visit?.ticket).to.include({ class: 'coming-back', place: 1 });
    expect(waiting.visit?.fence.counter).to.be.greaterThan(fence);
    const paolo = await town.desk('paolo');
    const { offers } = await until(paolo, (state) => state.offers.length === 1);
    expect(offers[0]).to.include({ visitId, class: 'coming-back' });
  });

  it('tells a desk that lost its right while its socket was open', async () => {
    const deps = { storeNow: () => clock.now };
    await using short = await startTown({ config: { policy: { ...defaultPolicy, standstillMs: ms(0) } }, deps });
    const { socketPath = expect.fail() } = short.service.redis ?? {};
    const { nodeSecret, policy } = short.config;
    await using other = await startTown({ config: { redisUrl: `unix://${socketPath}`, nodeSecret, policy }, deps, nodes: false });
    const { desk, visitId } = await talk(short);
    clock.now += 4_000;
    await other.service.sweep();
    const lost = await until(desk, (state) => state.lost.includes(visitId));
    expect([...lost.access.keys()]).to.deep.equal([]);
    await until(desk, (state) => state.connection === 'open' && state.desk?.reason === 'signed-in');
  });

  it('gives the desk to a second window and tells the first', async () => {
    const { desk, kiosk, visitId } = await talk(town);
    const second = await town.desk('marta', { available: false });
    await until(desk, (state) => state.ended === 'session-replaced');
    expect([...second.state.access.keys()]).to.deep.equal([visitId]);
    expect(kiosk.state.visit?.state).to.equal('with-operator');
    await second.endVisit(visitId);
    await until(kiosk, (state) => state.visit?.state === 'ended');
  });

  it('takes a reloaded kiosk page back into its visit', async () => {
    const { desk, kiosk, visitId } = await talk(town);
    await kiosk.close();
    await until(desk, (state) => state.desk?.visits[0]?.kioskPresent === false);
    const reloaded = await town.kiosk('kiosk-1', { key: kiosk.key });
    expect(reloaded.state.visit).to.include({ visitId, state: 'with-operator' });
    expect(reloaded.state.media?.url).to.equal('ws://127.0.0.1:4001/room');
    expect(reloaded.state.certificates?.url).to.equal('ws://127.0.0.1:4002/device');
    await until(desk, (state) => state.desk?.visits[0]?.kioskPresent === true);
  });

  it('refuses a kiosk with a wrong key or unknown, and a desk without a sign-in', async () => {
    const { kioskId } = await town.enrol('kiosk-1');
    const impostor = await town.kiosk(kioskId, { key: await newHolderKey() });
    expect(impostor.state.ended).to.equal('proof-invalid');
    const unknown = await town.kiosk('kiosk-9', { key: await newHolderKey() });
    expect(unknown.state.ended).to.equal('kiosk-unknown');
    const stranger = await town.desk('marta', { cookie: 'vs-console=e30.AAAA' });
    expect(stranger.state.ended).to.equal('signed-out');
  });

  it('refuses foreign origins, foreign hosts and unknown paths before a word is said', async () => {
    const refusal = (path: string, options: { origin?: string; headers?: Record<string, string> }) =>
      new Promise<number | undefined>((resolve, reject) => {
        const socket = new WebSocket(`${town.service.socketUrl}${path}`, options);
        socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
        socket.once('open', () => reject(new Error('it was let in')));
        socket.once('error', () => undefined);
      });
    expect(await refusal('/kiosk', { origin: 'http://kiosk.localhost.elsewhere.example:80' })).to.equal(403);
    expect(await refusal('/kiosk', {})).to.equal(403);
    expect(await refusal('/operator', { origin: 'http://kiosk.localhost:5000' })).to.equal(403);
    expect(await refusal('/node', { origin: 'http://console.localhost' })).to.equal(403);
    expect(await refusal('/elsewhere', {})).to.equal(404);
    const rebound = { origin: 'http://kiosk.localhost:5000', headers: { host: 'elsewhere.example' } };
    expect(await refusal('/kiosk', rebound)).to.equal(421);
  });

  it('hears nothing but a hello from a stranger, and not much of it', async () => {
    const socket = new WebSocket(`${town.service.socketUrl}/kiosk`, { origin: 'http://kiosk.localhost:5000' });
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString('utf8')));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('open', resolve));
    const ask = (id: number) => socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'visit.open', params: { language: 'it' } }));
    for (let id = 0; id < 4; id += 1) ask(id);
    expect(await closed).to.equal(4413);
    expect(heard.filter((text) => text.includes('not-authenticated'))).to.have.length(3);
  });

  it('cuts a revoked kiosk off, ends its visit and tells nodes', async () => {
    const revoked: string[] = [];
    const node = await town.node('certificates', 'cert-2', { onKioskRevoked: (kioskId) => revoked.push(kioskId) });
    const { desk, kiosk } = await talk(town);
    await until({ state: node, subscribe: poll(node) }, () => node.kiosks.has(kiosk.kioskId));
    await town.admin('POST', '/admin/kiosks/revoke', { kioskId: 'kiosk-1' });
    await until(kiosk, (state) => state.ended === 'kiosk-revoked');
    await until(desk, (state) => state.desk?.visits[0]?.state === 'wrap-up' && state.house?.kiosks[0]?.state === 'revoked');
    expect(revoked).to.deep.equal(['kiosk-1']);
    const back = await town.kiosk('kiosk-1', { key: kiosk.key });
    expect(back.state.ended).to.equal('kiosk-revoked');
  });

  it('carries messages both ways between kiosk and desk, each with its answer', async () => {
    const heard: [string, VisitId, RoomMessage][] = [];
    const desk = await town.desk('marta', {
      onMessage: async (visitId, message) => {
        heard.push(['desk', visitId, message]);
        return { messageId: message.messageId, outcome: 'refused', reason: 'busy' };
      },
    });
    const kiosk = await town.kiosk('kiosk-1', {
      onMessage: async (visitId, message) => {
        heard.push(['kiosk', visitId, message]);
        return { messageId: message.messageId, outcome: 'done' };
      },
    });
    const { visitId } = await kiosk.openVisit('it');
    const text: RoomMessage = { messageId: newId(messageId, 'm'), body: { kind: 'text', line: 0, text: 'Buongiorno', done: true } };
    expect(await refusalOf(kiosk.sendMessage(text))).to.equal('peer-absent');
    await kiosk.openTicket([]);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    await desk.accept(offers[0]?.offerId ?? expect.fail());
    expect(await kiosk.sendMessage(text)).to.deep.equal({ messageId: text.messageId, outcome: 'refused', reason: 'busy' });
    const ask: RoomMessage = { messageId: newId(messageId, 'm'), body: { kind: 'ask-card' } };
    expect(await desk.sendMessage(visitId, ask)).to.deep.equal({ messageId: ask.messageId, outcome: 'done' });
    expect(heard).to.deep.equal([
      ['desk', visitId, text],
      ['kiosk', visitId, ask],
    ]);
  });

  it('serves one visit over two processes on one Redis', async () => {
    const socketPath = town.service.redis?.socketPath ?? expect.fail();
    await using other = await startTown({
      config: { redisUrl: `unix://${socketPath}`, nodeSecret: town.config.nodeSecret, policy: town.config.policy },
      deps: { storeNow: () => clock.now },
      nodes: false,
    });
    const kiosk = await town.kiosk('kiosk-1');
    const desk = await other.desk('marta');
    const { visitId } = await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    await desk.accept(offers[0]?.offerId ?? expect.fail());
    const talking = await until(kiosk, (state) => state.visit?.state === 'with-operator');
    expect(talking.visit?.operator?.displayName).to.equal('Marta');
    const message: RoomMessage = { messageId: newId(messageId, 'm'), body: { kind: 'ask-scan' } };
    expect(await desk.sendMessage(visitId, message)).to.include({ outcome: 'done' });
    expect(await kiosk.sendMessage({ ...message, messageId: newId(messageId, 'm') })).to.include({ outcome: 'done' });
    const node = await town.node('media', 'media-3');
    const verify = async (grant: string) =>
      verifyGrant(grant, { audience: 'sfu', nodeId: 'media-1', keys: node.keys, kinds: ['room'], nowMs: Date.now(), holder: thumbprintIn(grant) });
    expect((await verify(kiosk.state.media?.grant ?? '')).role).to.equal('kiosk');
    expect((await verify(desk.state.access.get(visitId)?.media.grant ?? '')).role).to.equal('operator');
  });
});

/** The key a grant is bound to, read without verifying: the test plays the holder. */
function thumbprintIn(grant: string): string {
  const { cnf } = decodeJwt<{ cnf: { jkt: string } }>(grant);
  return cnf.jkt;
}

/** A listener that looks again every few milliseconds, for what announces nothing. */
const poll =
  <Value>(value: Value) =>
  (listener: (value: Value) => void) => {
    const timer = setInterval(() => listener(value), 5);
    return () => clearInterval(timer);
  };
