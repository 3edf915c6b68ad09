import { createHash } from 'node:crypto';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ScanId } from '@videosportello/protocol/ids.ts';
import { MAX_SCANS, SCAN_PIECE_BYTES } from '@videosportello/protocol/messages/scan.ts';
import type { ScanAnnouncement, ScanView } from '@videosportello/protocol/messages/scan.ts';
import { pngSize } from './png-size.ts';

/** A page that is coming or has come. */
interface HeldScan {
  readonly announced: ScanAnnouncement;
  readonly content: Buffer;
  received: number;
  /** Set when all of it is here and is what was announced. */
  view?: ScanView;
}

/** Bytes of all visits together that a node holds at most; a page that would not fit is refused with `too-much`. */
export const NODE_SCAN_BYTES = 512_000_000;

/** What all shelves of a node hold together. */
export interface ScanBudget {
  held: number;
  readonly limit: number;
}

/**
 * The scanned pages of one visit: in memory only, zeroed when they are taken away. When there are too many the oldest makes
 * room.
 */
export interface ScanShelf {
  /** Makes room for a page; one that never came whole makes way. @throws ProtocolError `too-much`. */
  begin(announced: ScanAnnouncement): void;
  /**
   * Takes the next piece; true with the last one.
   * @throws ProtocolError `document-unknown`; `bad-message` for a piece out of place; `digest-mismatch` and `scanner-failed` (no
   * picture of a bearable size) when the last piece has come: the page is wiped then.
   */
  append(scanId: ScanId, offset: number, piece: Uint8Array, at: number): boolean;
  /** A piece of a whole page. @throws ProtocolError `document-unknown`. */
  piece(scanId: ScanId, offset: number): { readonly bytes: Uint8Array; readonly total: number };
  /** @throws ProtocolError `document-unknown`. */
  discard(scanId: ScanId): void;
  /** The whole pages, oldest first. */
  views(): ScanView[];
  /** Takes every page away. */
  wipe(): void;
}

/** Makes an empty shelf. */
export function createScanShelf(budget: ScanBudget): ScanShelf {
  const scans = new Map<ScanId, HeldScan>();

  const drop = (scanId: ScanId) => {
    const scan = scans.get(scanId);
    if (!scan) return;
    scan.content.fill(0);
    budget.held -= scan.content.length;
    scans.delete(scanId);
  };
  const whole = (scanId: ScanId): HeldScan => {
    const scan = scans.get(scanId);
    if (!scan?.view) throw new ProtocolError('document-unknown');
    return scan;
  };

  return {
    begin(announced) {
      for (const [id, { view }] of scans) if (!view || id === announced.scanId) drop(id);
      const [oldest] = scans.keys();
      if (oldest && scans.size >= MAX_SCANS) drop(oldest);
      if (budget.held + announced.bytes > budget.limit) throw new ProtocolError('too-much');
      budget.held += announced.bytes;
      scans.set(announced.scanId, { announced, content: Buffer.alloc(announced.bytes), received: 0 });
    },
    append(scanId, offset, piece, at) {
      const scan = scans.get(scanId);
      if (!scan || scan.view) throw new ProtocolError('document-unknown');
      const { announced, content } = scan;
      if (offset !== scan.received || piece.length === 0 || offset + piece.length > content.length) throw new ProtocolError('bad-message');
      content.set(piece, offset);
      scan.received += piece.length;
      if (scan.received < content.length) return false;
      const size = pngSize(content);
      const isAsAnnounced = createHash('sha256').update(content).digest('hex') === announced.sha256;
      if (!isAsAnnounced || !size) {
        drop(scanId);
        throw new ProtocolError(isAsAnnounced ? 'scanner-failed' : 'digest-mismatch');
      }
      const { side, mediaType, bytes } = announced;
      scan.view = { scanId, side, mediaType, bytes, ...size, at };
      return true;
    },
    piece(scanId, offset) {
      const { content } = whole(scanId);
      if (offset >= content.length) throw new ProtocolError('document-unknown');
      return { bytes: content.subarray(offset, offset + SCAN_PIECE_BYTES), total: content.length };
    },
    discard(scanId) {
      whole(scanId);
      drop(scanId);
    },
    views: () => [...scans.values()].flatMap(({ view }) => view ?? []),
    wipe() {
      for (const scanId of [...scans.keys()]) drop(scanId);
    },
  };
}
