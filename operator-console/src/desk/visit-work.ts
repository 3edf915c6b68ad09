import { createCertificateClient } from '@videosportello/certificates/client/certificate-client.ts';
import type { CertificateClient } from '@videosportello/certificates/client/certificate-client.ts';
import { ProtocolError, toProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import type { VisitAccess } from '@videosportello/queue-service/client/operator-queue-client.ts';
import { createObservable } from '@videosportello/queue-service/client/observable.ts';
import type { Observable } from '@videosportello/queue-service/client/observable.ts';
import type { CallController, CallEvent, CallOptions } from '@videosportello/sfu-server/client/call-controller.ts';
import { begun, finished } from './desk-machine.ts';
import { idleCall, noProgress } from './desk-state.ts';
import type { CallView, Topic, WorkState } from './desk-state.ts';
import { createScanPictures } from './scan-pictures.ts';
import type { PictureMemory, ScanPictures } from './scan-pictures.ts';
import { markDelivery, takeLine } from './text-lines.ts';
import { createTextSender } from './text-sender.ts';
import type { OutgoingLine } from './text-sender.ts';

export interface VisitWorkDeps {
  readonly sessionKey: HolderKey;
  readonly createCall: (options: CallOptions) => CallController;
  readonly makeSocket: (url: string) => WebSocketLike;
  /** The way round a dead room. */
  readonly sendByQueue: (visitId: VisitId, body: RoomBody) => Promise<RoomAnswer>;
  /** The room has refused the grant it was shown: the queue is to give a new one now, not at its next renewal. */
  readonly renewGrant: (visitId: VisitId) => void;
  /** Whether the visit is in front; lines that come while it is not are counted. */
  readonly isInFront: () => boolean;
  /** Where the pictures of scanned pages are kept. */
  readonly pictures: PictureMemory;
  readonly timers: Timers;
  readonly now: () => number;
}

/**
 * What this page does for one visit: its call, its certificate node, its text. Survives every redraw; gone with the
 * visit.
 */
export interface VisitWork extends Observable<WorkState> {
  /** Offered: transports are made, nothing is sent; at another media node when the offer comes again for one. */
  prewarm(media: MediaAccess): void;
  /** In hand: opens room and certificate node, or shows them a renewed grant. */
  hold(access: VisitAccess): void;
  /** Opens or closes the microphone. */
  setOnAir(onAir: boolean): void;
  toggleCamera(): void;
  seen(): void;
  write(text: string): void;
  finishLine(text: string): void;
  resendLine(line: number): void;
  /** Leads the citizen; the answer is seen in `led`. */
  lead(body: Extract<RoomBody, { kind: 'show-step' | 'ask-card' | 'ask-scan' }>): void;
  /** Does something at the certificate node; what goes wrong is seen under the topic. */
  ask(topic: Topic, what: (client: CertificateClient) => Promise<unknown>): Promise<boolean>;
  /** A message of the citizen, by whichever way it came. */
  hear(body: RoomBody): Pick<RoomAnswer, 'outcome' | 'reason'>;
  close(): void;
}

/** Failures of the room after which the same words go over the queue's socket. */
const roundTheRoom: readonly ErrorCode[] = ['link-lost', 'peer-absent', 'timeout'];

/** Makes the work of one visit. Nothing is opened before `prewarm` or `hold`. */
export function createVisitWork(visitId: VisitId, colour: number, deps: VisitWorkDeps): VisitWork {
  const store = createObservable<WorkState>({
    visitId,
    colour,
    call: idleCall,
    certificates: undefined,
    scans: [],
    lines: [],
    unread: 0,
    led: undefined,
    progress: noProgress,
  });
  let certificates: CertificateClient | undefined;
  let scans: ScanPictures | undefined;
  let held = false;
  let warmedWith: string | undefined;
  let onAir = false;
  let closed = false;

  const change = (patch: Partial<WorkState>) => {
    if (!closed) store.change(patch);
  };
  const changeCall = (patch: Partial<CallView>) => change({ call: { ...store.state.call, ...patch } });

  const onEvent = (event: CallEvent): void => {
    const { call } = store.state;
    switch (event.type) {
      case 'state':
        changeCall({ state: event.state, ...(event.state.name === 'in-call' ? { refused: false } : {}) });
        if (event.state.name === 'in-call') tellMedia();
        return;
      case 'local-media':
        changeCall({ local: event.media });
        return tellMedia();
      case 'remote-track':
        return changeCall({ remote: { ...call.remote, [event.source]: { track: event.track, paused: event.paused } } });
      case 'remote-track-ended': {
        const { [event.source]: _gone, ...remote } = call.remote;
        return changeCall({ remote });
      }
      case 'other-present':
        changeCall({ otherPresent: event.present });
        if (event.present) tellMedia();
        return;
      case 'media-path':
        return changeCall({ path: event.path });
      case 'quality':
        return changeCall({ quality: event.report });
      case 'grant-needed':
        changeCall({ refused: true });
        return deps.renewGrant(visitId);
    }
  };
  const call = deps.createCall({
    role: 'operator',
    key: deps.sessionKey,
    // Whoever is in front hears the operator only once the microphone is opened for him.
    muted: true,
    makeSocket: deps.makeSocket,
    onEvent,
    onMessage: (body) => Promise.resolve(hear(body)),
  });

  const send = async (body: RoomBody): Promise<RoomAnswer> => {
    try {
      return await call.send(body);
    } catch (error) {
      if (!roundTheRoom.includes(toProtocolError(error).code)) throw error;
      return deps.sendByQueue(visitId, body);
    }
  };
  /** So that the other side can say in words what it does not get. */
  const tellMedia = () => {
    const { local, cameraOff } = store.state.call;
    // Before the devices were asked for there is nothing true to say of them.
    if (!held || closed || !local) return;
    send({
      kind: 'media-state',
      microphone: 'absent' in local.microphone ? 'absent' : onAir ? 'on' : 'muted',
      camera: 'absent' in local.camera ? 'absent' : cameraOff ? 'off' : 'on',
    }).catch(() => undefined);
  };

  const sendLine = (said: OutgoingLine): void => {
    change({ lines: takeLine(store.state.lines, { author: 'operator', ...said, delivery: 'sending' }) });
    const settle = (delivery: 'delivered' | 'failed') =>
      change({ lines: markDelivery(store.state.lines, said, delivery) });
    send({ kind: 'text', ...said }).then(
      ({ outcome }) => settle(outcome === 'done' ? 'delivered' : 'failed'),
      () => settle('failed'),
    );
  };
  const sender = createTextSender({ firstLine: deps.now(), send: sendLine, timers: deps.timers });

  function hear(body: RoomBody): Pick<RoomAnswer, 'outcome' | 'reason'> {
    if (body.kind === 'text') {
      const { line, text, done } = body;
      const { lines, unread } = store.state;
      const taken = takeLine(lines, { author: 'citizen', line, text, done });
      const isNew = taken.length > lines.length;
      change({ lines: taken, unread: isNew && !deps.isInFront() ? unread + 1 : unread });
      return { outcome: 'done' };
    }
    if (body.kind === 'media-state') {
      changeCall({ citizenMedia: body });
      return { outcome: 'done' };
    }
    return { outcome: 'refused', reason: 'not-for-an-operator' };
  }

  const attempt = async (topic: Topic, what: () => Promise<unknown>): Promise<boolean> => {
    change({ progress: begun(store.state.progress, topic) });
    try {
      await what();
      change({ progress: finished(store.state.progress, topic, undefined) });
      return true;
    } catch (error) {
      const { code, detail } = toProtocolError(error);
      change({ progress: finished(store.state.progress, topic, { code, detail }) });
      return false;
    }
  };

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    prewarm(media) {
      if (call.state.name === 'idle') void call.prewarm(media);
      else if (!held && media.grant !== warmedWith) call.updateGrant(media);
      warmedWith = media.grant;
    },
    hold(access) {
      if (held) call.updateGrant(access.media);
      else void call.enter(access.media);
      held = true;
      if (access.certificatesUrl === undefined) return;
      const grant = { url: access.certificatesUrl, grant: access.media.grant };
      if (certificates) return certificates.renewGrant(grant);
      const opened = createCertificateClient(grant, { makeSocket: deps.makeSocket, sessionKey: deps.sessionKey });
      certificates = opened;
      change({ certificates: opened.state });
      const pictures = createScanPictures({
        fetch: opened.fetchScan,
        memory: deps.pictures,
        onChange: (shown) => change({ scans: shown }),
      });
      scans = pictures;
      opened.subscribe((state) => {
        change({ certificates: state });
        if (!closed) pictures.follow(state);
      });
    },
    setOnAir(next) {
      if (next === onAir) return;
      onAir = next;
      call.setMuted(!onAir);
      tellMedia();
    },
    toggleCamera() {
      const cameraOff = !store.state.call.cameraOff;
      call.setCameraOff(cameraOff);
      changeCall({ cameraOff });
      tellMedia();
    },
    seen() {
      if (store.state.unread > 0) change({ unread: 0 });
    },
    write: (text) => sender.write(text),
    finishLine: (text) => sender.finish(text),
    resendLine(line) {
      const found = store.state.lines.find((known) => known.author === 'operator' && known.line === line);
      if (found?.delivery !== 'failed') return;
      change({
        lines: store.state.lines.map((known) => (known === found ? { ...known, delivery: 'sending' as const } : known)),
      });
      const { text, done } = found;
      send({ kind: 'text', line, text, done }).then(
        ({ outcome }) =>
          change({ lines: markDelivery(store.state.lines, found, outcome === 'done' ? 'delivered' : 'failed') }),
        () => change({ lines: markDelivery(store.state.lines, found, 'failed') }),
      );
    },
    lead(body) {
      change({ led: undefined });
      void attempt('lead', async () => {
        const { outcome, reason } = await send(body);
        change({ led: reason === 'no-scanner' ? reason : outcome });
      });
    },
    ask: (topic, what) =>
      attempt(topic, () => (certificates ? what(certificates) : Promise.reject(new ProtocolError('link-lost')))),
    hear,
    close() {
      if (closed) return;
      closed = true;
      sender.stop();
      call.hangUp();
      scans?.close();
      void certificates?.close();
    },
  };
}
