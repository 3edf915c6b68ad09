import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';

type Listeners = { message: ((event: { data: unknown }) => void)[]; close: ((event: { code: number }) => void)[]; open: (() => void)[]; error: (() => void)[] };

/** One end of a socket without a network: messages arrive in order, in a later turn. */
class MemorySocket implements WebSocketLike {
  readyState = 0;
  other: MemorySocket | undefined;
  readonly #listeners: Listeners = { message: [], close: [], open: [], error: [] };

  addEventListener<Type extends keyof Listeners>(type: Type, listener: Listeners[Type][number]): void {
    (this.#listeners[type] as unknown[]).push(listener);
  }

  send(data: string): void {
    const { other } = this;
    queueMicrotask(() => {
      if (other?.readyState === 1) for (const listener of other.#listeners.message) listener({ data });
    });
  }

  close(code = 1000): void {
    for (const end of [this, this.other]) {
      if (!end || end.readyState === 3) continue;
      end.readyState = 3;
      queueMicrotask(() => {
        for (const listener of end.#listeners.close) listener({ code });
      });
    }
  }

  open(): void {
    this.readyState = 1;
    for (const listener of this.#listeners.open) listener();
  }
}

/** A page's socket and the server's end of it; open in a later turn. */
export function socketPair(): { readonly page: WebSocketLike; readonly server: WebSocketLike } {
  const page = new MemorySocket();
  const server = new MemorySocket();
  page.other = server;
  server.other = page;
  server.readyState = 1;
  queueMicrotask(() => page.open());
  return { page, server };
}

/** A socket that nobody answers: refused. */
export function refusedSocket(): WebSocketLike {
  const page = new MemorySocket();
  queueMicrotask(() => page.close(1006));
  return page;
}
