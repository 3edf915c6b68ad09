import { expect } from 'chai';
import { decodeJwt } from 'jose';
import type { Fence } from '@videosportello/protocol/grant.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { VisitEvent } from '../client/node-client.ts';
import { refusalOf, talk } from '../testing/talk.ts';
import { startTown } from '../testing/town-fixture.ts';
import type { Town } from '../testing/town-fixture.ts';

describe('queue-service and its nodes', function () {
  this.timeout(20_000);
  let town: Town;
  beforeEach(async () => {
    town = await startTown();
  });
  afterEach(() => town.close());

  it('refuses a node with a wrong secret', async () => {
    expect(await refusalOf(town.node('media', 'media-9', { secret: 'ab'.repeat(32) }))).to.equal('proof-invalid');
  });

  it('gives certificate nodes every step in order, again until stored, and goes on where they were', async () => {
    const taken: VisitEvent[] = [];
    let failures = 2;
    const enough = Promise.withResolvers<void>();
    const take = async (events: readonly VisitEvent[]) => {
      if (failures-- > 0) throw new Error('disk full');
      taken.push(...events);
      if (taken.at(-1)?.kind === 'wrapped-up') enough.resolve();
      return taken.at(-1)?.id ?? '';
    };
    const register = await town.node('certificates', 'cert-9', { onEvents: take, lastEventId: async () => taken.at(-1)?.id });
    const { desk, visitId } = await talk(town);
    await desk.endVisit(visitId);
    await desk.finishWrapUp(visitId, 'document-issued');
    await enough.promise;
    expect(taken.map((event) => event.kind)).to.deep.equal(['opened', 'queued', 'offered', 'accepted', 'ended', 'wrapped-up']);
    expect(taken.at(-1)).to.include({ visitId, reason: 'document-issued', operator: town.operatorId('marta') });
    await register.close();
    const before = taken.length;
    const kiosk = await town.kiosk('kiosk-2');
    await kiosk.openVisit('en');
    const more = Promise.withResolvers<void>();
    await town.node('certificates', 'cert-9', {
      lastEventId: async () => taken.at(-1)?.id,
      onEvents: async (events) => {
        taken.push(...events);
        more.resolve();
        return taken.at(-1)?.id ?? '';
      },
    });
    await more.promise;
    expect(taken.slice(before).map((event) => event.kind)).to.deep.equal(['opened']);
  });

  it('tells nodes that an offer was accepted, under the fence of the grants', async () => {
    const accepted = Promise.withResolvers<{ visitId: VisitId; fence: Fence }>();
    await town.node('media', 'media-8', { onVisitAccepted: (visitId, fence) => accepted.resolve({ visitId, fence }) });
    const { desk, visitId } = await talk(town);
    const told = await accepted.promise;
    expect(told.visitId).to.equal(visitId);
    expect(decodeJwt(desk.state.access.get(visitId)?.media.grant ?? '')).to.deep.include({ fence: told.fence });
  });

  it('tells nodes that a visit is over', async () => {
    const over = Promise.withResolvers<VisitId>();
    await town.node('media', 'media-7', { onVisitEnded: (visitId) => over.resolve(visitId) });
    const kiosk = await town.kiosk('kiosk-1');
    const { visitId } = await kiosk.openVisit('it');
    await kiosk.endVisit('citizen');
    expect(await over.promise).to.equal(visitId);
  });
});
