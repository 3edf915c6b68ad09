import { z } from 'zod';
import { visitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import { epochMs } from '@videosportello/protocol/units.ts';

/** The format of the second file: what queue-service itself says it did. */
export const STREAM_VERSION = 1;

export const streamHeader = z.strictObject({
  line: z.literal('header'),
  format: z.literal('videosportello-stream'),
  version: z.literal(STREAM_VERSION),
});

/** A step of a visit; or a decision with what it looked at, as its script wrote it. Each stream in its own order. */
export const streamLine = z.discriminatedUnion('line', [
  z.strictObject({ line: z.literal('step'), event: visitEvent }),
  z.strictObject({ line: z.literal('decision'), decision: z.looseObject({ id: z.string().max(60), at: epochMs }) }),
  z.strictObject({ line: z.literal('end') }),
]);
export type StreamLine = z.output<typeof streamLine>;

/** When a line of the service's account was true, simulated ms; its end comes after everything. */
export const momentOf = (line: StreamLine, startsAt: number): number =>
  line.line === 'end' ? Infinity : (line.line === 'step' ? line.event.at : line.decision.at) - startsAt;
export type Decision = Extract<StreamLine, { line: 'decision' }>['decision'];
