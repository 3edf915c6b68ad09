import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startRedis } from '../../testing/redis-process.ts';
import { connectStore, STORE_TIMEOUT_MS } from './store-connection.ts';

describe('the line to Redis', function () {
  this.timeout(20_000);
  let dir: string;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vs-line-'));
    redis = await startRedis(dir, []);
  });
  after(async () => {
    await redis.end('SIGTERM');
    await rm(dir, { recursive: true, force: true });
  });
  const open = (deps: Parameters<typeof connectStore>[1] = {}) => connectStore({ url: `redis://127.0.0.1:${redis.port}`, key: 'vs:{line}' }, deps);
  const codeOf = (work: Promise<unknown>) => work.then(() => 'done', (error: { code?: string }) => error.code);

  it('has nothing done any more that nobody waits for', async () => {
    await using store = await open();
    await redis.command('CLIENT', 'PAUSE', String(STORE_TIMEOUT_MS + 500), 'WRITE');
    const codes = await Promise.all(Array.from({ length: 200 }, () => codeOf(store.command(['INCR', 'late']))));
    expect(new Set(codes)).to.deep.equal(new Set(['store-unavailable']));
    // Those under way when Redis stopped are done when it goes on; the one asked now comes after them.
    await redis.command('CLIENT', 'UNPAUSE');
    const done = Number(await store.command(['INCR', 'late'])) - 1;
    expect(done).to.be.within(1, 32);
  });

  it('looks for the server anew when the one it has takes no writes', async () => {
    const lost = Promise.withResolvers<void>();
    const served = Promise.withResolvers<void>();
    await using store = await open({ onDown: lost.resolve });
    store.onReady(async () => served.resolve());
    await redis.command('REPLICAOF', '127.0.0.1', '1');
    expect(await codeOf(store.command(['SET', 'key', '1']))).to.equal('store-unavailable');
    await lost.promise;
    await redis.command('REPLICAOF', 'NO', 'ONE');
    await served.promise;
    expect(await codeOf(store.command(['SET', 'key', '1']))).to.equal('done');
  });

  it('answers at once when it has been closed', async () => {
    const store = await open();
    await store.close();
    expect(await codeOf(store.command(['PING']))).to.equal('store-unavailable');
  });
});
