import { watch } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { ServiceName } from '../../deploy/run/start-town.ts';
import type { Setting } from './town-setting.ts';

/** What is read of a heap snapshot: flat tables, their columns named in `meta` (V8, heap-snapshot-generator). */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[]];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

/**
 * Names of all nodes and of all properties. Not those that only a number holds: V8 writes down plain numbers, places in code
 * among them, as words, and one of a hundred thousand places has six figures like any other.
 */
function namesIn({ snapshot: { meta }, nodes, edges, strings }: HeapSnapshot): readonly string[] {
  const columnOf = (fields: readonly string[]) => (name: string) => fields.indexOf(name);
  const [node, edge] = [columnOf(meta.node_fields), columnOf(meta.edge_fields)];
  const [nodeType, nodeName, edgeCount] = [node('type'), node('name'), node('edge_count')];
  const [edgeType, edgeName, target] = [edge('type'), edge('name_or_index'), edge('to_node')];
  const number = meta.node_types[0].indexOf('number');
  // Of these two kinds of edge the name is an index, not a string.
  const unnamed = ['element', 'hidden'].map((kind) => meta.edge_types[0].indexOf(kind));
  const names = new Set<number>();
  let at = 0;
  for (let from = 0; from < nodes.length; from += meta.node_fields.length) {
    for (let count = nodes[from + edgeCount] ?? 0; count > 0; count -= 1, at += meta.edge_fields.length) {
      if (nodes[from + nodeType] === number) continue;
      if (!unnamed.includes(edges[at + edgeType] ?? 0)) names.add(edges[at + edgeName] ?? 0);
      names.add(nodes[(edges[at + target] ?? 0) + nodeName] ?? 0);
    }
  }
  return [...names].map((index) => strings[index] ?? '');
}

/** Lengths of the blocks of raw bytes that buffers stand on, which have no words. */
function buffersIn({ snapshot: { meta }, nodes, strings }: HeapSnapshot): ReadonlySet<number> {
  const [name, size] = ['name', 'self_size'].map((field) => meta.node_fields.indexOf(field)) as [number, number];
  const lengths = new Set<number>();
  for (let from = 0; from < nodes.length; from += meta.node_fields.length) {
    if (strings[nodes[from + name] ?? 0] === 'system / JSArrayBufferData') lengths.add(nodes[from + size] ?? 0);
  }
  return lengths;
}

/** What stands on a heap after garbage collection. */
export interface Heap {
  /** The strings, joined; V8 writes at most the first 1,024 characters of each. */
  readonly words: string;
  /** Lengths of the buffers, bytes. */
  readonly buffers: ReadonlySet<number>;
}

/** Throws AssertionError when there is next to nothing in it: a look into an empty heap would find nothing. */
function heapIn(snapshot: string): Heap {
  const read = JSON.parse(snapshot) as HeapSnapshot;
  const names = namesIn(read);
  expect(names.length).to.be.above(1_000);
  return { words: names.join('\n'), buffers: buffersIn(read) };
}

/** The strings on the page's heap, as of {@link Heap}: of every script world and every document that is still held, detached ones too. */
export async function heapOfPage(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  try {
    const chunks: string[] = [];
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
    await session.send('HeapProfiler.enable');
    // What is held only by something collected in the first round goes in the second.
    for (let round = 0; round < 2; round += 1) await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    return heapIn(chunks.join('')).words;
  } finally {
    await session.detach();
  }
}

/** The services through which a citizen's words pass. */
export const services = ['queue', 'sfu', 'certificates', 'devices'] as const satisfies readonly ServiceName[];
export type Heaps = Readonly<Record<(typeof services)[number], Heap>>;

/** What makes a service write its heap into this folder when {@link heapsOfServices} asks for it (Node's command line options). */
export const heapOptions = (directory: string): string[] => ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${directory}`];

/** The heap of each service. */
export async function heapsOfServices(setting: Setting): Promise<Heaps> {
  const heaps: Partial<Record<ServiceName, Heap>> = {};
  for (const name of services) heaps[name] = await heapOfService(setting, name);
  return heaps as Heaps;
}

async function heapOfService({ town, heapDirectory }: Setting, name: ServiceName): Promise<Heap> {
  const service = town.services.get(name);
  if (!service) throw new Error(`There is no service ${name}.`);
  const watcher = watch(heapDirectory);
  try {
    const begun = new Promise<string>((resolve) => watcher.once('change', (_event, file) => resolve(String(file))));
    process.kill(service.pid, 'SIGUSR2');
    const file = join(heapDirectory, await begun);
    // The service writes on the thread that answers: when it answers again, the file is whole.
    const { port } = new URL(service.ready.url);
    await fetch(`http://127.0.0.1:${port}/live`, { signal: AbortSignal.timeout(60_000) });
    const snapshot = await readFile(file, 'utf8');
    await rm(file);
    return heapIn(snapshot);
  } finally {
    watcher.close();
  }
}

/** Whether a string stands on the heap as words of its own: CONTI, not the beginning of CONTINUE. */
function standsIn(heap: string, string: string): boolean {
  for (let at = heap.indexOf(string); at >= 0; at = heap.indexOf(string, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(`${heap[at - 1] ?? ''}${heap[at + string.length] ?? ''}`)) return true;
  }
  return false;
}

export const foundIn = (heap: string, strings: readonly string[]): string[] => strings.filter((string) => standsIn(heap, string));
