import { validateAndNormalizeRtpCapabilities, validateAndNormalizeRtpParameters } from 'mediasoup/ortc';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from 'mediasoup/types';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { z } from 'zod';

/*
 * The contract checks the outline of mediasoup's structures; here mediasoup's own validation reads the rest, before any of it
 * reaches a worker.
 */
const passes = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};
const uint32 = z.number().int().min(0).max(0xffff_ffff);
const streamId = z.string().max(32);
/**
 * More than any browser sends, less than would cost a worker anything; mediasoup's own validation looks at kinds of values, not
 * at their size. Streams: three layers, and one to spare.
 */
const rtpBounds = z.object({
  mid: streamId.optional(),
  codecs: z.array(z.object({ clockRate: z.number().int().min(8_000).max(192_000), channels: z.number().int().min(1).max(8).optional() })),
  headerExtensions: z.array(z.object({ uri: z.string().max(200), id: z.number().int().min(1).max(255) })).max(32).optional(),
  encodings: z
    .array(
      z.object({
        ssrc: uint32.min(1).optional(),
        rid: streamId.optional(),
        rtx: z.object({ ssrc: uint32.min(1) }).optional(),
        scalabilityMode: z.string().regex(/^[LS][1-3]T[1-3]/).max(16).optional(),
        maxBitrate: uint32.optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z.object({ cname: z.string().max(256).optional() }).optional(),
});
const rtpParameters = z.custom<RtpParameters>(
  (value) => rtpBounds.safeParse(value).success && passes(() => validateAndNormalizeRtpParameters(value as RtpParameters)),
);
const rtpCapabilities = z.custom<RtpCapabilities>((value) => passes(() => validateAndNormalizeRtpCapabilities(value as RtpCapabilities)));
const dtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).default('auto'),
  fingerprints: z
    .array(z.object({ algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']), value: z.string() }))
    .min(1),
});

function read<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const outcome = schema.safeParse(value);
  if (!outcome.success) throw new ProtocolError('bad-params');
  return outcome.data;
}

/** What a page sends. @throws ProtocolError `bad-params` when mediasoup would not take it. */
export const readRtpParameters = (value: unknown): RtpParameters => read(rtpParameters, value);
/** What a page can receive. @throws ProtocolError `bad-params`. */
export const readRtpCapabilities = (value: unknown): RtpCapabilities => read(rtpCapabilities, value);
/** A page's certificate and role. @throws ProtocolError `bad-params`. */
export const readDtlsParameters = (value: unknown): DtlsParameters => read(dtlsParameters, value);
