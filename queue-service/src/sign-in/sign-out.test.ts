import { request } from 'node:http';
import { expect } from 'chai';
import { z } from 'zod';
import { ms, seconds } from '@videosportello/protocol/units.ts';
import { startTown, until } from '../../testing/town-fixture.ts';
import type { TestOperator, Town } from '../../testing/town-fixture.ts';
import { defaultPolicy } from '../config.ts';
import { keysOf } from '../redis/keys.ts';
import { connectStore } from '../redis/store-connection.ts';
import { SESSION_LIFE_MS } from './console-session.ts';

describe('signing out', function () {
  this.timeout(20_000);
  let town: Town;
  const clock = { now: 0 };
  beforeEach(async () => {
    clock.now = Date.now();
    town = await startTown({ config: { policy: { ...defaultPolicy, standstillMs: ms(0), instanceLeaseMs: seconds(600) } }, deps: { storeNow: () => clock.now } });
  });
  afterEach(() => town.close());

  const signIn = (who: TestOperator) => `vs-console=${town.service.sessions.make(town.operatorId(who))}`;
  const signOut = async (cookie: string) => {
    const headers = { cookie, origin: new URL(town.service.url).origin };
    return fetch(`${town.http}/sign-out`, { method: 'POST', redirect: 'manual', headers });
  };
  /** By node:http: fetch changes headers of its own. */
  const statusOfSignOut = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(`${town.http}/sign-out`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.once('error', reject);
      asked.end();
    });
  /** What Redis keeps of sign-outs, oldest end first. */
  const kept = async () => {
    const socketPath = town.service.redis?.socketPath ?? expect.fail('no Redis');
    await using connection = await connectStore({ socketPath });
    return z.array(z.string()).parse(await connection.command(['ZRANGE', keysOf('test').signedOut(), '0', '-1']));
  };

  it('makes the cookie worthless wherever it was copied to, also after a restart', async () => {
    const cookie = signIn('marta');
    await (await town.desk('marta', { cookie, available: false })).close();
    const answer = await signOut(cookie);
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([303, '/']);
    expect(answer.headers.get('set-cookie')).to.match(/^vs-console=; .*Max-Age=0/);
    expect((await town.desk('marta', { cookie })).state.ended).to.equal('signed-out');
    await town.restart();
    expect((await town.desk('marta', { cookie })).state.ended).to.equal('signed-out');
  });

  it('takes the form of a console page, and of no other', async () => {
    const own = new URL(town.service.url).origin;
    const rows = [
      // Chromium, for a page without referrer.
      [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, 303],
      [{ origin: own, 'sec-fetch-site': 'same-origin' }, 303],
      [{ origin: own }, 303],
      [{ origin: 'null' }, 401],
      [{}, 401],
      [{ origin: 'http://kiosk.localhost:5000', 'sec-fetch-site': 'same-site' }, 401],
      [{ origin: 'null', 'sec-fetch-site': 'cross-site' }, 401],
    ] as const;
    for (const [headers, status] of rows) {
      const cookie = signIn('marta');
      expect(await statusOfSignOut({ cookie, ...headers }), JSON.stringify(headers)).to.equal(status);
      const { signIn: number } = town.service.sessions.read(cookie) ?? expect.fail('no sign-in');
      expect((await kept()).includes(number)).to.equal(status === 303);
    }
  });

  it('ends a page that stands on the sign-in at once, and gives its visit to a colleague', async () => {
    const cookie = signIn('marta');
    const marta = await town.desk('marta', { cookie });
    const kiosk = await town.kiosk('kiosk-1');
    const { visitId } = await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    const { offers } = await until(marta, (state) => state.offers.length === 1);
    await marta.accept(offers[0]?.offerId ?? expect.fail('no offer'));
    await signOut(cookie);
    await until(marta, (state) => state.ended === 'signed-out');
    await until(kiosk, (state) => state.visit?.operator?.present === false);
    clock.now += defaultPolicy.operatorLeaseMs;
    await town.service.sweep();
    await until(kiosk, (state) => state.visit?.state === 'waiting');
    const paolo = await town.desk('paolo');
    await until(paolo, (state) => state.offers[0]?.visitId === visitId);
  });

  it('leaves another sign-in of the same person, and everybody else, where they are', async () => {
    const paolo = await town.desk('paolo');
    const old = signIn('marta');
    const marta = await town.desk('marta');
    expect((await signOut(old)).status).to.equal(303);
    expect((await signOut('vs-console=made-up')).status).to.equal(303);
    expect((await town.desk('marta', { cookie: old })).state.ended).to.equal('signed-out');
    await marta.setPresence('not-ready', 'break');
    await paolo.setPresence('not-ready', 'break');
    expect([marta.state.ended, paolo.state.ended]).to.deep.equal([undefined, undefined]);
  });

  it('keeps nothing but the number of the sign-in, and only until it would have ended', async () => {
    const cookie = signIn('marta');
    const number = town.service.sessions.read(cookie)?.signIn ?? expect.fail('no sign-in');
    expect(number).to.match(/^[0-9a-f]{24}$/);
    await signOut(cookie);
    expect(await kept()).to.deep.equal([number]);
    clock.now += SESSION_LIFE_MS + 2 * 3_600_000;
    const later = signIn('paolo');
    await signOut(later);
    expect(await kept()).to.deep.equal([town.service.sessions.read(later)?.signIn]);
  });

  it('is not said to have happened while it cannot be kept', async () => {
    const cookie = signIn('marta');
    await town.service.redis?.close();
    const answer = await signOut(cookie);
    expect([answer.status, answer.headers.get('set-cookie')]).to.deep.equal([503, null]);
  });
});
