import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { KioskVisit, MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import { createObservable } from '@videosportello/queue-service/client/observable.ts';
import type { Observable } from '@videosportello/queue-service/client/observable.ts';
import type { CallController, CallEvent, CallOptions } from '@videosportello/sfu-server/client/call-controller.ts';
import type { CallState } from '@videosportello/sfu-server/client/call-machine.ts';
import type { LocalSource } from '@videosportello/sfu-server/client/media-devices.ts';
import { noCall } from './call-view.ts';
import type { CallView, MediaState } from './call-view.ts';

/** The media side of a visit, as the kiosk needs it: it follows the queue's view and survives every redraw. */
export interface KioskCall extends Observable<CallView>, Disposable {
  /** The queue's newest view: begins, opens, steps back or ends the call. */
  follow(visit: KioskVisit | undefined, media: MediaAccess | undefined): void;
  toggleMicrophone(): void;
  toggleCamera(): void;
  /** What the operator's page says of its devices. */
  heard(other: MediaState): void;
  /** Through the room, or round it when media is dead. */
  send(body: RoomBody): Promise<RoomAnswer>;
  hangUp(): void;
}

export interface KioskCallOptions {
  readonly key: HolderKey;
  /** Makes the controller of one call; `createCallController` in the page. */
  readonly createController: (options: CallOptions) => CallController;
  readonly onMessage: CallOptions['onMessage'];
  /** The way round the room: the queue socket. */
  readonly sendAround: (body: RoomBody) => Promise<RoomAnswer>;
  /** The room has refused the grant it was shown: the queue is to give a new one now, not at its next renewal. */
  readonly renewGrants: () => void;
  readonly makeStream?: (track: MediaStreamTrack) => MediaStream;
  /** Two open microphones in one room howl: a demo on one machine starts with the microphone off. */
  readonly muted: boolean;
}

const links: Readonly<Record<CallState['name'], CallView['link']>> = {
  idle: 'none',
  preparing: 'preparing',
  ready: 'preparing',
  connecting: 'connecting',
  'in-call': 'open',
  reconnecting: 'reconnecting',
  ended: 'none',
  failed: 'failed',
};

/** Makes the adapter. Camera and microphone are asked for at the first ticket, not before. */
export function createKioskCall(options: KioskCallOptions): KioskCall {
  const { makeStream = (track) => new MediaStream([track]) } = options;
  const store = createObservable<CallView>(noCall);
  let controller: CallController | undefined;
  let stage: 'none' | 'waiting' | 'with' = 'none';
  let grant: string | undefined;

  const own = (source: LocalSource, stopped: boolean) => ('track' in source ? (stopped ? 'off' : 'on') : source.absent);
  const hear = (event: CallEvent): void => {
    switch (event.type) {
      case 'state':
        store.change({ link: links[event.state.name] });
        return tellDevices();
      case 'local-media': {
        const { microphone, camera } = event.media;
        const voice = own(microphone, options.muted);
        store.change({
          microphone: voice === 'off' ? 'muted' : voice,
          camera: own(camera, false),
          mutedForDemo: voice === 'off',
          selfStream: 'track' in camera ? makeStream(camera.track) : undefined,
        });
        return tellDevices();
      }
      case 'remote-track': {
        const key = event.source === 'camera' ? 'pictureStream' : 'voiceStream';
        const known = store.state[key];
        const stream = known?.getTracks().includes(event.track) ? known : makeStream(event.track);
        return store.change(
          event.source === 'camera' ? { pictureStream: stream, picturePaused: event.paused } : { voiceStream: stream, voicePaused: event.paused },
        );
      }
      case 'remote-track-ended':
        return store.change(event.source === 'camera' ? { pictureStream: undefined, picturePaused: false } : { voiceStream: undefined, voicePaused: false });
      case 'media-path':
        return store.change({ pathInterrupted: event.path === 'interrupted' || event.path === 'failed' });
      case 'other-present':
        // A page that comes back says anew what its devices do, and is told of ours.
        if (event.present) return tellDevices();
        return store.change({ other: undefined });
      case 'grant-needed':
        return options.renewGrants();
      case 'quality':
        return undefined;
    }
  };

  let calls = 0;
  const begin = (): CallController => {
    if (controller) return controller;
    const call = (calls += 1);
    controller = options.createController({
      role: 'kiosk',
      key: options.key,
      muted: options.muted,
      // A camera that comes up late, or a last message, must bring nothing of a call back that was hung up.
      onEvent: (event) => {
        if (call === calls) hear(event);
      },
      onMessage: options.onMessage,
    });
    return controller;
  };
  const hangUp = () => {
    calls += 1;
    controller?.hangUp();
    controller = undefined;
    stage = 'none';
    grant = undefined;
    store.change(noCall);
  };

  const send = async (body: RoomBody): Promise<RoomAnswer> => {
    if (controller && store.state.link === 'open') {
      try {
        return await controller.send(body);
      } catch {
        // The room is dead or the operator's page is not in it: the queue knows another way.
      }
    }
    return options.sendAround(body);
  };
  const tellDevices = (): void => {
    const { microphone, camera, link } = store.state;
    if (link !== 'open' || microphone === undefined || camera === undefined) return;
    send({
      kind: 'media-state',
      microphone: microphone === 'on' || microphone === 'muted' ? microphone : 'absent',
      camera: camera === 'on' || camera === 'off' ? camera : 'absent',
    }).catch(() => undefined);
  };

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    follow(visit, media) {
      if (!visit || visit.state === 'alone' || visit.state === 'ended') {
        if (stage !== 'none') hangUp();
        return;
      }
      if (!media) return;
      const next = visit.state === 'with-operator' ? 'with' : 'waiting';
      const isNewGrant = media.grant !== grant;
      grant = media.grant;
      if (next === stage) {
        if (isNewGrant) controller?.updateGrant(media);
        return;
      }
      const before = stage;
      stage = next;
      if (next === 'with') void begin().enter(media);
      else if (before === 'with') begin().stepBack(media);
      else void begin().prewarm(media);
      if (before === 'with') store.change({ pictureStream: undefined, voiceStream: undefined, other: undefined });
    },
    toggleMicrophone() {
      const { microphone } = store.state;
      if (microphone !== 'on' && microphone !== 'muted') return;
      controller?.setMuted(microphone === 'on');
      store.change({ microphone: microphone === 'on' ? 'muted' : 'on', mutedForDemo: false });
      tellDevices();
    },
    toggleCamera() {
      const { camera } = store.state;
      if (camera !== 'on' && camera !== 'off') return;
      controller?.setCameraOff(camera === 'on');
      store.change({ camera: camera === 'on' ? 'off' : 'on' });
      tellDevices();
    },
    heard: (other) => store.change({ other }),
    send,
    hangUp,
    [Symbol.dispose]: hangUp,
  };
}
