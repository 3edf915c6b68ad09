import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { WebSocket } from 'ws';
import { kioskQueue } from '@videosportello/protocol/contract/kiosk-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { minutes } from '@videosportello/protocol/units.ts';
import { newId, visitId as visitIdSchema } from '@videosportello/protocol/ids.ts';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import { thumbprintOf, verifyProof } from '@videosportello/protocol/keys.ts';
import type { VisitClaim } from '@videosportello/protocol/receipt.ts';
import type { DutyState, EndReason, KioskVisit, MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import { kioskKey } from '../kiosk/kiosk-store.ts';
import { endedClaim, visitClaimOf } from '../receipts/claims.ts';
import { newKeptId } from '../receipts/kept-id.ts';
import { planOf } from '../routing/lanes.ts';
import type { KioskReading } from '../redis/records.ts';
import { endedView, kioskVisitView, movedView } from '../visit/visit-views.ts';
import { closeCodes } from './channel-context.ts';
import type { ChannelContext } from './channel-context.ts';
import { nodeAddress, placeWord } from './node-address.ts';
import { pacedTransport } from './paced-transport.ts';
import type { KioskSocket } from './socket-registry.ts';
import { createRefresher, createViewLane } from './view-lane.ts';

/** Why a kiosk may end a visit; that the operator did, or that the kiosk is lost, is not its to say to the register. */
const ownReasons: readonly EndReason[] = ['citizen', 'idle', 'technical'];

/** What a hello has proved. */
interface Greeted {
  readonly kioskId: KioskId;
  /** Thumbprints: the page's key for media, the kiosk's enrolled key for certificates. */
  readonly page: string;
  readonly enrolled: string;
}

/** Serves one kiosk page on an open socket (contract kiosk-queue). */
export function serveKiosk(socket: WebSocket, context: ChannelContext): void {
  const session = randomBytes(12).toString('hex');
  const lane = createViewLane();
  let greeted: Greeted | undefined;
  let hasTried = false;
  let pending: VisitId | undefined;
  /** The kiosk as this session read it last; what only its own page changes is still so. */
  let known: KioskReading | undefined;
  let said: {
    visit: KioskVisit | undefined;
    claim: VisitClaim | undefined;
    media: string;
    certificates: string;
    duty: DutyState | undefined;
  } = {
    visit: undefined,
    claim: undefined,
    media: '',
    certificates: '',
    duty: undefined,
  };

  const who = (): Greeted => {
    if (!greeted) throw new ProtocolError('not-authenticated');
    return greeted;
  };
  const dutyToday = () => {
    const stampDuty = context.stampDuty();
    return stampDuty === undefined ? {} : { stampDuty };
  };
  const displayNameOf = (operator: string) => context.directory.get(operator)?.displayName ?? '';

  const mediaOf = async (reading: KioskReading, page: string): Promise<MediaAccess | undefined> => {
    const { visit, mediaNode } = reading;
    if (!visit || mediaNode === undefined || visit.media === undefined || visit.state === 'alone') return undefined;
    const issued = await (visit.state === 'with-operator' ? context.grants.kioskRoom : context.grants.waiting)(visit, page);
    return { url: nodeAddress(mediaNode.url, 'room'), ...issued };
  };
  const certificatesOf = async ({ visit, certificatesNode }: KioskReading, enrolled: string) => {
    if (!visit || certificatesNode === undefined) return undefined;
    return { url: nodeAddress(certificatesNode.url, 'device'), ...(await context.grants.visit(visit, enrolled)) };
  };
  /** Which room with which right, and which certificate node: a change means a new grant for the page. */
  const wordsOf = ({ visit, mediaNode, certificatesNode }: KioskReading) => ({
    media:
      visit && mediaNode && visit.state !== 'alone'
        ? `${placeWord(mediaNode)} ${visit.epoch}.${visit.counter} ${visit.state === 'with-operator' ? 'room' : 'waiting'}`
        : '',
    certificates: visit && certificatesNode ? `${visit.id} ${placeWord(certificatesNode)}` : '',
  });
  const viewOf = (reading: KioskReading) => (reading.visit ? kioskVisitView(reading.visit, reading, displayNameOf) : undefined);
  /** Whether this page still has the kiosk; one that has not is closed. */
  const isOwn = (reading: KioskReading) => {
    if (reading.kiosk.session === session) return true;
    // A notice of it may have been lost on the way between processes, or Redis has lost the session.
    peer.close(closeCodes.lapsed, 'another session has the kiosk');
    return false;
  };
  /** @throws ProtocolError `link-lost` when another session has the kiosk. */
  const readOwn = async () => {
    const reading = await context.kiosks.read(who().kioskId);
    if (!isOwn(reading)) throw new ProtocolError('link-lost');
    return (known = reading);
  };
  /** The visit for an answer; remembers that the page now knows it. */
  const answerWith = async (reading: KioskReading, expected?: VisitId) => {
    const { page, enrolled } = who();
    known = reading;
    const visit = viewOf(reading);
    if (!visit || (expected !== undefined && visit.visitId !== expected)) throw new ProtocolError('visit-unknown');
    const [media, certificates] = await Promise.all([mediaOf(reading, page), certificatesOf(reading, enrolled)]);
    const claim = reading.visit && visitClaimOf(reading.visit);
    said = { ...said, visit, claim, ...wordsOf(reading) };
    return { visit, ...(media ? { media } : {}), certificates, ...(claim ? { receipt: await context.receipts.forKiosk(claim) } : {}) };
  };
  /** The receipt of a visit that is over; the page knows it from then on. */
  const receiptOfEnd = async (visitId: VisitId) => {
    if (said.claim?.visitId !== visitId) return {};
    return { receipt: await context.receipts.forKiosk(said.claim.state === 'ended' ? said.claim : endedClaim(said.claim)) };
  };
  /** The kiosk's record; a store that has lost it has it back first. */
  const readKiosk = async (kioskId: KioskId) => {
    try {
      return await context.kiosks.read(kioskId);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.code !== 'kiosk-unknown' || !context.enrolments.has(kioskId)) throw error;
      await context.enrolments.putBack();
      return context.kiosks.read(kioskId);
    }
  };
  const requireCertificates = <Access>(access: Access | undefined): Access => {
    if (access === undefined) throw new ProtocolError('no-node');
    return access;
  };

  const { peer } = acceptPeer({
    contract: kioskQueue,
    transport: pacedTransport(webSocketTransport(socket), context.messagePace, {
      nowMs: context.steadyNow,
      onTooFast() {
        context.log.peer('kiosk', greeted?.kioskId, { event: 'too-much' });
        peer.close(closeCodes.tooFast, 'too fast');
      },
    }),
    nowMs: context.now(),
    nonceBytes: randomBytes(16),
    timers: context.timers,
    onEvent: (event) => context.log.peer('kiosk', greeted?.kioskId, event),
    serve: ({ peer: mine, nonce }) => ({
      requests: {
        hello: async ({ kioskId, sessionKey, proof, receipt }) => {
          // One hello for a connection, also while the first is being looked at: its nonce is spent.
          if (hasTried) throw new ProtocolError('bad-message');
          hasTried = true;
          const { kiosk } = await readKiosk(kioskId);
          const key = await verifyProof(proof, { nonce, audience: 'queue', sessionKey });
          if (key.x !== kiosk.x) throw new ProtocolError('proof-invalid');
          const recall = await context.receipts.ofKiosk(kioskId, receipt);
          await context.kiosks.openSession({ kioskId, session, instance: context.instance, recall });
          greeted = { kioskId, page: await thumbprintOf(sessionKey), enrolled: await thumbprintOf(kioskKey(kiosk)) };
          if (mine.signal.aborted) {
            await context.kiosks.closeSession({ kioskId, session });
            throw new ProtocolError('link-lost');
          }
          context.sockets.kiosks.get(kioskId)?.close(closeCodes.replaced);
          context.sockets.kiosks.set(kioskId, self(kioskId));
          context.log.opened('kiosk', kioskId);
          mine.admit();
          return lane.run(async () => {
            const reading = await readOwn();
            const duty = context.dutyState(reading.onDuty > 0);
            const base = { kioskName: reading.kiosk.name, town: reading.kiosk.town, duty, ...dutyToday() };
            said = { visit: undefined, claim: recall?.claim, media: '', certificates: '', duty };
            if (!reading.visit) {
              return { ...base, ...(recall && (await receiptOfEnd(recall.claim.visitId))) };
            }
            const { certificates, ...rest } = await answerWith(reading);
            return { ...base, ...rest, ...(certificates ? { certificates } : {}) };
          });
        },
        alive: () => ({}),
        'visit.open': async ({ language }) => {
          // The same id until an answer is known: when the answer of a first try was lost, the second finds that visit.
          const visitId = (pending ??= newId(visitIdSchema, 'v'));
          try {
            const { kioskId } = who();
            const { certificates, ...answer } = await act(() => context.visits.open({ visitId, kioskId, session, language }), answerWith);
            const access = requireCertificates(certificates);
            pending = undefined;
            return { ...answer, certificates: access, ...dutyToday() };
          } catch (error) {
            // An id whose visit has ended meanwhile must not come to life again.
            if (error instanceof ProtocolError && !error.retryable) pending = undefined;
            throw error;
          }
        },
        'visit.step': async ({ service, ...where }) => {
          const { kioskId } = who();
          await act(async () => {
            const { kiosk, visit } = known ?? (await readOwn());
            const plan = planOf(context.routing(), { town: kiosk.town, language: where.language, service, needs: visit?.needs ?? [] });
            return context.visits.setStep({ ...where, kioskId, session, service, plan });
          }, tell);
          return {};
        },
        'ticket.open': async ({ visitId, needs }) => {
          const { kioskId } = who();
          const { certificates: _, ...answer } = await act(async () => {
            const { kiosk, visit } = known ?? (await readOwn());
            if (visit?.id !== visitId) throw new ProtocolError('visit-unknown');
            const { language, service } = visit;
            if (visit.ticket === undefined && !context.isServed({ kioskId, service })) throw new ProtocolError('outside-hours');
            const plan = planOf(context.routing(), { town: kiosk.town, language, service, needs });
            return context.visits.openTicket({ visitId, kioskId, session, needs, plan, day: context.today() });
          }, answerWith);
          return answer;
        },
        'ticket.keep': ({ visitId }) =>
          lane.run(async () => {
            const { kioskId } = who();
            const { visit } = await readOwn();
            // A visit that is kept already has left; the store knows the ticket that it was given.
            const place = visit?.id === visitId && visit.order !== undefined && visit.ticket !== undefined ? visit : undefined;
            const until = context.now() + minutes(context.routing().keepMinutes);
            const text = place
              ? await context.receipts.keep({
                  id: newKeptId(),
                  label: place.label,
                  class: place.class,
                  order: place.order ?? 0,
                  since: place.since,
                  until,
                  language: place.language,
                  needs: place.needs,
                  ...(place.service === undefined ? {} : { service: place.service }),
                })
              : '';
            const kept = await context.visits.keepTicket({ kioskId, session, visitId, turn: place?.turn ?? 0, text, label: place?.label ?? '', until });
            return { ticket: kept.text, label: kept.label, until: kept.until };
          }),
        'ticket.show': async ({ ticket }) => {
          const { kioskId } = who();
          const { certificates, ...answer } = await act(async () => {
            const kept = await context.receipts.readKept(ticket);
            const { kiosk } = known ?? (await readOwn());
            const plan = planOf(context.routing(), { town: kiosk.town, language: kept.language, service: kept.service, needs: kept.needs });
            return context.visits.showTicket({ kioskId, session, kept, plan, day: context.today() });
          }, answerWith);
          return { ...answer, certificates: requireCertificates(certificates) };
        },
        'ticket.cancel': async ({ visitId }) => {
          const { kioskId } = who();
          const { visit, receipt } = await act(() => context.visits.cancelTicket({ visitId, kioskId, session }), answerWith);
          return { visit, ...(receipt === undefined ? {} : { receipt }) };
        },
        'visit.end': async ({ visitId, reason }) => {
          if (!ownReasons.includes(reason)) throw new ProtocolError('bad-params');
          const { kioskId } = who();
          await act(() => context.visits.end({ visitId, kioskId, session, reason }), tell);
          return lane.run(() => receiptOfEnd(visitId));
        },
        'grants.renew': ({ visitId }) =>
          lane.run(async () => {
            const { media, certificates, receipt } = await answerWith(await readOwn(), visitId);
            if (!media && !certificates) throw new ProtocolError('no-node');
            return { ...(certificates ? { certificates } : {}), ...(media ? { media } : {}), ...(receipt === undefined ? {} : { receipt }) };
          }),
        'message.send': async ({ visitId, message }) => {
          const { visit } = await readOwn();
          if (visit?.id !== visitId) throw new ProtocolError('visit-unknown');
          if (visit.state !== 'with-operator' || visit.operator === undefined) throw new ProtocolError('peer-absent');
          const desk = await context.operators.readDesk(visit.operator).catch(() => {
            throw new ProtocolError('peer-absent');
          });
          const instance = desk.operator.present ? desk.operator.instance : undefined;
          return context.relay.deliver({ operatorId: visit.operator }, instance, visitId, message);
        },
      },
      notifications: {},
    }),
  });

  /** Tells the page what it does not know yet. */
  const tell = async (reading: KioskReading) => {
    if (!greeted || peer.signal.aborted || !isOwn(reading)) return;
    known = reading;
    const { visit: before } = said;
    if (before && before.state !== 'ended' && reading.visit?.id !== before.visitId) {
      const over = endedView(before);
      const receipt = await receiptOfEnd(before.visitId);
      said = { ...said, visit: over, claim: said.claim && endedClaim(said.claim), media: '', certificates: '' };
      peer.notify('visit.changed', { visit: over, ...receipt });
    }
    const visit = viewOf(reading);
    if (!visit || !reading.visit) return;
    const claim = visitClaimOf(reading.visit);
    const words = wordsOf(reading);
    const isSame = {
      media: words.media === said.media,
      certificates: words.certificates === said.certificates,
      claim: JSON.stringify(claim) === JSON.stringify(said.claim),
    };
    if (isSame.media && isSame.certificates && isSame.claim && JSON.stringify(visit) === JSON.stringify(said.visit)) return;
    const media = isSame.media ? undefined : await mediaOf(reading, greeted.page);
    const certificates = isSame.certificates ? undefined : await certificatesOf(reading, greeted.enrolled);
    const receipt = isSame.claim ? undefined : await context.receipts.forKiosk(claim);
    said = { ...said, visit, claim, ...words };
    peer.notify('visit.changed', {
      visit,
      ...(media ? { media } : {}),
      ...(certificates ? { certificates } : {}),
      ...(receipt === undefined ? {} : { receipt }),
    });
  };
  const refresh = createRefresher(
    () =>
      lane.run(async () => {
        if (greeted && !peer.signal.aborted) await tell(await context.kiosks.read(greeted.kioskId));
      }),
    (error) => context.log.failed('kiosk.refresh', error),
  );
  /**
   * Does what changes this kiosk, and takes what came of it to the page: nobody else does. When that fails the change may have
   * been made all the same, so the page is told as soon as it can be read.
   */
  const act = <Answer>(change: () => Promise<KioskReading>, answer: (reading: KioskReading) => Promise<Answer>): Promise<Answer> =>
    lane.run(async () => {
      try {
        return await answer(await change());
      } catch (error) {
        refresh();
        throw error;
      }
    });
  const tellPlace: KioskSocket['tellPlace'] = (places, line) => {
    // What is on its way through the lane may have been read before these places.
    if (lane.isIdle && !places.has(said.visit?.visitId ?? '')) return;
    void lane.run(async () => {
      const moved = said.visit && movedView(said.visit, places, line);
      if (!greeted || peer.signal.aborted || !moved) return;
      said = { ...said, visit: moved };
      peer.notify('visit.changed', { visit: moved });
    });
  };
  const tellDuty: KioskSocket['tellDuty'] = (duty) => {
    if (isDeepStrictEqual(duty, said.duty)) return;
    void lane.run(async () => {
      if (peer.signal.aborted) return;
      said = { ...said, duty };
      peer.notify('duty.changed', duty);
    });
  };
  const self = (kioskId: KioskId): KioskSocket => ({
    kioskId,
    session,
    refresh,
    tellPlace,
    tellDuty,
    revoked() {
      peer.notify('kiosk.revoked', {});
      peer.close(closeCodes.revoked, 'kiosk revoked');
    },
    deliver: (visitId, message) => peer.request('message.deliver', { visitId, message }),
    close: (code) => peer.close(code),
  });

  const liveness = context.watch(socket);
  void peer.closed.then(async (code) => {
    liveness.stop();
    if (!greeted) return;
    const { kioskId } = greeted;
    if (context.sockets.kiosks.get(kioskId)?.session === session) context.sockets.kiosks.delete(kioskId);
    context.log.closed('kiosk', kioskId, code);
    await context.leases.close(() => context.kiosks.closeSession({ kioskId, session }));
  });
}
