import { z } from 'zod';
import type { WebSocketRoute } from 'playwright-core';
import type { PersonBrowser } from './browser.ts';

/** What goes over a page's sockets (JSON-RPC 2.0), as far as a test looks at it. */
const message = z.looseObject({
  id: z.number().nullish(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ data: z.looseObject({ code: z.string() }).optional() }).optional(),
});
export type WireMessage = z.output<typeof message>;

/** Close code of a line that broke (RFC 6455, 7.4.2: 4000 and above are the application's). */
const BROKEN = 4_000;

/** Whom a page's socket leads to. */
export type Line = 'queue' | 'room' | 'certificates' | 'devices';

/** The sockets of one browser's pages in the hands of a test. What is not held back or altered passes as it is. */
export interface PageWires {
  /** Requests of this method, on any line, go nowhere until they are let through again. */
  holdBack(method: string): void;
  letThrough(method: string): void;
  /** Alters what servers say on a line from here on; an `edit` given later takes the place of the one before. */
  alter(line: Line, edit: (said: WireMessage) => WireMessage): void;
  /** The servers lose the page on these lines while the page still believes in its sockets: nothing passes either way. */
  freeze(...lines: Line[]): Promise<void>;
  /** The page sees that the frozen sockets of these lines are broken; new ones pass. */
  wake(...lines: Line[]): Promise<void>;
  /** Asks the server of a line over the page's own open socket, behind the page's back. @throws Error when none is open. */
  ask(line: Line, method: string, params: Record<string, unknown>): Promise<WireMessage>;
  /** The newest thing a page said or was answered, of a method on a line. @throws Error when there was none. */
  newest(line: Line, method: string, of: 'params' | 'result'): Record<string, unknown>;
  /** The codes a method was refused with on a line so far, in their order. */
  refusals(line: Line, method: string): readonly string[];
}

interface Wire {
  readonly line: Line;
  readonly page: WebSocketRoute;
  readonly server: WebSocketRoute;
  frozen: boolean;
  /** Who waits for answers to what a test asked. */
  readonly answers: Map<number, (answer: WireMessage) => void>;
}

/** Numbers of a test's own requests: a page never comes so far. */
const FIRST_OWN_ID = 1_000_000;

/** Takes a browser's sockets in hand and loads its page again: only sockets opened from now on pass through. */
export async function takeWires({ context, page: opened }: PersonBrowser): Promise<PageWires> {
  const held = new Set<string>();
  const edits = new Map<Line, (said: WireMessage) => WireMessage>();
  const wires = new Set<Wire>();
  const known = new Map<string, Record<string, unknown>>();
  const refused = new Map<string, string[]>();
  const key = (...words: string[]) => words.join(' ');
  const lineOf = (address: string): Line => {
    const { pathname, host } = new URL(address);
    if (pathname === '/room') return 'room';
    if (pathname === '/device') return 'devices';
    return pathname === '/kiosk' || host === new URL(opened.url()).host ? 'queue' : 'certificates';
  };

  await context.routeWebSocket(/.*/, (page) => {
    const line = lineOf(page.url());
    const asked = new Map<number, string>();
    const wire: Wire = { line, page, server: page.connectToServer(), frozen: false, answers: new Map() };
    wires.add(wire);
    page.onMessage((text) => {
      const { id, method, params } = message.parse(JSON.parse(text.toString()));
      if (wire.frozen) {
        // The page goes on believing in its socket: it is given the sign of life it asks for every second.
        if (method === 'alive') page.send(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
        return;
      }
      if (method !== undefined) {
        if (held.has(method)) return;
        if (params) known.set(key(line, method, 'params'), params);
        if (typeof id === 'number') asked.set(id, method);
      }
      wire.server.send(text);
    });
    wire.server.onMessage((text) => {
      if (wire.frozen) return;
      const said = message.parse(JSON.parse(text.toString()));
      const own = said.method === undefined && typeof said.id === 'number' ? wire.answers.get(said.id) : undefined;
      if (own) return own(said);
      const method = said.method === undefined && typeof said.id === 'number' ? asked.get(said.id) : undefined;
      if (method !== undefined && said.result) known.set(key(line, method, 'result'), said.result);
      if (method !== undefined && said.error) {
        const codes = refused.get(key(line, method)) ?? [];
        refused.set(key(line, method), [...codes, said.error.data?.code ?? '']);
      }
      const edit = edits.get(line);
      page.send(edit ? JSON.stringify(edit(said)) : text);
    });
    page.onClose((code, reason) => {
      wires.delete(wire);
      if (!wire.frozen) void wire.server.close(goodbye(code, reason));
    });
    wire.server.onClose((code, reason) => {
      if (wire.frozen) return;
      wires.delete(wire);
      void page.close(goodbye(code, reason));
    });
  });
  await opened.reload();

  const on = (lines: readonly Line[]) => [...wires].filter(({ line }) => lines.includes(line));
  return {
    holdBack: (method) => void held.add(method),
    letThrough: (method) => void held.delete(method),
    alter: (line, edit) => void edits.set(line, edit),
    async freeze(...lines) {
      for (const wire of on(lines)) {
        wire.frozen = true;
        await wire.server.close({ code: BROKEN });
      }
    },
    async wake(...lines) {
      for (const wire of on(lines)) {
        if (!wire.frozen) continue;
        wires.delete(wire);
        await wire.page.close({ code: BROKEN });
      }
    },
    ask(line, method, params) {
      const wire = on([line]).findLast(({ frozen }) => !frozen);
      if (!wire) throw new Error(`No line to ${line} is open.`);
      const id = FIRST_OWN_ID + wire.answers.size;
      const answered = Promise.withResolvers<WireMessage>();
      wire.answers.set(id, answered.resolve);
      wire.server.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      return answered.promise;
    },
    newest(line, method, of) {
      const found = known.get(key(line, method, of));
      if (!found) throw new Error(`Nothing of ${method} was seen on the line to ${line}.`);
      return found;
    },
    refusals: (line, method) => refused.get(key(line, method)) ?? [],
  };
}

/** What one side may say when it closes: codes of the protocol itself, such as 1006, may not be sent (RFC 6455, 7.4.1). */
const goodbye = (code: number | undefined, reason: string | undefined) =>
  code === 1_000 || (code !== undefined && code >= 3_000) ? { code, reason: reason ?? '' } : code === undefined || code === 1_005 ? {} : { code: BROKEN };
