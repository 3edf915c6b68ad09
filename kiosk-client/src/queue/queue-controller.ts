import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { createKioskQueueClient } from '@videosportello/queue-service/client/kiosk-queue-client.ts';
import type { CertificateAccess, KioskQueueClient, KioskQueueState } from '@videosportello/queue-service/client/kiosk-queue-client.ts';
import type { DeviceController } from '../devices/device-controller.ts';

/** How soon a visit grant that the device service did not take is offered again, ms; well within half of a grant's life. */
const HAND_OVER_AGAIN_MS = 2_000;

export interface QueueControllerOptions {
  readonly kioskId: KioskId;
  readonly makeSocket: () => WebSocketLike;
  readonly sessionKey: HolderKey;
  readonly devices: Pick<DeviceController, 'proveKiosk' | 'openVisit' | 'subscribe' | 'state'>;
  readonly onMessage: (visitId: VisitId, message: RoomMessage) => Promise<RoomAnswer>;
  /** Whether the devices still have something to do for the visit: one they have closed is not opened again by a late grant. */
  readonly needsDevices: () => boolean;
  readonly policy?: RetryPolicy;
}

/** The page's line to queue-service. Besides the client's own work, each new visit grant goes on to the device service. */
export function createQueueController(options: QueueControllerOptions): KioskQueueClient {
  const { devices } = options;
  const client = createKioskQueueClient(
    { kioskId: options.kioskId },
    {
      makeSocket: options.makeSocket,
      sessionKey: options.sessionKey,
      prove: (input) => devices.proveKiosk(input),
      onMessage: options.onMessage,
      ...(options.policy ? { policy: options.policy } : {}),
    },
  );

  let handed: CertificateAccess | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  const handOver = ({ visit, certificates }: KioskQueueState): void => {
    if (!visit || !certificates || certificates === handed || devices.state.link !== 'open' || !options.needsDevices()) return;
    handed = certificates;
    clearTimeout(timer);
    devices.openVisit(visit.visitId, certificates).catch(() => {
      if (handed !== certificates || isClosed) return;
      handed = undefined;
      timer = setTimeout(() => handOver(client.state), HAND_OVER_AGAIN_MS);
    });
  };
  const endQueue = client.subscribe(handOver);
  let link = devices.state.link;
  const endDevices = devices.subscribe((state) => {
    if (state.link === link) return;
    ({ link } = state);
    // A device service that was started anew knows nothing of the visit.
    handed = undefined;
    if (link === 'open') handOver(client.state);
  });

  const close = async () => {
    isClosed = true;
    clearTimeout(timer);
    endQueue();
    endDevices();
    await client.close();
  };
  return {
    get state() {
      return client.state;
    },
    subscribe: client.subscribe,
    openVisit: client.openVisit,
    setStep: client.setStep,
    openTicket: client.openTicket,
    cancelTicket: client.cancelTicket,
    keepTicket: client.keepTicket,
    showTicket: client.showTicket,
    endVisit: client.endVisit,
    sendMessage: client.sendMessage,
    renewGrants: client.renewGrants,
    close,
    [Symbol.asyncDispose]: close,
  };
}
