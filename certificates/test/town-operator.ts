import { WebSocket } from 'ws';
import { operatorCertificates } from '@videosportello/protocol/contract/operator-certificates.ts';
import type { VisitFile } from '@videosportello/protocol/contract/operator-certificates.ts';
import type { GrantClaims } from '@videosportello/protocol/grant.ts';
import type { DocumentId, ScanId, VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { CaseNumber, DocumentState } from '@videosportello/protocol/messages/document.ts';
import { connect, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import { watched } from '@videosportello/protocol/testing/watched.ts';
import type { TownDoors } from './town-doors.ts';

/** An operator's page at a town's certificate node. Its fence counter orders it; `who` is one letter of its id. */
export const operatorAt = ({ url, grantFor, operatorTerms, consoleOrigin }: TownDoors) => async (
  visit: VisitId,
  options: { counter?: number; who?: string; terms?: Partial<GrantClaims>; holder?: HolderKey; admitted?: boolean } = {},
) => {
  const holder = options.holder ?? (await newHolderKey());
  const grant = await grantFor(visit, holder, { ...operatorTerms(options.counter ?? 1, options.who ?? 'a'), ...options.terms });
  const socket = new WebSocket(`${url}/operator`, { origin: consoleOrigin });
  const file = watched<VisitFile | undefined>(undefined);
  const why = watched<string | undefined>(undefined);
  const { peer, welcome } = await connect({
    contract: operatorCertificates,
    open: (signal) => openSocket(() => socket, { signal }),
    signal: new AbortController().signal,
    requests: {},
    notifications: { 'file.changed': (next) => file.set(next), 'visit.closed': (closed) => why.set(closed.why) },
  });
  const hello = async () => {
    const proof = await signProof(holder, { nonce: welcome.nonce, audience: 'certificates' });
    const said = await peer.request('hello', { version: 2, grant, proof });
    file.set(said.file);
    return said;
  };
  if (options.admitted !== false) await hello();
  return {
    peer,
    socket,
    hello,
    file,
    why,
    grant,
    holder,
    /** Asks for a residence, or for what `change` makes of it. */
    ask: (change: object = {}) =>
      peer.request('document.prepare', { type: 'residence', use: 'private', duty: { kind: 'exemption', code: '9' }, ...change }),
    /** The same, for what the rules decide at once. */
    async prepare(change: object = {}) {
      const prepared = await this.ask(change);
      if (prepared.outcome !== 'review') throw new Error('it went to the back office');
      return prepared;
    },
    collect: (caseNumber: CaseNumber) => peer.request('case.collect', { caseNumber }),
    review: (documentId: DocumentId) => peer.request('document.review', { documentId }),
    issue: (documentId: DocumentId) => peer.request('document.issue', { documentId }),
    reprint: (documentId: DocumentId) => peer.request('document.reprint', { documentId, spoiledSheetRecorded: true }),
    async scan(scan: ScanId): Promise<Buffer> {
      const pieces: Buffer[] = [];
      for (let offset = 0, total = 1; offset < total; ) {
        const piece = await peer.request('scan.fetch', { scanId: scan, offset });
        pieces.push(Buffer.from(piece.base64, 'base64'));
        offset += pieces.at(-1)?.length ?? 0;
        total = piece.total;
      }
      return Buffer.concat(pieces);
    },
    settle: (documentId: DocumentId, attempt: number, cameOut: boolean) => peer.request('document.settle', { documentId, attempt, cameOut }),
    judge: (matches: boolean) => peer.request('holder.judge', { matches }),
    document: (documentId: DocumentId) => file.value?.documents.find((document) => document.documentId === documentId),
    untilState: (documentId: DocumentId, state: DocumentState) =>
      file.until((seen) => seen?.documents.some((one) => one.documentId === documentId && one.state === state) ?? false),
  };
};
