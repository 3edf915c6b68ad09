/**
 * SELECT and READ BINARY over the files of one card (ISO/IEC 7816-4 clauses 11.2 and 11.3; ICAO Doc 9303 part 10 clause
 * 3.6).
 */
import { tlv } from '../authority/der.ts';
import type { CardFile, CardImage } from './card-image.ts';
import { answer, SW } from './status-word.ts';
import type { Answer } from './status-word.ts';

/** AID of the eMRTD application, part 10 clause 3.6.3. */
const APPLICATION_ID = Uint8Array.of(0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01);
const MASTER_FILE_ID = 0x3f00;

const SELECT_BY_ID = 0x00;
const SELECT_FILE_UNDER_CURRENT = 0x02;
const SELECT_BY_NAME = 0x04;
const RETURN_TEMPLATE = 0x00;
const RETURN_NOTHING = 0x0c;

export interface Selection {
  readonly folder: 'master-file' | 'application';
  readonly file?: CardFile;
}

export const AFTER_RESET: Selection = { folder: 'master-file' };

/** A file command, free of its transport. */
export interface FileCommand {
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  readonly le?: number | 'all';
  /** Most bytes of data the answer can carry. */
  readonly capacity: number;
}

export interface FileResult {
  readonly selection: Selection;
  readonly answer: Answer;
}

function filesOf(image: CardImage, folder: Selection['folder']): readonly CardFile[] {
  return folder === 'master-file' ? image.masterFile : image.application;
}

/** Status word that forbids a file, or undefined when this terminal may use it. */
function refusal(file: CardFile, authenticated: boolean): number | undefined {
  const allowed = file.access === 'free' || (file.access === 'pace' && authenticated);
  return allowed ? undefined : SW.securityStatusNotSatisfied;
}

/** SELECT of the MF, of the eMRTD application by name, or of a file by id under the current one. */
export function select(image: CardImage, current: Selection, command: FileCommand, authenticated: boolean): FileResult {
  const stay = (sw: number): FileResult => ({ selection: current, answer: answer(sw) });
  const { p1, p2, data } = command;
  const fileId = data.length === 2 ? Buffer.from(data).readUInt16BE() : undefined;
  if (p2 !== RETURN_NOTHING && (p2 !== RETURN_TEMPLATE || p1 === SELECT_FILE_UNDER_CURRENT))
    return stay(SW.wrongParameters);
  switch (p1) {
    case SELECT_BY_ID:
      if (data.length !== 0 && fileId === undefined) return stay(SW.wrongLength);
      if (data.length !== 0 && fileId !== MASTER_FILE_ID) return stay(SW.fileNotFound);
      return { selection: AFTER_RESET, answer: answer(SW.ok) };
    case SELECT_BY_NAME: {
      if (Buffer.compare(data, APPLICATION_ID) !== 0) return stay(SW.fileNotFound);
      const template =
        p2 === RETURN_TEMPLATE && command.le !== undefined ? tlv(0x6f, tlv(0x84, APPLICATION_ID)) : undefined;
      return { selection: { folder: 'application' }, answer: answer(SW.ok, template) };
    }
    case SELECT_FILE_UNDER_CURRENT: {
      if (fileId === undefined) return stay(SW.wrongLength);
      const file = filesOf(image, current.folder).find((candidate) => candidate.fileId === fileId);
      if (file === undefined) return stay(SW.fileNotFound);
      const refused = refusal(file, authenticated);
      if (refused !== undefined) return stay(refused);
      return { selection: { folder: current.folder, file }, answer: answer(SW.ok) };
    }
    default:
      return stay(SW.wrongParameters);
  }
}

/** READ BINARY with an even instruction: of the current file, or by short id, which makes that file current. */
export function readBinary(
  image: CardImage,
  current: Selection,
  command: FileCommand,
  authenticated: boolean,
): FileResult {
  const stay = (sw: number): FileResult => ({ selection: current, answer: answer(sw) });
  const byShortId = (command.p1 & 0x80) !== 0;
  if (byShortId && (command.p1 & 0x60) !== 0) return stay(SW.wrongParameters);
  if (command.data.length > 0 || command.le === undefined) return stay(SW.wrongLength);

  const shortId = command.p1 & 0x1f;
  const file = byShortId
    ? filesOf(image, current.folder).find((candidate) => candidate.shortId === shortId)
    : current.file;
  if (file === undefined) return stay(byShortId ? SW.fileNotFound : SW.noCurrentFile);
  const refused = refusal(file, authenticated);
  if (refused !== undefined) return stay(refused);

  const selection: Selection = { folder: current.folder, file };
  const offset = byShortId ? command.p2 : (command.p1 << 8) | command.p2;
  if (offset >= file.content.length) return { selection, answer: answer(SW.wrongOffset) };
  if (command.le !== 'all' && command.le > command.capacity) return { selection, answer: answer(SW.wrongLength) };
  const wanted = command.le === 'all' ? command.capacity : command.le;
  const data = file.content.subarray(offset, offset + wanted);
  const short = command.le !== 'all' && data.length < command.le;
  return { selection, answer: answer(short ? SW.endOfFile : SW.ok, data) };
}
