import { randomBytes } from 'node:crypto';
import { deviceCertificates, PAPER_PIECE_BYTES } from '@videosportello/protocol/contract/device-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { DocumentDesk } from '../documents/document-desk.ts';
import type { EvidenceDesk } from '../evidence/evidence-desk.ts';
import type { CertificateEvents } from '../events.ts';
import type { VisitRecord, VisitRecords } from '../visit/visit-record.ts';
import type { GrantDoor } from './grant-door.ts';
import { createVisitEntry, dismiss } from './visit-entry.ts';

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
  const { records, evidence, documents, events } = deps;
  acceptPeer({
    contract: deviceCertificates,
    transport,
    nowMs: deps.now(),
    nonceBytes: randomBytes(24),
    onEvent: (event) => events.peer('device', event),
    serve({ peer, nonce }) {
      const entry = createVisitEntry(peer, deps, {
        nonce,
        kinds: ['visit'],
        role: 'kiosk',
        onSuperseded: () => undefined,
        leave(record) {
          if (record.device !== peer) return false;
          record.device = undefined;
          return true;
        },
        onLeft: ({ visitId }) => events.deviceLeft(visitId),
      });
      /** The visit of this connection; after its end only for what became of its last paper. */
      const mine = (): VisitRecord => {
        const { record } = entry;
        if (!record || record.device !== peer || !records.isKept(record)) throw new ProtocolError('visit-unknown');
        return record;
      };
      const running = (): VisitRecord => {
        const visit = mine();
        if (visit.ended.aborted) throw new ProtocolError('visit-unknown');
        return visit;
      };
      return {
        requests: {
          hello: async ({ kioskId, ...shown }) => {
            const { record } = await entry.enter(shown, ({ kiosk }) => kiosk === kioskId);
            const before = record.device;
            record.device = peer;
            if (before) dismiss(before, 'replaced');
            peer.admit();
            events.deviceJoined(record.visitId, kioskId);
            documents.deviceReturned(record);
            return {};
          },
          'grant.update': async ({ grant }) => {
            await entry.renew(grant);
            return {};
          },
          'evidence.begin': async (card, { signal }) => ({ card: await evidence.readCard(running(), peer, card, signal) }),
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
            const { documents: running, slips } = mine();
            const paper = running.get(documentId)?.paper ?? slips.find((slip) => slip.documentId === documentId)?.paper;
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
