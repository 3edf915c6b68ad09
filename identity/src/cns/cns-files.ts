/**
 * The files of a CNS that need no PIN, and the two ways to them that cards are known to accept: by path from the master
 * file, or one step after another (AgID, CNS file system).
 */
import type { Command } from '../iso7816/apdu.ts';
import { INS } from '../iso7816/apdu.ts';
import type { SelectedFile } from '../iso7816/selected-files.ts';
import { tlvLength } from '../iso7816/selected-files.ts';

/** How a file is found. */
export type SelectWay = 'by-path' | 'by-step';

const MASTER_FILE = 0x3f00;
const NETIZEN_FOLDER = 0x1100;
const PERSONAL_DATA = 0x1102;
const HOLDER_CERTIFICATE = 0x1101;
/** Size of EF_Dati_personali on the cards seen; a smaller file ends before. */
const PERSONAL_DATA_BYTES = 400;

/** EF_Dati_personali, 3F00/1100/1102, with its padding. */
export function personalDataFile(way: SelectWay): SelectedFile {
  return { select: selectCommands(PERSONAL_DATA, way), lengthOf: () => PERSONAL_DATA_BYTES, mayEndEarly: true };
}

/** EF_C_Carta, 3F00/1100/1101: the holder's certificate, DER; the file may be longer. */
export function holderCertificateFile(way: SelectWay): SelectedFile {
  return { select: selectCommands(HOLDER_CERTIFICATE, way), lengthOf: tlvLength(0x30) };
}

function selectCommands(fileId: number, way: SelectWay): readonly Command[] {
  return way === 'by-path'
    ? [{ ins: INS.select, p1: 0x08, p2: 0x00, data: bytesOf(NETIZEN_FOLDER, fileId) }]
    : [MASTER_FILE, NETIZEN_FOLDER, fileId].map((id) => ({ ins: INS.select, p1: 0x00, p2: 0x00, data: bytesOf(id) }));
}

function bytesOf(...fileIds: readonly number[]): Uint8Array {
  return Uint8Array.from(fileIds.flatMap((id) => [id >> 8, id & 0xff]));
}
