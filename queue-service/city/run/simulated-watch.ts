import { PING_EVERY_MS, PINGS_UNANSWERED } from '@videosportello/protocol/rpc/liveness.ts';
import type { Liveness, Pingable } from '@videosportello/protocol/rpc/liveness.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** The watch over all sockets of a process. */
export interface SimulatedWatch {
  readonly watch: (socket: Pingable) => Liveness;
  /** Whether pings are really sent; without, every socket counts as alive. */
  isPinging: boolean;
  /** Pongs that have come. */
  readonly pongs: number;
}

/**
 * Pings as `watchLiveness` does, all sockets in one round, and only while the city says that one of them is silent: the
 * others would answer anyhow, at the cost of more frames than everything else together.
 */
export function createSimulatedWatch(timers: Timers): SimulatedWatch {
  const watched = new Map<Pingable, { unanswered: number }>();
  let pongs = 0;
  let isPinging = false;
  let next: unknown;
  const self: SimulatedWatch = {
    get isPinging() {
      return isPinging;
    },
    set isPinging(on) {
      if (on) next ??= timers.setTimeout(round, PING_EVERY_MS);
      isPinging = on;
    },
    get pongs() {
      return pongs;
    },
    watch(socket: Pingable): Liveness {
      const state = { unanswered: 0 };
      watched.set(socket, state);
      socket.on('pong', () => {
        pongs += 1;
        state.unanswered = 0;
      });
      return { silentMs: () => state.unanswered * PING_EVERY_MS, stop: () => void watched.delete(socket) };
    },
  };
  const round = () => {
    next = isPinging ? timers.setTimeout(round, PING_EVERY_MS) : undefined;
    for (const [socket, state] of watched) {
      if (!isPinging) state.unanswered = 0;
      else if (state.unanswered >= PINGS_UNANSWERED) socket.terminate();
      else {
        state.unanswered += 1;
        socket.ping();
      }
    }
  };
  return self;
}
