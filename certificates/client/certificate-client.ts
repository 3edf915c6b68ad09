import { operatorCertificates } from '@videosportello/protocol/contract/operator-certificates.ts';
import type { VisitFile } from '@videosportello/protocol/contract/operator-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { DocumentId, ScanId } from '@videosportello/protocol/ids.ts';
import { signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { CaseNumber, DocumentChoices, DocumentRequest } from '@videosportello/protocol/messages/document.ts';
import { MAX_SCAN_BYTES } from '@videosportello/protocol/messages/scan.ts';
import type { CheckQuestion, Judgement, SeenDocument, SeenPerson } from '@videosportello/protocol/messages/visual-check.ts';
import { keepConnected, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { Peer, PeerEvent } from '@videosportello/protocol/rpc/peer.ts';
import { backoff } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { createObservable } from '@videosportello/queue-service/client/observable.ts';
import type { Observable } from '@videosportello/queue-service/client/observable.ts';
import type { z } from 'zod';

/** Where the visit's certificate node is, and the room grant that opens it. */
export interface CertificateGrant {
  readonly url: string;
  readonly grant: string;
}

/** Why the node ended for good: the visit is over, or somebody with a newer right has it. */
export type CertificateEnd = 'visit-ended' | 'fence-stale' | 'replaced' | 'version-unsupported';

/**
 * Everything an operator's page knows of one visit from its certificate node. After a cut the last of it stays until
 * the next hello.
 */
export interface CertificateState {
  readonly connection: ConnectionState;
  readonly ended: CertificateEnd | undefined;
  /** Evidence and documents; gone when the client has ended. */
  readonly file: VisitFile | undefined;
  readonly choices: DocumentChoices | undefined;
}

/** What the client needs from the page. */
export interface CertificateClientDeps {
  /** Opens a socket: `(url) => new WebSocket(url)`. */
  readonly makeSocket: (url: string) => WebSocketLike;
  /** The page's session key, which the grant is bound to. */
  readonly sessionKey: HolderKey;
  readonly onEvent?: (event: PeerEvent) => void;
  readonly policy?: RetryPolicy;
}

/**
 * An operator's line to the certificate node of one visit. Requests throw the node's ProtocolError, or `link-lost`
 * while not
 * connected.
 */
export interface CertificateClient extends Observable<CertificateState>, AsyncDisposable {
  /** A renewed grant; with another node's address the client moves there. */
  renewGrant(access: CertificateGrant): void;
  /** After three wrong numbers: lets the citizen try again. */
  allowRetry(): Promise<void>;
  /** The officer's own judgement of face and photo; becomes the answer *holder*. */
  judgeHolder(matches: boolean): Promise<void>;
  /** Begins a check by eye, with a challenge drawn anew. @throws ProtocolError `id-not-accepted`, `second-operator-needed`. */
  beginCheck(document: SeenDocument): Promise<void>;
  /** @throws ProtocolError `visit-state` unless a check is open that asks this. */
  answerCheck(question: CheckQuestion, answer: Judgement): Promise<void>;
  /**
   * Makes the verdict of the check; `person` is what was copied from a document whose chip was not read.
   * @throws ProtocolError `check-incomplete` with what is missing as detail.
   */
  concludeCheck(person?: SeenPerson): Promise<void>;
  /** Settles what another operator was not sure of. @throws ProtocolError `second-operator-needed` to that operator himself. */
  giveSecondOpinion(question: CheckQuestion, answer: 'yes' | 'no'): Promise<void>;
  /**
   * The picture of a scanned page. The bytes are the caller's to wipe; the page is gone at the visit's end. @throws ProtocolError
   * `document-unknown`.
   */
  fetchScan(scanId: ScanId): Promise<Uint8Array<ArrayBuffer>>;
  /** Wipes a page at the node. @throws ProtocolError `document-unknown`. */
  discardScan(scanId: ScanId): Promise<void>;
  /**
   * The words that would stand on the paper, with nothing reserved yet, or the case of what the back office decides; the visit's
   * file shows either. The refusal's own code comes as `detail`.
   */
  prepareDocument(request: DocumentRequest): Promise<PreparedDocument>;
  /** Prints the paper of a case. @throws ProtocolError `case-unknown`, `case-not-ready`. */
  collectCase(caseNumber: CaseNumber): Promise<DocumentId>;
  /** Shows the words on the kiosk; resolves with the citizen's answer, after ten minutes at most. */
  reviewDocument(documentId: DocumentId): Promise<boolean>;
  /** Number, seal, register, then the paper; safe to repeat. Resolves with the register number. */
  issueDocument(documentId: DocumentId): Promise<string>;
  /** Prints the same number again; to be called only when the spoiled sheet has been accounted for. */
  reprintDocument(documentId: DocumentId): Promise<void>;
  /**
   * What was found out about an uncertain sheet: it came out and is the paper, or it did not and the same number prints
   * again. Refused with `visit-state` when another sheet is in question by now.
   */
  settleSheet(documentId: DocumentId, finding: { readonly attempt: number; readonly cameOut: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** What became of a request, as the contract has it. */
export type PreparedDocument = z.output<(typeof operatorCertificates)['client']['requests']['document.prepare']['result']>;

/** A grant comes every half minute at the latest, so no pause needs to be long: 250 ms doubling to 2 s. */
const quickPolicy = backoff({ maxMs: 2_000 });

/** Refusals of hello that no newer grant and no waiting can cure. */
const finalRefusals: Partial<Record<ErrorCode, CertificateEnd>> = {
  'fence-stale': 'fence-stale',
  'visit-unknown': 'visit-ended',
  'version-unsupported': 'version-unsupported',
};

/** Connects an operator to the certificate node of one visit, and keeps the line open under the newest grant. */
export function createCertificateClient(access: CertificateGrant, deps: CertificateClientDeps): CertificateClient {
  const stop = new AbortController();
  const store = createObservable<CertificateState>({
    connection: 'connecting',
    ended: undefined,
    file: undefined,
    choices: undefined,
  });
  let newest = access;
  let peer: Peer<typeof operatorCertificates.client> | undefined;

  const linked = () => {
    if (!peer) throw new ProtocolError('link-lost');
    return peer;
  };
  const end = (why: CertificateEnd | undefined) => {
    if (stop.signal.aborted) return;
    // What was known of a person goes with the right to know it.
    store.change({ ended: why, file: undefined, choices: undefined });
    stop.abort();
  };

  const done = keepConnected({
    contract: operatorCertificates,
    open: (signal) => openSocket(() => deps.makeSocket(newest.url), { signal }),
    signal: stop.signal,
    policy: deps.policy ?? quickPolicy,
    ...(deps.onEvent ? { onEvent: deps.onEvent } : {}),
    requests: {},
    notifications: {
      'file.changed': (file) => {
        if (!stop.signal.aborted) store.change({ file });
      },
      'visit.closed': ({ why }) => {
        if (why !== 'grant-expired' && why !== 'shutting-down') end(why);
      },
    },
    hello: async (connected, welcome) => {
      const shown = newest;
      const said = await connected.request('hello', {
        version: 2,
        grant: shown.grant,
        proof: await signProof(deps.sessionKey, { nonce: welcome.nonce, audience: 'certificates' }),
      });
      if (stop.signal.aborted) throw new ProtocolError('aborted');
      peer = connected;
      store.change({ file: said.file, choices: said.choices });
      if (newest !== shown) showNewest();
    },
    onState: (connection) => {
      if (connection !== 'open') peer = undefined;
      store.change({ connection });
    },
    isFinal: (error) => {
      const why = finalRefusals[error.code];
      if (why) end(why);
      return why !== undefined;
    },
  });
  /**
   * A refusal needs no answer here: the node closes the line when the grant it knows has run out, and hello shows the
   * newest.
   */
  const showNewest = () => {
    peer?.request('grant.update', { grant: newest.grant }).catch(() => undefined);
  };
  const close = () => {
    end(undefined);
    return done;
  };

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    renewGrant(access) {
      if (access.grant === newest.grant && access.url === newest.url) return;
      const moved = access.url !== newest.url;
      newest = access;
      if (moved) peer?.close();
      else showNewest();
    },
    async allowRetry() {
      await linked().request('evidence.allow-retry', {});
    },
    async judgeHolder(matches) {
      await linked().request('holder.judge', { matches });
    },
    async beginCheck(document) {
      await linked().request('check.begin', { document });
    },
    async answerCheck(question, answer) {
      await linked().request('check.answer', { question, answer });
    },
    async concludeCheck(person) {
      await linked().request('check.conclude', person ? { person } : {});
    },
    async giveSecondOpinion(question, answer) {
      await linked().request('check.second-opinion', { question, answer });
    },
    async fetchScan(scanId) {
      const pieces: Uint8Array[] = [];
      let offset = 0;
      for (let total = 1; offset < total; ) {
        const answer = await linked().request('scan.fetch', { scanId, offset });
        const piece = Uint8Array.from(atob(answer.base64), (character) => character.charCodeAt(0));
        if (piece.length === 0 || offset + piece.length > MAX_SCAN_BYTES) throw new ProtocolError('bad-message');
        pieces.push(piece);
        offset += piece.length;
        total = answer.total;
      }
      const whole = new Uint8Array(offset);
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
        piece.fill(0);
      }
      return whole;
    },
    async discardScan(scanId) {
      await linked().request('scan.discard', { scanId });
    },
    prepareDocument: async (request) => linked().request('document.prepare', request),
    async collectCase(caseNumber) {
      const { documentId } = await linked().request('case.collect', { caseNumber });
      return documentId;
    },
    async reviewDocument(documentId) {
      const { agreed } = await linked().request('document.review', { documentId });
      return agreed;
    },
    async issueDocument(documentId) {
      const { number } = await linked().request('document.issue', { documentId });
      return number;
    },
    async reprintDocument(documentId) {
      await linked().request('document.reprint', { documentId, spoiledSheetRecorded: true });
    },
    async settleSheet(documentId, finding) {
      await linked().request('document.settle', { documentId, ...finding });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
