import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { kioskQueue } from '@videosportello/protocol/contract/kiosk-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { newId, visitId as visitIdSchema } from '@videosportello/protocol/ids.ts';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import { thumbprintOf, verifyProof } from '@videosportello/protocol/keys.ts';
import type { EndReason, KioskVisit, MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import { watchLiveness } from '@videosportello/protocol/rpc/liveness.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import { kioskKey } from '../kiosk/kiosk-store.ts';
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
  let said: { visit: KioskVisit | undefined; media: string; certificates: string; duty: string } = {
    visit: undefined,
    media: '',
    certificates: '',
    duty: '',
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
  /** Reads the visit for an answer, and remembers that the page now knows it. */
  const answerWith = async (expected: VisitId) => {
    const { kioskId, page, enrolled } = who();
    const reading = await context.kiosks.read(kioskId);
    const visit = viewOf(reading);
    if (!visit || visit.visitId !== expected) throw new ProtocolError('visit-unknown');
    const [media, certificates] = await Promise.all([mediaOf(reading, page), certificatesOf(reading, enrolled)]);
    said = { ...said, visit, ...wordsOf(reading) };
    return { visit, ...(media ? { media } : {}), certificates };
  };
  const requireCertificates = <Access>(access: Access | undefined): Access => {
    if (access === undefined) throw new ProtocolError('no-node');
    return access;
  };

  const { peer } = acceptPeer({
    contract: kioskQueue,
    transport: pacedTransport(webSocketTransport(socket), context.messagePace, {
      nowMs: () => performance.now(),
      onTooFast() {
        context.log.peer('kiosk', greeted?.kioskId, { event: 'too-much' });
        peer.close(closeCodes.tooFast, 'too fast');
      },
    }),
    nowMs: context.now(),
    nonceBytes: randomBytes(16),
    onEvent: (event) => context.log.peer('kiosk', greeted?.kioskId, event),
    serve: ({ peer: mine, nonce }) => ({
      requests: {
        hello: async ({ kioskId, sessionKey, proof }) => {
          // One hello for a connection, also while the first is being looked at: its nonce is spent.
          if (hasTried) throw new ProtocolError('bad-message');
          hasTried = true;
          const { kiosk } = await context.kiosks.read(kioskId);
          const key = await verifyProof(proof, { nonce, audience: 'queue', sessionKey });
          if (key.x !== kiosk.x) throw new ProtocolError('proof-invalid');
          await context.kiosks.openSession({ kioskId, session, instance: context.instance });
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
            const reading = await context.kiosks.read(kioskId);
            const duty = context.dutyState(reading.onDuty);
            const base = { kioskName: reading.kiosk.name, town: reading.kiosk.town, duty, ...dutyToday() };
            said = { visit: undefined, media: '', certificates: '', duty: JSON.stringify(duty) };
            if (!reading.visit) return base;
            const { certificates, ...rest } = await answerWith(reading.visit.id);
            return { ...base, ...rest, ...(certificates ? { certificates } : {}) };
          });
        },
        alive: () => ({}),
        'visit.open': async ({ language }) => {
          // The same id until an answer is known: when the answer of a first try was lost, the second finds that visit.
          const visitId = (pending ??= newId(visitIdSchema, 'v'));
          try {
            await context.visits.open({ visitId, kioskId: who().kioskId, session, language });
            const { visit, certificates } = await lane.run(() => answerWith(visitId));
            const access = requireCertificates(certificates);
            pending = undefined;
            return { visit, certificates: access, ...dutyToday() };
          } catch (error) {
            // An id whose visit has ended meanwhile must not come to life again.
            if (error instanceof ProtocolError && !error.retryable) pending = undefined;
            throw error;
          }
        },
        'visit.step': async ({ service, ...where }) => {
          await lane.run(async () => {
            const { kioskId } = who();
            const { kiosk, visit } = await context.kiosks.read(kioskId);
            const plan = planOf(context.routing(), { town: kiosk.town, language: where.language, service, needs: visit?.needs ?? [] });
            await context.visits.setStep({ ...where, kioskId, session, service, plan });
          });
          return {};
        },
        'ticket.open': async ({ visitId, needs }) => {
          return lane.run(async () => {
            const { kioskId } = who();
            const reading = await context.kiosks.read(kioskId);
            if (reading.visit?.id !== visitId) throw new ProtocolError('visit-unknown');
            const { language, service } = reading.visit;
            if (reading.visit.ticket === undefined && !context.isServed({ kioskId, service })) throw new ProtocolError('outside-hours');
            const plan = planOf(context.routing(), { town: reading.kiosk.town, language, service, needs });
            await context.visits.openTicket({ visitId, kioskId, session, needs, plan, day: context.today() });
            const { visit, media } = await answerWith(visitId);
            return { visit, ...(media ? { media } : {}) };
          });
        },
        'ticket.cancel': async ({ visitId }) => {
          await context.visits.cancelTicket({ visitId, kioskId: who().kioskId, session });
          return { visit: (await lane.run(() => answerWith(visitId))).visit };
        },
        'visit.end': async ({ visitId, reason }) => {
          if (!ownReasons.includes(reason)) throw new ProtocolError('bad-params');
          await context.visits.end({ visitId, kioskId: who().kioskId, session, reason });
          return {};
        },
        'grants.renew': ({ visitId }) =>
          lane.run(async () => {
            const { media, certificates } = await answerWith(visitId);
            if (!media && !certificates) throw new ProtocolError('no-node');
            return { ...(certificates ? { certificates } : {}), ...(media ? { media } : {}) };
          }),
        'message.send': async ({ visitId, message }) => {
          const { visit } = await context.kiosks.read(who().kioskId);
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
  const refresh = createRefresher(
    () =>
      lane.run(async () => {
        if (!greeted || peer.signal.aborted) return;
        const reading = await context.kiosks.read(greeted.kioskId);
        if (reading.kiosk.session !== session) {
          // A notice of it may have been lost on the way between processes, or Redis has lost the session.
          peer.close(closeCodes.lapsed, 'another session has the kiosk');
          return;
        }
        const { visit: before } = said;
        if (before && before.state !== 'ended' && reading.visit?.id !== before.visitId) {
          const over = endedView(before);
          said = { ...said, visit: over, media: '', certificates: '' };
          peer.notify('visit.changed', { visit: over });
        }
        const visit = viewOf(reading);
        if (!visit) return;
        const words = wordsOf(reading);
        const isSame = { media: words.media === said.media, certificates: words.certificates === said.certificates };
        if (isSame.media && isSame.certificates && JSON.stringify(visit) === JSON.stringify(said.visit)) return;
        const media = isSame.media ? undefined : await mediaOf(reading, greeted.page);
        const certificates = isSame.certificates ? undefined : await certificatesOf(reading, greeted.enrolled);
        said = { ...said, visit, ...words };
        peer.notify('visit.changed', { visit, ...(media ? { media } : {}), ...(certificates ? { certificates } : {}) });
      }),
    (error) => context.log.failed('kiosk.refresh', error),
  );
  const tellPlace: KioskSocket['tellPlace'] = (places, line) =>
    void lane.run(async () => {
      const moved = said.visit && movedView(said.visit, places, line);
      if (!greeted || peer.signal.aborted || !moved) return;
      said = { ...said, visit: moved };
      peer.notify('visit.changed', { visit: moved });
    });
  const refreshDuty = createRefresher(
    () =>
      lane.run(async () => {
        if (!greeted || peer.signal.aborted) return;
        const duty = context.dutyState((await context.kiosks.read(greeted.kioskId)).onDuty);
        if (JSON.stringify(duty) === said.duty) return;
        said = { ...said, duty: JSON.stringify(duty) };
        peer.notify('duty.changed', duty);
      }),
    (error) => context.log.failed('kiosk.refresh-duty', error),
  );
  const self = (kioskId: KioskId): KioskSocket => ({
    kioskId,
    session,
    refresh,
    tellPlace,
    refreshDuty,
    revoked() {
      peer.notify('kiosk.revoked', {});
      peer.close(closeCodes.revoked, 'kiosk revoked');
    },
    deliver: (visitId, message) => peer.request('message.deliver', { visitId, message }),
    close: (code) => peer.close(code),
  });

  const liveness = watchLiveness(socket);
  void peer.closed.then(async (code) => {
    liveness.stop();
    if (!greeted) return;
    const { kioskId } = greeted;
    if (context.sockets.kiosks.get(kioskId)?.session === session) context.sockets.kiosks.delete(kioskId);
    context.log.closed('kiosk', kioskId, code);
    await context.leases.close(() => context.kiosks.closeSession({ kioskId, session }));
  });
}
