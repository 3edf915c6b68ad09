import type { HolderKey } from '@videosportello/protocol/keys.ts';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import type { KioskVisit } from '@videosportello/protocol/messages/visit.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import type { KioskQueueClient, KioskQueueState } from '@videosportello/queue-service/client/kiosk-queue-client.ts';
import { createObservable } from '@videosportello/queue-service/client/observable.ts';
import type { Observable } from '@videosportello/queue-service/client/observable.ts';
import { createKioskCall } from '../call/kiosk-call.ts';
import type { KioskCallOptions } from '../call/kiosk-call.ts';
import { showsCall } from '../call/call-view.ts';
import { draft, emptyConversation, typed, withLine } from '../call/conversation.ts';
import { createTextSender } from '../call/text-sender.ts';
import { ordinaryPreferences } from '../components/intent.ts';
import type { Intent } from '../components/intent.ts';
import { createDeviceController } from '../devices/device-controller.ts';
import type { TextIn } from '../i18n/translations.ts';
import { createQueueController } from '../queue/queue-controller.ts';
import { idleLimit, ordinaryLimit } from '../visit/idle-rule.ts';
import { createIdleWatch } from '../visit/idle-watch.ts';
import { needsDevices } from '../visit/leaving-machine.ts';
import { createVisitController } from '../visit/visit-effects.ts';
import { idleVisit } from '../visit/visit-state.ts';
import type { VisitEvent } from '../visit/visit-state.ts';
import type { KioskView } from './kiosk-view.ts';
import { answerRoomMessage } from './room-messages.ts';
import { isFinal, serviceCondition } from './service-condition.ts';
import { ticketSlip } from './ticket-slip.ts';

/** What the page gives the controller; tests give their own. */
export interface KioskDeps {
  readonly token: string;
  readonly sessionKey: HolderKey;
  readonly makeSocket: (url: string) => WebSocketLike;
  /** Address of the device service's socket. */
  readonly deviceUrl: string;
  readonly createCall: KioskCallOptions['createController'];
  readonly makeStream?: KioskCallOptions['makeStream'];
  readonly muted: boolean;
  /** A text of the screens in a language, whatever language the screen speaks. */
  readonly textIn: TextIn;
  readonly wipe: () => void;
  /** Fetches the page anew, with the token of the device service's present start; the visit is come back into. */
  readonly reload: () => void;
  readonly timers: Timers;
  readonly policy?: RetryPolicy;
}

/** The whole kiosk without its screen: one view that changes, and what touches mean. */
export interface KioskController extends Observable<KioskView>, AsyncDisposable {
  intend(intent: Intent): void;
  /** Somebody touched anything: the idle count begins again. */
  activity(): void;
}

/** How long a page with an outdated token waits before it fetches itself anew, ms. */
const RELOAD_MS = 2_000;

/** Ties device service, queue, call and visit together. */
export function createKioskController(deps: KioskDeps): KioskController {
  const policy = deps.policy ? { policy: deps.policy } : {};
  const local = createObservable({ conversation: emptyConversation, textPanel: false, preferences: ordinaryPreferences });
  let queue: KioskQueueClient | undefined;
  let queueSeen = false;

  const devices = createDeviceController({
    token: deps.token,
    makeSocket: () => deps.makeSocket(deps.deviceUrl),
    onNews: (news) => visit.dispatch(news),
    ...policy,
  });
  const call = createKioskCall({
    key: deps.sessionKey,
    createController: deps.createCall,
    muted: deps.muted,
    ...(deps.makeStream ? { makeStream: deps.makeStream } : {}),
    onMessage: (body) => Promise.resolve(answerRoomMessage(body, messagePorts)),
    sendAround: async (body) => {
      if (!queue) throw new Error('There is no queue before there is a call.');
      return queue.sendMessage({ messageId: newId(messageId, 'm'), body });
    },
    renewGrants: () => queue?.renewGrants(),
  });
  const visit = createVisitController({
    queue: () => queue,
    devices,
    hangUp: () => {
      call.hangUp();
      texts.stop();
      local.change({ conversation: emptyConversation, textPanel: false });
    },
    wipe: deps.wipe,
    ticketSlip: (place, language) => ticketSlip(place, { town: queue?.state.kiosk?.town ?? '', textIn: deps.textIn, language }),
    timers: deps.timers,
  });
  const texts = createTextSender((body) => call.send(body), deps.timers);
  const messagePorts = {
    visit: () => visit.state,
    devices: () => devices.state.status,
    dispatch: (event: VisitEvent) => visit.dispatch(event),
    text: (body: Parameters<typeof withLine>[2]) => local.change({ conversation: withLine(local.state.conversation, 'operator', body) }),
    mediaState: call.heard,
  };
  const idle = createIdleWatch({
    timers: deps.timers,
    onWarn: () => visit.dispatch({ type: 'idle-warned' }),
    onAnswered: () => visit.dispatch({ type: 'idle-answered' }),
    onOver: () => {
      const { stage } = visit.state;
      visit.dispatch({ type: 'idle-over' });
      if (stage !== 'idle' && stage !== 'returning') return;
      // Somebody tried the keys of the first screen and went: the next one finds it as it is.
      local.change({ preferences: ordinaryPreferences });
      visit.dispatch({ type: 'language', language: idleVisit.language });
    },
  });

  const makeView = (): KioskView => {
    const inVisit = visit.state.stage === 'visiting' || visit.state.stage === 'leaving';
    const line = queue?.state.connection ?? 'connecting';
    return {
      visit: visit.state,
      condition: serviceCondition({
        deviceLink: devices.state.link,
        enrolled: devices.state.enrolled,
        queue: line,
        queueSeen,
        queueEnded: queue?.state.ended,
        inVisit,
      }),
      interrupted: inVisit && (line !== 'open' || devices.state.link !== 'open'),
      town: queue?.state.kiosk?.town,
      duty: queue?.state.duty,
      stampDuty: queue?.state.stampDuty,
      devices: devices.state.status,
      call: call.state,
      ...local.state,
    };
  };
  const view = createObservable<KioskView>(makeView());
  const redraw = () => {
    if (isFinal(makeView().condition)) {
      visit.dispatch({ type: 'out-of-service' });
      // Another page has the kiosk now; this one must not answer the queue beside it.
      if (devices.state.link === 'replaced') void queue?.close();
    }
    const { state } = visit;
    idle.limit(state.stage === 'idle' ? ordinaryLimit : idleLimit(state, local.state.preferences.largeText));
    if (local.state.textPanel && !showsCall(state.person)) local.change({ textPanel: false });
    view.change(makeView());
  };

  let seenVisit: KioskVisit | undefined;
  let wasOpen = false;
  const followQueue = (state: KioskQueueState): void => {
    const isOpen = state.connection === 'open';
    // What hello said counts once the connection is open; after a cut, the last view stays.
    if (isOpen && (!wasOpen || state.visit !== seenVisit)) {
      seenVisit = state.visit;
      visit.dispatch({ type: 'queue-visit', visit: state.visit });
    }
    if (isOpen && !wasOpen) visit.reportAgain();
    wasOpen = isOpen;
    queueSeen ||= isOpen;
    if (visit.state.stage === 'visiting') call.follow(state.visit, state.media);
    redraw();
  };
  const connectQueue = (): void => {
    const { kioskId, queueUrl, enrolled } = devices.state;
    if (queue || isFinal(makeView().condition) || !enrolled || !kioskId || !queueUrl) return;
    queue = createQueueController({
      kioskId,
      makeSocket: () => deps.makeSocket(queueUrl),
      sessionKey: deps.sessionKey,
      devices,
      needsDevices: () => needsDevices(visit.state),
      onMessage: async (_visitId, { messageId: id, body }) => ({ messageId: id, ...answerRoomMessage(body, messagePorts) }),
      ...policy,
    });
    queue.subscribe(followQueue);
  };
  let isReloading = false;
  devices.subscribe(({ link }) => {
    if (link === 'refused' && !isReloading) {
      isReloading = true;
      deps.timers.setTimeout(deps.reload, RELOAD_MS);
    }
    connectQueue();
    redraw();
  });
  for (const part of [visit, call, local] as const) part.subscribe(redraw);

  const type = (key: Extract<Intent, { kind: 'key' }>['key']): void => {
    const before = local.state.conversation;
    const conversation = typed(before, key);
    if (conversation === before) return;
    local.change({ conversation });
    const isDone = conversation.current !== before.current;
    texts.type(before.current, isDone ? draft(before) : draft(conversation), isDone);
  };

  return {
    get state() {
      return view.state;
    },
    subscribe: view.subscribe,
    activity: idle.activity,
    intend(intent) {
      switch (intent.kind) {
        case 'visit':
          return visit.dispatch(intent.event);
        case 'preference': {
          const { preferences } = local.state;
          return local.change({ preferences: { ...preferences, [intent.name]: !preferences[intent.name] } });
        }
        case 'microphone':
          return call.toggleMicrophone();
        case 'camera':
          return call.toggleCamera();
        case 'text-panel':
          return local.change({ textPanel: !local.state.textPanel });
        case 'key':
          return type(intent.key);
      }
    },
    async [Symbol.asyncDispose]() {
      idle.stop();
      texts.stop();
      call.hangUp();
      visit[Symbol.dispose]();
      devices[Symbol.dispose]();
      await queue?.close();
    },
  };
}
