import { compactVerify, createLocalJWKSet } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { ProtocolError } from './error-codes.ts';
import type { GrantKeys } from './grant.ts';
import { language, need, priorityClass, service } from './messages/visit.ts';
import { signCompact } from './signing-key.ts';
import type { SigningKey } from './signing-key.ts';
import { epochMs } from './units.ts';

/*
 * "Come back later": a place in the queue on paper or on a phone. Whoever shows it stands at that place again, at any kiosk of
 * the pool. It is as short as can be, for a code of version 12 at level M holds 287 bytes (ISO/IEC 18004, table 7).
 */

/** Longest text of a kept ticket, bytes. */
export const KEPT_TICKET_MAX = 287;
export const keptTicketText = z.string().max(KEPT_TICKET_MAX).regex(/^[\w-]+\.[\w-]+\.[\w-]+$/);

/** What stands on a kept ticket. */
export const keptTicket = z.object({
  /** Names it, so that it serves once: 12 characters of base64url. */
  id: z.string().regex(/^[\w-]{12}$/),
  label: z.string().max(6),
  class: priorityClass,
  /** Number that orders tickets of a class. */
  order: z.number().int().min(0),
  /** Start of the wait, ms. */
  since: epochMs,
  /** Until when the place is kept, ms. */
  until: epochMs,
  language,
  service: service.optional(),
  needs: z.array(need).max(4),
});
export type KeptTicket = z.output<typeof keptTicket>;

const row = z.tuple([z.string(), z.string(), z.string(), z.number(), z.number(), z.number(), z.number(), z.string(), z.number(), z.array(z.number())]);
const typ = 'kept';

/** What tells pools apart in so little room: 48 bits of the digest of the pool's name. */
async function markOf(pool: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pool));
  return btoa(String.fromCharCode(...new Uint8Array(digest).subarray(0, 6))).replaceAll('+', '-').replaceAll('/', '_');
}

/** Signs a kept ticket (EdDSA, compact JWS). `typ` keeps it from serving as a grant or a receipt. */
export async function signKeptTicket(
  ticket: KeptTicket,
  { pool, key }: { readonly pool: string; readonly key: SigningKey },
): Promise<string> {
  const payload: z.output<typeof row> = [
    await markOf(pool),
    ticket.id,
    ticket.label,
    priorityClass.options.indexOf(ticket.class),
    ticket.order,
    ticket.since,
    ticket.until - ticket.since,
    ticket.language,
    ticket.service === undefined ? -1 : service.options.indexOf(ticket.service),
    ticket.needs.map((wish) => need.options.indexOf(wish)),
  ];
  return keptTicketText.parse(await signCompact(payload, typ, key));
}

/**
 * Reads a kept ticket. Whether its time is over or it has served already is the queue's to say.
 * @throws ProtocolError `ticket-unknown` when it is altered, another pool's, or no kept ticket at all.
 */
export async function readKeptTicket(text: string, expected: { readonly pool: string; readonly keys: GrantKeys }): Promise<KeptTicket> {
  try {
    const { payload, protectedHeader } = await compactVerify(text, createLocalJWKSet(expected.keys as JSONWebKeySet), { algorithms: ['EdDSA'] });
    if (protectedHeader.typ !== typ) throw new TypeError('a signature for another purpose');
    const [mark, id, label, classAt, order, since, keptMs, language_, serviceAt, needsAt] = row.parse(
      JSON.parse(new TextDecoder().decode(payload)),
    );
    if (mark !== (await markOf(expected.pool))) throw new TypeError('of another pool');
    return keptTicket.parse({
      id,
      label,
      class: priorityClass.options[classAt],
      order,
      since,
      until: since + keptMs,
      language: language_,
      ...(serviceAt < 0 ? {} : { service: service.options[serviceAt] ?? null }),
      needs: needsAt.map((index) => need.options[index]),
    });
  } catch (error) {
    throw new ProtocolError('ticket-unknown', { cause: error });
  }
}
