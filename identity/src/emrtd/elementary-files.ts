/**
 * The files of the eMRTD application (ICAO Doc 9303 part 10, 3.11 and 4): short identifier, outer tag, number in the
 * security object, and how much a first read asks for where the length is the same on every card.
 */

/** Application identifier of the eMRTD application. */
export const EMRTD_APPLICATION = Uint8Array.of(0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01);

/** One row per file that this library reads. */
export const ELEMENTARY_FILES = {
  com: { shortId: 0x1e, fileId: 0x011e, tag: 0x60, dataGroup: undefined, usualBytes: undefined },
  sod: { shortId: 0x1d, fileId: 0x011d, tag: 0x77, dataGroup: undefined, usualBytes: undefined },
  /** 95 bytes with an MRZ of three lines; a document with two lines answers 93 of them. */
  dg1: { shortId: 0x01, fileId: 0x0101, tag: 0x61, dataGroup: 1, usualBytes: 95 },
  dg2: { shortId: 0x02, fileId: 0x0102, tag: 0x75, dataGroup: 2, usualBytes: undefined },
  dg11: { shortId: 0x0b, fileId: 0x010b, tag: 0x6b, dataGroup: 11, usualBytes: undefined },
  /** Keys of chip authentication. */
  dg14: { shortId: 0x0e, fileId: 0x010e, tag: 0x6e, dataGroup: 14, usualBytes: undefined },
  /** Key of active authentication. */
  dg15: { shortId: 0x0f, fileId: 0x010f, tag: 0x6f, dataGroup: 15, usualBytes: undefined },
} as const satisfies Readonly<Record<string, FileSpec>>;

/** What reading needs to know of a file. */
export interface FileSpec {
  /** Short file identifier, 1 to 30. */
  readonly shortId: number;
  /** File identifier under the application. */
  readonly fileId: number;
  /** Tag of the one data object that the file holds. */
  readonly tag: number;
  /** Number in the list of digests of the security object, for data groups. */
  readonly dataGroup: number | undefined;
  /** Whole length in bytes where it is known beforehand. */
  readonly usualBytes: number | undefined;
}

/** Name of a file of the table. */
export type FileName = keyof typeof ELEMENTARY_FILES;

/** Files that the security object covers with a digest. */
export type DataGroupName = Extract<FileName, `dg${string}`>;
