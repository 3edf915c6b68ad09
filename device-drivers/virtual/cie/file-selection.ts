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
/** Names of the national application and of the CIE's folder in it (pagopa/cie-sdk-ios, Constants.swift). */
const IAS_ID = Uint8Array.from(Buffer.from('A0000000308000000009816001', 'hex'));
const CIE_FOLDER_ID = Uint8Array.from(Buffer.from('A00000000039', 'hex'));
const MASTER_FILE_ID = 0x3f00;

const SELECT_BY_ID = 0x00;
const SELECT_FILE_UNDER_CURRENT = 0x02;
const SELECT_BY_NAME = 0x04;
const RETURN_TEMPLATE = 0x00;
const RETURN_CONTROL_PARAMETERS = 0x04;
const RETURN_NOTHING = 0x0c;

export interface Selection {
  /** The MF, the eMRTD application, IAS, or the CIE's folder of the national application. */
  readonly folder: 'master-file' | 'application' | 'ias' | 'national';
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
  switch (folder) {
    case 'master-file':
      return image.masterFile;
    case 'application':
      return image.application;
    case 'ias':
      return image.national?.iasFiles ?? [];
    case 'national':
      return image.national?.files ?? [];
  }
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
  const application = p1 === SELECT_BY_NAME ? applicationNamed(image, data, current.folder) : current.folder;
  if (application === undefined) return stay(SW.fileNotFound);
  const inNational = application === 'ias' || application === 'national';
  const returns = [
    RETURN_NOTHING,
    ...(p1 === SELECT_FILE_UNDER_CURRENT ? [] : [RETURN_TEMPLATE]),
    ...(inNational ? [RETURN_CONTROL_PARAMETERS] : []),
  ];
  if (!returns.includes(p2)) return stay(SW.wrongParameters);
  switch (p1) {
    case SELECT_BY_ID:
      if (data.length !== 0 && fileId === undefined) return stay(SW.wrongLength);
      if (data.length !== 0 && fileId !== MASTER_FILE_ID) return stay(SW.fileNotFound);
      return { selection: AFTER_RESET, answer: answer(SW.ok) };
    case SELECT_BY_NAME: {
      const template = p2 === RETURN_TEMPLATE && command.le !== undefined ? tlv(0x6f, tlv(0x84, data)) : undefined;
      return { selection: { folder: application }, answer: answer(SW.ok, template) };
    }
    case SELECT_FILE_UNDER_CURRENT: {
      if (fileId === undefined) return stay(SW.wrongLength);
      const file = filesOf(image, current.folder).find((candidate) => candidate.fileId === fileId);
      if (file === undefined) return stay(SW.fileNotFound);
      const refused = refusal(file, authenticated);
      if (refused !== undefined) return stay(refused);
      const parameters =
        p2 === RETURN_CONTROL_PARAMETERS && command.le !== undefined ? controlParameters(file) : undefined;
      return { selection: { folder: current.folder, file }, answer: answer(SW.ok, parameters) };
    }
    default:
      return stay(SW.wrongParameters);
  }
}

/**
 * The application of that name, if this card has it and it is reached from here: the CIE's folder lies below IAS, and is
 * also found from the MF; chips whose IAS has no name of its own are found only so.
 */
function applicationNamed(
  image: CardImage,
  name: Uint8Array,
  from: Selection['folder'],
): Selection['folder'] | undefined {
  const is = (known: Uint8Array): boolean => Buffer.compare(name, known) === 0;
  if (is(APPLICATION_ID)) return 'application';
  if (image.national === undefined) return undefined;
  if (is(IAS_ID)) return image.family.iasByName ? 'ias' : undefined;
  return is(CIE_FOLDER_ID) && from !== 'application' ? 'national' : undefined;
}

/** File control parameters: size and file id (ISO/IEC 7816-4 clause 7.4.3). */
function controlParameters({ content, fileId }: CardFile): Uint8Array {
  const twoBytes = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
  return tlv(0x62, tlv(0x80, twoBytes(content.length)), tlv(0x83, twoBytes(fileId)));
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
