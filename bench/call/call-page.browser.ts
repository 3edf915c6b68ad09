import { createCallController } from '@videosportello/sfu-server/client/call-controller.ts';
import type { CallController, CallEvent } from '@videosportello/sfu-server/client/call-controller.ts';
import { createDeviceCache } from '@videosportello/sfu-server/client/device-cache.ts';
import { firstFrame } from '@videosportello/sfu-server/client/first-frame.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import type { CallPage, CallPageEvent } from './call-page.ts';

/** One page of the bench: a call controller, a video element, and the moments at which things happened. */
const video = document.querySelector('video') ?? document.createElement('video');
const devices = createDeviceCache();
let key: HolderKey | undefined;
let call: CallController | undefined;
let remote: MediaStream | undefined;
let seen: Promise<number> | undefined;
let log: CallPageEvent[] = [];

const now = () => performance.timeOrigin + performance.now();

function onEvent(event: CallEvent): void {
  const what = event.type === 'state' ? event.state.name : event.type === 'media-path' ? event.path : event.type === 'remote-track' ? event.source : '';
  log.push({ atMs: now(), type: event.type, what });
  if (event.type !== 'remote-track' || event.source !== 'camera' || remote?.getVideoTracks()[0] === event.track) return;
  remote = new MediaStream([event.track]);
  video.srcObject = remote;
}

const page: CallPage = {
  async create(role) {
    call?.hangUp();
    log = [];
    remote = undefined;
    video.srcObject = null;
    key = await newHolderKey();
    call = createCallController({
      role,
      key,
      devices,
      onEvent,
      onMessage: async (body) => ({ outcome: body.kind === 'text' ? 'done' : 'refused' }),
    });
    seen = firstFrame(video, AbortSignal.timeout(20_000));
    seen.catch(() => undefined);
    return key.publicKey;
  },
  prewarm: async (access: MediaAccess) => call?.prewarm(access),
  async enter(access: MediaAccess) {
    if (!call || !seen) throw new Error('create first');
    const enteredAtMs = now();
    await call.enter(access);
    return { enteredAtMs, firstFrameAtMs: await seen };
  },
  updateGrant: async (access: MediaAccess) => call?.updateGrant(access),
  async nextFrame() {
    return firstFrame(video, AbortSignal.timeout(20_000));
  },
  async picture() {
    return { width: video.videoWidth, height: video.videoHeight, frames: video.getVideoPlaybackQuality().totalVideoFrames };
  },
  async say(text) {
    const answer = await call?.send({ kind: 'text', line: 0, text, done: true });
    return answer?.outcome ?? 'no call';
  },
  async events() {
    return log;
  },
  async hangUp() {
    call?.hangUp();
  },
};
window.callPage = page;
