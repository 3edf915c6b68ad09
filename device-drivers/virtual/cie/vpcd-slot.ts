/**
 * A slot of vsmartcard's virtual reader: a card that is put into it connects to vpcd, a card that is taken out closes
 * the connection.
 *
 *            insert                connected
 *   empty ───────────▶ inserting ───────────▶ occupied
 *     ▲                    │ refused, too late    │ remove, the card leaves, the reader closes
 *     └────────────────────┴──────────────────────┘
 */
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CardGoneError } from './virtual-card.ts';
import type { VirtualCard } from './virtual-card.ts';
import { CONTROL, createFrameReader, encodeFrame } from './vpcd-frames.ts';

export interface VpcdSlotConfig {
  readonly host: string;
  readonly port: number;
  /** Default 3000 ms. */
  readonly connectDeadlineMs?: number;
}

/**
 * `taken-out`: remove or close was called; `card-left`: the card's own behaviour; `card-failed`: the card could not
 * work out an answer; `reader-closed`: vpcd, the network, or a frame that vpcd does not know.
 */
export type RemovalReason = 'taken-out' | 'card-left' | 'card-failed' | 'reader-closed';

export interface VpcdSlotEvents {
  inserted: [];
  removed: [reason: RemovalReason];
  /** A command was answered; `count` since this insertion. No content. */
  apdu: [count: number];
}

export type SlotErrorCode = 'slot-occupied' | 'slot-closed' | 'reader-unreachable' | 'removed-while-inserting';

export class SlotError extends Error {
  readonly code: SlotErrorCode;
  override readonly name = 'SlotError';

  constructor(code: SlotErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface VpcdSlot extends AsyncDisposable {
  readonly events: EventEmitter<VpcdSlotEvents>;
  /** The card in the slot, or on its way into it. */
  readonly card: VirtualCard | undefined;
  /**
   * Puts a card in and resolves when the reader has taken the connection; pcscd sees it within half a second.
   * The same card again changes nothing.
   * @throws SlotError `slot-occupied` with another card in it, `slot-closed`, `reader-unreachable` when nothing listens
   * or the deadline passes, `removed-while-inserting`; CardGoneError for a card that was taken away for good.
   */
  insert(card: VirtualCard): Promise<void>;
  /** Takes the card out; resolves when the connection is closed. An empty slot stays empty. */
  remove(): Promise<void>;
  /** Takes the card out for good. May be called twice. */
  close(): Promise<void>;
}

interface Occupant {
  readonly card: VirtualCard;
  readonly socket: Socket;
  readonly insertion: Promise<void>;
  readonly gone: Promise<void>;
  readonly leave: (reason: RemovalReason) => void;
}

const CONNECT_DEADLINE_MS = 3000;

/** Makes an empty slot; it connects only when a card is inserted. */
export function createVpcdSlot(config: VpcdSlotConfig): VpcdSlot {
  const events = new EventEmitter<VpcdSlotEvents>();
  let occupant: Occupant | undefined;
  let closed = false;

  function occupy(card: VirtualCard): Occupant {
    const socket = connect({ host: config.host, port: config.port, noDelay: true });
    const gone = Promise.withResolvers<void>();
    let reason: RemovalReason = 'reader-closed';
    let connected = false;
    const leave = (why: RemovalReason): void => {
      if (socket.destroyed) return;
      reason = why;
      socket.destroy();
    };
    // A reset connection ends in 'close' as well, which is where the removal is told.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      card.reset();
      occupant = undefined;
      gone.resolve();
      if (connected) events.emit('removed', reason);
    });

    const insertion = awaitConnection(socket, config.connectDeadlineMs ?? CONNECT_DEADLINE_MS).then(
      () => {
        connected = true;
        card.reset();
        serve(socket, card, leave);
        events.emit('inserted');
      },
      async (cause: unknown) => {
        socket.destroy();
        await gone.promise;
        if (reason === 'taken-out') {
          throw new SlotError('removed-while-inserting', 'The card was taken out before the reader had it.');
        }
        throw new SlotError('reader-unreachable', 'The virtual reader does not take the card.', { cause });
      },
    );
    return { card, socket, insertion, gone: gone.promise, leave };
  }

  function serve(socket: Socket, card: VirtualCard, leave: Occupant['leave']): void {
    const frames = createFrameReader();
    let count = 0;
    let turn = Promise.resolve();
    const taken = new AbortController();
    socket.once('close', () => taken.abort());

    async function answerCommand(apdu: Uint8Array): Promise<void> {
      const reply = card.process(apdu);
      if (card.answerDelayMs > 0) await wait(card.answerDelayMs, undefined, { signal: taken.signal });
      if (card.present) {
        socket.write(encodeFrame(reply));
      } else {
        // The last answer still goes out, then the card is gone.
        socket.write(encodeFrame(reply), () => leave('card-left'));
      }
      count += 1;
      events.emit('apdu', count);
    }

    async function take(payload: Uint8Array): Promise<void> {
      if (taken.signal.aborted) return;
      if (payload.length > 1) return answerCommand(payload);
      if (payload[0] === CONTROL.getAtr) socket.write(encodeFrame(card.atr));
      else if (payload[0] === CONTROL.powerOn || payload[0] === CONTROL.powerOff || payload[0] === CONTROL.reset)
        card.reset();
      else leave('reader-closed');
    }

    socket.on('data', (chunk: Buffer) => {
      for (const payload of frames.push(chunk)) {
        turn = turn
          .then(() => take(payload))
          .catch((error: unknown) => leave(error instanceof CardGoneError ? 'card-left' : 'card-failed'));
      }
    });
  }

  async function remove(): Promise<void> {
    const leaving = occupant;
    leaving?.leave('taken-out');
    await leaving?.gone;
  }

  async function close(): Promise<void> {
    closed = true;
    await remove();
  }

  return {
    events,
    get card() {
      return occupant?.card;
    },
    async insert(card) {
      if (!card.present) throw new CardGoneError();
      if (occupant?.socket.destroyed === true) await occupant.gone;
      if (closed) throw new SlotError('slot-closed', 'The slot is closed.');
      if (occupant !== undefined && occupant.card !== card) {
        throw new SlotError('slot-occupied', 'There is another card in the slot.');
      }
      occupant ??= occupy(card);
      await occupant.insertion;
    },
    remove,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function awaitConnection(socket: Socket, deadlineMs: number): Promise<void> {
  await once(socket, 'connect', { signal: AbortSignal.any([AbortSignal.timeout(deadlineMs), closedSignal(socket)]) });
}

/** Fires when the socket is closed before it was connected. */
function closedSignal(socket: Socket): AbortSignal {
  const controller = new AbortController();
  socket.once('close', () => controller.abort());
  return controller.signal;
}
