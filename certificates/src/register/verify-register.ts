import { sql } from 'kysely';
import type { Expression, Kysely } from 'kysely';
import { payloadOf, rowHash } from './audit-chain.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import type { CheckpointVerifier } from './checkpoint/open-checkpoint.ts';
import { NoteError } from './checkpoint/signed-note.ts';
import { GENESIS } from './database/append-only.ts';
import type { RegisterTables } from './database/schema.ts';
import { completedBy, EMPTY_ROOT, foldNodes, leafHash, nodeHash } from './merkle/tree.ts';
import { nextPrintState, printOutcome } from './print-machine.ts';
import type { PrintState } from './print-machine.ts';
import type { Vault } from './vault.ts';
import { startCaseWalk } from './verify-cases.ts';

/** Checkpoints that were kept elsewhere, and the keys that may sign them. Signatures count only where keys are given. */
export interface OutsideCheckpoints {
  readonly notes: readonly string[];
  readonly keys: readonly CheckpointVerifier[];
}

/**
 * What is broken, and where. `row` is a place in the chain, a leaf's place in the tree, a checkpoint's number (of one from
 * outside that cannot be read, its place in the list), or for `cases` and `numbers` the year.
 *
 * - chain: a row is `missing`; its `hash` is not that of its content; its `link` is not the hash before; its `payload` is
 *   not the one it was; a `record`, the row of number, document, print or case it tells of, is gone or says something else; the
 *   `leaf` of an issue is missing.
 * - cases: one stands in its table and its opening is `missing` in the chain.
 * - tree: a `leaf` without its issue, or a kept `node` that is not the hash of those below.
 * - checkpoint: its `signature`, or what it says of `chain` or `tree`, does not hold; `missing` from the count; or it knows a
 *   longer register than this one: `rolled-back`.
 * - numbers: one was given out that is nowhere on record: `lost`.
 */
export interface RegisterFault {
  readonly part: 'chain' | 'cases' | 'tree' | 'checkpoint' | 'numbers';
  readonly row: number;
  readonly fault: 'missing' | 'hash' | 'link' | 'payload' | 'record' | 'leaf' | 'node' | 'signature' | 'chain' | 'tree' | 'rolled-back' | 'lost';
}

/** What a walk through the register found. It is whole when `faults` is empty. */
export interface RegisterReport {
  /** Rows of the chain. */
  readonly rows: number;
  /** Rows whose payload was erased; their place in the chain is still proved. */
  readonly erased: number;
  /** Hash of the last row, hexadecimal. */
  readonly head: string;
  readonly tree: { readonly size: number; readonly root: string };
  /** How many were compared with chain and tree, those from outside included. */
  readonly checkpoints: number;
  /** In the order in which they were met: chain, cases, tree, checkpoints, numbers. At most {@link MAX_FAULTS}. */
  readonly faults: readonly RegisterFault[];
}

/** After so many faults the rest says nothing new. */
export const MAX_FAULTS = 100;
/** Rows read at a time while walking; a power of two, so that whole subtrees end with a stretch. */
const STRIDE = 512;

type Db = Kysely<RegisterTables>;
type Report = (part: RegisterFault['part'], row: number, fault: RegisterFault['fault']) => void;

/**
 * Walks chain and tree from their first rows, recomputes every hash and, where it is still kept, every payload's digest,
 * and compares both with each other, with the rows of numbers and documents, and with every checkpoint. What is appended
 * meanwhile does no harm: checkpoints are read first, and all of it only grows.
 */
export async function verifyRegister(db: Db, vault: Vault, outside: OutsideCheckpoints = { notes: [], keys: [] }): Promise<RegisterReport> {
  const faults: RegisterFault[] = [];
  const report: Report = (part, row, fault) => {
    if (faults.length < MAX_FAULTS) faults.push({ part, row, fault });
  };
  const later: RegisterFault[] = [];
  const checkpoints = await readCheckpoints(db, outside, (part, row, fault) => later.push({ part, row, fault }));
  const chain = await walkChain(db, vault, checkpoints, report);
  const tree = await walkTree(db, checkpoints, report);
  for (const { part, row, fault } of later) report(part, row, fault);
  for (const checkpoint of checkpoints) {
    const { number, said, treeRoot, chainHead } = checkpoint;
    if (said.chain.rows > chain.rows || said.size > tree.size) report('checkpoint', number, 'rolled-back');
    else if (chainHead !== said.chain.head) report('checkpoint', number, 'chain');
    else if (treeRoot?.equals(said.root) !== true) report('checkpoint', number, 'tree');
  }
  await countNumbers(db, report);
  return { ...chain, tree: { size: tree.size, root: tree.root.toString('hex') }, checkpoints: checkpoints.length, faults };
}

/** A checkpoint, and what the walks find at its place. */
interface Compared {
  readonly number: number;
  readonly said: Checkpoint;
  chainHead?: string;
  treeRoot?: Buffer;
}

async function readCheckpoints(db: Db, { notes, keys }: OutsideCheckpoints, report: Report): Promise<Compared[]> {
  const compared: Compared[] = [];
  const read = (note: string, expected: number): void => {
    try {
      const said = openCheckpoint(note, keys);
      compared.push({ number: said.number, said });
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      report('checkpoint', expected, 'signature');
    }
  };
  let expected = 1;
  for (;;) {
    const stretch = await db.selectFrom('checkpoints').selectAll().where('number', '>=', expected).orderBy('number').limit(STRIDE).execute();
    for (const { number, note } of stretch) {
      if (number !== expected) report('checkpoint', expected, 'missing');
      read(note, number);
      expected = number + 1;
    }
    if (stretch.length < STRIDE) break;
  }
  for (const [index, note] of notes.entries()) read(note, index + 1);
  return compared;
}

async function walkChain(
  db: Db,
  vault: Vault,
  checkpoints: readonly Compared[],
  report: Report,
): Promise<Pick<RegisterReport, 'rows' | 'erased' | 'head'>> {
  const marks = Map.groupBy(checkpoints, ({ said }) => said.chain.rows);
  let rows = 0;
  let erased = 0;
  let expected = 1;
  let head = GENESIS;
  const papers = new Map<string, Paper>();
  const cases = startCaseWalk();
  for (;;) {
    const stretch = await chainRows(db, expected);
    for (const row of stretch) {
      const fault = (kind: RegisterFault['fault']) => report('chain', row.seq, kind);
      if (row.seq !== expected) report('chain', expected, 'missing');
      if (row.previous !== head) fault('link');
      if (row.hash !== rowHash(row)) fault('hash');
      if (row.content === null) erased += 1;
      else {
        const payload = payloadOf(vault, row, row.content);
        if (payload === undefined) fault('payload');
        else if (!agrees(row, payload) || !followsOn(papers, row, payload)) fault('record');
        else if (row.kind === 'case-step' && !cases.followsOn(row, payload)) fault('record');
      }
      if (row.kind === 'document-issued' && row.leaf === null) fault('leaf');
      for (const checkpoint of marks.get(row.seq) ?? []) checkpoint.chainHead = row.hash;
      head = row.hash;
      expected = row.seq + 1;
      rows += 1;
    }
    if (stretch.length < STRIDE) break;
  }
  await comparePapers(db, papers, expected, report);
  await cases.compare(
    db,
    expected,
    (row) => report('chain', row, 'record'),
    (year) => report('cases', year, 'missing'),
  );
  return { rows, erased, head };
}

/** Rows of the chain with what the other tables say of the same. */
function chainRows(db: Db, from: number) {
  return db
    .selectFrom('audit_chain as c')
    .leftJoin('audit_payloads as p', 'p.seq', 'c.seq')
    .leftJoin('reservations as r', 'r.document_id', 'c.document_id')
    .leftJoin('issued_documents as i', 'i.document_id', 'c.document_id')
    .leftJoin('stamp_leaves as l', 'l.seq', 'c.seq')
    .selectAll('c')
    .select(['p.content', 'r.certificate_number', 'r.protocol_number', 'i.original_digest', 'i.stamp_digest', 'l.position as leaf'])
    .where('c.seq', '>=', from)
    .orderBy('c.seq')
    .limit(STRIDE)
    .execute();
}

/** Whether the row of number or document still says what it said when the chain took it down. */
function agrees(
  row: Pick<Awaited<ReturnType<typeof chainRows>>[number], 'kind' | 'certificate_number' | 'protocol_number' | 'original_digest' | 'stamp_digest'>,
  payload: Readonly<Record<string, string | number | null>>,
): boolean {
  switch (row.kind) {
    case 'number-reserved':
    case 'reservation-voided':
      return payload['number'] === row.certificate_number && payload['protocol'] === row.protocol_number;
    case 'document-issued':
      return payload['originalDigest'] === row.original_digest && payload['stampDigest'] === row.stamp_digest;
    default:
      return true;
  }
}

/** Where the paper of a document is by the reports in the chain, the last of them at `seq`. */
interface Paper {
  readonly state: PrintState;
  readonly seq: number;
}

/** Whether a print report could follow on those before it; keeps what it leads to. Any other row follows. */
function followsOn(
  papers: Map<string, Paper>,
  row: { readonly seq: number; readonly kind: string; readonly document_id: string | null },
  payload: Readonly<Record<string, string | number | null>>,
): boolean {
  if (row.kind !== 'print-outcome' || row.document_id === null) return true;
  const outcome = printOutcome.safeParse(payload['outcome']);
  const state = outcome.success ? nextPrintState(papers.get(row.document_id)?.state ?? 'issued', outcome.data) : null;
  papers.set(row.document_id, { state: state ?? 'uncertain', seq: row.seq });
  return state !== null;
}

/** The documents' rows say the same of their papers, but for reports that came after the walk. */
async function comparePapers(db: Db, papers: ReadonlyMap<string, Paper>, end: number, report: Report): Promise<void> {
  const documents = [...papers.keys()];
  for (let from = 0; from < documents.length; from += STRIDE) {
    const rows = await db
      .selectFrom('issued_documents as i')
      .select(['i.document_id', 'i.print_state'])
      .where('i.document_id', 'in', documents.slice(from, from + STRIDE))
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('audit_chain as c').select('c.seq').whereRef('c.document_id', '=', 'i.document_id').where('c.seq', '>=', end))),
      )
      .execute();
    for (const { document_id, print_state } of rows) {
      const paper = papers.get(document_id);
      if (paper !== undefined && paper.state !== print_state) report('chain', paper.seq, 'record');
    }
  }
}

async function walkTree(db: Db, checkpoints: readonly Compared[], report: Report): Promise<{ size: number; root: Buffer }> {
  const marks = Map.groupBy(checkpoints, ({ said }) => said.size);
  for (const checkpoint of marks.get(0) ?? []) checkpoint.treeRoot = EMPTY_ROOT;
  /** Whole subtrees so far, the largest first: the right edge of the tree. */
  const edge: Buffer[] = [];
  let size = 0;
  let root = EMPTY_ROOT;
  for (;;) {
    const stretch = await db
      .selectFrom('stamp_leaves as l')
      .leftJoin('issued_documents as i', 'i.document_id', 'l.document_id')
      .leftJoin('audit_chain as c', 'c.seq', 'l.seq')
      .select(['l.position', 'l.document_id', 'i.stamp_digest', 'c.kind', 'c.document_id as chained'])
      .where('l.position', '>=', size)
      .orderBy('l.position')
      .limit(STRIDE)
      .execute();
    const nodes = await keptNodes(db, size, size + stretch.length);
    for (const leaf of stretch) {
      if (leaf.position !== size || leaf.stamp_digest === null || leaf.kind !== 'document-issued' || leaf.chained !== leaf.document_id)
        report('tree', size, 'leaf');
      let hash = leafHash(Buffer.from(leaf.stamp_digest ?? '', 'hex'));
      for (const { place, left } of completedBy(size)) {
        if (left !== null) hash = nodeHash(edge.pop() ?? EMPTY_ROOT, hash);
        if (nodes.get(`${place.level}/${place.position}`)?.equals(hash) !== true) report('tree', size, 'node');
      }
      edge.push(hash);
      size += 1;
      for (const checkpoint of marks.get(size) ?? []) checkpoint.treeRoot = foldNodes(edge);
    }
    if (edge.length > 0) root = foldNodes(edge);
    if (stretch.length < STRIDE) return { size, root };
  }
}

/** The kept nodes that leaves `from` up to `to` complete. */
async function keptNodes(db: Db, from: number, to: number): Promise<Map<string, Buffer>> {
  const kept = new Map<string, Buffer>();
  for (let level = 0, width = 1; width <= to; level += 1, width *= 2) {
    const rows = await db
      .selectFrom('stamp_nodes')
      .select(['position', 'hash'])
      .where('level', '=', level)
      .where('position', '>=', Math.floor(from / width))
      .where('position', '<', Math.floor(to / width))
      .execute();
    for (const { position, hash } of rows) kept.set(`${level}/${position}`, Buffer.from(hash));
  }
  return kept;
}

/** Numbers are counted from 1 in each year without a gap, and each one given out is on record. */
async function countNumbers(db: Db, report: Report): Promise<void> {
  const countAll = (table: 'reservations' | 'cases', column: Expression<string>, pattern: string) =>
    db
      .selectFrom(table)
      .select((expression) => expression.fn.countAll<number>().as('given'))
      .where(column, 'like', pattern)
      .executeTakeFirstOrThrow();
  for (const { name, year, last } of await db.selectFrom('number_sequences').selectAll().orderBy('year').orderBy('name').execute()) {
    const isCertificate = name === 'certificate';
    const column = isCertificate ? sql<string>`certificate_number` : sql<string>`protocol_number`;
    const { given } = await countAll('reservations', column, isCertificate ? `${year}/%` : `%/${year}`);
    if (given < last) report('numbers', year, 'lost');
  }
  for (const { year, last } of await db.selectFrom('case_sequences').selectAll().orderBy('year').execute()) {
    const { given } = await countAll('cases', sql<string>`case_number`, `${year}-%`);
    if (given < last) report('numbers', year, 'lost');
  }
}
