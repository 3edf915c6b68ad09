import type { z } from 'zod';
import { ProtocolError, toProtocolError } from '../error-codes.ts';
import { envelope, errorOf, failureOf } from './envelope.ts';
import type { NotificationHandlers, NotificationIn, ParamsIn, RequestHandlers, Result, Side } from './contract.ts';
import type { MessageTransport } from './transport.ts';

/** How long a request waits for its answer unless its schema says more, ms. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** What may arrive before hello was accepted; traffic cannot push the deadline back. */
export interface Gate {
  /** The only request allowed before {@link Peer.admit}. */
  readonly hello: string;
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly deadlineMs: number;
}
/** Before authentication: three messages, 16 KiB, five seconds. */
export const defaultGate: Gate = { hello: 'hello', maxMessages: 3, maxBytes: 16_384, deadlineMs: 5_000 };

/** Timers as a parameter, so that tests move the clock. */
export interface Timers {
  setTimeout(run: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}
const systemTimers: Timers = {
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
};

/** What a peer tells its log: never a message's content. */
export interface PeerEvent {
  readonly event: 'bad-message' | 'unknown-method' | 'bad-params' | 'handler-failed' | 'too-much' | 'bad-answer';
  readonly method?: string;
  readonly cause?: unknown;
}

export interface PeerOptions<Mine extends Side, Theirs extends Side> {
  readonly transport: MessageTransport;
  /** What this end may send, and what it may receive. */
  readonly mine: Mine;
  readonly theirs: Theirs;
  readonly requests: RequestHandlers<Theirs>;
  readonly notifications: NotificationHandlers<Theirs>;
  /** Servers set it; without it every message is served from the start. */
  readonly gate?: Gate;
  readonly timers?: Timers;
  readonly onEvent?: (event: PeerEvent) => void;
  /** Called with the finished peer before the first message is read. */
  readonly start?: (peer: Peer<Mine>) => void;
}

/** One end of a JSON-RPC socket; the same for both ends. */
export interface Peer<Mine extends Side> extends Disposable {
  /**
   * Asks and waits for the answer.
   * @throws ProtocolError the other side's failure, or `timeout`, `link-lost`, `aborted`, `bad-message` (an answer that does not fit).
   */
  request<M extends keyof Mine['requests'] & string>(
    method: M,
    params: ParamsIn<Mine, M>,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<Result<Mine, M>>;
  notify<N extends keyof Mine['notifications'] & string>(name: N, params: NotificationIn<Mine, N>): void;
  /** Opens the gate after an accepted hello. */
  admit(): void;
  /** Aborted when the connection is gone, for whatever reason; with our own {@link close}, at once. */
  readonly signal: AbortSignal;
  /** Close code; resolves once. */
  readonly closed: Promise<number>;
  /** Closes the socket; safe to call twice. Waiting requests fail at once with `link-lost`, and nothing more is read. */
  close(code?: number, reason?: string): void;
}

interface Waiting {
  readonly result: z.ZodType;
  settle(outcome: { result: unknown } | { error: ProtocolError }): void;
}

/** Makes a peer over a transport. Every message is read by its schema; what does not fit is answered with an error and its content is dropped. */
export function createPeer<Mine extends Side, Theirs extends Side>(options: PeerOptions<Mine, Theirs>): Peer<Mine> {
  const { transport, mine, theirs, gate, timers = systemTimers, onEvent = () => {} } = options;
  const waiting = new Map<number, Waiting>();
  const gone = new AbortController();
  const closed = Promise.withResolvers<number>();
  let nextId = 1;
  let admitted = gate === undefined;
  let messages = 0;
  let bytes = 0;

  const end = (code: number) => {
    if (gone.signal.aborted) return;
    gone.abort();
    if (gateTimer !== undefined) timers.clearTimeout(gateTimer);
    for (const entry of [...waiting.values()]) entry.settle({ error: new ProtocolError('link-lost') });
    closed.resolve(code);
  };
  // Over at once, whatever the other side does: one that leaves our close unanswered is not heard any more.
  const close = (code = 1000, reason = '') => {
    transport.close(code, reason);
    end(code);
  };
  const post = (message: object) => {
    if (!gone.signal.aborted) transport.send(JSON.stringify(message));
  };
  const gateTimer = gate && timers.setTimeout(() => !admitted && close(4408, 'hello overdue'), gate.deadlineMs);

  transport.onClose(end);

  const refuse = (id: number | null, error: ProtocolError, event: PeerEvent) => {
    onEvent(event);
    if (id !== null) post(failureOf(id, error));
  };

  const serve = async (id: number, method: string, params: unknown) => {
    const schema = own(theirs.requests, method);
    const handler = own(options.requests, method);
    if (!schema || !handler) {
      return refuse(id, new ProtocolError('unknown-method'), { event: 'unknown-method' });
    }
    if (!admitted && method !== gate?.hello) {
      return refuse(id, new ProtocolError('not-authenticated'), { event: 'bad-message', method });
    }
    const read = schema.params.safeParse(params);
    if (!read.success) return refuse(id, new ProtocolError('bad-params'), { event: 'bad-params', method });
    try {
      const result = await handler(read.data as never, { signal: gone.signal });
      post({ jsonrpc: '2.0', id, result: schema.result.parse(result) ?? null });
    } catch (cause) {
      const error = toProtocolError(cause);
      if (error.code === 'internal') onEvent({ event: 'handler-failed', method, cause });
      post(failureOf(id, error));
    }
  };

  const hear = (name: string, params: unknown) => {
    const schema = own(theirs.notifications, name);
    const handler = own(options.notifications, name);
    if (!schema || !handler) return onEvent({ event: 'unknown-method' });
    if (!admitted) return onEvent({ event: 'bad-message', method: name });
    const read = schema.safeParse(params);
    if (!read.success) return onEvent({ event: 'bad-params', method: name });
    try {
      handler(read.data as never);
    } catch (cause) {
      onEvent({ event: 'handler-failed', method: name, cause });
    }
  };

  const answer = (id: number | null, outcome: { result: unknown } | { error: ProtocolError }) => {
    const entry = id === null ? undefined : waiting.get(id);
    if (!entry) return onEvent({ event: 'bad-answer' });
    entry.settle(outcome);
  };

  const read = (text: string) => {
    if (gone.signal.aborted) return;
    if (!admitted && gate) {
      messages += 1;
      bytes += new TextEncoder().encode(text).length;
      if (messages > gate.maxMessages || bytes > gate.maxBytes) {
        onEvent({ event: 'too-much' });
        return close(4413, 'too much before hello');
      }
    }
    const parsed = envelope.safeParse(parseJson(text));
    if (!parsed.success) {
      onEvent({ event: 'bad-message' });
      return post(failureOf(null, new ProtocolError('bad-message')));
    }
    const message = parsed.data;
    if ('result' in message) answer(message.id, { result: message.result });
    else if ('error' in message) {
      // A failure without id answers something of ours that the other side could not read: nobody can be waiting for it.
      if (message.id === null) onEvent({ event: 'bad-answer' });
      else answer(message.id, { error: errorOf(message) });
    } else if ('id' in message) void serve(message.id, message.method, message.params);
    else hear(message.method, message.params);
  };

  const peer: Peer<Mine> = {
    request(method, params, { timeoutMs, signal } = {}) {
      const schema = mine.requests[method];
      if (!schema) return Promise.reject(new ProtocolError('unknown-method'));
      const settled = Promise.withResolvers<never>();
      if (gone.signal.aborted) return Promise.reject(new ProtocolError('link-lost'));
      if (signal?.aborted) return Promise.reject(new ProtocolError('aborted'));
      const id = nextId++;
      const abort = () => entry.settle({ error: new ProtocolError('aborted') });
      const timer = timers.setTimeout(
        () => entry.settle({ error: new ProtocolError('timeout') }),
        timeoutMs ?? schema.timeoutMs ?? REQUEST_TIMEOUT_MS,
      );
      const entry: Waiting = {
        result: schema.result,
        settle(outcome) {
          if (!waiting.delete(id)) return;
          timers.clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
          if ('error' in outcome) return settled.reject(outcome.error);
          const result = schema.result.safeParse(outcome.result);
          if (result.success) settled.resolve(result.data as never);
          else settled.reject(new ProtocolError('bad-message'));
        },
      };
      waiting.set(id, entry);
      signal?.addEventListener('abort', abort, { once: true });
      post({ jsonrpc: '2.0', id, method, params });
      return settled.promise;
    },
    notify: (name, params) => post({ jsonrpc: '2.0', method: name, params }),
    admit() {
      admitted = true;
      if (gateTimer !== undefined) timers.clearTimeout(gateTimer);
    },
    signal: gone.signal,
    closed: closed.promise,
    close,
    [Symbol.dispose]: () => close(),
  };
  options.start?.(peer);
  transport.onMessage(read);
  return peer;
}

/** A table's own entry: a method named like something every object inherits is unknown too. */
const own = <Table extends object, Key extends keyof Table>(table: Table, key: Key): Table[Key] | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
