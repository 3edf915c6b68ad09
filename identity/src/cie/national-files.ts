/**
 * The national application of the CIE, DF_CIE inside the IAS ECC application: names and numbers, as the Ministry's
 * middleware and SDKs use them.
 */
import type { Command } from '../iso7816/apdu.ts';
import { INS } from '../iso7816/apdu.ts';
import type { SelectedFile } from '../iso7816/selected-files.ts';
import { tlvLength } from '../iso7816/selected-files.ts';
import { fromHex } from '../primitives/bytes.ts';

/** SELECT of the IAS ECC application; chips of later families refuse it and know DF_CIE all the same. */
export const SELECT_IAS: Command = { ins: INS.select, p1: 0x04, p2: 0x0c, data: fromHex('A0000000308000000009816001') };

/** SELECT of DF_CIE. */
export const SELECT_DF_CIE: Command = { ins: INS.select, p1: 0x04, p2: 0x04, data: fromHex('A00000000039') };

/** SELECT of the master file, from where DF_CIE is found after another application was in use. */
export const SELECT_MASTER_FILE: Command = { ins: INS.select, p1: 0x00, p2: 0x00 };

/** Characters of the number for services, EF.ID_Servizi. */
export const NIS_BYTES = 12;

/** READ BINARY of EF.ID_Servizi by its short identifier 1. */
export const READ_NIS: Command = { ins: INS.readBinary, p1: 0x81, p2: 0x00, le: NIS_BYTES };

/** MSE:SET AT for internal authentication: algorithm 02, key 83, the anti-clone key whose public half is file 1005. */
export const SET_SERVICE_KEY: Command = {
  ins: INS.manageSecurityEnvironment,
  p1: 0x41,
  p2: 0xa4,
  data: fromHex('800102840183'),
};

/** Numbers of the files in the security object of DF_CIE. */
export const NATIONAL_DIGEST = { nis: 0xa1, serviceKey: 0xa5 } as const;

/** EF.Servizi_Int.Kpub, the public key of internal authentication: RSAPublicKey of PKCS #1, and padding after it. */
export const SERVICE_KEY_FILE: SelectedFile = fileUnderDf(0x1005, 0x30);

/** EF.SOD of DF_CIE; another one than the travel document's. */
export const NATIONAL_SOD_FILE: SelectedFile = fileUnderDf(0x1006, 0x77);

function fileUnderDf(fileId: number, tag: number): SelectedFile {
  const data = Uint8Array.of(fileId >> 8, fileId);
  return { select: [{ ins: INS.select, p1: 0x02, p2: 0x0c, data }], lengthOf: tlvLength(tag) };
}
