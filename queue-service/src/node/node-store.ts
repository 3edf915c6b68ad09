import { z } from 'zod';
import { nodeId } from '@videosportello/protocol/ids.ts';
import type { NodeId } from '@videosportello/protocol/ids.ts';
import { luaList } from '../redis/scripts.ts';
import type { ScriptRunner } from '../redis/scripts.ts';

const nothing = z.object({});
const nodeKind = z.enum(['media', 'certificates']);
export type NodeKind = z.output<typeof nodeKind>;
const nodes = z.object({ nodes: luaList(z.object({ nodeId, kind: nodeKind, url: z.string(), rooms: z.number(), draining: z.boolean() })) });
export type RegisteredNode = z.output<typeof nodes>['nodes'][number];

/** The transitions of media and certificate nodes, one script each. */
export interface NodeStore {
  openSession(node: { nodeId: NodeId; kind: NodeKind; url: string; session: string; instance: string }): Promise<void>;
  /** `silentMs`: how long ago its last sign of life was. */
  closeSession(node: { nodeId: NodeId; session: string; silentMs: number }): Promise<void>;
  reportLoad(load: { nodeId: NodeId; session: string; rooms: number; capacity: number }): Promise<void>;
  /**
   * Takes no new visits to a node any more, or again: it is asked only when no other of its kind is there. What it has stays.
   * @returns how many rooms it has.
   * @throws ProtocolError `node-unknown` when it is not registered.
   */
  drain(node: { nodeId: NodeId; draining: boolean }): Promise<{ rooms: number }>;
  list(): Promise<RegisteredNode[]>;
}

export const createNodeStore = (scripts: ScriptRunner): NodeStore => ({
  async openSession(node) {
    await scripts.run('open-node-session', node, nothing);
  },
  async closeSession(node) {
    await scripts.run('close-node-session', node, nothing);
  },
  async reportLoad(load) {
    await scripts.run('report-load', load, nothing);
  },
  drain: (node) => scripts.run('drain-node', node, z.object({ rooms: z.number() })),
  list: async () => (await scripts.run('read-nodes', {}, nodes)).nodes,
});
