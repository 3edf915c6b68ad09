import { z } from 'zod';
import { luaList } from './redis/scripts.ts';
import type { ScriptRunner } from './redis/scripts.ts';

const gone = z.object({
  operators: luaList(z.string()).optional(),
  kiosks: luaList(z.string()).optional(),
  nodes: luaList(z.string()).optional(),
});

/** What kind of socket holds a lease. */
export type Holder = 'operators' | 'kiosks' | 'nodes';

/** Renews the leases of this process's sockets: pongs are gathered, one command carries them. */
export interface LeaseKeeper {
  /** The socket of this holder and session has answered a ping. */
  seen(kind: Holder, id: string, session: string): void;
  /** Sends what was gathered; `onGone` hears of those whose lease is no longer theirs. @throws ProtocolError `store-unavailable`; what was gathered is kept. */
  renew(): Promise<void>;
}

export function createLeaseKeeper(
  scripts: ScriptRunner,
  onGone: (kind: Holder, id: string, session: string) => void,
): LeaseKeeper {
  const fresh: Record<Holder, Map<string, string>> = { operators: new Map(), kiosks: new Map(), nodes: new Map() };
  const kinds = ['operators', 'kiosks', 'nodes'] as const;
  return {
    seen: (kind, id, session) => void fresh[kind].set(id, session),
    async renew() {
      if (kinds.every((kind) => fresh[kind].size === 0)) return;
      const sent = kinds.map((kind) => [kind, new Map(fresh[kind])] as const);
      const lists = sent.map(([kind, holders]) => [kind, [...holders].map(([id, session]) => ({ id, session }))]);
      const answer = await scripts.run('renew-leases', Object.fromEntries(lists), gone);
      for (const [kind, holders] of sent) {
        for (const [id, session] of holders) if (fresh[kind].get(id) === session) fresh[kind].delete(id);
        for (const id of answer[kind] ?? []) onGone(kind, id, holders.get(id) ?? '');
      }
    },
  };
}
