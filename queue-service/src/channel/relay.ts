import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { errorCode, ProtocolError, toProtocolError } from '@videosportello/protocol/error-codes.ts';
import { kioskId, operatorId, visitId } from '@videosportello/protocol/ids.ts';
import { roomAnswer, roomMessage } from '@videosportello/protocol/messages/room.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { SocketRegistry } from './socket-registry.ts';

/** How long the other side of a visit may take to answer, ms. */
export const RELAY_TIMEOUT_MS = 12_000;

const target = z.union([z.strictObject({ kioskId }), z.strictObject({ operatorId })]);
/** Whom a message is for. */
export type RelayTarget = z.output<typeof target>;

const letter = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ask'), id: z.string(), from: z.string(), to: target, visitId, message: roomMessage }),
  z.object({ kind: z.literal('answer'), id: z.string(), answer: roomAnswer }),
  z.object({ kind: z.literal('failure'), id: z.string(), code: errorCode }),
]);
type Letter = z.output<typeof letter>;

/** Carries messages between the two sockets of a visit, also when they are on different processes. */
export interface Relay {
  /**
   * Delivers and waits for the answer. `instance` is the process that has the target's socket.
   * @throws ProtocolError `peer-absent`, `timeout`, or what the other side failed with.
   */
  deliver(to: RelayTarget, instance: string | undefined, visitId: VisitId, message: RoomMessage): Promise<RoomAnswer>;
  /** Takes in what came on this process's channel. */
  hear(text: string): void;
}

/**
 * Seals what goes through Redis: what people say to each other is not readable there (AES-256-GCM, NIST SP 800-38D; the key is
 * derived from the pool's node secret, RFC 5869). The random 96-bit nonce goes before the text.
 */
function createSeal(nodeSecret: string) {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(nodeSecret, 'hex'), '', 'videosportello relay', 32));
  return {
    close(text: string): string {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
    },
    open(sealed: string): string {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
    },
  };
}

export function createRelay(
  config: { readonly instance: string; readonly nodeSecret: string },
  deps: {
    readonly sockets: SocketRegistry;
    /** Publishes on the channel of a process. */
    readonly publish: (instance: string, text: string) => Promise<unknown>;
    readonly timers: Timers;
    readonly onError: (error: unknown) => void;
  },
): Relay {
  const seal = createSeal(config.nodeSecret);
  const waiting = new Map<string, (outcome: RoomAnswer | ProtocolError) => void>();
  const post = (instance: string, content: Letter) => deps.publish(instance, seal.close(JSON.stringify(content)));
  const local = (to: RelayTarget) =>
    'kioskId' in to ? deps.sockets.kiosks.get(to.kioskId) : deps.sockets.operators.get(to.operatorId);

  const serve = async (ask: Extract<Letter, { kind: 'ask' }>) => {
    try {
      const socket = local(ask.to);
      if (!socket) throw new ProtocolError('peer-absent');
      await post(ask.from, { kind: 'answer', id: ask.id, answer: await socket.deliver(ask.visitId, ask.message) });
    } catch (error) {
      await post(ask.from, { kind: 'failure', id: ask.id, code: toProtocolError(error).code });
    }
  };

  return {
    async deliver(to, instance, visit, message) {
      const socket = local(to);
      if (socket) return socket.deliver(visit, message);
      if (instance === undefined || instance === config.instance) throw new ProtocolError('peer-absent');
      const id = randomBytes(12).toString('hex');
      const settled = Promise.withResolvers<RoomAnswer>();
      const timer = deps.timers.setTimeout(() => waiting.get(id)?.(new ProtocolError('timeout')), RELAY_TIMEOUT_MS);
      waiting.set(id, (outcome) => {
        waiting.delete(id);
        deps.timers.clearTimeout(timer);
        if (outcome instanceof ProtocolError) settled.reject(outcome);
        else settled.resolve(outcome);
      });
      post(instance, { kind: 'ask', id, from: config.instance, to, visitId: visit, message }).catch((error: unknown) =>
        waiting.get(id)?.(toProtocolError(error)),
      );
      return settled.promise;
    },
    hear(text) {
      let read: Letter;
      try {
        read = letter.parse(JSON.parse(seal.open(text)));
      } catch (error) {
        return deps.onError(error);
      }
      if (read.kind === 'ask') serve(read).catch(deps.onError);
      else waiting.get(read.id)?.(read.kind === 'answer' ? read.answer : new ProtocolError(read.code));
    },
  };
}
