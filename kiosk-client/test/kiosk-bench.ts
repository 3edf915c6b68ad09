import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import { nonce } from '@videosportello/protocol/keys.ts';
import { kioskId } from '@videosportello/protocol/ids.ts';
import { backoff } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { CallController, CallOptions } from '@videosportello/sfu-server/client/call-controller.ts';
import { initialCall } from '@videosportello/sfu-server/client/call-machine.ts';
import type { CallState } from '@videosportello/sfu-server/client/call-machine.ts';
import { createKioskController } from '../src/app/kiosk-controller.ts';
import type { KioskController } from '../src/app/kiosk-controller.ts';
import type { KioskView } from '../src/app/kiosk-view.ts';
import { DeviceServer, readyStatus } from './device-server.ts';
import { manualTimers } from './manual-timers.ts';
import { refusedSocket, socketPair } from './memory-socket.ts';
import { QueueServer } from './queue-server.ts';

/** What a call was asked to do, without media. */
export class RecordedCall {
  readonly asked: string[] = [];
  readonly options: CallOptions;
  state: CallState = initialCall;

  constructor(options: CallOptions) {
    this.options = options;
  }

  become(state: CallState): void {
    this.state = state;
    this.options.onEvent({ type: 'state', state });
  }

  controller(): CallController {
    const ask = (what: string) => void this.asked.push(what);
    const hangUp = () => ask('hang-up');
    const state = () => this.state;
    return {
      get state() {
        return state();
      },
      prewarm: async ({ grant }) => ask(`prewarm ${grant}`),
      enter: async ({ grant }) => ask(`enter ${grant}`),
      updateGrant: ({ grant }) => ask(`grant ${grant}`),
      stepBack: ({ grant }) => ask(`step-back ${grant}`),
      setMuted: (muted) => ask(`muted ${muted}`),
      setCameraOff: (off) => ask(`camera-off ${off}`),
      send: async (body) => {
        ask(`send ${body.kind}`);
        return { messageId: `m_${'d'.repeat(24)}` as never, outcome: 'done' };
      },
      hangUp,
      [Symbol.dispose]: hangUp,
    };
  }
}

/** A kiosk page without a screen, its servers in memory, its clock by hand. */
export async function kioskBench(options: { readonly devices?: DeviceServer; readonly queue?: QueueServer } = {}) {
  const devices = options.devices ?? new DeviceServer();
  const queue = options.queue ?? new QueueServer();
  const key = await newHolderKey();
  devices.answers['Videosportello.Hello'] ??= () => ({ kioskId: kioskId.parse('kiosk-1'), queueUrl: 'ws://queue.test/kiosk', enrolled: true });
  devices.answers['Videosportello.ProveKiosk'] ??= async (payload) => {
    const asked = payload as { nonce: string; audience: 'queue' };
    return { proof: await signProof(key, { nonce: nonce.parse(asked.nonce), audience: asked.audience }) };
  };
  devices.answers['Common.Status'] ??= () => ({ status: readyStatus });
  const reachable = { queue: true, devices: true };
  const calls: RecordedCall[] = [];
  const wiped = Promise.withResolvers<void>();
  const reloads: number[] = [];
  const timers = manualTimers();
  const kiosk: KioskController = createKioskController({
    token: 'token-of-the-page-token',
    sessionKey: key,
    deviceUrl: 'ws://kiosk.test/device',
    makeSocket: (url) => {
      const server = url === 'ws://kiosk.test/device' ? devices : queue;
      if (!reachable[server === devices ? 'devices' : 'queue']) return refusedSocket();
      const pair = socketPair();
      server.accept(pair.server);
      return pair.page;
    },
    createCall: (callOptions) => {
      const call = new RecordedCall(callOptions);
      calls.push(call);
      return call.controller();
    },
    makeStream: () => ({ getTracks: () => [] }) as unknown as MediaStream,
    muted: false,
    textIn: (language, key) => `${language}: ${key}`,
    wipe: () => wiped.resolve(),
    reload: () => void reloads.push(1),
    timers,
    policy: backoff({ firstMs: 1, maxMs: 2 }),
  });
  /** Resolves with the first view that fits; the test's own time-out is the deadline. */
  const until = (fits: (view: KioskView) => boolean): Promise<KioskView> =>
    new Promise((resolve) => {
      const check = () => {
        if (!fits(kiosk.state)) return;
        end();
        resolve(kiosk.state);
      };
      const end = kiosk.subscribe(check);
      check();
    });
  return { kiosk, devices, queue, calls, wiped: wiped.promise, reloads, timers, reachable, until };
}
