/** A message-wise, ordered connection; made from a browser's WebSocket or a `ws` socket. */
export interface MessageTransport {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onMessage(handler: (text: string) => void): void;
  /** Called once, also when the connection was closed before the handler was set. */
  onClose(handler: (code: number) => void): void;
}

/** What browser WebSocket and `ws` have in common. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
}

const OPEN = 1;
const CLOSED = 3;

/** Wraps an open socket. Messages that arrive before `onMessage` is called are kept. Binary frames end the connection (1003). */
export function webSocketTransport(socket: WebSocketLike): MessageTransport {
  const early: string[] = [];
  let deliver: ((text: string) => void) | undefined;
  let closedWith: number | undefined;
  let closeHandler: ((code: number) => void) | undefined;
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') socket.close(1003, 'text only');
    else if (deliver) deliver(data);
    else early.push(data);
  });
  socket.addEventListener('close', ({ code }) => {
    closedWith = code;
    closeHandler?.(code);
  });
  return {
    send: (text) => {
      if (socket.readyState === OPEN) socket.send(text);
    },
    close: (code = 1000, reason = '') => socket.close(code, reason),
    onMessage: (handler) => {
      deliver = handler;
      for (const text of early.splice(0)) handler(text);
    },
    onClose: (handler) => {
      closeHandler = handler;
      if (closedWith !== undefined || socket.readyState === CLOSED) handler(closedWith ?? 1006);
    },
  };
}
