/** A card of plain files for tests: SELECT and READ BINARY answered from a table, all else by the test. */
import type { CardPort } from '../src/port.ts';
import { concat, fromHex, toHex } from '../src/primitives/bytes.ts';

/** How the card behaves. */
export interface FileCardOptions {
  /** Answer to each SELECT by the command's hexadecimal text: content of the file, or a status word to refuse with. */
  readonly selects: Readonly<Record<string, Uint8Array | string>>;
  /** Content by short file identifier. */
  readonly shortIds?: Readonly<Record<number, Uint8Array>>;
  /** Most bytes per answer, whatever was asked. */
  readonly answersAtMost?: number;
  /** Answers all other commands, hexadecimal. Default: 6D00. */
  readonly other?: (command: string) => string;
}

/** Makes the card; `log` holds the commands and `exchanges` how many came in each exchange. */
export function fileCard(options: FileCardOptions): CardPort & { readonly log: string[]; readonly exchanges: number[] } {
  const log: string[] = [];
  const exchanges: number[] = [];
  let selected: Uint8Array | undefined;

  const read = (file: Uint8Array | undefined, offset: number, le: number): Uint8Array => {
    if (file === undefined) return fromHex('6986');
    if (offset > file.length) return fromHex('6B00');
    const data = file.subarray(offset, offset + Math.min(le, options.answersAtMost ?? le));
    return concat(data, fromHex(offset + le > file.length ? '6282' : '9000'));
  };
  const answer = (command: Uint8Array): Uint8Array => {
    const text = toHex(command);
    const [, ins, p1 = 0, p2 = 0, le = 0] = command;
    if (ins === 0xa4) {
      const found = options.selects[text] ?? '6A82';
      if (typeof found === 'string') return fromHex(found);
      selected = found;
      return fromHex('9000');
    }
    if (ins === 0xb0) {
      const byShortId = (p1 & 0x80) !== 0;
      if (byShortId) selected = options.shortIds?.[p1 & 0x1f];
      return read(selected, byShortId ? p2 : (p1 << 8) | p2, le === 0 ? 256 : le);
    }
    return fromHex(options.other?.(text) ?? '6D00');
  };

  return {
    log,
    exchanges,
    async exchange(commands) {
      const responses: Uint8Array[] = [];
      exchanges.push(commands.length);
      for (const command of commands) {
        log.push(toHex(command));
        const response = answer(command);
        responses.push(response);
        if (toHex(response.subarray(-2)) !== '9000') break;
      }
      return responses;
    },
  };
}
