import { randomBytes } from 'node:crypto';
import { operatorCertificates } from '@videosportello/protocol/contract/operator-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { operatorId } from '@videosportello/protocol/ids.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { DocumentDesk } from '../documents/document-desk.ts';
import type { EvidenceDesk } from '../evidence/evidence-desk.ts';
import type { VisualCheckDesk } from '../evidence/visual-check-desk.ts';
import type { CertificateEvents } from '../events.ts';
import { fileOf } from '../visit/visit-record.ts';
import type { VisitRecord, VisitRecords } from '../visit/visit-record.ts';
import type { GrantDoor } from './grant-door.ts';
import { createVisitEntry, dismiss } from './visit-entry.ts';

/** Serves the page of the operator who has the visit. An older right to the visit is sent away at a newer one. */
export function serveOperator(
  transport: MessageTransport,
  deps: {
    readonly door: GrantDoor;
    readonly records: VisitRecords;
    readonly evidence: EvidenceDesk;
    readonly checks: VisualCheckDesk;
    readonly documents: DocumentDesk;
    readonly events: CertificateEvents;
    readonly now: () => number;
  },
): void {
  const { records, evidence, checks, documents, events } = deps;
  acceptPeer({
    contract: operatorCertificates,
    transport,
    nowMs: deps.now(),
    nonceBytes: randomBytes(24),
    onEvent: (event) => events.peer('operator', event),
    serve({ peer, nonce }) {
      const entry = createVisitEntry(peer, deps, {
        nonce,
        kinds: ['room'],
        role: 'operator',
        onSuperseded: () => dismiss(peer, 'fence-stale'),
        leave: (record) => record.operators.delete(peer),
        onLeft: ({ visitId }) => events.operatorLeft(visitId),
      });
      const mine = (): VisitRecord => {
        const { record } = entry;
        if (!record || record.ended.aborted || !record.operators.has(peer)) throw new ProtocolError('visit-unknown');
        return record;
      };
      const me = () => operatorId.parse(entry.claims.sub);
      return {
        requests: {
          hello: async (shown) => {
            const { record, claims } = await entry.enter(shown);
            // A second page of the same operator takes the visit over, and the first is told so.
            for (const [other, operator] of record.operators) if (operator === claims.sub) dismiss(other, 'replaced');
            record.operators.set(peer, operatorId.parse(claims.sub));
            peer.admit();
            events.operatorJoined(record.visitId);
            return { file: fileOf(record), choices: documents.choices() };
          },
          'grant.update': async ({ grant }) => {
            await entry.renew(grant);
            return {};
          },
          'evidence.allow-retry': () => {
            evidence.allowRetry(mine());
            return {};
          },
          'holder.judge': async ({ matches }) => {
            await evidence.judgeHolder(mine(), matches);
            return {};
          },
          'check.begin': ({ document }) => {
            checks.begin(mine(), me(), document);
            return {};
          },
          'check.answer': ({ question, answer }) => {
            checks.answer(mine(), me(), question, answer);
            return {};
          },
          'check.conclude': async ({ person }) => {
            await checks.conclude(mine(), me(), person);
            return {};
          },
          'check.second-opinion': async ({ question, answer }) => {
            await checks.secondOpinion(mine(), me(), question, answer);
            return {};
          },
          'scan.fetch': ({ scanId, offset }) => {
            const { bytes, total } = mine().scans.piece(scanId, offset);
            return { base64: Buffer.from(bytes).toString('base64'), total };
          },
          'scan.discard': ({ scanId }) => {
            const visit = mine();
            visit.scans.discard(scanId);
            records.changed(visit);
            return {};
          },
          'document.prepare': (request) => documents.prepare(mine(), me(), request),
          'case.collect': async ({ caseNumber }) => ({ documentId: await documents.collect(mine(), caseNumber) }),
          'document.review': async ({ documentId }) => ({ agreed: await documents.review(mine(), documentId) }),
          'document.issue': async ({ documentId }) => ({ number: await documents.issue(mine(), documentId) }),
          'document.settle': async ({ documentId, ...finding }) => {
            await documents.settle(mine(), me(), documentId, finding);
            return {};
          },
          'document.reprint': async ({ documentId }) => {
            await documents.reprint(mine(), me(), documentId);
            return {};
          },
        },
        notifications: {},
      };
    },
  });
}
