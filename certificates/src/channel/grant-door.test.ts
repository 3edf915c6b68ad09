import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { signGrant } from '@videosportello/protocol/grant.ts';
import type { GrantClaims } from '@videosportello/protocol/grant.ts';
import { kioskId, newId, nodeId, operatorId, visitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, signProof, thumbprintOf } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { newSigningPair } from '@videosportello/protocol/testing/signing-pair.ts';
import { createGrantDoor } from './grant-door.ts';

const nonce = 'n'.repeat(32);
const nowMs = Date.UTC(2026, 10, 22, 12);
const iat = nowMs / 1000;

async function setting() {
  const { key, keys } = newSigningPair('k');
  const visit = newId(visitId, 'v');
  const grantFor = async (holder: HolderKey, change: Partial<GrantClaims> = {}) =>
    signGrant(
      {
        iss: 'queue',
        aud: ['sfu', 'certificates'],
        sub: operatorId.parse(`op_${'a'.repeat(24)}`),
        role: 'operator',
        kind: 'room',
        visit,
        kiosk: kioskId.parse('kiosk-1'),
        nodes: { certificates: nodeId.parse('certificates-1') },
        fence: { epoch: 1, counter: 1 },
        cnf: { jkt: await thumbprintOf(holder.publicKey) },
        iat,
        exp: iat + 60,
        ...change,
      },
      key,
    );
  const over = new Set<string>();
  const door = createGrantDoor({
    nodeId: 'certificates-1',
    keys: () => keys,
    now: () => nowMs,
    check: (claims) => {
      if (over.has(claims.visit)) throw new ProtocolError('visit-unknown');
    },
  });
  const enter = async (holder: HolderKey, grant: string, heard: string[] = [], role: GrantClaims['role'] = 'operator') =>
    door.admit({
      grant,
      proof: await signProof(holder, { nonce, audience: 'certificates' }),
      nonce,
      kinds: ['room', 'visit'],
      role,
      onExpired: () => heard.push('expired'),
      onSuperseded: () => heard.push('superseded'),
    });
  return { door, enter, grantFor, visit, over };
}


describe('grant door', () => {
  it('admits the holder of a grant and refuses a thief who has only the grant', async () => {
    const { enter, grantFor, visit } = await setting();
    const holder = await newHolderKey();
    const grant = await grantFor(holder);
    const admission = await enter(holder, grant);
    expect(admission.claims.visit).to.equal(visit);
    admission.end();
    expect(await codeOf(enter(await newHolderKey(), grant))).to.equal('grant-foreign');
  });

  it('sends an operator with an older right away when a newer one is shown, and refuses him afterwards', async () => {
    const { enter, grantFor } = await setting();
    const [first, second] = [await newHolderKey(), await newHolderKey()];
    const heard: string[] = [];
    const older = await enter(first, await grantFor(first), heard);
    const newer = await enter(second, await grantFor(second, { sub: operatorId.parse(`op_${'b'.repeat(24)}`), fence: { epoch: 1, counter: 2 } }));
    expect(heard).to.deep.equal(['superseded']);
    expect(await codeOf(older.renew(await grantFor(first)))).to.equal('fence-stale');
    expect(await codeOf(enter(first, await grantFor(first)))).to.equal('fence-stale');
    older.end();
    newer.end();
  });

  it('does not send a holder away by his own renewal under a higher fence', async () => {
    const { enter, grantFor } = await setting();
    const holder = await newHolderKey();
    const heard: string[] = [];
    const admission = await enter(holder, await grantFor(holder), heard);
    await admission.renew(await grantFor(holder, { fence: { epoch: 1, counter: 5 } }));
    expect(heard).to.deep.equal([]);
    expect(admission.claims.fence.counter).to.equal(5);
    admission.end();
  });

  it('refuses a renewal for another visit', async () => {
    const { enter, grantFor } = await setting();
    const holder = await newHolderKey();
    const admission = await enter(holder, await grantFor(holder));
    expect(await codeOf(admission.renew(await grantFor(holder, { visit: newId(visitId, 'v') })))).to.equal('grant-foreign');
    admission.end();
  });

  it('orders operators only: the kiosk may hold the grant from before the latest offer, and its newer one counts', async () => {
    const { enter, grantFor } = await setting();
    const [operator, kiosk] = [await newHolderKey(), await newHolderKey()];
    const ofKiosk = (counter: number) =>
      grantFor(kiosk, { role: 'kiosk', kind: 'visit', sub: kioskId.parse('kiosk-1'), fence: { epoch: 1, counter } });
    const heard: string[] = [];
    const admitted = [await enter(operator, await grantFor(operator, { fence: { epoch: 1, counter: 3 } }), heard)];
    admitted.push(await enter(kiosk, await ofKiosk(2), [], 'kiosk'));
    expect(heard).to.deep.equal([]);
    await admitted[1]?.renew(await ofKiosk(4));
    expect(heard).to.deep.equal(['superseded']);
    for (const admission of admitted) admission.end();
  });

  it('asks what else is known before it remembers anything, and takes no grant of the other role', async () => {
    const { enter, grantFor, over, visit } = await setting();
    const holder = await newHolderKey();
    const grant = await grantFor(holder);
    expect(await codeOf(enter(holder, grant, [], 'kiosk'))).to.equal('grant-foreign');
    over.add(visit);
    expect(await codeOf(enter(holder, await grantFor(holder, { fence: { epoch: 9, counter: 9 } })))).to.equal('visit-unknown');
    over.clear();
    const admission = await enter(holder, grant);
    admission.end();
    expect(await codeOf(admission.renew(grant))).to.equal('link-lost');
  });

  it('forgets the fence with the visit', async () => {
    const { door, enter, grantFor, visit } = await setting();
    const holder = await newHolderKey();
    (await enter(holder, await grantFor(holder, { fence: { epoch: 2, counter: 9 } }))).end();
    expect(await codeOf(enter(holder, await grantFor(holder)))).to.equal('fence-stale');
    door.forget(visit);
    const again = await enter(holder, await grantFor(holder));
    again.end();
  });
});
