import { validateAndNormalizeRtpCapabilities, validateAndNormalizeRtpParameters } from 'mediasoup-client/ortc';
import type { IceCandidate, IceParameters, RtpCapabilities, RtpParameters } from 'mediasoup-client/types';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { z } from 'zod';

/*
 * The contract checks the outline of mediasoup's structures; here the rest is read, RTP by mediasoup-client's own validation.
 */
const passes = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};
const rtpParameters = z.custom<RtpParameters>((value) => passes(() => validateAndNormalizeRtpParameters(value as RtpParameters)));
const rtpCapabilities = z.custom<RtpCapabilities>((value) => passes(() => validateAndNormalizeRtpCapabilities(value as RtpCapabilities)));
const iceParameters = z.looseObject({ usernameFragment: z.string(), password: z.string(), iceLite: z.boolean().optional() });
const fingerprint = z.object({ algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']), value: z.string() });
const iceCandidate = z.object({
  foundation: z.string(),
  priority: z.number(),
  ip: z.string(),
  address: z.string(),
  protocol: z.enum(['udp', 'tcp']),
  port: z.number(),
  type: z.enum(['host', 'srflx', 'prflx', 'relay']),
  tcpType: z.enum(['active', 'passive', 'so']).optional(),
});
const transport = z.object({
  id: z.string(),
  iceParameters,
  iceCandidates: z.array(iceCandidate),
  dtlsParameters: z.object({ role: z.enum(['auto', 'client', 'server']).default('auto'), fingerprints: z.array(fingerprint).min(1) }),
});

function read<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const outcome = schema.safeParse(value);
  if (!outcome.success) throw new ProtocolError('bad-message');
  return outcome.data;
}

/** @throws ProtocolError `bad-message`, as all readers here. */
export const readRtpCapabilities = (value: unknown): RtpCapabilities => read(rtpCapabilities, value);
export const readRtpParameters = (value: unknown): RtpParameters => read(rtpParameters, value);
export const readIceParameters = (value: unknown): IceParameters => withoutUndefined(read(iceParameters, value));
/** What mediasoup-client needs to make the page's end of a transport. */
export function readTransport(value: unknown) {
  const { iceCandidates, iceParameters: ice, ...rest } = read(transport, value);
  return { ...rest, iceParameters: withoutUndefined(ice), iceCandidates: iceCandidates.map((one): IceCandidate => withoutUndefined(one)) };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
/** Drops members that are present but undefined: mediasoup-client's types, under exactOptionalPropertyTypes, know none. */
const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
