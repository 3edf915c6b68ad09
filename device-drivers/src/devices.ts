import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { printReason } from '@videosportello/protocol/messages/document.ts';
import { MAX_SCAN_BYTES } from '@videosportello/protocol/messages/scan.ts';
import type { Logger } from 'pino';
import type { DeviceServiceConfig } from './config.ts';
import { openPrintJournal } from './journal/print-journal.ts';
import { createPaperDesk } from './paper/paper-desk.ts';
import type { PaperPrinter } from './paper/paper-desk.ts';
import { sheetStates } from './paper/sheet-machine.ts';
import type { SheetState } from './paper/sheet-machine.ts';
import { createIppPrinter } from './printer/ipp-printer.ts';
import { createPaperPrinter } from './printer/paper-printer.ts';
import { blockingReasons } from './printer/printer-status.ts';
import type { Devices } from './service.ts';
import { createDocumentScanner } from './scanner/document-scanner.ts';
import { createSaneScanner } from './scanner/sane-scanner.ts';
import { createReaderService } from './smart-card/reader-service.ts';
import { createTicketDesk } from './ticket/ticket-desk.ts';

/** `f_type` of a file system in memory (statfs(2)). */
const TMPFS_MAGIC = 0x01021994;

/** A kiosk without a printer: every paper fails, and says why. */
const noPrinter: PaperPrinter = {
  print: async () => ({ state: 'failed', reason: 'offline' }),
  resume: async () => undefined,
};

/**
 * Opens the devices the settings name: reader, printer with its journal, scanner. One that is not there shows as such.
 * @throws JournalError when the print journal is damaged: what was printed would not be known.
 */
export async function openDevices(config: DeviceServiceConfig, log: Logger): Promise<Devices & AsyncDisposable> {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const journal = await openPrintJournal<SheetState>({
    file: join(config.dataDirectory, 'print-journal.jsonl'),
    states: sheetStates,
  });
  const reader = createReaderService(config.pcscSocket === undefined ? {} : { socketName: config.pcscSocket }, { log });
  const printer = config.printerUri === undefined ? undefined : createIppPrinter({ uri: config.printerUri });
  printer?.subscribe(changed);
  const paperPrinter = printer ? createPaperPrinter(printer) : noPrinter;
  const papers = createPaperDesk(paperPrinter, journal, (cause) =>
    log.warn({ err: cause instanceof Error ? { name: cause.name, message: cause.message } : {} }, 'paper report delayed'),
  );
  const scanner = config.scanner && createDocumentScanner(createSaneScanner({ ...saneSettings(config.scanner), maxBytes: MAX_SCAN_BYTES }));
  scanner?.subscribe(changed);
  if (scanner && (await statfs('/tmp')).type !== TMPFS_MAGIC) {
    log.warn('the folder /tmp is on a disk: some scanner drivers pass pages through it');
  }
  const close = async () => {
    papers.abort();
    await papers.settled();
    await Promise.allSettled([reader.close(), printer?.close(), scanner?.close()]);
    await journal.close();
  };
  return {
    reader,
    papers,
    tickets: createTicketDesk({ printer: paperPrinter, scanner }),
    printerStatus() {
      if (!printer) return { device: 'noDevice', reasons: [] };
      const status = printer.snapshot();
      return { device: status.state === 'offline' ? 'offline' : 'online', reasons: blockingReasons(status).flatMap(knownReason) };
    },
    scanner,
    onChange: (listener) => void listeners.add(listener),
    [Symbol.asyncDispose]: close,
  };
}

const saneSettings = ({ device, configDirectory, options }: NonNullable<DeviceServiceConfig['scanner']>) => ({
  device,
  options,
  ...(configDirectory === undefined ? {} : { configDirectory }),
});

/** The protocol's word for a reason, where it has one. */
const knownReason = (reason: string) => {
  const { data } = printReason.safeParse(reason);
  return data === undefined ? [] : [data];
};
