import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { keptTicketText } from '@videosportello/protocol/kept-ticket.ts';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/** Symbols on a page that are looked at. */
const MAX_SYMBOLS = 8;

/**
 * The kept ticket in a picture of a page; undefined when there is none. It may lie any way round. What another code says is
 * forgotten here.
 * @param png within the bounds that the scanner's driver keeps.
 */
export async function readTicket(png: Uint8Array): Promise<string | undefined> {
  await decoderReady();
  const symbols = await readBarcodes(png, { formats: ['QRCode'], maxNumberOfSymbols: MAX_SYMBOLS, tryHarder: true });
  return symbols.map(({ text }) => keptTicketText.safeParse(text).data).find((ticket) => ticket !== undefined);
}

let decoder: Promise<unknown> | undefined;

/** Gives the decoder its own file once; by default the package would fetch it over the network. */
async function decoderReady(): Promise<void> {
  decoder ??= readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))).then(async (file) =>
    prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(file).buffer }, fireImmediately: true }),
  );
  await decoder;
}
