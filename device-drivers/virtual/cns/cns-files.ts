/** SELECT and READ BINARY over a CNS's file tree (ISO/IEC 7816-4 clauses 11.2 and 11.3). */
import { tlv } from '../authority/der.ts';
import { answer, SW } from '../cie/status-word.ts';
import type { Answer } from '../cie/status-word.ts';
import type { CnsFile, CnsFolder } from './cns-image.ts';

/** First byte of P1P2 in SELECT. */
const SELECT = { anyById: 0x00, folder: 0x01, file: 0x02, parent: 0x03, byName: 0x04, pathFromMaster: 0x08, path: 0x09 } as const;
const RETURN_NOTHING = 0x0c;
const RETURNS_PARAMETERS: readonly number[] = [0x00, 0x04];
const DESCRIPTOR = { folder: 0x38, transparent: 0x01 } as const;

/** Folders from the MF to the current one, and the current file. */
export interface CnsSelection {
  readonly folders: readonly [CnsFolder, ...CnsFolder[]];
  readonly file?: CnsFile;
}

export interface CnsFileCommand {
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  readonly le?: number | 'all';
  /** Most bytes of data the answer can carry. */
  readonly capacity: number;
}

export interface CnsFileResult {
  readonly selection: CnsSelection;
  readonly answer: Answer;
}

export const atMasterFile = (masterFile: CnsFolder): CnsSelection => ({ folders: [masterFile] });

type Folders = CnsSelection['folders'];

const currentFolder = (folders: Folders): CnsFolder => folders.at(-1) ?? folders[0];

/** The place that an id leads to from here, one step down. */
function child(folders: Folders, id: number, kinds: readonly ('file' | 'folder')[]): CnsSelection | undefined {
  const found = currentFolder(folders).children.find((one) => one.id === id && kinds.includes(one.kind));
  if (found === undefined) return undefined;
  return found.kind === 'file' ? { folders, file: found } : { folders: [...folders, found] };
}

/** One step down, or to the MF, the current folder's parent, or a sibling of the current folder. */
function anywhereNear(folders: Folders, id: number): CnsSelection | undefined {
  const [master] = folders;
  if (id === master.id) return atMasterFile(master);
  const below = child(folders, id, ['file', 'folder']);
  const parents = folders.slice(0, -1);
  const up: Folders = [master, ...parents.slice(1)];
  if (below !== undefined || parents.length === 0) return below;
  return currentFolder(up).id === id ? { folders: up } : child(up, id, ['folder']);
}

function along(folders: Folders, ids: readonly number[]): CnsSelection | undefined {
  return ids.reduce<CnsSelection | undefined>(
    (place, id) => (place === undefined || place.file !== undefined ? undefined : child(place.folders, id, ['file', 'folder'])),
    { folders },
  );
}

function fileIds(data: Uint8Array): number[] | undefined {
  if (data.length === 0 || data.length % 2 !== 0) return undefined;
  const bytes = Buffer.from(data);
  return Array.from({ length: data.length / 2 }, (_, index) => bytes.readUInt16BE(2 * index));
}

function target(current: CnsSelection, p1: number, data: Uint8Array): CnsSelection | number {
  const { folders } = current;
  const [master] = folders;
  const ids = fileIds(data);
  const [id] = ids ?? [];
  switch (p1) {
    case SELECT.anyById:
      if (data.length === 0) return atMasterFile(master);
      return id === undefined || ids?.length !== 1 ? SW.wrongLength : (anywhereNear(folders, id) ?? SW.fileNotFound);
    case SELECT.folder:
    case SELECT.file:
      if (id === undefined || ids?.length !== 1) return SW.wrongLength;
      return child(folders, id, [p1 === SELECT.file ? 'file' : 'folder']) ?? SW.fileNotFound;
    case SELECT.parent:
      return { folders: [master, ...folders.slice(1, -1)] };
    case SELECT.byName:
      // What makers put there differs, and no terminal needs it.
      return SW.fileNotFound;
    case SELECT.pathFromMaster:
    case SELECT.path:
      if (ids === undefined) return SW.wrongLength;
      return along(p1 === SELECT.path ? folders : [master], ids) ?? SW.fileNotFound;
    default:
      return SW.wrongParameters;
  }
}

export function select(current: CnsSelection, { p1, p2, data, le }: CnsFileCommand): CnsFileResult {
  const stay = (sw: number): CnsFileResult => ({ selection: current, answer: answer(sw) });
  if (p2 !== RETURN_NOTHING && !RETURNS_PARAMETERS.includes(p2)) return stay(SW.wrongParameters);
  const selection = target(current, p1, data);
  if (typeof selection === 'number') return stay(selection);
  const wanted = p2 !== RETURN_NOTHING && le !== undefined;
  return { selection, answer: answer(SW.ok, wanted ? controlParameters(selection) : undefined) };
}

/** File control parameters (ISO/IEC 7816-4 clause 7.4.3). */
function controlParameters({ folders, file }: CnsSelection): Uint8Array {
  const twoBytes = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
  const chosen = file ?? currentFolder(folders);
  return tlv(
    0x62,
    ...(file === undefined ? [] : [tlv(0x80, twoBytes(file.content.length))]),
    tlv(0x82, Uint8Array.of(file === undefined ? DESCRIPTOR.folder : DESCRIPTOR.transparent)),
    tlv(0x83, twoBytes(chosen.id)),
  );
}

/** READ BINARY of the current file; there are no short ids. */
export function readBinary(current: CnsSelection, { p1, p2, data, le, capacity }: CnsFileCommand): Answer {
  if ((p1 & 0x80) !== 0) return answer(SW.wrongParameters);
  if (data.length > 0 || le === undefined) return answer(SW.wrongLength);
  if (current.file === undefined) return answer(SW.noCurrentFile);
  const { content } = current.file;
  const offset = (p1 << 8) | p2;
  if (offset >= content.length) return answer(SW.wrongOffset);
  if (le !== 'all' && le > capacity) return answer(SW.wrongLength);
  const bytes = content.subarray(offset, offset + (le === 'all' ? capacity : le));
  return answer(le !== 'all' && bytes.length < le ? SW.endOfFile : SW.ok, bytes);
}
