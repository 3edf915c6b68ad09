import { createCallController } from '@videosportello/sfu-server/client/call-controller.ts';
import type { CallController } from '@videosportello/sfu-server/client/call-controller.ts';
import { createDeviceCache } from '@videosportello/sfu-server/client/device-cache.ts';
import { firstFrame } from '@videosportello/sfu-server/client/first-frame.ts';
import { kioskId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import type { MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import { createKioskQueueClient } from '@videosportello/queue-service/client/kiosk-queue-client.ts';
import type { KioskQueueClient } from '@videosportello/queue-service/client/kiosk-queue-client.ts';
import type { Observable } from '@videosportello/queue-service/client/observable.ts';
import { createOperatorQueueClient } from '@videosportello/queue-service/client/operator-queue-client.ts';
import type { OperatorQueueClient } from '@videosportello/queue-service/client/operator-queue-client.ts';
import type { QueuePage } from './queue-page.ts';

/** A page that goes the whole way of a call, from the touch to the other's face, with the clients the products use. */
const video = document.querySelector('video') ?? document.createElement('video');
const devices = createDeviceCache();
const sessionKey = await newHolderKey();
const now = () => performance.timeOrigin + performance.now();
const answer = async () => ({ outcome: 'done' as const });

let kiosk: KioskQueueClient | undefined;
let desk: OperatorQueueClient | undefined;
let call: CallController | undefined;
let prewarms = false;
let grant: string | undefined;
let face: Promise<number> | undefined;
let prepared = Promise.withResolvers<void>();
let offered = Promise.withResolvers<number>();

const controller = (): CallController => {
  if (call) return call;
  const role = kiosk ? 'kiosk' : 'operator';
  return (call = createCallController({
    role,
    key: sessionKey,
    devices,
    onMessage: answer,
    onEvent(event) {
      if (event.type === 'remote-track' && event.source === 'camera') video.srcObject = new MediaStream([event.track]);
      if (event.type === 'state' && event.state.name === 'ready') prepared.resolve();
    },
  }));
};
const take = (media: MediaAccess | undefined, isAccepted: boolean) => {
  if (!media || media.grant === grant || (!isAccepted && !prewarms)) return;
  grant = media.grant;
  if (isAccepted) void controller().enter(media);
  else void controller().prewarm(media);
};
const open = <State extends { connection: string }>(client: Observable<State>): Promise<void> =>
  new Promise((resolve) => {
    if (client.state.connection === 'open') return resolve();
    const stop = client.subscribe(({ connection }) => {
      if (connection !== 'open') return;
      stop();
      resolve();
    });
  });
const need = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('not this page, or not yet');
  return value;
};

const page: QueuePage = {
  async connect(place) {
    const common = { makeSocket: () => new WebSocket(place.url), sessionKey };
    const onMessage = async (_visit: unknown, { messageId }: { messageId: string }) => ({ messageId, outcome: 'done' }) as never;
    if (place.role === 'kiosk') {
      kiosk = createKioskQueueClient(
        { kioskId: kioskId.parse(place.kioskId) },
        { ...common, onMessage, prove: ({ nonce, sessionKey: key }) => signAsKiosk(nonce, key) },
      );
      kiosk.subscribe(({ visit, media }) => take(media, visit?.state === 'with-operator'));
      return open(kiosk);
    }
    desk = createOperatorQueueClient({ ...common, onMessage });
    desk.subscribe(({ offers }) => {
      const [offer] = offers;
      if (!offer) return;
      offered.resolve(now());
      take(offer.media, false);
    });
    await open(desk);
    await desk.setPresence('available');
  },
  async begin({ prewarm }) {
    call?.hangUp();
    call = undefined;
    grant = undefined;
    prewarms = prewarm;
    prepared = Promise.withResolvers();
    offered = Promise.withResolvers();
    video.srcObject = null;
    face = firstFrame(video, AbortSignal.timeout(20_000));
    face.catch(() => undefined);
  },
  async openVisit() {
    await need(kiosk).openVisit('it');
  },
  async touch() {
    const touched = now();
    await need(kiosk).openTicket([]);
    return touched;
  },
  offered: () => offered.promise,
  prepared: () => prepared.promise,
  async accept() {
    const { offers } = need(desk).state;
    const pressed = now();
    const { access } = await need(desk).accept(need(offers[0]).offerId);
    take(need(access).media, true);
    return pressed;
  },
  face: () => need(face),
  async finish() {
    const [visit] = need(desk).state.access.keys();
    const visitId = need(visit);
    await need(desk).endVisit(visitId);
    await need(desk).finishWrapUp(visitId, 'served');
  },
};
window.queuePage = page;
