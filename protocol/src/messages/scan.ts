import { z } from 'zod';
import { scanId } from '../ids.ts';
import { epochMs } from '../units.ts';

/** Which side of a document lies on the glass. */
export const scanSide = z.enum(['front', 'back']);
export type ScanSide = z.output<typeof scanSide>;

/** Largest page, bytes: twice an A4 sheet of noise in colour at 150 dpi. */
export const MAX_SCAN_BYTES = 16_000_000;
/** Largest piece of a page per message, bytes. */
export const SCAN_PIECE_BYTES = 131_072;
/** Pages a visit holds at a time: two documents, both sides. */
export const MAX_SCANS = 4;

/** A piece as it travels. */
export const scanPiece = z.base64().max(180_000);

/** A page on its way from the scanner to the certificate node. */
export const scanAnnouncement = z.object({
  scanId,
  side: scanSide,
  mediaType: z.literal('image/png'),
  bytes: z.number().int().min(1).max(MAX_SCAN_BYTES),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ScanAnnouncement = z.output<typeof scanAnnouncement>;

/** A page as the operator's list shows it; its picture is fetched apart and lives as long as the visit. */
export const scanView = z.object({
  scanId,
  side: scanSide,
  mediaType: z.literal('image/png'),
  bytes: z.number().int().min(1).max(MAX_SCAN_BYTES),
  /** Pixels. */
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  at: epochMs,
});
export type ScanView = z.output<typeof scanView>;
