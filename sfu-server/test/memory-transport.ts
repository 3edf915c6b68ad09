import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';

/** Two ends of a connection without a network: messages arrive in order, one turn later; a close is heard at both ends. */
export function memoryTransports(): [MessageTransport, MessageTransport] {
  const handlers: [End, End] = [newEnd(), newEnd()];
  let isOpen = true;
  const end = (mine: End, other: End): MessageTransport => ({
    send(text) {
      if (isOpen) queueMicrotask(() => (other.message ? other.message(text) : other.early.push(text)));
    },
    close(code = 1000) {
      if (!isOpen) return;
      isOpen = false;
      queueMicrotask(() => {
        mine.close?.(code);
        other.close?.(code);
      });
    },
    onMessage(handler) {
      mine.message = handler;
      for (const text of mine.early.splice(0)) handler(text);
    },
    onClose(handler) {
      mine.close = handler;
    },
  });
  return [end(handlers[0], handlers[1]), end(handlers[1], handlers[0])];
}

interface End {
  message?: (text: string) => void;
  close?: (code: number) => void;
  readonly early: string[];
}
const newEnd = (): End => ({ early: [] });
