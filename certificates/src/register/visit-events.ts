import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import type { Kysely, Transaction } from 'kysely';
import { appendAudit } from './audit-chain.ts';
import type { RegisterTables } from './database/schema.ts';
import type { Vault } from './vault.ts';

/** The one stream taken in so far: steps of visits, from queue-service. */
const STREAM = 'visits';

/** The last stream id taken in, undefined before the first. */
export async function lastVisitEvent(db: Kysely<RegisterTables>): Promise<string | undefined> {
  const row = await db.selectFrom('stream_positions').select('last_id').where('stream', '=', STREAM).executeTakeFirst();
  return row?.last_id;
}

/**
 * Chains the steps of visits in order. Those that were taken in before are passed over, so a repeated delivery, or the
 * same one to several nodes, changes nothing. Returns the last id on record.
 */
export async function takeVisitEvents(
  tx: Transaction<RegisterTables>,
  vault: Vault,
  events: readonly VisitEvent[],
): Promise<string> {
  const known = await tx
    .selectFrom('stream_positions')
    .select('last_id')
    .where('stream', '=', STREAM)
    .executeTakeFirst();
  let last = known?.last_id ?? '0-0';
  for (const event of events) {
    if (compareStreamIds(event.id, last) <= 0) continue;
    await appendAudit(tx, vault, {
      at: new Date(event.at),
      kind: 'visit-step',
      documentId: null,
      payload: {
        id: event.id,
        step: event.kind,
        visit: event.visitId,
        kiosk: event.kioskId,
        operator: event.operator ?? null,
        service: event.service ?? null,
        reason: event.reason ?? null,
        fence: `${event.fence.epoch}.${event.fence.counter}`,
      },
    });
    last = event.id;
  }
  const position = { stream: STREAM, last_id: last };
  await tx
    .insertInto('stream_positions')
    .values(position)
    .onConflict((conflict) => conflict.column('stream').doUpdateSet({ last_id: last }))
    .execute();
  return last;
}

/** Order of Redis stream ids: `milliseconds-sequence`, both as numbers. */
export function compareStreamIds(left: string, right: string): number {
  const [leftMs = 0, leftSequence = 0] = left.split('-').map(Number);
  const [rightMs = 0, rightSequence = 0] = right.split('-').map(Number);
  return leftMs - rightMs || leftSequence - rightSequence;
}
