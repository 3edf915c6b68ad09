import { expect } from 'chai';
import type { StoreConnection } from '../../src/redis/store-connection.ts';
import { createHearing } from './hearing.ts';

describe('what a node hears', () => {
  it('is held up while it is deaf, and comes in its order afterwards', async () => {
    const subscribers: ((text: string) => void)[] = [];
    const line = {
      isReady: true,
      subscribe: async (_channel: string, hear: (text: string) => void) => void subscribers.push(hear),
      close: async () => undefined,
    } as unknown as StoreConnection;
    const hearing = createHearing(async () => line);
    const store = await hearing.connect({ socketPath: '/nowhere' });
    const heard: string[] = [];
    await store.subscribe('changes', (text) => void heard.push(text));
    const publish = (text: string) => subscribers.forEach((hear) => hear(text));
    publish('1');
    hearing.isDeaf = true;
    publish('2');
    publish('3');
    expect(heard).to.deep.equal(['1']);
    hearing.isDeaf = false;
    publish('4');
    expect(heard).to.deep.equal(['1', '2', '3', '4']);
    expect(store.isReady).to.equal(true);
  });
});
