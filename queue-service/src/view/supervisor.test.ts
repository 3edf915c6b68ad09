import { request } from 'node:http';
import { expect } from 'chai';
import { queueView } from '@videosportello/protocol/messages/queue-view.ts';
import { backoff } from '@videosportello/protocol/rpc/retry-policy.ts';
import { createQueueViewClient } from '../../client/queue-view-client.ts';
import { startTown, until } from '../../testing/town-fixture.ts';
import type { TestOperator, Town } from '../../testing/town-fixture.ts';
import { SESSION_LIFE_MS } from '../sign-in/console-session.ts';

describe('the queue for a supervisor', function () {
  this.timeout(20_000);
  let town: Town;
  /** How far the service's clock is ahead, ms. */
  let aheadMs = 0;
  beforeEach(async () => {
    aheadMs = 0;
    town = await startTown({ deps: { now: () => Date.now() + aheadMs } });
  });
  afterEach(() => town.close());

  const signIn = (who: TestOperator) => `vs-console=${town.service.sessions.make(town.operatorId(who))}`;
  /** By node:http: fetch changes headers of its own. */
  const ask = (path: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; code: string | undefined }>((resolve, reject) => {
      const asked = request(`${town.http}${path}`, { headers }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.once('end', () => {
          const { error } = JSON.parse(Buffer.concat(pieces).toString()) as { error?: { code: string } };
          resolve({ status: answer.statusCode, code: error?.code });
        });
      });
      asked.once('error', reject);
      asked.end();
    });
  const follow = (cookie: string) =>
    createQueueViewClient(`${town.http}/view/queue/events`, {
      fetch: (input, init) => fetch(input, { ...init, headers: { cookie } }),
      policy: backoff({ firstMs: 20, maxMs: 100 }),
    });

  it('opens to his session alone: an operator is refused with a code, a stranger asked to sign in', async () => {
    const rows = [
      [{ cookie: signIn('ines') }, 200, undefined],
      [{ cookie: signIn('marta') }, 403, 'not-allowed'],
      [{ cookie: 'vs-console=made-up' }, 401, 'signed-out'],
      [{}, 401, 'signed-out'],
    ] as const;
    for (const [headers, status, code] of rows) {
      expect(await ask('/view/queue', headers)).to.deep.equal({ status, code });
      if (status !== 200) expect(await ask('/view/queue/events', headers)).to.deep.equal({ status, code });
    }
    expect((await ask('/admin/queue', { cookie: signIn('ines') })).status).to.equal(401);
  });

  it('answers the pages of the console, and no page of elsewhere', async () => {
    const cookie = signIn('ines');
    const own = new URL(town.service.url).origin;
    const rows = [
      [{ origin: own, 'sec-fetch-site': 'same-origin' }, 200],
      [{ 'sec-fetch-site': 'same-origin' }, 200],
      [{ 'sec-fetch-site': 'none' }, 200],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ origin: 'http://kiosk.localhost:5000' }, 403],
      [{ origin: 'null' }, 403],
    ] as const;
    for (const [headers, status] of rows) expect((await ask('/view/queue', { cookie, ...headers })).status, JSON.stringify(headers)).to.equal(status);
  });

  it('is named on his desk, and on no other', async () => {
    const [ines, marta] = [await town.desk('ines'), await town.desk('marta')];
    expect([ines.state.desk?.seesQueue, marta.state.desk?.seesQueue]).to.deep.equal([true, undefined]);
  });

  it('shows what he sees as it changes, without any name', async () => {
    await town.desk('marta');
    await using client = follow(signIn('ines'));
    const { view } = await until(client, (state) => state.view !== undefined);
    expect(view).to.deep.include({ waiting: 0, queues: [] });
    expect(view?.operators).to.include({ onDuty: 1, free: 1 });
    const kiosk = await town.kiosk('kiosk-1');
    await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    const { view: later } = await until(client, (state) => state.view?.operators.asked === 1);
    expect(queueView.safeParse(later).success).to.equal(true);
    expect(JSON.stringify(later)).not.to.match(/kiosk-|op_|v_|arta|nes/);
  });

  it('ends with his sign-out, and tells nothing after it', async () => {
    const cookie = signIn('ines');
    await using client = follow(cookie);
    await using other = follow(signIn('ines'));
    await until(client, (state) => state.connection === 'open');
    await until(other, (state) => state.connection === 'open');
    const out = await fetch(`${town.http}/sign-out`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: new URL(town.service.url).origin },
    });
    expect(out.status).to.equal(303);
    const told: unknown[] = [];
    client.subscribe(({ view }) => told.push(view));
    const last = client.state.view;
    await until(client, (state) => state.ended === 'signed-out');
    expect(told.filter((view) => view !== last)).to.deep.equal([]);
    expect((await ask('/view/queue', { cookie })).status).to.equal(401);
    // Another sign-in of the same person goes on.
    const before = other.state.view;
    await until(other, (state) => state.view !== before);
    expect(other.state.ended).to.equal(undefined);
  });

  it('ends with the sign-in itself', async () => {
    await using client = follow(signIn('ines'));
    await until(client, (state) => state.connection === 'open');
    aheadMs = SESSION_LIFE_MS;
    await until(client, (state) => state.ended === 'signed-out');
  });

  it('says that the queue cannot be read while the store is away, and lets nobody new in', async () => {
    const cookie = signIn('ines');
    await using client = follow(cookie);
    await until(client, (state) => state.connection === 'open');
    await town.service.redis?.close();
    await until(client, (state) => state.isUnavailable);
    expect(await ask('/view/queue', { cookie })).to.deep.equal({ status: 503, code: 'store-unavailable' });
  });
});
