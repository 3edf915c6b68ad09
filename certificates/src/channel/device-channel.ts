import { randomBytes } from 'node:crypto';
import { deviceCertificates, PAPER_PIECE_BYTES } from '@videosportello/protocol/contract/device-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { DocumentDesk } from '../documents/document-desk.ts';
import type { EvidenceDesk } from '../evidence/evidence-desk.ts';
import type { CertificateEvents } from '../events.ts';
import type { VisitRecord, VisitRecords } from '../visit/visit-record.ts';
import type { Admission, GrantDoor } from './grant-door.ts';

/** Serves one device service: the kiosk's hands of one visit. A second connection of the same visit replaces the first. */
export function serveDevice(
  transport: MessageTransport,
  deps: {
    readonly door: GrantDoor;
    readonly records: VisitRecords;
    readonly evidence: EvidenceDesk;
    readonly documents: DocumentDesk;
    readonly events: CertificateEvents;
    readonly now: () => number;
  },
): void {
  const { door, records, evidence, documents, events } = deps;
  acceptPeer({
    contract: deviceCertificates,
    transport,
    nowMs: deps.now(),
    nonceBytes: randomBytes(24),
    onEvent: (event) => events.peer('device', event),
    serve({ peer, nonce }) {
      let greeted = false;
      let admission: Admission | undefined;
      let record: VisitRecord | undefined;
      /** The visit of this connection; after its end only for what became of its last paper. */
      const mine = (): VisitRecord => {
        if (!record || record.device !== peer || !records.isKept(record)) throw new ProtocolError('visit-unknown');
        return record;
      };
      const running = (): VisitRecord => {
        const visit = mine();
        if (visit.ended.aborted) throw new ProtocolError('visit-unknown');
        return visit;
      };
      const dismiss = (why: 'grant-expired' | 'replaced') => {
        peer.notify('visit.closed', { why });
        peer.close();
      };
      void peer.closed.then(() => {
        admission?.end();
        if (record?.device !== peer) return;
        record.device = undefined;
        records.left(record);
        events.deviceLeft(record.visitId);
      });
      return {
        requests: {
          hello: async ({ kioskId, grant, proof }) => {
            if (greeted) throw new ProtocolError('bad-message');
            greeted = true;
            admission = await door.admit({
              grant,
              proof,
              nonce,
              kinds: ['visit'],
              role: 'kiosk',
              onExpired: () => dismiss('grant-expired'),
              onSuperseded: () => undefined,
            });
            const { claims } = admission;
            if (peer.signal.aborted || claims.kiosk !== kioskId) {
              admission.end();
              throw new ProtocolError('grant-foreign');
            }
            record = records.enter(claims);
            const before = record.device;
            record.device = peer;
            before?.notify('visit.closed', { why: 'replaced' });
            before?.close();
            peer.admit();
            events.deviceJoined(record.visitId, kioskId);
            documents.deviceReturned(record);
            return {};
          },
          'grant.update': async ({ grant }) => {
            await admission?.renew(grant);
            return {};
          },
          'evidence.begin': async ({ can }, { signal }) => ({ card: await evidence.readCard(running(), peer, can, signal) }),
          'scan.begin': (announced) => {
            running().scans.begin(announced);
            return {};
          },
          'scan.append': ({ scanId, offset, base64 }) => {
            const visit = running();
            const piece = Buffer.from(base64, 'base64');
            const isWhole = visit.scans.append(scanId, offset, piece, deps.now());
            piece.fill(0);
            if (isWhole) {
              events.scanned(visit.visitId, scanId);
              records.changed(visit);
            }
            return {};
          },
          'paper.fetch': ({ documentId, offset }) => {
            const paper = mine().documents.get(documentId)?.paper;
            if (!paper || offset >= paper.length) throw new ProtocolError('document-unknown');
            const piece = paper.subarray(offset, offset + PAPER_PIECE_BYTES);
            return { base64: Buffer.from(piece).toString('base64'), total: paper.length };
          },
          'paper.outcome': async ({ documentId, ...report }) => {
            await documents.outcome(mine(), documentId, report);
            return {};
          },
        },
        notifications: {},
      };
    },
  });
}
