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
const audio = document.createElement('audio');
audio.autoplay = true;
const devices = createDeviceCache();
let key: HolderKey | undefined;
let call: CallController | undefined;
let remote: MediaStream | undefined;
let seen: Promise<number> | undefined;
let log: CallPageEvent[] = [];
let socket: WebSocket | undefined;
const happened = new EventTarget();
const connections: RTCPeerConnection[] = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
  }
};

const now = () => performance.timeOrigin + performance.now();

const detailOf = (event: CallEvent): string => {
  switch (event.type) {
    case 'state':
      return event.state.name;
    case 'media-path':
      return event.path;
    case 'remote-track':
      return event.source;
    case 'local-media':
      return [event.media.microphone, event.media.camera].map((source) => ('track' in source ? 'live' : source.absent)).join(' ');
    default:
      return '';
  }
};

const openReports = () => Promise.all(connections.filter(({ connectionState }) => connectionState !== 'closed').map((one) => one.getStats()));
const heardEnergy = async (): Promise<number> => {
  let energy = 0;
  for (const report of await openReports()) report.forEach((entry) => (energy += entry.type === 'inbound-rtp' ? (entry.totalAudioEnergy ?? 0) : 0));
  return energy;
};

const once = (type: string): Promise<Event> => new Promise((resolve) => happened.addEventListener(type, resolve, { once: true }));

function onEvent(event: CallEvent): void {
  log.push({ atMs: now(), type: event.type, what: detailOf(event) });
  if (event.type === 'state') happened.dispatchEvent(new Event(event.state.name));
  if (event.type === 'remote-track' && event.source === 'microphone') audio.srcObject = new MediaStream([event.track]);
  if (event.type !== 'remote-track' || event.source !== 'camera' || remote?.getVideoTracks()[0] === event.track) return;
  remote = new MediaStream([event.track]);
  video.srcObject = remote;
}

const page: CallPage = {
  async create(role, { withoutDevices = false } = {}) {
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
      makeSocket: (url) => (socket = new WebSocket(url)),
      ...(withoutDevices ? { acquire: async () => ({ microphone: { absent: 'absent' }, camera: { absent: 'absent' } }) } : {}),
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
  join: async (access: MediaAccess) => call?.enter(access),
  async pictureAfterReconnection() {
    if (call?.state.name === 'in-call') await once('reconnecting');
    if (call?.state.name !== 'in-call') await once('in-call');
    return firstFrame(video, AbortSignal.timeout(20_000));
  },
  async steadyPictureAt() {
    const deadline = AbortSignal.timeout(30_000);
    for (;;) {
      const first = await firstFrame(video, deadline);
      let last = first;
      for (let more = 0; more < 9; more += 1) last = await firstFrame(video, deadline);
      if (last - first < 1_000) return first;
    }
  },
  async breakSocket() {
    socket?.close(4000);
  },
  async bytesSent() {
    let bytes = 0;
    for (const report of await openReports()) report.forEach((entry) => (bytes += entry.type === 'outbound-rtp' ? entry.bytesSent : 0));
    return bytes;
  },
  async pictures(count) {
    for (let seenSoFar = 0; seenSoFar < count; seenSoFar += 1) await firstFrame(video, AbortSignal.timeout(10_000));
  },
  async voice() {
    const deadline = AbortSignal.timeout(10_000);
    while ((await heardEnergy()) === 0) await firstFrame(video, deadline);
  },
  async pictureOfWidth(width) {
    const deadline = AbortSignal.timeout(20_000);
    while (video.videoWidth !== width) await firstFrame(video, deadline);
  },
  async until(state) {
    if (!log.some(({ type, what }) => type === 'state' && what === state)) await once(state);
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
