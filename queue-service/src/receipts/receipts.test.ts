import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import { refusalOf, talk } from '../../testing/talk.ts';
import { startTown, until } from '../../testing/town-fixture.ts';
import type { Town } from '../../testing/town-fixture.ts';
import { createEvents, createLogger } from '../events.ts';

const line = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.object({ nonce: z.string().optional() }).optional(),
  result: z.object({ receipt: z.string().optional(), kioskName: z.string().optional() }).optional(),
});

/** A page of a kiosk that shows what the test says; answers of hello and of opening a visit. */
async function page(town: Town, kioskId: string, key: HolderKey, receipt?: string) {
  const socket = new WebSocket(`${town.service.socketUrl}/kiosk`, { origin: 'http://kiosk.localhost:5000' });
  const welcome = Promise.withResolvers<string>();
  const answers = new Map<number, (result: z.output<typeof line>['result']) => void>();
  socket.on('message', (data: Buffer) => {
    const read = line.parse(JSON.parse(data.toString('utf8')));
    if (read.method === 'welcome') welcome.resolve(read.params?.nonce ?? '');
    if (read.id !== undefined) answers.get(read.id)?.(read.result);
  });
  const ask = (id: number, method: string, params: object) =>
    new Promise<z.output<typeof line>['result']>((resolve) => {
      answers.set(id, resolve);
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  const nonce = await welcome.promise;
  const sessionKey = (await newHolderKey()).publicKey;
  const proof = await signProof(key, { nonce, audience: 'queue', sessionKey });
  const said = await ask(1, 'hello', { version: 2, kioskId, sessionKey, proof, ...(receipt === undefined ? {} : { receipt }) });
  return { said, open: () => ask(2, 'visit.open', { language: 'it' }), close: () => socket.close() };
}

describe('receipts at queue-service', function () {
  this.timeout(30_000);

  it('ignores every receipt that does not count, tells the log why, and says hello as ever', async () => {
    const refused: string[] = [];
    const events = {
      ...createEvents(createLogger('silent')),
      receiptRefused: (where: string, holder: string, code: string) => void refused.push(`${where} ${holder} ${code}`),
    };
    await using town = await startTown({ deps: { events } });
    const [own, other] = [await town.enrol('k1'), await town.enrol('k2')];
    const first = await page(town, 'k1', own.key);
    const { receipt = '' } = (await first.open()) ?? {};
    first.close();
    for (const shown of ['', 'nonsense', `${receipt.slice(0, -4)}AAAA`, 'a.b.c']) {
      const again = await page(town, 'k1', own.key, shown);
      expect(again.said?.kioskName).to.equal('Totem k1');
      again.close();
    }
    const foreign = await page(town, 'k2', other.key, receipt);
    expect(foreign.said).to.include({ kioskName: 'Totem k2' });
    expect(foreign.said?.receipt).to.equal(undefined);
    foreign.close();
    expect(refused).to.deep.equal([...Array.from({ length: 4 }, () => 'kiosk k1 receipt-invalid'), 'kiosk k2 receipt-foreign']);
  });

  it('believes receipts of a key that is gone with its process, and keeps a revoked kiosk out, when nothing else is left', async () => {
    await using town = await startTown();
    const { desk, kiosk, visitId } = await talk(town);
    const revoked = await town.enrol('k9');
    await town.admin('POST', '/admin/kiosks/revoke', { kioskId: 'k9' });
    await rm(join(town.config.dataDir, 'redis', 'appendonlydir'), { recursive: true });
    await rm(join(town.config.dataDir, 'grant-keys.json'));
    await town.restart();
    const again = await until(kiosk, (state) => state.connection === 'open' && state.visit?.operator?.present === true, 15_000);
    expect(again.visit).to.include({ visitId, state: 'with-operator' });
    await until(desk, (state) => state.connection === 'open' && state.desk?.visits[0]?.visitId === visitId);
    const out = await town.kiosk('k9', { key: revoked.key });
    expect(out.state.ended).to.equal('kiosk-revoked');
    await desk.endVisit(visitId);
    await until(kiosk, (state) => state.visit?.state === 'ended');
  });

  it('goes on from what was told when an older copy of the store takes over', async () => {
    await using town = await startTown();
    const { desk, kiosk, visitId } = await talk(town);
    const asked = await town.kiosk('k2');
    const { visitId: second } = await asked.openVisit('it');
    await asked.openTicket([]);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    const live = join(town.config.dataDir, 'redis', 'appendonlydir');
    await cp(live, `${live}.copy`, { recursive: true });
    // What the copy does not know: an acceptance, an end, and somebody who has come.
    await desk.accept(offers[0]?.offerId ?? expect.fail());
    await until(asked, (state) => state.visit?.state === 'with-operator');
    await kiosk.endVisit('citizen');
    await until(desk, (state) => state.desk?.visits.some((visit) => visit.visitId === visitId && visit.state === 'wrap-up'));
    const late = await town.kiosk('k3');
    const third = await late.openVisit('en');
    await late.openTicket([]);
    await until(late, (state) => state.visit?.ticket?.place === 1);
    await until(desk, (state) => state.desk?.visits.length === 2);
    await rm(live, { recursive: true });
    await rename(`${live}.copy`, live);
    const away = [kiosk, asked, late].map((each) => until(each, ({ connection }) => connection !== 'open'));
    process.kill(town.service.redis?.pid ?? expect.fail(), 'SIGKILL');
    await Promise.all(away);
    await until(asked, (state) => state.connection === 'open' && state.visit?.operator?.present === true);
    expect(asked.state.visit).to.include({ visitId: second, state: 'with-operator' });
    await until(late, (state) => state.connection === 'open' && state.visit?.ticket?.place === 1);
    expect(late.state.visit?.visitId).to.equal(third.visitId);
    await until(kiosk, (state) => state.connection === 'open');
    expect(kiosk.state.visit?.state ?? 'ended').to.equal('ended');
    const hands = await until(desk, (state) => state.connection === 'open' && state.desk?.visits.length === 2);
    expect(hands.desk?.visits.map((visit) => `${visit.visitId} ${visit.state}`).toSorted()).to.deep.equal(
      [`${visitId} wrap-up`, `${second} with-operator`].toSorted(),
    );
    expect(await refusalOf(desk.finishWrapUp(visitId, 'served'))).to.equal('none');
    await until(desk, (state) => state.offers[0]?.visitId === third.visitId);
  });
});
