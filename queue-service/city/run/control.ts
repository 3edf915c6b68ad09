import { z } from 'zod';

/** What a node of the city is told to begin with, by its first message. */
export const nodeSetup = z.object({
  kind: z.literal('sim.setup'),
  /** Settings of queue-service as in its own environment; `config.json` of the node's folder. */
  config: z.string(),
  /** The clock at the start, ms; null: the node goes by the clocks of this machine. */
  startMs: z.number().nullable(),
});
export type NodeSetup = z.output<typeof nodeSetup>;

/** From the city to a node: be there in time, and say when nothing moves any more. */
export const advance = z.object({
  kind: z.literal('sim.advance'),
  id: z.number(),
  /** Simulated time, ms. */
  to: z.number(),
  /** Messages of the channel of changes that must have been heard: as many as any other node has. */
  heard: z.number(),
  /** Pongs that the city has sent to this node. */
  pongs: z.number(),
  /** Whether sockets are pinged: only while one of them is silent. */
  isPinging: z.boolean(),
  /** Whether Redis is there; a line to it that is broken is then waited for. */
  isStoreUp: z.boolean(),
  /** Whether the node hears nothing of what others publish, though its commands go through. */
  isDeaf: z.boolean(),
});
export type Advance = z.output<typeof advance>;

/** Answer of a node: every timer due was run, every command to Redis answered, everything published heard, every frame written. */
export const settled = z.object({
  kind: z.literal('sim.settled'),
  id: z.number(),
  /** Frames written to the sockets that are open. */
  frames: z.number(),
  /** Messages heard on the channel of changes since the start. */
  heard: z.number(),
  /** Sockets that are open. */
  open: z.number(),
  /** When the next timer comes, ms. */
  next: z.number().nullable(),
});
export type Settled = z.output<typeof settled>;

/** A node serves. */
export const started = z.object({ kind: z.literal('started'), url: z.string(), socketUrl: z.string() });
