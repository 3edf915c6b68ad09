import type { peerSfu } from '@videosportello/protocol/contract/peer-sfu.ts';
import type { Params, ResultIn } from '@videosportello/protocol/rpc/contract.ts';
import type { RoomPeer } from '../room/peer.ts';
import type { Room } from '../room/room.ts';

type Client = typeof peerSfu.client;

/** A connection after its hello: whose it is, and where. */
export interface Joined {
  readonly room: Room;
  readonly peer: RoomPeer;
}

/** Handlers of one family of requests, for a connection that has joined. */
export type JoinedHandlers<Method extends keyof Client['requests']> = {
  readonly [M in Method]: (joined: Joined, params: Params<Client, M>) => Promise<ResultIn<Client, M>>;
};
