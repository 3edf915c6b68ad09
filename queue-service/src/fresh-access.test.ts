import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { ms, seconds } from '@videosportello/protocol/units.ts';
import { startTown, until } from '../testing/town-fixture.ts';
import type { Town } from '../testing/town-fixture.ts';
import { defaultPolicy } from './config.ts';
import { createEvents, createLogger } from './events.ts';

const long = seconds(600);
/** Only nodes lapse here: the clock jumps, and the process renews its lease once in a real second. */
const policy = { ...defaultPolicy, standstillMs: ms(0), instanceLeaseMs: long, operatorLeaseMs: long, offerMs: long };
const MEDIA_2 = 'ws://127.0.0.1:4011';

describe('fresh access when nodes change', function () {
  this.timeout(20_000);
  let town: Town;
  const clock = { now: 0 };
  /** Emits the name of whose socket the service has found closed. */
  const gone = new EventEmitter();
  beforeEach(async () => {
    clock.now = Date.now();
    const log = createEvents(createLogger('silent'));
    const events = { ...log, closed: (where: 'kiosk' | 'operator' | 'node', id: string, code: number) => void (log.closed(where, id, code), gone.emit(id)) };
    town = await startTown({ config: { policy }, deps: { events, storeNow: () => clock.now, now: () => clock.now }, nodes: false });
  });
  afterEach(() => town.close());

  /** A visit that is being offered, on media-1 and cert-1. */
  const offered = async () => {
    const media = await town.node('media', 'media-1');
    const certificates = await town.node('certificates', 'cert-1');
    const desk = await town.desk('marta');
    const kiosk = await town.kiosk('kiosk-1');
    const { visitId } = await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    return { media, certificates, desk, kiosk, visitId, offerId: offers[0]?.offerId ?? expect.fail('no offer') };
  };
  const talking = async () => {
    const visit = await offered();
    await visit.desk.accept(visit.offerId);
    await until(visit.kiosk, (state) => state.visit?.state === 'with-operator');
    return visit;
  };
  /** Lets the leases of both nodes run out, except of those that `others` makes say hello meanwhile. */
  const lapse = async ({ media, certificates }: Awaited<ReturnType<typeof offered>>, others: () => Promise<unknown>) => {
    const noticed = Promise.all([once(gone, 'media-1'), once(gone, 'cert-1')]);
    await media.close();
    await certificates.close();
    await noticed;
    clock.now += policy.nodeLeaseMs - 1_000;
    await others();
    clock.now += 1_000;
    await town.service.sweep();
  };
  const loseMedia = (visit: Awaited<ReturnType<typeof offered>>) =>
    lapse(visit, async () => {
      await town.node('certificates', 'cert-1');
      await town.node('media', 'media-2', { url: MEDIA_2 });
    });
  const loseCertificates = (visit: Awaited<ReturnType<typeof offered>>) => lapse(visit, () => town.node('media', 'media-1'));

  it('gives both sides of a talk the way to another media node at once', async () => {
    const visit = await talking();
    const { desk, kiosk, visitId } = visit;
    expect(desk.state.access.get(visitId)?.media.url).to.equal('ws://127.0.0.1:4001/room');
    await loseMedia(visit);
    await until(desk, (state) => state.access.get(visitId)?.media.url === `${MEDIA_2}/room`);
    await until(kiosk, (state) => state.media?.url === `${MEDIA_2}/room`);
  });

  it('makes a standing offer again for another media node, under its id and to its first end', async () => {
    const visit = await offered();
    const { desk, offerId } = visit;
    await loseMedia(visit);
    const { offers } = await until(desk, (state) => state.offers[0]?.media.url === `${MEDIA_2}/room`);
    expect(offers.map((offer) => offer.offerId)).to.deep.equal([offerId]);
    expect(offers[0]?.remainingMs).to.be.within(1, policy.offerMs - policy.nodeLeaseMs);
  });

  it('gives both sides new grants when the media node has come back', async () => {
    const { media, desk, kiosk, visitId } = await talking();
    const before = { desk: desk.state.access.get(visitId)?.media.grant, kiosk: kiosk.state.media?.grant };
    await media.close();
    clock.now += 1_000;
    await town.node('media', 'media-1');
    await until(desk, (state) => state.access.get(visitId)?.media.grant !== before.desk);
    await until(kiosk, (state) => state.media?.grant !== before.kiosk);
  });

  it('gives both sides the way to another certificate node', async () => {
    const { certificates, desk, kiosk, visitId } = await talking();
    const before = kiosk.state.certificates?.grant;
    await certificates.close();
    clock.now += 1_000;
    await town.node('certificates', 'cert-1', { url: 'ws://127.0.0.1:4012' });
    await until(desk, (state) => state.access.get(visitId)?.certificatesUrl === 'ws://127.0.0.1:4012/operator');
    const moved = await until(kiosk, (state) => state.certificates?.url === 'ws://127.0.0.1:4012/device');
    expect(moved.certificates?.grant).not.to.equal(before);
  });

  it('renews before the time when a page asks for it', async () => {
    const { desk, kiosk, visitId } = await talking();
    const before = { desk: desk.state.access.get(visitId)?.media.grant, kiosk: kiosk.state.media?.grant };
    clock.now += 1_000;
    desk.renewGrant(visitId);
    kiosk.renewGrants();
    await until(desk, (state) => state.access.get(visitId)?.media.grant !== before.desk);
    await until(kiosk, (state) => state.media?.grant !== before.kiosk);
  });

  it('keeps the talk fresh while no certificate node is there, and tells when there is one again', async () => {
    const visit = await talking();
    const { desk, kiosk, visitId } = visit;
    await loseCertificates(visit);
    const before = { desk: desk.state.access.get(visitId)?.media.grant, kiosk: kiosk.state.media?.grant };
    clock.now += 1_000;
    desk.renewGrant(visitId);
    kiosk.renewGrants();
    await until(desk, ({ access }) => {
      const held = access.get(visitId);
      return held && held.media.grant !== before.desk && held.certificatesUrl === undefined;
    });
    await until(kiosk, (state) => state.media?.grant !== before.kiosk);
    await town.node('certificates', 'cert-2', { url: 'ws://127.0.0.1:4013' });
    await until(desk, (state) => state.access.get(visitId)?.certificatesUrl === 'ws://127.0.0.1:4013/operator');
    await until(kiosk, (state) => state.certificates?.url === 'ws://127.0.0.1:4013/device');
  });

  it('accepts a visit while no certificate node is there', async () => {
    const visit = await offered();
    const { desk, visitId, offerId } = visit;
    await loseCertificates(visit);
    const { access } = await desk.accept(offerId);
    expect(access).to.include({ visitId });
    expect(access?.certificatesUrl).to.equal(undefined);
  });

  it('brings the access later when a visit was accepted while a node was missing', async () => {
    const visit = await offered();
    const { desk, visitId, offerId } = visit;
    await lapse(visit, async () => undefined);
    const accepted = await desk.accept(offerId);
    expect(accepted).to.have.nested.property('visit.visitId', visitId);
    expect(accepted.access).to.equal(undefined);
    await until(desk, (state) => state.desk?.visits[0]?.state === 'with-operator');
    await town.node('media', 'media-1');
    await town.node('certificates', 'cert-2');
    await until(desk, (state) => state.access.has(visitId));
  });
});
