import { z } from 'zod';
import type { ScriptRunner } from './redis/scripts.ts';

const sweeping = z.object({ swept: z.number(), held: z.boolean() });

/** The lease of this process, on which all its sockets hang, and the deadlines of all. */
export interface LeaseKeeper {
  /**
   * Renews it and does all that has fallen due; `onLapsed` is called when it had lapsed meanwhile.
   * @throws ProtocolError `store-unavailable`
   */
  sweep(): Promise<void>;
  /** Tells Redis that a socket is gone. What cannot be told now is told after the next sweep. */
  close(tell: () => Promise<void>): Promise<void>;
}

/** `onLapsed`: whoever is connected here has been given up and must say hello anew. */
export function createLeaseKeeper(scripts: ScriptRunner, instance: string, onLapsed: () => void): LeaseKeeper {
  let untold: (() => Promise<void>)[] = [];
  const close = async (tell: () => Promise<void>) => {
    try {
      await tell();
    } catch {
      untold.push(tell);
    }
  };
  return {
    async sweep() {
      const sweepOnce = () => scripts.run('sweep-deadlines', { instance }, sweeping);
      const first = await sweepOnce();
      if (!first.held) onLapsed();
      for (let { swept } = first; swept > 0; ) ({ swept } = await sweepOnce());
      const again = untold;
      untold = [];
      await Promise.all(again.map(close));
    },
    close,
  };
}
