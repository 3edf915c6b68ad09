/**
 * The files of the eMRTD application as bytes (ICAO Doc 9303 part 10 clause 4, in the order and with the gaps of a
 * CIE).
 */
import { LDS_VERSION, UNICODE_VERSION } from '../authority/security-object.ts';
import { integer, setOf, tlv } from '../authority/der.ts';
import type { CardHolder } from './card-holder.ts';
import { faceRecord } from './face-record.ts';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

/** Outer tag of each data group that this card has (part 10 table 38). */
const DATA_GROUP_TAG: ReadonlyMap<number, number> = new Map([
  [1, 0x61],
  [2, 0x75],
  [3, 0x63],
  [11, 0x6b],
  [14, 0x6e],
  [15, 0x6f],
]);

/** EF.COM: versions and the list of the data groups present. It is not signed. */
export function efCom(dataGroups: Iterable<number>): Uint8Array {
  const tags = Array.from(dataGroups, (number) => DATA_GROUP_TAG.get(number) ?? 0);
  return tlv(
    0x60,
    tlv(0x5f01, ascii(LDS_VERSION)),
    tlv(0x5f36, ascii(UNICODE_VERSION)),
    tlv(0x5c, Uint8Array.from(tags)),
  );
}

/** DG14: what the chip can do besides PACE's parameters, each SecurityInfo as DER (part 10 clause 4.7.14). */
export const dataGroup14 = (securityInfos: readonly Uint8Array[]): Uint8Array => tlv(0x6e, setOf(...securityInfos));

/** DG1: the machine readable zone. */
export const dataGroup1 = (mrz: string): Uint8Array => tlv(0x61, tlv(0x5f1f, ascii(mrz)));

/** DG2: one face, CBEFF template around an ISO/IEC 19794-5 record. Throws as {@link faceRecord}. */
export function dataGroup2(photo: Uint8Array, sex: CardHolder['sex']): Uint8Array {
  // CBEFF header: type facial features, no subtype, format owner JTC1/SC37, format type 19794-5 (part 10 clause 4.7.2).
  const header = tlv(
    0xa1,
    tlv(0x81, Uint8Array.of(0x02)),
    tlv(0x82, Uint8Array.of(0x00)),
    tlv(0x87, Uint8Array.of(0x01, 0x01)),
    tlv(0x88, Uint8Array.of(0x00, 0x08)),
  );
  return tlv(0x75, tlv(0x7f61, integer(1), tlv(0x7f60, header, tlv(0x5f2e, faceRecord(photo, sex)))));
}

/**
 * DG3 with no finger enrolled: a count of zero, and random bytes so that its hash tells nothing (part 10 clause
 * 4.7.3.1).
 */
export function dataGroup3(random: (bytes: number) => Uint8Array): Uint8Array {
  return tlv(0x63, tlv(0x7f61, integer(0), tlv(0x53, random(32))));
}

/**
 * DG11 in a CIE's order: tag list, name, personal number (the tax code), birth date as text, birth place, address.
 * Text is UTF-8 in the holder's own spelling, upper case; `<` separates the parts of a place or an address.
 */
export function dataGroup11(holder: CardHolder): Uint8Array {
  const residence = `${holder.residence.municipality}<${holder.residence.province}`;
  const birthPlace = holder.birthPlace === holder.residence.municipality ? residence : holder.birthPlace;
  const fields: readonly [tag: number, text: string][] = [
    [0x5f0e, `${holder.surname}<<${holder.givenNames.replaceAll(' ', '<')}`],
    [0x5f10, holder.taxCode],
    [0x5f2b, holder.birthDate.replaceAll('-', '')],
    [0x5f11, birthPlace],
    [0x5f42, `${holder.address}<${residence}`],
  ];
  const tagList = Buffer.concat(fields.map(([tag]) => Uint8Array.of(tag >> 8, tag & 0xff)));
  return tlv(0x6b, tlv(0x5c, tagList), ...fields.map(([tag, text]) => tlv(tag, utf8(text.toUpperCase()))));
}
