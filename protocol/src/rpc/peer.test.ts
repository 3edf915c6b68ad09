import { expect } from 'chai';
import { z } from 'zod';
import { ProtocolError } from '../error-codes.ts';
import { acceptPeer } from './accept.ts';
import { connect } from './connection.ts';
import { contract } from './contract.ts';
import { createPeer, defaultGate } from './peer.ts';
import type { PeerEvent, Timers } from './peer.ts';
import type { MessageTransport } from './transport.ts';

const sums = contract({
  name: 'sums',
  version: 1,
  client: {
    requests: {
      hello: { params: z.object({}), result: z.object({}) },
      add: { params: z.object({ a: z.number(), b: z.number() }), result: z.object({ sum: z.number() }) },
      fail: { params: z.object({ how: z.enum(['known', 'unknown']) }), result: z.object({}) },
      never: { params: z.object({}), result: z.object({}) },
    },
    notifications: { seen: z.object({ what: z.string().max(5) }) },
  },
  server: { requests: {}, notifications: {} },
});

/** Two ends joined in memory; what is sent is delivered in order in later microtasks. */
function pipe(): [MessageTransport, MessageTransport, { cut(): void }] {
  type End = { message?: (text: string) => void; close?: (code: number) => void; early: string[] };
  const ends: [End, End] = [{ early: [] }, { early: [] }];
  let open = true;
  const shut = (code: number) => {
    if (!open) return;
    open = false;
    for (const end of ends) end.close?.(code);
  };
  const side = (mine: End, theirs: End): MessageTransport => ({
    send: (text) => queueMicrotask(() => (theirs.message ? theirs.message(text) : theirs.early.push(text))),
    close: (code = 1000) => shut(code),
    onMessage(handler) {
      mine.message = handler;
      for (const text of mine.early.splice(0)) handler(text);
    },
    onClose: (handler) => void (mine.close = handler),
  });
  return [side(ends[0], ends[1]), side(ends[1], ends[0]), { cut: () => shut(1006) }];
}

/** Timers that fire only when the test says so. */
function handTimers() {
  const due = new Map<number, { run: () => void; at: number }>();
  let now = 0;
  let next = 1;
  const timers: Timers = {
    setTimeout: (run, delayMs) => (due.set(next, { run, at: now + delayMs }), next++),
    clearTimeout: (handle) => void due.delete(handle as number),
  };
  return {
    timers,
    advance(byMs: number) {
      now += byMs;
      for (const [handle, { run, at }] of [...due]) if (at <= now && due.delete(handle)) run();
    },
  };
}

const rejection = async (promise: Promise<unknown>): Promise<ProtocolError> => {
  try {
    await promise;
  } catch (error) {
    return error as ProtocolError;
  }
  throw new Error('expected a rejection');
};

async function session(options: { gate?: typeof defaultGate; clock?: ReturnType<typeof handTimers> } = {}) {
  const [clientEnd, serverEnd, line] = pipe();
  const events: PeerEvent[] = [];
  const seen: string[] = [];
  const server = acceptPeer({
    contract: sums,
    transport: serverEnd,
    nowMs: 5,
    nonceBytes: new Uint8Array(16),
    ...(options.gate ? { gate: options.gate } : {}),
    ...(options.clock ? { timers: options.clock.timers } : {}),
    onEvent: (event) => events.push(event),
    serve: ({ peer: mine }) => ({
      requests: {
        hello: () => (mine.admit(), {}),
        add: ({ a, b }) => ({ sum: a + b }),
        fail: ({ how }) => {
          throw how === 'known' ? new ProtocolError('visit-unknown', { detail: 'why' }) : new Error('secret of the server');
        },
        never: () => new Promise<never>(() => {}),
      },
      notifications: { seen: ({ what }) => void seen.push(what) },
    }),
  });
  const { peer, welcome } = await connect({
    contract: sums,
    open: () => Promise.resolve(clientEnd),
    requests: {},
    notifications: {},
    signal: new AbortController().signal,
  });
  return { peer, welcome, server, events, seen, line, raw: clientEnd };
}

describe('rpc peer', () => {
  it('welcomes with its versions, a nonce and its time, and serves after hello', async () => {
    const { peer, welcome } = await session();
    expect(welcome).to.deep.equal({ versions: [1], nonce: 'A'.repeat(22), serverTime: 5 });
    await peer.request('hello', {});
    expect(await peer.request('add', { a: 2, b: 3 })).to.deep.equal({ sum: 5 });
  });

  it('serves nothing but hello before it was admitted', async () => {
    const { peer } = await session();
    expect((await rejection(peer.request('add', { a: 1, b: 1 }))).code).to.equal('not-authenticated');
  });

  it('closes a peer that says too many or too large things before hello', async () => {
    const many = await session({ gate: { ...defaultGate, maxMessages: 2 } });
    for (let index = 0; index < 3; index += 1) void many.peer.request('add', { a: 1, b: 1 }).catch(() => undefined);
    expect(await many.peer.closed).to.equal(4413);
    expect(many.events.at(-1)).to.deep.equal({ event: 'too-much' });
    const large = await session();
    large.raw.send('x'.repeat(defaultGate.maxBytes + 1));
    expect(await large.peer.closed).to.equal(4413);
  });

  it('closes a peer whose hello is overdue, however much it says', async () => {
    const clock = handTimers();
    const { peer } = await session({ clock });
    clock.advance(defaultGate.deadlineMs - 1);
    await rejection(peer.request('add', { a: 1, b: 1 }));
    expect(peer.signal.aborted).to.equal(false);
    clock.advance(1);
    expect(await peer.closed).to.equal(4408);
  });

  it('answers a malformed, an unknown and an ill-fitting message with an error and logs no content', async () => {
    const { peer, raw, events, seen } = await session();
    await peer.request('hello', {});
    raw.send('{"name": "Giulia"');
    expect((await rejection(peer.request('add', { a: 'Giulia' as never, b: 1 }))).code).to.equal('bad-params');
    expect((await rejection(peer.request('nothing' as never, {} as never))).code).to.equal('unknown-method');
    raw.send(JSON.stringify({ jsonrpc: '2.0', id: 77, method: 'constructor', params: {} }));
    peer.notify('seen', { what: 'far too long' });
    peer.notify('seen', { what: 'ok' });
    await peer.request('add', { a: 1, b: 1 });
    expect(seen).to.deep.equal(['ok']);
    expect(events.map(({ event }) => event)).to.deep.equal(['bad-message', 'bad-params', 'unknown-method', 'bad-params']);
    expect(JSON.stringify(events)).not.to.include('Giulia');
  });

  it('hands a known failure over with code and detail, an unknown one as internal without its words', async () => {
    const { peer, events } = await session();
    await peer.request('hello', {});
    const known = await rejection(peer.request('fail', { how: 'known' }));
    expect([known.code, known.detail, known.retryable]).to.deep.equal(['visit-unknown', 'why', false]);
    const unknown = await rejection(peer.request('fail', { how: 'unknown' }));
    expect(unknown.code).to.equal('internal');
    expect(unknown.message).not.to.include('secret');
    expect(events.at(-1)).to.include({ event: 'handler-failed', method: 'fail' });
  });

  it('fails waiting requests at once when the line is cut, and later ones too', async () => {
    const { peer, line } = await session();
    await peer.request('hello', {});
    const waiting = peer.request('never', {});
    line.cut();
    expect((await rejection(waiting)).code).to.equal('link-lost');
    expect((await rejection(peer.request('add', { a: 1, b: 1 }))).code).to.equal('link-lost');
    expect(await peer.closed).to.equal(1006);
  });

  it('hears nothing more from a side that leaves our close unanswered, and gives its own requests up at once', async () => {
    const [mine, theirs] = pipe();
    const served: number[] = [];
    // A socket whose other end never answers the close: `onClose` does not come.
    const deaf: MessageTransport = { ...mine, close: () => {} };
    const peer = createPeer({
      transport: deaf,
      mine: sums.client,
      theirs: sums.client,
      requests: {
        hello: () => ({}),
        add: ({ a, b }) => {
          served.push(a);
          return { sum: a + b };
        },
        fail: () => ({}),
        never: () => ({}),
      },
      notifications: { seen: () => {} },
    });
    const waiting = rejection(peer.request('never', {}));
    peer.close(4001);
    theirs.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'add', params: { a: 7, b: 1 } }));
    expect((await waiting).code).to.equal('link-lost');
    expect(await peer.closed).to.equal(4001);
    await new Promise(setImmediate);
    expect(served).to.deep.equal([]);
  });

  it('counts bytes, not letters, before hello', async () => {
    const { peer, raw } = await session({ gate: { ...defaultGate, maxBytes: 100 } });
    raw.send('è'.repeat(51));
    expect(await peer.closed).to.equal(4413);
  });

  it('takes a failure whose code it does not know as internal', async () => {
    const [mine, theirs] = pipe();
    const peer = createPeer({ transport: mine, mine: sums.client, theirs: sums.server, requests: {}, notifications: {} });
    const error = { code: -32000, message: 'New.', data: { code: 'of-a-newer-version', detail: 'x'.repeat(200) } };
    theirs.onMessage(() => theirs.send(JSON.stringify({ jsonrpc: '2.0', id: 1, error })));
    expect((await rejection(peer.request('add', { a: 2, b: 3 }))).code).to.equal('internal');
  });

  it('gives up a request at its deadline or when its signal is aborted', async () => {
    const clock = handTimers();
    const [end] = pipe();
    const peer = createPeer({ transport: end, mine: sums.client, theirs: sums.server, requests: {}, notifications: {}, timers: clock.timers });
    const late = peer.request('never', {}, { timeoutMs: 50 });
    clock.advance(50);
    expect((await rejection(late)).code).to.equal('timeout');
    const abort = new AbortController();
    const withdrawn = peer.request('never', {}, { signal: abort.signal });
    abort.abort();
    expect((await rejection(withdrawn)).code).to.equal('aborted');
  });

  it('refuses an answer that does not fit its schema', async () => {
    const [mine, theirs] = pipe();
    const peer = createPeer({ transport: mine, mine: sums.client, theirs: sums.server, requests: {}, notifications: {} });
    theirs.onMessage(() => theirs.send(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { sum: 'five' } })));
    expect((await rejection(peer.request('add', { a: 2, b: 3 }))).code).to.equal('bad-message');
  });
});
