import { WebSocket } from 'ws';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { Contract, NotificationHandlers, ParamsIn, RequestHandlers, Result, Side, Welcome } from '@videosportello/protocol/rpc/contract.ts';
import { withWelcome } from '@videosportello/protocol/rpc/connection.ts';
import { createPeer } from '@videosportello/protocol/rpc/peer.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import type { CityNode } from './city-node.ts';
import type { Stage } from './stage.ts';

/** One socket of a simulated client, real but for the network in between, which can be cut. */
export interface Link<Client extends Side> {
  readonly node: CityNode;
  readonly welcome: Welcome;
  request<M extends keyof Client['requests'] & string>(method: M, params: ParamsIn<Client, M>): Promise<Result<Client, M>>;
  /** From now on nothing goes either way and no end is told; the city does not wait for what is under way. */
  cut(): void;
  /** What was held back goes through, when neither side has given the line up meanwhile. */
  heal(): void;
  /** Closes as a page does. */
  close(): void;
  /** The page is gone without a word. */
  crash(): void;
}

interface LinkOptions<Client extends Side, Server extends Side> {
  readonly contract: Contract<Client, Server>;
  readonly path: '/kiosk' | '/operator' | '/node';
  readonly headers: Readonly<Record<string, string>>;
  readonly requests: RequestHandlers<Server>;
  readonly notifications: NotificationHandlers<Server>;
  /** The page notices that the line is gone; not called after `close` and `crash`. */
  readonly onGone: () => void;
}

/** After so long without a sign of life a page takes its line for dead, ms (client/alive-watch.ts). */
export const SILENCE_MS = 3_000;

/**
 * Opens a link; the city's time stands still until it is open or has failed.
 * @throws ProtocolError `link-lost`
 */
export async function openLink<Client extends Side, Server extends Side>(
  stage: Stage,
  node: CityNode,
  options: LinkOptions<Client, Server>,
): Promise<Link<Client>> {
  const done = stage.busy();
  const socket = new WebSocket(`${node.socketUrl}${options.path}`, {
    headers: options.headers,
    perMessageDeflate: false,
    autoPong: false,
    // One message after the other, as in a browser: what an answer leads to is done before the next push is read.
    allowSynchronousEvents: false,
  });
  /** What the city waits for on this line: for each request the end of its waiting, replaced when the line is whole again. */
  const pending = new Map<object, () => void>();
  let read = 0;
  let isCut = false;
  /** Frames that came while the network was cut, and that were to go out then. */
  const heldIn: (() => void)[] = [];
  const heldOut: string[] = [];
  let isLeft = false;
  /** The page has the link; before, it hears of the end as a failure to open. */
  let isHeld = false;
  let isGone = false;
  let silence: unknown;
  let onMessage: ((text: string) => void) | undefined;
  let onClose: ((code: number) => void) | undefined;
  const early: string[] = [];
  const came = () => {
    read += 1;
    node.framesRead += 1;
    stage.moved();
  };
  const gone = () => {
    if (isGone) return;
    isGone = true;
    onClose?.(1006);
    if (isLeft) return;
    // First what was under way comes to nothing, then the page knows that its line is gone.
    const told = stage.busy();
    setImmediate(() => {
      told();
      if (isHeld) options.onGone();
    });
  };
  socket.on('message', (data: Buffer) => {
    came();
    const text = data.toString('utf8');
    if (isCut) heldIn.push(() => onMessage?.(text));
    else if (onMessage) onMessage(text);
    else early.push(text);
  });
  const answerPing = () => {
    if (socket.readyState !== WebSocket.OPEN) return;
    node.pongs += 1;
    socket.pong();
  };
  socket.on('ping', () => {
    came();
    if (isCut) heldIn.push(answerPing);
    else answerPing();
  });
  const opened = Promise.withResolvers<void>();
  const welcomed = Promise.withResolvers<Welcome>();
  opened.promise.catch(() => undefined);
  welcomed.promise.catch(() => undefined);
  let isOpen = false;
  socket.on('open', () => {
    isOpen = true;
    node.open += 1;
    opened.resolve();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (isOpen) {
      node.open -= 1;
      node.framesRead -= read;
    }
    opened.reject(new ProtocolError('link-lost'));
    welcomed.reject(new ProtocolError('link-lost'));
    stage.moved();
    if (!isCut) gone();
  });
  try {
    await opened.promise;
    const peer: Peer<Client> = createPeer<Client, Side>({
      transport: {
        send: (text) => {
          if (isCut) heldOut.push(text);
          else if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => socket.terminate(),
        onMessage(handler) {
          onMessage = handler;
          for (const text of early.splice(0)) handler(text);
        },
        onClose: (handler) => {
          onClose = handler;
        },
      },
      mine: options.contract.client,
      theirs: withWelcome(options.contract.server),
      requests: options.requests,
      notifications: { ...options.notifications, welcome: (value: Welcome) => welcomed.resolve(value) },
      timers: stage.timers,
    });
    const welcome = await welcomed.promise;
    isHeld = true;
    return {
      node,
      welcome,
      async request(method, params) {
        const key = {};
        pending.set(key, isCut ? () => {} : stage.busy());
        try {
          return await peer.request(method, params);
        } finally {
          pending.get(key)?.();
          pending.delete(key);
        }
      },
      cut() {
        isCut = true;
        for (const answered of pending.values()) answered();
        silence = stage.timers.setTimeout(gone, SILENCE_MS);
      },
      heal() {
        if (!isCut) return;
        isCut = false;
        stage.timers.clearTimeout(silence);
        if (isGone || socket.readyState !== WebSocket.OPEN) {
          socket.terminate();
          return gone();
        }
        for (const key of pending.keys()) pending.set(key, stage.busy());
        for (const text of heldOut.splice(0)) socket.send(text);
        for (const take of heldIn.splice(0)) take();
      },
      close() {
        isLeft = true;
        socket.close(1000);
        gone();
      },
      crash() {
        isLeft = true;
        socket.terminate();
        gone();
      },
    };
  } finally {
    done();
  }
}
