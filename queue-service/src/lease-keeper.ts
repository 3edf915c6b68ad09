import { z } from 'zod';
import type { ScriptRunner } from './redis/scripts.ts';

const renewed = z.object({ held: z.boolean() });

/** The lease of this process, on which all its sockets hang. */
export interface LeaseKeeper {
  /** Renews it; `onLapsed` is called when it had lapsed meanwhile. @throws ProtocolError `store-unavailable` */
  renew(): Promise<void>;
  /** Tells Redis that a socket is gone. What cannot be told now is told after the next renewal. */
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
    async renew() {
      if (!(await scripts.run('renew-leases', { instance }, renewed)).held) onLapsed();
      const again = untold;
      untold = [];
      await Promise.all(again.map(close));
    },
    close,
  };
}
