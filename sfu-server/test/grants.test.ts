import { expect } from 'chai';
import { nodeId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import { createGrantAuthority, secondOperator, wishOf } from '../testing/grant-authority.ts';
import type { GrantWish } from '../testing/grant-authority.ts';
import { newVisit, startMediaNode } from './media-node.ts';
import type { MediaNode } from './media-node.ts';
import { codeOf } from './room-fixture.ts';


describe('grants at the media node', function () {
  this.timeout(15_000);
  let node: MediaNode;
  before(async () => {
    node = await startMediaNode();
  });
  after(() => node[Symbol.asyncDispose]());

  const nowS = Math.floor(Date.now() / 1000);
  const refused: [string, string, Partial<GrantWish>][] = [
    ['that has expired', 'grant-expired', { iat: nowS - 120, exp: nowS - 60 }],
    ['that lives too long', 'grant-invalid', { iat: nowS, exp: nowS + 600 }],
    ['for another media node', 'grant-foreign', { nodes: { sfu: nodeId.parse('media-elsewhere') } }],
    ['for the certificate service only', 'grant-foreign', { aud: ['certificates'] }],
    ['of the kind for certificate nodes', 'grant-invalid', { kind: 'visit' }],
  ];
  for (const [what, code, change] of refused) {
    it(`refuses a grant ${what} with ${code}`, async () => {
      expect(await codeOf(node.open({ ...wishOf(newVisit(), 'kiosk', 'waiting'), ...change }))).to.equal(code);
      expect(node.registry.size).to.equal(0);
    });
  }

  it('refuses a stolen grant: shown with the proof of another key', async () => {
    const thief = await newHolderKey();
    expect(await codeOf(node.open(wishOf(newVisit(), 'operator', 'room'), { provedBy: thief }))).to.equal('grant-foreign');
  });

  it('refuses a grant that somebody else signed', async () => {
    const key = await newHolderKey();
    const forged = await (await createGrantAuthority()).sign(key.publicKey, wishOf(newVisit(), 'kiosk', 'room'));
    expect(await codeOf(node.open(wishOf(newVisit(), 'kiosk', 'room'), { key, token: forged }))).to.equal('grant-invalid');
  });

  it('refuses an update of another visit, another role and another holder', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    const update = async (wish: GrantWish, key = kiosk.key) =>
      codeOf(kiosk.peer.request('grant.update', { grant: await node.authority.sign(key.publicKey, wish) }));
    expect(await update(wishOf(newVisit(), 'kiosk', 'room'))).to.equal('grant-foreign');
    expect(await update({ ...wishOf(visit, 'operator', 'room'), sub: secondOperator })).to.equal('grant-foreign');
    expect(await update(wishOf(visit, 'kiosk', 'room'), await newHolderKey())).to.equal('grant-foreign');
    expect(await update(wishOf(visit, 'kiosk', 'room'))).to.equal('no error');
  });

  it('refuses an operator’s update whose fence has been overtaken', async () => {
    const visit = newVisit();
    const operator = await node.open({ ...wishOf(visit, 'operator', 'offer'), fence: { epoch: 3, counter: 7 } });
    const older = await node.authority.sign(operator.key.publicKey, { ...wishOf(visit, 'operator', 'room'), fence: { epoch: 3, counter: 6 } });
    expect(await codeOf(operator.peer.request('grant.update', { grant: older }))).to.equal('fence-stale');
  });

  it('serves nothing but hello before hello, and hello only once', async () => {
    const kiosk = await node.open(wishOf(newVisit(), 'kiosk', 'waiting'));
    const grant = await node.authority.sign(kiosk.key.publicKey, wishOf(newVisit(), 'kiosk', 'waiting'));
    expect(await codeOf(kiosk.peer.request('hello', { version: 1, grant, proof: 'a.b.c' }))).to.equal('bad-message');
  });
});
