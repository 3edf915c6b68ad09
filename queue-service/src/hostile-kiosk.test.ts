import { expect } from 'chai';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import { startTown, until } from '../testing/town-fixture.ts';
import type { Town } from '../testing/town-fixture.ts';
import { defaultLimits } from './config.ts';
import { connectStore } from './redis/store-connection.ts';

const answerSchema = z.object({
  id: z.number().nullable(),
  result: z.unknown().optional(),
  error: z.object({ data: z.object({ code: z.string() }) }).optional(),
});

/** A socket of somebody who keeps to no client: sends what the test says, and pairs answers by id. */
async function rawSocket(town: Town, path = '/kiosk') {
  const socket = new WebSocket(`${town.service.socketUrl}${path}`, { origin: 'http://kiosk.localhost:5000' });
  const waiting = new Map<number | null, (outcome: string) => void>();
  const welcome = Promise.withResolvers<string>();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.once('error', (error) => welcome.reject(error));
  socket.on('message', (data: Buffer) => {
    const message: unknown = JSON.parse(data.toString('utf8'));
    const greeting = z.object({ method: z.literal('welcome'), params: z.object({ nonce: z.string() }) }).safeParse(message);
    if (greeting.success) return welcome.resolve(greeting.data.params.nonce);
    const read = answerSchema.safeParse(message);
    if (read.success) waiting.get(read.data.id)?.(read.data.error?.data.code ?? 'done');
  });
  const nonce = await welcome.promise;
  let nextId = 1;
  const send = (text: string, id: number | null) => {
    const outcome = new Promise<string>((resolve) => waiting.set(id, resolve));
    socket.send(text);
    return Promise.race([outcome, closed.then((code) => `closed ${code}`)]);
  };
  /** Asks, and answers `done` or the error's code, or that the socket was closed. */
  const ask = (method: string, params: object) => {
    const id = nextId++;
    return send(JSON.stringify({ jsonrpc: '2.0', id, method, params }), id);
  };
  const hello = async (kioskId: string, key: HolderKey, overNonce = nonce) => {
    const sessionKey = (await newHolderKey()).publicKey;
    const proof = await signProof(key, { nonce: overNonce, audience: 'queue', sessionKey });
    return { version: 2, kioskId, sessionKey, proof };
  };
  return { socket, nonce, closed, ask, send, hello };
}

describe('a hostile kiosk at queue-service', function () {
  this.timeout(20_000);
  let town: Town;
  before(async () => {
    town = await startTown({ config: { limits: { ...defaultLimits, messages: { burst: 30, perSecond: 1 } } } });
  });
  after(() => town.close());
  let number = 0;
  const enrolled = () => town.enrol(`kiosk-${(number += 1)}`);
  const greeted = async () => {
    const { kioskId, key } = await enrolled();
    const line = await rawSocket(town);
    expect(await line.ask('hello', await line.hello(kioskId, key))).to.equal('done');
    return { ...line, kioskId, key };
  };

  it('gets nothing with a proof that was made for another connection', async () => {
    const { kioskId, key } = await enrolled();
    const first = await rawSocket(town);
    const second = await rawSocket(town);
    const replayed = await first.hello(kioskId, key);
    expect(await second.ask('hello', replayed)).to.equal('proof-invalid');
    expect(await first.ask('hello', replayed)).to.equal('done');
    first.socket.close();
    second.socket.close();
  });

  it('says hello once: a second one, even while the first is looked at, takes nobody’s place', async () => {
    const one = await enrolled();
    const other = await enrolled();
    const line = await rawSocket(town);
    const hellos = [await line.hello(one.kioskId, one.key), await line.hello(other.kioskId, other.key)];
    expect(await Promise.all(hellos.map((params) => line.ask('hello', params)))).to.deep.equal(['done', 'bad-message']);
    const { kiosks } = z
      .object({ kiosks: z.array(z.object({ kioskId: z.string(), connected: z.boolean() })) })
      .parse(await town.admin('GET', '/admin/kiosks'));
    expect(kiosks.find(({ kioskId }) => kioskId === other.kioskId)?.connected).to.equal(false);
    expect(await line.ask('visit.open', { language: 'it' })).to.equal('done');
    line.socket.close();
  });

  it('is answered with an error for everything malformed, and is served on', async () => {
    const line = await greeted();
    expect(await line.send('{"jsonrpc":', null)).to.equal('bad-message');
    expect(await line.send('[]', null)).to.equal('bad-message');
    expect(await line.ask('__proto__', {})).to.equal('unknown-method');
    expect(await line.ask('visit.open', { language: 'xx' })).to.equal('bad-params');
    expect(await line.ask('ticket.open', { visitId: 'v_1', needs: [] })).to.equal('bad-params');
    expect(await line.ask('hello', await line.hello(line.kioskId, line.key))).to.equal('bad-message');
    expect(await line.ask('visit.open', { language: 'it' })).to.equal('done');
    line.socket.close();
  });

  it('reaches no visit but its own', async () => {
    const victim = await town.kiosk('victim');
    const { visitId } = await victim.openVisit('it');
    const line = await greeted();
    const message = { messageId: `m_${'0'.repeat(24)}`, body: { kind: 'ask-card' } };
    const codes = [
      await line.ask('visit.step', { visitId, step: 'card', phase: 'citizen', language: 'it' }),
      await line.ask('ticket.open', { visitId, needs: [] }),
      await line.ask('ticket.cancel', { visitId }),
      await line.ask('visit.end', { visitId, reason: 'citizen' }),
      await line.ask('grants.renew', { visitId }),
      await line.ask('message.send', { visitId, message }),
    ];
    expect(new Set(codes)).to.deep.equal(new Set(['visit-unknown']));
    expect(victim.state.visit).to.include({ visitId, state: 'alone', step: 'audience' });
    await victim.endVisit('citizen');
    line.socket.close();
  });

  it('gets nothing any more on a line that another page has replaced, though its process has not heard of it', async () => {
    const socketPath = town.service.redis?.socketPath ?? expect.fail();
    const connectDeaf: typeof connectStore = async (address, deps) => {
      const store = await connectStore(address, deps);
      return { ...store, get isReady() { return store.isReady; }, subscribe: async () => undefined, [Symbol.asyncDispose]: () => store.close() };
    };
    await using deaf = await startTown({
      config: { redisUrl: `unix://${socketPath}`, nodeSecret: town.config.nodeSecret },
      deps: { connect: connectDeaf },
      nodes: false,
    });
    const { kioskId, key } = await enrolled();
    const page = await town.kiosk(kioskId, { key });
    const { visitId } = await page.openVisit('it');
    await page.close();
    for (const [method, more] of [
      ['grants.renew', {}],
      ['message.send', { message: { messageId: `m_${'0'.repeat(24)}`, body: { kind: 'ask-card' } } }],
    ] as const) {
      const old = await rawSocket(deaf);
      expect(await old.ask('hello', await old.hello(kioskId, key))).to.equal('done');
      const newer = await rawSocket(town);
      expect(await newer.ask('hello', await newer.hello(kioskId, key))).to.equal('done');
      expect(await old.ask(method, { visitId, ...more })).to.be.oneOf(['link-lost', 'closed 4410']);
      newer.socket.close();
    }
  });

  it('cannot write into the register that the operator ended a visit', async () => {
    const kiosk = await town.kiosk('kiosk-liar');
    await kiosk.openVisit('it');
    for (const reason of ['operator', 'kiosk-lost'] as const) {
      const code = await kiosk.endVisit(reason).then(
        () => 'none',
        (error: { code?: string }) => error.code,
      );
      expect(code).to.equal('bad-params');
    }
    await kiosk.endVisit('technical');
  });

  it('is cut off when it sends too much too fast, and nobody else is', async () => {
    const neighbour = await town.kiosk('neighbour');
    const line = await greeted();
    await Promise.all(Array.from({ length: 60 }, () => line.ask('visit.open', { language: 'it' })));
    expect(await line.closed).to.equal(4429);
    expect(neighbour.state.connection).to.equal('open');
    await neighbour.openVisit('it');
    // It may come back, and begins with a full measure.
    const again = await town.kiosk(line.kioskId, { key: line.key });
    await until(again, (state) => state.connection === 'open');
  });

  it('finds no room for ever more strangers, while those who said hello are served', async () => {
    await using full = await startTown({ config: { limits: { ...defaultLimits, strangers: 4 } } });
    const kiosk = await full.kiosk('kiosk-early');
    const strangers = await Promise.all(Array.from({ length: 4 }, () => rawSocket(full)));
    const refused = await rawSocket(full).then(
      () => 'let in',
      (error: Error) => error.message,
    );
    expect(refused).to.include('503');
    await kiosk.openVisit('it');
    strangers[0]?.socket.close();
    await strangers[0]?.closed;
    const late = await full.kiosk('kiosk-late');
    expect(late.state.connection).to.equal('open');
    for (const { socket } of strangers) socket.close();
  });

  it('has limits that real pages stay far below', () => {
    // Eight visits with real-time text both ways: one line each 300 ms, and an answer to each.
    expect(defaultLimits.messages.perSecond).to.be.above((8 * 2 * 1_000) / 300);
  });
});
