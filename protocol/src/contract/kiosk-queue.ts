import { z } from 'zod';
import { kioskId, visitId } from '../ids.ts';
import { compactJws, publicKey } from '../keys.ts';
import { roomAnswer, roomMessage } from '../messages/room.ts';
import { dutyState, endReason, kioskVisit, language, mediaAccess, need, phase, service, stampDuty, visitStep } from '../messages/visit.ts';
import { keptTicketText } from '../kept-ticket.ts';
import { receiptText } from '../receipt.ts';
import { contract } from '../rpc/contract.ts';
import { epochMs, socketUrl } from '../units.ts';

/** The visit grant and the certificate node it is for; the device service takes it there. */
export const certificateAccess = z.object({ url: socketUrl, grant: z.string().max(4096), expiresAt: epochMs });

/**
 * The kiosk page at queue-service (`/kiosk`). Hello proves the kiosk's key (by the device service) and names the page's own
 * session key; media grants are bound to that key, visit grants to the kiosk's.
 *
 * `receipt`: what the page shows with its next hello, so that a queue that lost its memory finds the visit again. It comes
 * whenever what it says has changed; the newest is kept, until another comes.
 */
export const kioskQueue = contract({
  name: 'kiosk-queue',
  version: 2,
  client: {
    requests: {
      hello: {
        /** A receipt that does not count is as none. */
        params: z.object({ version: z.literal(2), kioskId, sessionKey: publicKey, proof: compactJws, receipt: receiptText.optional() }),
        /** The running visit of this kiosk, if there is one: a reloaded page comes back into it. */
        result: z.object({
          kioskName: z.string().max(80),
          town: z.string().max(80),
          duty: dutyState,
          /** Null while the law asks for none; absent when the town's rules say nothing of the day. */
          stampDuty: stampDuty.nullable().optional(),
          visit: kioskVisit.optional(),
          certificates: certificateAccess.optional(),
          media: mediaAccess.optional(),
          receipt: receiptText.optional(),
        }),
      },
      /** A sign of life, for a page hears nothing of WebSocket's pings. It keeps nothing alive. */
      alive: { params: z.object({}), result: z.object({}) },
      'visit.open': {
        params: z.object({ language }),
        /** The duty again: a kiosk may have said hello weeks ago, and this is what holds today. */
        result: z.object({ visit: kioskVisit, certificates: certificateAccess, stampDuty: stampDuty.nullable().optional(), receipt: receiptText.optional() }),
      },
      /** Where the citizen is now; pushed on to the operator who has the visit. */
      'visit.step': {
        params: z.object({ visitId, step: visitStep, phase, language, service: service.optional() }),
        result: z.object({}),
      },
      /**
       * "A person, please." Answered with the ticket and the waiting grant; safe to repeat. Other needs of somebody who waits change
       * who can help, and his class; refused with `nobody-on-duty` they leave his place as it is.
       */
      'ticket.open': {
        params: z.object({ visitId, needs: z.array(need).max(4) }),
        result: z.object({ visit: kioskVisit, media: mediaAccess.optional(), receipt: receiptText.optional() }),
      },
      'ticket.cancel': { params: z.object({ visitId }), result: z.object({ visit: kioskVisit, receipt: receiptText.optional() }) },
      /**
       * "I come back later": the visit ends here and its place is kept, on a ticket to be shown as a code or printed. Safe to
       * repeat. Refused with `visit-state` when the visit has no place, or is in talk.
       */
      'ticket.keep': {
        params: z.object({ visitId }),
        result: z.object({ ticket: keptTicketText, label: z.string().max(6), until: epochMs }),
      },
      /**
       * A kept ticket is shown: a visit of its own, or the one that the citizen has begun here, stands at its old place.
       * Refused with `ticket-unknown`, `ticket-used`, `ticket-expired`; with `kiosk-busy` when the visit here is further on.
       */
      'ticket.show': {
        params: z.object({ ticket: z.string().max(1_000) }),
        result: z.object({ visit: kioskVisit, certificates: certificateAccess, media: mediaAccess.optional(), receipt: receiptText.optional() }),
      },
      /** Reasons of a kiosk: citizen, idle, technical; others are refused with `bad-params`. */
      'visit.end': { params: z.object({ visitId, reason: endReason }), result: z.object({ receipt: receiptText.optional() }) },
      /** Renews what the kiosk holds for this visit, with the present fence; a node that is missing now renews nothing of its own. */
      'grants.renew': {
        params: z.object({ visitId }),
        result: z.object({ certificates: certificateAccess.optional(), media: mediaAccess.optional(), receipt: receiptText.optional() }),
      },
      /** The way round a dead room: the same messages over this socket. */
      'message.send': { params: z.object({ visitId, message: roomMessage }), result: roomAnswer, timeoutMs: 15_000 },
    },
    notifications: {},
  },
  server: {
    requests: {
      'message.deliver': { params: z.object({ visitId, message: roomMessage }), result: roomAnswer, timeoutMs: 12_000 },
    },
    notifications: {
      /** Access comes along when the state, the fence or a node has changed, or when a node has come back. */
      'visit.changed': z.object({
        visit: kioskVisit,
        media: mediaAccess.optional(),
        certificates: certificateAccess.optional(),
        receipt: receiptText.optional(),
      }),
      'duty.changed': dutyState,
      /** The kiosk was revoked: it must not serve any more. The socket closes after it. */
      'kiosk.revoked': z.object({}),
    },
  },
});
