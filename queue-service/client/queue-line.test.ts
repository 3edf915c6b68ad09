import { once } from 'node:events';
import { expect } from 'chai';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import { backoff } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { createEvents } from '../src/events.ts';
import { handClock } from '../testing/hand-clock.ts';
import { startTown, until } from '../testing/town-fixture.ts';
import type { Town } from '../testing/town-fixture.ts';
import { createKioskQueueClient } from './kiosk-queue-client.ts';
import type { Observable } from './observable.ts';
import { createOperatorQueueClient } from './operator-queue-client.ts';

/** A page whose clock is the test's. */
interface Page {
  readonly hand: ReturnType<typeof handClock>;
  readonly wire: ReturnType<typeof network>;
  readonly client: Observable<{ readonly connection: ConnectionState }> & { close(): Promise<void> };
}

/** A network under a page's sockets that can fall silent: nothing comes through, and nobody is told. */
function network(open: () => WebSocket) {
  const state = { silent: false };
  let newest: WebSocket | undefined;
  return {
    state,
    makeSocket: (): WebSocketLike => {
      const socket = open();
      newest = socket;
      return {
        get readyState() {
          return socket.readyState;
        },
        send: (text) => {
          if (!state.silent) socket.send(text);
        },
        close: () => undefined,
        addEventListener: (type: 'open' | 'error' | 'message' | 'close', listener: (event: never) => void) => {
          socket.addEventListener(type, (event: unknown) => {
            if (!state.silent) listener(event as never);
          });
        },
      };
    },
    /** The next message that the server sends on the newest socket, when the page has read it. */
    answered: async () => {
      await once(newest ?? expect.fail('no socket'), 'message');
      await new Promise((resolve) => setImmediate(resolve));
    },
    end: () => newest?.terminate(),
  };
}

describe('a page’s line to queue-service', function () {
  this.timeout(20_000);
  let town: Town;
  const lines: string[] = [];
  before(async () => {
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    town = await startTown({ deps: { events: createEvents(log) } });
  });
  after(() => town.close());

  const policy = backoff({ firstMs: 20, maxMs: 100 });
  const pages = {
    async desk(): Promise<Page> {
      const hand = handClock();
      const headers = { cookie: `vs-console=${town.service.sessions.make(town.operatorId('marta'))}` };
      const wire = network(() => new WebSocket(`${town.service.socketUrl}/operator`, { origin: new URL(town.service.url).origin, headers }));
      const { makeSocket } = wire;
      const sessionKey = await newHolderKey();
      const onMessage = () => expect.fail('no message is sent here');
      return { hand, wire, client: createOperatorQueueClient({ makeSocket, sessionKey, onMessage, policy, timers: hand.timers, now: hand.now }) };
    },
    async kiosk(): Promise<Page> {
      const hand = handClock();
      const { key, kioskId } = await town.enrol('kiosk-1');
      const wire = network(() => new WebSocket(`${town.service.socketUrl}/kiosk`, { origin: 'http://kiosk.localhost:5000' }));
      const { makeSocket } = wire;
      const sessionKey = await newHolderKey();
      const onMessage = () => expect.fail('no message is sent here');
      const prove = (input: Parameters<typeof signProof>[1]) => signProof(key, input);
      return { hand, wire, client: createKioskQueueClient({ kioskId }, { makeSocket, sessionKey, prove, onMessage, policy, timers: hand.timers, now: hand.now }) };
    },
  };

  for (const page of ['desk', 'kiosk'] as const) {
    it(`is lost within three seconds when the network falls silent, and comes back (${page})`, async () => {
      const { hand, wire, client } = await pages[page]();
      await until(client, (state) => state.connection === 'open');
      hand.pass(1_000);
      await wire.answered();
      wire.state.silent = true;
      hand.pass(2_999);
      expect(client.state.connection).to.equal('open');
      hand.pass(1);
      await until(client, (state) => state.connection === 'lost');
      wire.end();
      wire.state.silent = false;
      await until(client, (state) => state.connection === 'open');
      await client.close();
      wire.end();
    });
  }

  it('stays open as long as the server answers, and the server logs nothing of it', async () => {
    const { hand, wire, client } = await pages.desk();
    await until(client, (state) => state.connection === 'open');
    const before = lines.length;
    const states: string[] = [];
    client.subscribe(({ connection }) => states.push(connection));
    for (let second = 0; second < 100; second += 1) {
      const answered = wire.answered();
      hand.pass(1_000);
      await answered;
    }
    expect(states.filter((state) => state !== 'open')).to.deep.equal([]);
    expect(lines.slice(before).filter((line) => line.includes('"operator"'))).to.deep.equal([]);
    await client.close();
    wire.end();
  });
});
