/**
 * The space a seal takes in a PDF, and the bytes it covers (ISO 32000-1, 12.8.1): everything but the value of
 * `/Contents`.
 *
 * ```
 *  0 ……………………… start │<0000 … 0000>│ end ……………………… file's end
 *  └ first range ┘   └─ the seal ──┘   └ second range ┘
 * ```
 * The renderer writes both placeholders; sealing changes digits in place, so no offset in the file moves.
 */

const UNKNOWN = 9_999_999_999;
/** `/ByteRange` as the renderer writes it: ten digits for each number not known yet. */
export const BYTE_RANGE_PLACEHOLDER: readonly number[] = [0, UNKNOWN, UNKNOWN, UNKNOWN];

/** Bytes kept for the CMS: seal and two issuers of RSA 4096, and a time-stamp that brings as many. */
export const SEAL_BYTES = 16_384;

/** The file is not one a seal fits in: placeholder missing, doubled or already filled, or the seal too long for it. */
export class SealSpaceError extends Error {
  override readonly name = 'SealSpaceError';
  readonly code = 'seal-space';
}

/** A file ready to be sealed: `/ByteRange` filled in, `/Contents` still zeros between `start` and `end`. */
export interface SealSpace {
  readonly pdf: Buffer;
  /** Offset of `<` and the offset after `>`. */
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the one placeholder of `pdf` and fills in what the seal will cover.
 *
 * @throws {SealSpaceError} when there is not exactly one empty placeholder
 */
export function openSealSpace(pdf: Uint8Array): SealSpace {
  const file = Buffer.from(pdf);
  const rangeText = `/ByteRange [${BYTE_RANGE_PLACEHOLDER.join(' ')}]`;
  const range = onlyIndexOf(file, rangeText);
  const start = onlyIndexOf(file, `/Contents <${'0'.repeat(SEAL_BYTES * 2)}>`) + '/Contents '.length;
  const end = start + SEAL_BYTES * 2 + 2;
  const filled = `/ByteRange [0 ${start} ${end} ${file.length - end}]`;
  file.write(filled.padEnd(rangeText.length), range, 'latin1');
  return { pdf: file, start, end };
}

/** The bytes the seal covers, as two views of the file. */
export function sealedBytes({ pdf, start, end }: SealSpace): readonly [Buffer, Buffer] {
  return [pdf.subarray(0, start), pdf.subarray(end)];
}

/**
 * Writes the CMS into its space.
 *
 * @throws {SealSpaceError} when it is longer than {@link SEAL_BYTES}
 */
export function closeSealSpace({ pdf, start }: SealSpace, cms: Uint8Array): Buffer {
  if (cms.length > SEAL_BYTES) {
    throw new SealSpaceError(`The seal has ${cms.length} bytes; the file keeps ${SEAL_BYTES} for it.`);
  }
  const sealed = Buffer.from(pdf);
  sealed.write(Buffer.from(cms).toString('hex'), start + 1, 'latin1');
  return sealed;
}

function onlyIndexOf(file: Buffer, text: string): number {
  const first = file.indexOf(text, 0, 'latin1');
  if (first < 0) throw new SealSpaceError('The file has no empty space for a seal.');
  if (file.indexOf(text, first + 1, 'latin1') >= 0)
    throw new SealSpaceError('The file has more than one space for a seal.');
  return first;
}
