import type { Kysely, Transaction } from 'kysely';
import { appendAudit } from './audit-chain.ts';
import { freeDutyMark, useDutyMark } from './duty-marks.ts';
import { RegisterError } from './register-error.ts';
import type { RegisterTables } from './database/schema.ts';
import type { Vault } from './vault.ts';

/**
 * Who asks for a number, for what. `request` is everything the paper depends on, in a fixed form; only its keyed digest
 * is kept.
 */
export interface ReservationRequest {
  readonly idempotencyKey: string;
  readonly request: string;
  readonly documentId: string;
  readonly certificateType: string;
  /** Year of the certificate's day in the town: the sequence it counts in. */
  readonly year: number;
  readonly dutyMark: string | null;
  /** The case of the back office that asks, which may hold the mark already; null for any other request. */
  readonly ofCase: string | null;
  readonly at: Date;
}

/** A number that belongs to one document and to nothing else, whatever happens next. */
export interface Reservation {
  readonly documentId: string;
  readonly number: string;
  readonly protocol: string;
  readonly reservedAt: Date;
}

type Tx = Transaction<RegisterTables>;

/** The reservation of an idempotency key, if it has one. @throws {RegisterError} `key-reused`, `reservation-void` */
export async function reservationOf(
  db: Kysely<RegisterTables>,
  vault: Vault,
  key: string,
  request: string,
): Promise<RegisterTables['reservations'] | null> {
  const row = await db.selectFrom('reservations').selectAll().where('idempotency_key', '=', key).executeTakeFirst();
  if (row === undefined) return null;
  if (row.request_fingerprint !== vault.fingerprint(request)) {
    throw new RegisterError('key-reused', 'This key was used for another request.');
  }
  if (row.state === 'void') throw new RegisterError('reservation-void', 'The number of this request was given up.');
  return row;
}

/** See `Register.reserve`. */
export async function reserve(tx: Tx, vault: Vault, asked: ReservationRequest): Promise<Reservation> {
  const known = await reservationOf(tx, vault, asked.idempotencyKey, asked.request);
  if (known !== null) return reservationFrom(known);
  const year = String(asked.year);
  const row = {
    document_id: asked.documentId,
    idempotency_key: asked.idempotencyKey,
    request_fingerprint: vault.fingerprint(asked.request),
    certificate_type: asked.certificateType,
    certificate_number: `${year}/${await nextNumber(tx, 'certificate', asked.year)}`,
    protocol_number: `${await nextNumber(tx, 'protocol', asked.year)}/${year}`,
    reserved_at: asked.at.getTime(),
    state: 'reserved',
  } as const;
  await tx.insertInto('reservations').values(row).execute();
  if (asked.dutyMark !== null) await useDutyMark(tx, asked.dutyMark, asked.documentId, asked.ofCase);
  await appendAudit(tx, vault, {
    at: asked.at,
    kind: 'number-reserved',
    documentId: asked.documentId,
    payload: {
      number: row.certificate_number,
      protocol: row.protocol_number,
    },
  });
  return reservationFrom(row);
}

/** See `Register.voidReservations`. */
export async function voidReservations(tx: Tx, vault: Vault, before: Date, at: Date): Promise<number> {
  const stale = await tx
    .selectFrom('reservations')
    .select(['document_id', 'certificate_number', 'protocol_number'])
    .where('reservations.state', '=', 'reserved')
    .where('reserved_at', '<', before.getTime())
    // Whoever allowed a case takes its number up again, however long the key was away.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('cases').select('state').whereRef('cases.document_id', '=', 'reservations.document_id').where('cases.state', '=', 'approved'))),
    )
    .execute();
  for (const row of stale) {
    await tx.updateTable('reservations').set({ state: 'void' }).where('document_id', '=', row.document_id).execute();
    await freeDutyMark(tx, row.document_id);
    const payload = { number: row.certificate_number, protocol: row.protocol_number, reason: 'no document was made' };
    await appendAudit(tx, vault, { at, kind: 'reservation-voided', documentId: row.document_id, payload });
  }
  return stale.length;
}

function reservationFrom(row: RegisterTables['reservations']): Reservation {
  return {
    documentId: row.document_id,
    number: row.certificate_number,
    protocol: row.protocol_number,
    reservedAt: new Date(row.reserved_at),
  };
}

async function nextNumber(tx: Tx, name: string, year: number): Promise<string> {
  const { last } = await tx
    .insertInto('number_sequences')
    .values({ name, year, last: 1 })
    .onConflict((conflict) =>
      conflict.columns(['name', 'year']).doUpdateSet((row) => ({ last: row('number_sequences.last', '+', 1) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow();
  return String(last).padStart(7, '0');
}
