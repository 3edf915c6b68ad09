import { peerSfu } from '@videosportello/protocol/contract/peer-sfu.ts';
import { ProtocolError, toProtocolError } from '@videosportello/protocol/error-codes.ts';
import { verifyGrant } from '@videosportello/protocol/grant.ts';
import type { GrantClaims, GrantKeys } from '@videosportello/protocol/grant.ts';
import { newId, peerId } from '@videosportello/protocol/ids.ts';
import type { NodeId, RandomSource } from '@videosportello/protocol/ids.ts';
import { thumbprintOf, verifyProof } from '@videosportello/protocol/keys.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { Accepted } from '@videosportello/protocol/rpc/accept.ts';
import type { Params, RequestHandlers, ResultIn } from '@videosportello/protocol/rpc/contract.ts';
import type { Gate, Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { SfuEvents } from '../events.ts';
import { consumerHandlers } from '../handlers/consumer.ts';
import type { Joined, JoinedHandlers } from '../handlers/joined.ts';
import { producerHandlers } from '../handlers/producer.ts';
import { transportHandlers } from '../handlers/transport.ts';
import { visitMessageHandlers } from '../handlers/visit-message.ts';
import { RoomPeer } from '../room/peer.ts';
import { createPace, pacedTransport, relayPace, socketPace, TOO_FAST_CODE } from './message-pace.ts';
import type { RoomRegistry } from '../room/room-registry.ts';

type Client = typeof peerSfu.client;
type Server = typeof peerSfu.server;
type Method = Exclude<keyof Client['requests'], 'hello' | 'grant.update'>;

export interface AcceptDeps {
  readonly nodeId: NodeId;
  readonly registry: RoomRegistry;
  readonly events: SfuEvents;
  /** Public keys of grants as queue-service last said them. @throws ProtocolError while there are none. */
  readonly grantKeys: () => GrantKeys;
  readonly now: () => number;
  readonly random: RandomSource;
  /** A clock that never goes back, ms, by which messages are paced. */
  readonly steadyMs: () => number;
  readonly gate?: Gate;
  readonly timers?: Timers;
}

/** Kinds of grant that open a place here; *visit* grants are for certificate nodes. */
const kinds = ['waiting', 'offer', 'room'] as const;

/** Every request after hello, by family. A method of the contract that no family handles does not compile. */
const joinedHandlers: JoinedHandlers<Method> = {
  ...transportHandlers,
  ...producerHandlers,
  ...consumerHandlers,
  ...visitMessageHandlers,
};

/** Serves one socket of a page: hello with grant and proof, then the families of requests. */
export function acceptConnection(transport: MessageTransport, deps: AcceptDeps): Accepted<Server> {
  let joined: Joined | undefined;
  /** The updates before: two that overtake each other while they are verified would leave the older right in force. */
  let updating: Promise<unknown> = Promise.resolve();
  const mayRelay = createPace(relayPace, deps.steadyMs);

  const verify = (grant: string, holder: string): Promise<GrantClaims> =>
    verifyGrant(grant, { audience: 'sfu', nodeId: deps.nodeId, holder, kinds, nowMs: deps.now(), keys: deps.grantKeys() });

  const hello = async ({ peer: channel, nonce }: Accepted<Server>, params: Params<Client, 'hello'>): Promise<ResultIn<Client, 'hello'>> => {
    if (joined) throw new ProtocolError('bad-message');
    const key = await verifyProof(params.proof, { nonce, audience: 'sfu' });
    const claims = await verify(params.grant, await thumbprintOf(key));
    const room = await deps.registry.enter(claims);
    const peer = await RoomPeer.create(room.media, { id: newId(peerId, 'p', deps.random), channel, claims }, deps.events);
    try {
      // The fence again: an operator with a newer right may have come in while the transports were made.
      deps.registry.admit(claims);
      if (joined || channel.signal.aborted) throw new ProtocolError('bad-message');
      room.join(peer);
      const others = room.peers.filter((other) => other !== peer).map(({ id, role }) => ({ peerId: id, role }));
      joined = { room, peer };
      void channel.closed.then((code) => room.socketClosed(peer, code));
      channel.admit();
      return {
        peerId: peer.id,
        rtpCapabilities: room.media.router.rtpCapabilities,
        send: peer.transportOptions('send'),
        receive: peer.transportOptions('receive'),
        others,
      };
    } catch (error) {
      peer.close();
      throw error;
    }
  };

  const updateGrant = async ({ grant }: Params<Client, 'grant.update'>) => {
    const { room, peer } = here();
    const verified = updating.then(() => verify(grant, peer.holder));
    updating = verified.catch(() => undefined);
    const claims = await verified;
    here();
    const { visit, sub, role } = peer.claims;
    if (claims.visit !== visit || claims.sub !== sub || claims.role !== role) throw new ProtocolError('grant-foreign');
    deps.registry.admit(claims);
    await room.regrant(peer, claims);
    return {};
  };

  const here = (): Joined => {
    if (!joined || joined.peer.closed) throw new ProtocolError('not-authenticated');
    return joined;
  };

  const accepted = acceptPeer({
    contract: peerSfu,
    transport: pacedTransport(transport, createPace(socketPace, deps.steadyMs), () => {
      deps.events.wire({ event: 'too-much' }, joined?.peer.place);
      accepted.peer.close(TOO_FAST_CODE, 'too fast');
    }),
    nowMs: deps.now(),
    nonceBytes: deps.random.getRandomValues(new Uint8Array(16)),
    ...(deps.gate ? { gate: deps.gate } : {}),
    ...(deps.timers ? { timers: deps.timers } : {}),
    onEvent: (event) => deps.events.wire(event, joined?.peer.place),
    serve: (connection) => ({
      requests: {
        ...bind(here, mayRelay),
        hello: async (params) => {
          try {
            return await hello(connection, params);
          } catch (error) {
            deps.events.helloRefused(toProtocolError(error).code);
            throw error;
          }
        },
        'grant.update': updateGrant,
      },
      notifications: {},
    }),
  });
  return accepted;
}

/** The families' handlers with the connection's place filled in. */
function bind(here: () => Joined, mayRelay: () => boolean): Omit<RequestHandlers<Client>, 'hello' | 'grant.update'> {
  const at = <M extends Method>(method: M) => {
    const handle: JoinedHandlers<Method>[M] = joinedHandlers[method];
    return async (params: Params<Client, M>) => handle(here(), params);
  };
  return {
    'transport.connect': at('transport.connect'),
    'transport.restart-ice': at('transport.restart-ice'),
    'media.ready': at('media.ready'),
    'producer.create': at('producer.create'),
    'producer.pause': at('producer.pause'),
    'producer.resume': at('producer.resume'),
    'producer.close': at('producer.close'),
    'message.send': async (params) => {
      if (!mayRelay()) throw new ProtocolError('too-much');
      return joinedHandlers['message.send'](here(), params);
    },
  };
}
