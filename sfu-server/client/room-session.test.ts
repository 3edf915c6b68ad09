import { expect } from 'chai';
import { Device } from 'mediasoup-client';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import * as fakeParameters from 'mediasoup-client/fakeParameters';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { peerSfu } from '@videosportello/protocol/contract/peer-sfu.ts';
import { newId, peerId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import type { MessageTransport, WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { memoryTransports } from '../test/memory-transport.ts';
import { createDeviceCache } from './device-cache.ts';
import type { Gates } from './frame-gate/gated-sender.ts';
import { openRoomSession } from './room-session.ts';
import type { RemoteTrack, RoomSession } from './room-session.ts';

type NodeEnd = Peer<typeof peerSfu.server>;

/** A socket that is open from the start, over a memory transport. */
function socketOver(transport: MessageTransport): WebSocketLike {
  return {
    readyState: 1,
    send: transport.send,
    close: transport.close,
    addEventListener(type: string, listener: (event: never) => void) {
      if (type === 'message') transport.onMessage((data) => listener({ data } as never));
      else if (type === 'close') transport.onClose((code) => listener({ code } as never));
      else if (type === 'open') queueMicrotask(() => listener({} as never));
    },
  };
}

const operator = { peerId: newId(peerId, 'p'), role: 'operator' as const };

describe('a room session', () => {
  const sessions: RoomSession[] = [];
  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
  });

  /** A session of a kiosk at a node that answers everything; `beforeAnswer` is what it says between hello and its answer. */
  const open = async (given: { others?: (typeof operator)[]; beforeAnswer?: (node: NodeEnd) => void; gates?: Gates } = {}) => {
    const [nodeTransport, pageTransport] = memoryTransports();
    const present: boolean[] = [];
    const shown: RemoteTrack[] = [];
    const asked: string[] = [];
    const note = <Result>(name: string, result: Result) => async () => {
      asked.push(name);
      return result;
    };
    const transport = () => {
      const { iceParameters, iceCandidates, dtlsParameters } = fakeParameters.generateTransportRemoteParameters();
      return { id: crypto.randomUUID(), iceParameters: { ...iceParameters }, iceCandidates: iceCandidates.map((one) => ({ ...one })), dtlsParameters: { ...dtlsParameters } };
    };
    const { peer: node } = acceptPeer({
      contract: peerSfu,
      transport: nodeTransport,
      nowMs: 0,
      nonceBytes: new Uint8Array(16),
      serve: ({ peer }) => ({
        requests: {
          hello: async () => {
            peer.admit();
            given.beforeAnswer?.(peer);
            const { codecs = [], headerExtensions = [] } = fakeParameters.generateRouterRtpCapabilities();
            return {
              peerId: newId(peerId, 'p'),
              rtpCapabilities: { codecs: codecs.map((one) => ({ ...one })), headerExtensions: headerExtensions.map((one) => ({ ...one })) },
              send: transport(),
              receive: transport(),
              others: given.others ?? [],
            };
          },
          'grant.update': note('grant.update', {}),
          'transport.connect': note('transport.connect', {}),
          'transport.restart-ice': note('transport.restart-ice', { iceParameters: { usernameFragment: 'u', password: 'p' } }),
          'media.ready': note('media.ready', {}),
          'producer.create': note('producer.create', { producerId: crypto.randomUUID() }),
          'producer.pause': note('producer.pause', {}),
          'producer.resume': note('producer.resume', {}),
          'producer.close': note('producer.close', {}),
          'message.send': async ({ message }) => ({ messageId: message.messageId, outcome: 'done' as const }),
        },
        notifications: {},
      }),
    });
    const session = await openRoomSession({
      url: 'ws://node.invalid/room',
      grant: 'a-grant',
      key: await newHolderKey(),
      role: 'kiosk',
      admitted: false,
      makeSocket: () => socketOver(pageTransport),
      devices: createDeviceCache(() => new Device({ handlerFactory: FakeHandler.createFactory(fakeParameters) })),
      gates: given.gates ?? { make: () => undefined },
      signal: AbortSignal.timeout(5_000),
      events: {
        remoteTrack: (track) => void shown.push(track),
        remoteTrackEnded: () => undefined,
        otherPresent: (is) => void present.push(is),
        mediaPath: () => undefined,
        message: ({ messageId }) => Promise.resolve({ messageId, outcome: 'done' }),
      },
    });
    sessions.push(session);
    return { session, node, present, shown, asked };
  };

  const announceVoice = (node: NodeEnd, consumerId: string) => {
    const { mid, codecs, encodings = [], rtcp } = fakeParameters.generateConsumerRemoteParameters({ codecMimeType: 'audio/opus' }).rtpParameters;
    return node.request('consumer.create', {
      consumerId,
      producerId: crypto.randomUUID(),
      ...operator,
      kind: 'audio',
      source: 'microphone',
      rtpParameters: { mid, encodings, rtcp, codecs: codecs.map((one) => ({ ...one })) },
      producerPaused: false,
    });
  };

  it('says who was there before it', async () => {
    expect((await open({ others: [operator] })).present).to.deep.equal([true]);
    expect((await open()).present).to.deep.equal([false]);
  });

  it('believes who came while the answer to its hello was on its way', async () => {
    const { present } = await open({ beforeAnswer: (node) => node.notify('peer.joined', operator) });
    expect(present).to.deep.equal([true]);
  });

  it('believes who left while the answer to its hello was on its way', async () => {
    const { present } = await open({ others: [operator], beforeAnswer: (node) => node.notify('peer.left', operator) });
    expect(present).to.deep.equal([false]);
  });

  it('shows the other side’s mute that came while the voice was being made', async () => {
    const { node, shown } = await open();
    const consumerId = crypto.randomUUID();
    const announced = announceVoice(node, consumerId);
    node.notify('consumer.paused', { consumerId });
    await announced;
    expect(shown.map(({ source, paused }) => ({ source, paused }))).to.deep.equal([{ source: 'microphone', paused: true }]);
  });

  it('shows nothing of a voice that was closed while it was being made', async () => {
    const { node, shown } = await open();
    const consumerId = crypto.randomUUID();
    const announced = announceVoice(node, consumerId);
    node.notify('consumer.closed', { consumerId });
    await announced;
    expect(shown).to.deep.equal([]);
  });

  const unready = (answer: Promise<boolean>) => {
    const orders: string[] = [];
    const gates: Gates = {
      make: () => ({ ready: answer, attach: () => orders.push('attach'), set: (order) => orders.push(order), close: () => orders.push('close') }),
    };
    return { gates, orders };
  };
  const camera = () => new FakeMediaStreamTrack({ kind: 'video' });

  it('sends its camera without a gate when the gate’s thread cannot run', async () => {
    const { gates, orders } = unready(Promise.resolve(false));
    const { session, asked } = await open({ gates });
    await session.produce('camera', camera(), false);
    expect(asked).to.include('producer.create');
    expect(orders).to.deep.equal(['close']);
  });

  it('does not wait for a gate once the visit is accepted', async () => {
    const { gates, orders } = unready(new Promise(() => undefined));
    const { session, asked } = await open({ gates });
    const produced = session.produce('camera', camera(), false);
    await session.updateGrant('a-room-grant', true);
    await produced;
    expect(asked).to.include.members(['grant.update', 'producer.create']);
    expect(orders).to.deep.equal(['open', 'close']);
  });

  it('ends as lost, to be opened anew, when the gate in use fails', async () => {
    let fail: (() => void) | undefined;
    const gates: Gates = {
      make: (onFailed) => {
        fail = onFailed;
        return { ready: Promise.resolve(true), attach: () => undefined, set: () => undefined, close: () => undefined };
      },
    };
    const { session } = await open({ gates });
    fail?.();
    expect(await session.ended).to.equal('lost');
  });

  it('takes a source back whose device is gone', async () => {
    const { session, asked } = await open();
    await session.produce('camera', camera(), false);
    await session.drop('camera');
    await session.drop('camera');
    expect(asked.filter((name) => name === 'producer.close')).to.have.length(1);
  });
});
