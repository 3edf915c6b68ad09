import { deviceCertificates } from '@videosportello/protocol/contract/device-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import { signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import { keepConnected, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { NotificationHandlers, RequestHandlers } from '@videosportello/protocol/rpc/contract.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';

type Client = typeof deviceCertificates.client;
type Server = typeof deviceCertificates.server;
/** The open connection to the certificate node. */
export type CertificatePeer = Peer<Client>;

/** One visit's link to its certificate node, kept for as long as the visit lasts. */
export interface CertificateLink {
  readonly visitId: VisitId;
  readonly url: string;
  state(): ConnectionState;
  /**
   * The open connection, waiting for it up to `timeoutMs` (default 10,000).
   * @throws ProtocolError `link-lost` when it did not come.
   */
  peer(timeoutMs?: number): Promise<CertificatePeer>;
  /** Takes a renewed grant over the open connection and for later ones. */
  renew(grant: string): Promise<void>;
  /** Ends the link; safe to call twice. */
  close(): Promise<void>;
}

/** Reasons of the node's goodbye after which nobody is waiting for this kiosk there. */
const OVER = new Set(['visit-ended', 'kiosk-revoked', 'replaced']);

/** Failures after which trying again with the same grant is useless; a renewed grant starts anew. */
const FINAL = new Set(['grant-invalid', 'grant-foreign', 'fence-stale', 'kiosk-revoked', 'kiosk-unknown', 'visit-unknown', 'version-unsupported']);

/** Opens the link and keeps it. */
export function openCertificateLink(options: {
  readonly visitId: VisitId;
  readonly kioskId: KioskId;
  readonly key: HolderKey;
  readonly url: string;
  readonly grant: string;
  readonly makeSocket: (url: string) => WebSocketLike;
  readonly requests: RequestHandlers<Server>;
  readonly notifications: NotificationHandlers<Server>;
  readonly onState: (state: ConnectionState) => void;
}): CertificateLink {
  const ending = new AbortController();
  let grant = options.grant;
  let state: ConnectionState = 'connecting';
  const waiting = () => {
    const next = Promise.withResolvers<CertificatePeer>();
    next.promise.catch(() => undefined);
    return next;
  };
  let open = waiting();
  let current: CertificatePeer | undefined;

  const setState = (next: ConnectionState) => {
    if (next !== 'open' && current) {
      current = undefined;
      open = waiting();
    }
    if (next === 'closed') open.reject(new ProtocolError('link-lost'));
    if (next !== state) options.onState((state = next));
  };

  const finished = keepConnected({
    contract: deviceCertificates,
    open: (signal) => openSocket(() => options.makeSocket(options.url), { signal }),
    requests: options.requests,
    notifications: {
      ...options.notifications,
      'visit.closed': ({ why }) => {
        if (OVER.has(why)) ending.abort();
        options.notifications['visit.closed']({ why });
      },
    },
    signal: ending.signal,
    onState: setState,
    isFinal: (error) => FINAL.has(error.code),
    async hello(peer, { nonce }) {
      const proof = await signProof(options.key, { nonce, audience: 'certificates' });
      await peer.request('hello', { version: 2, kioskId: options.kioskId, grant, proof });
      current = peer;
      open.resolve(peer);
    },
  });

  return {
    visitId: options.visitId,
    url: options.url,
    state: () => state,
    async peer(timeoutMs = 10_000) {
      if (state === 'closed') throw new ProtocolError('link-lost');
      const deadline = Promise.withResolvers<never>();
      const timer = setTimeout(() => deadline.reject(new ProtocolError('link-lost')), timeoutMs);
      return Promise.race([open.promise, deadline.promise]).finally(() => clearTimeout(timer));
    },
    async renew(next) {
      grant = next;
      await current?.request('grant.update', { grant: next });
    },
    async close() {
      ending.abort();
      await finished;
    },
  };
}
