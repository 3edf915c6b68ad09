import { expect } from 'chai';
import { operatorCertificates } from '@videosportello/protocol/contract/operator-certificates.ts';
import type { VisitFile } from '@videosportello/protocol/contract/operator-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { documentId, scanId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, verifyProof } from '@videosportello/protocol/keys.ts';
import type { DocumentChoices, DocumentRequest } from '@videosportello/protocol/messages/document.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { ms } from '@videosportello/protocol/units.ts';
import { createCertificateClient } from './certificate-client.ts';
import type { CertificateClient, CertificateState } from './certificate-client.ts';

const url = 'ws://certificates.example/operator';
const documentOne = documentId.parse('d_000000000000000000000001');
/** A scanned page of ten bytes. */
const page = Uint8Array.from({ length: 10 }, (_, index) => index * 25);
const emptyFile: VisitFile = { evidence: { phase: 'waiting-for-card', wrongNumbers: 0 }, documents: [] };
const choices: DocumentChoices = {
  types: [
    {
      type: 'residence',
      title: 'Certificato di residenza',
      asksDay: false,
      asksReason: false,
      goesToBackOffice: false,
      onlySelf: false,
      uses: [{ use: 'private', duty: 'due' }],
      languages: ['it'],
      editions: ['standard'],
      sections: [],
    },
  ],
  exemptions: [],
  dutyEuro: '16.00',
  virtualDuty: false,
};
const request: DocumentRequest = { type: 'residence', use: 'private', duty: { kind: 'exemption', code: '9' } };
const atOnce: RetryPolicy = { delays: () => Iterator.from({ next: () => ({ done: false as const, value: ms(0) }) }) };

/** One end of a socket in memory: what is sent arrives at the other end in a later microtask. */
class MemorySocket implements WebSocketLike {
  readyState = 0;
  other: MemorySocket | undefined;
  readonly #listeners = new Map<string, ((event: never) => void)[]>();
  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  tell(type: string, event: object = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
  send(data: string): void {
    queueMicrotask(() => this.other?.readyState === 1 && this.other.tell('message', { data }));
  }
  close(code = 1000): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.tell('close', { code });
    this.other?.close(code);
  }
}

/** A certificate node that checks proofs and remembers what it was asked. */
function certificateNode() {
  const seen: { grant: string; url: string }[] = [];
  const renewed: string[] = [];
  const asked: [string, unknown][] = [];
  let refusal: { code: ErrorCode; times: number } | undefined;
  let peer: Peer<typeof operatorCertificates.server> | undefined;
  const note =
    <Result>(name: string, result: Result) =>
    (params: unknown): Result => {
      asked.push([name, params]);
      return result;
    };
  const makeSocket = (to: string): WebSocketLike => {
    const client = new MemorySocket();
    const server = new MemorySocket();
    client.other = server;
    server.other = client;
    setImmediate(() => {
      client.readyState = 1;
      server.readyState = 1;
      client.tell('open');
      acceptPeer({
        contract: operatorCertificates,
        transport: webSocketTransport(server),
        nowMs: 0,
        nonceBytes: new Uint8Array(24).fill(7),
        serve: ({ peer: mine, nonce }) => ({
          requests: {
            hello: async ({ grant, proof }) => {
              await verifyProof(proof, { nonce, audience: 'certificates' });
              seen.push({ grant, url: to });
              if (refusal && refusal.times-- > 0) throw new ProtocolError(refusal.code);
              peer = mine;
              mine.admit();
              return { file: emptyFile, choices };
            },
            'grant.update': ({ grant }) => {
              renewed.push(grant);
              return {};
            },
            'evidence.allow-retry': note('allow-retry', {}),
            'holder.judge': note('judge', {}),
            'check.begin': note('check-begin', {}),
            'check.answer': note('check-answer', {}),
            'check.conclude': note('check-conclude', {}),
            'check.second-opinion': note('second-opinion', {}),
            'scan.fetch': ({ offset }) => ({ base64: Buffer.from(page.subarray(offset, offset + 4)).toString('base64'), total: page.length }),
            'scan.discard': note('discard', {}),
            'document.prepare': () => {
              throw new ProtocolError('duty-invalid', { detail: 'duty-mark-used' });
            },
            'case.collect': note('collect', { documentId: documentOne }),
            'document.review': note('review', { agreed: false }),
            'document.issue': note('issue', { number: '2026/000123' }),
            'document.reprint': note('reprint', {}),
            'document.settle': note('settle', {}),
          },
          notifications: {},
        }),
      });
    });
    return client;
  };
  return {
    makeSocket,
    seen,
    renewed,
    asked,
    refuse: (code: ErrorCode, times: number) => (refusal = { code, times }),
    get peer() {
      if (!peer) throw new Error('nobody has said hello');
      return peer;
    },
  };
}

/** Resolves when the client's state fits. */
const until = (client: CertificateClient, fits: (state: CertificateState) => boolean): Promise<void> =>
  new Promise((resolve) => {
    if (fits(client.state)) return resolve();
    const end = client.subscribe((state) => {
      if (!fits(state)) return;
      end();
      resolve();
    });
  });
const isOpen = ({ connection }: CertificateState) => connection === 'open';

describe('the certificate client', () => {
  const setUp = async () => {
    const node = certificateNode();
    const sessionKey = await newHolderKey();
    const client = createCertificateClient(
      { url, grant: 'grant-1' },
      { makeSocket: node.makeSocket, sessionKey, policy: atOnce },
    );
    return { node, client };
  };

  it('says hello with the grant and a proof of the session key, and holds file and choices', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    expect(node.seen).to.deep.equal([{ grant: 'grant-1', url }]);
    expect(client.state).to.deep.equal({ connection: 'open', ended: undefined, file: emptyFile, choices });
  });

  it('takes in each change of the file', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    const file: VisitFile = {
      ...emptyFile,
      evidence: { phase: 'failed', failure: 'card-tries-exhausted', wrongNumbers: 3 },
    };
    node.peer.notify('file.changed', file);
    await until(client, (state) => state.file?.evidence.wrongNumbers === 3);
    expect(client.state.file).to.deep.equal(file);
  });

  it('passes every request on, and the refusal of the rules with its own code', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    await client.allowRetry();
    await client.judgeHolder(true);
    expect(await client.reviewDocument(documentOne)).to.equal(false);
    expect(await client.issueDocument(documentOne)).to.equal('2026/000123');
    await client.reprintDocument(documentOne);
    await client.settleSheet(documentOne, { attempt: 2, cameOut: true });
    expect(node.asked).to.deep.equal([
      ['allow-retry', {}],
      ['judge', { matches: true }],
      ['review', { documentId: documentOne }],
      ['issue', { documentId: documentOne }],
      ['reprint', { documentId: documentOne, spoiledSheetRecorded: true }],
      ['settle', { documentId: documentOne, attempt: 2, cameOut: true }],
    ]);
    const refused = await client.prepareDocument(request).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'duty-invalid', detail: 'duty-mark-used' });
  });

  it('fetches a scanned page piece by piece', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    const scan = scanId.parse('s_000000000000000000000001');
    expect(await client.fetchScan(scan)).to.deep.equal(page);
    await client.discardScan(scan);
    expect(node.asked).to.deep.equal([['discard', { scanId: scan }]]);
  });

  it('carries a check by eye from its beginning to the second operator’s word', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    await client.beginCheck('passport');
    await client.answerCheck('gesture-made', 'unsure');
    await client.concludeCheck();
    await client.giveSecondOpinion('gesture-made', 'no');
    expect(node.asked).to.deep.equal([
      ['check-begin', { document: 'passport' }],
      ['check-answer', { question: 'gesture-made', answer: 'unsure' }],
      ['check-conclude', {}],
      ['second-opinion', { question: 'gesture-made', answer: 'no' }],
    ]);
  });

  it('shows a renewed grant over the open line, the same one only once', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    client.renewGrant({ url, grant: 'grant-1' });
    client.renewGrant({ url, grant: 'grant-2' });
    client.renewGrant({ url, grant: 'grant-2' });
    await client.allowRetry();
    expect(node.renewed).to.deep.equal(['grant-2']);
  });

  it('comes back after a cut with the newest grant, and keeps the last file meanwhile', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    client.renewGrant({ url, grant: 'grant-2' });
    node.peer.close(1012);
    await until(client, ({ connection }) => connection === 'lost');
    expect(client.state.file).to.deep.equal(emptyFile);
    await until(client, isOpen);
    expect(node.seen.at(-1)).to.deep.equal({ grant: 'grant-2', url });
  });

  it('moves when the grant is for another node', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    client.renewGrant({ url: 'ws://other.example/operator', grant: 'grant-3' });
    await until(client, ({ connection }) => connection === 'lost');
    await until(client, isOpen);
    expect(node.seen.at(-1)).to.deep.equal({ grant: 'grant-3', url: 'ws://other.example/operator' });
  });

  it('tries again when a grant had expired, for a newer one comes', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    node.refuse('grant-expired', 2);
    await until(client, isOpen);
    expect(node.seen).to.have.length(3);
  });

  for (const [code, ended] of [
    ['fence-stale', 'fence-stale'],
    ['visit-unknown', 'visit-ended'],
  ] as const) {
    it(`stops for good when hello is refused with ${code}`, async () => {
      const { node, client } = await setUp();
      node.refuse(code, Infinity);
      await until(client, ({ connection }) => connection === 'closed');
      expect(client.state.ended).to.equal(ended);
      expect(node.seen).to.have.length(1);
    });
  }

  it('forgets the person when the node ends the visit', async () => {
    const { node, client } = await setUp();
    await until(client, isOpen);
    node.peer.notify('visit.closed', { why: 'visit-ended' });
    await until(client, ({ connection }) => connection === 'closed');
    expect(client.state).to.deep.equal({
      connection: 'closed',
      ended: 'visit-ended',
      file: undefined,
      choices: undefined,
    });
    const late = await client.allowRetry().catch((error: unknown) => error);
    expect(late).to.include({ code: 'link-lost' });
  });

  it('comes back when the node only ran out of the grant it knew', async () => {
    const { node, client } = await setUp();
    await using _ = client;
    await until(client, isOpen);
    node.peer.notify('visit.closed', { why: 'grant-expired' });
    node.peer.close();
    await until(client, ({ connection }) => connection === 'lost');
    await until(client, isOpen);
    expect(node.seen).to.have.length(2);
  });

  it('closes twice without complaint, and knows nothing then', async () => {
    const { client } = await setUp();
    await until(client, isOpen);
    await client.close();
    await client.close();
    expect(client.state).to.deep.equal({ connection: 'closed', ended: undefined, file: undefined, choices: undefined });
  });
});
