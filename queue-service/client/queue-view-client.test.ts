import { expect } from 'chai';
import type { QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import { backoff } from '@videosportello/protocol/rpc/retry-policy.ts';
import { handClock } from '../testing/hand-clock.ts';
import { createQueueViewClient, VIEW_SILENCE_MS } from './queue-view-client.ts';

const viewAt = (at: number): QueueView => ({
  at,
  waiting: 0,
  byClass: { 'coming-back': 0, assisted: 0, 'walk-up': 0 },
  queues: [],
  operators: { onDuty: 0, talking: 0, wrappingUp: 0, asked: 0, free: 0, paused: 0, places: 0, busy: 0 },
  promise: { share: 0.8, withinMs: 20_000 },
  lastHour: { tickets: 0, answered: 0, abandoned: 0, lostOperators: 0, answeredByService: {} },
});
const told = (view: object) => `event: queue\ndata: ${JSON.stringify(view)}\n\n`;
const refused = (status: number, code: string) => Response.json({ error: { code, message: '' } }, { status });
/** Lets what was promised happen. */
const settle = () => new Promise(setImmediate);

describe('the client of the queue view', () => {
  /** A client before a service that is played: each request waits in `asked` for its answer. */
  const start = () => {
    const clock = handClock();
    const asked: { readonly signal: AbortSignal; answer(given: Response | Error): void }[] = [];
    const client = createQueueViewClient('/view/queue/events', {
      fetch: (_, init) =>
        new Promise((resolve, reject) => {
          const signal = init?.signal ?? expect.fail('no way to end it');
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          asked.push({ signal, answer: (given) => (given instanceof Error ? reject(given) : resolve(given)) });
        }),
      policy: backoff({ firstMs: 100, factor: 2, maxMs: 400 }),
      timers: clock.timers,
      now: clock.now,
      random: () => 1,
    });
    /** Opens the newest request as a stream. */
    const open = () => {
      const pipe = new TransformStream<Uint8Array, Uint8Array>();
      const writer = pipe.writable.getWriter();
      const { signal, answer } = asked.at(-1) ?? expect.fail('nothing was asked');
      // As a browser does it: what is cut while it is read fails the reading.
      signal.addEventListener('abort', () => void writer.abort(signal.reason).catch(() => undefined));
      answer(new Response(pipe.readable));
      return {
        say: async (text: string) => {
          await writer.write(new TextEncoder().encode(text));
          await settle();
        },
        end: async () => {
          await writer.close();
          await settle();
        },
      };
    };
    const pass = async (spanMs: number) => {
      clock.pass(spanMs);
      await settle();
    };
    return { client, clock, asked, open, pass };
  };

  it('holds the newest view and when it came, also when it comes in pieces', async () => {
    const { client, open, pass } = start();
    expect(client.state.connection).to.equal('connecting');
    const line = open();
    await line.say(told(viewAt(1)));
    await pass(2_000);
    const text = `event: word\ndata: {}\n\n: nothing\n\n${told(viewAt(2))}`;
    await line.say(text.slice(0, 40));
    expect(client.state).to.deep.include({ connection: 'open', view: viewAt(1), heardAtMs: 0 });
    await line.say(text.slice(40));
    expect(client.state).to.deep.equal({ connection: 'open', ended: undefined, view: viewAt(2), heardAtMs: 2_000, isUnavailable: false });
    await client.close();
  });

  it('says that the service cannot read the queue, and keeps the view from before', async () => {
    const { client, open, pass } = start();
    const line = open();
    await line.say(told(viewAt(1)));
    await pass(2_000);
    await line.say('event: unavailable\ndata: {}\n\n');
    expect(client.state).to.deep.include({ connection: 'open', view: viewAt(1), heardAtMs: 0, isUnavailable: true });
    await line.say(told(viewAt(2)));
    expect(client.state.isUnavailable).to.equal(false);
    await client.close();
  });

  it('comes again by its policy, which begins anew with each view', async () => {
    const { client, asked, open, pass } = start();
    for (const [pauseMs, requests] of [[100, 2], [200, 3], [400, 4], [400, 5]] as const) {
      asked.at(-1)?.answer(new TypeError('no network'));
      await settle();
      expect(client.state.connection).to.equal('lost');
      await pass(pauseMs - 1);
      expect(asked.length).to.equal(requests - 1);
      await pass(1);
      expect(asked.length).to.equal(requests);
    }
    const line = open();
    await line.say(told(viewAt(1)));
    await line.end();
    expect(client.state).to.deep.include({ connection: 'lost', view: viewAt(1) });
    await pass(100);
    expect(asked.length).to.equal(6);
    await client.close();
  });

  it('takes silence for a cut, before and after the first view', async () => {
    const { client, asked, open, pass } = start();
    await pass(VIEW_SILENCE_MS);
    expect([client.state.connection, asked[0]?.signal.aborted]).to.deep.equal(['lost', true]);
    await pass(100);
    const line = open();
    await line.say(told(viewAt(1)));
    await pass(VIEW_SILENCE_MS - 1);
    expect(client.state.connection).to.equal('open');
    await pass(1);
    expect([client.state.connection, asked[1]?.signal.aborted]).to.deep.equal(['lost', true]);
    await client.close();
  });

  it('gives up when coming back changes nothing, and only then', async () => {
    const rows = [
      [refused(401, 'signed-out'), 'signed-out'],
      [refused(403, 'not-allowed'), 'not-allowed'],
      [refused(404, 'unknown-method'), 'unknown-method'],
      [new Response(told({ ...viewAt(1), waiting: -1 })), 'bad-params'],
      [new Response('event: queue\ndata: {\n\n'), 'bad-params'],
      [refused(503, 'store-unavailable'), undefined],
      [new Response('<h1>Bad gateway</h1>', { status: 502 }), undefined],
    ] as const;
    for (const [answer, ended] of rows) {
      const { client, asked, pass } = start();
      asked[0]?.answer(answer);
      await settle();
      await settle();
      await pass(100);
      expect([client.state.ended, asked.length]).to.deep.equal([ended, ended === undefined ? 2 : 1]);
      await client.close();
      expect(client.state.connection).to.equal('closed');
    }
  });

  it('ends its request when it is closed', async () => {
    const { client, asked, open } = start();
    await open().say(told(viewAt(1)));
    await client.close();
    expect([asked[0]?.signal.aborted, asked.length, client.state.connection, client.state.ended]).to.deep.equal([true, 1, 'closed', undefined]);
  });
});
