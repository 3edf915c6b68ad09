import { randomUUID } from 'node:crypto';
import type { TicketSlip } from '@videosportello/protocol/device/commands.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { PaperPrinter } from '../paper/paper-desk.ts';
import type { DocumentScanner } from '../scanner/document-scanner.ts';
import { readTicket } from './read-ticket.ts';
import { ticketSlipPdf } from './ticket-slip.ts';

/** Kept tickets at this kiosk: out on paper, and in again from the glass. */
export interface TicketDesk {
  /**
   * Prints a slip; resolves when it is out.
   * @throws ProtocolError `printer-unavailable` when it is not, or nobody can say; a printer that somebody has to see to is not waited for.
   */
  print(slip: TicketSlip): Promise<void>;
  /**
   * Scans the glass for a kept ticket; undefined when there is none on it.
   * @throws ProtocolError the scanner's code; `aborted` with the signal.
   */
  read(signal: AbortSignal): Promise<string | undefined>;
}

/** Puts printer and scanner at the service of kept tickets. `scanner` undefined: this kiosk has none. */
export function createTicketDesk(devices: { readonly printer: Pick<PaperPrinter, 'print'>; readonly scanner: DocumentScanner | undefined }): TicketDesk {
  const { printer, scanner } = devices;
  return {
    async print(slip) {
      const given = new AbortController();
      const { state } = await printer.print(ticketSlipPdf(slip), {
        // The queue's own ids stay off the printer's list of jobs.
        jobName: `ticket-${randomUUID()}`,
        signal: given.signal,
        onState: (at) => {
          if (at === 'needs-attention') given.abort();
        },
      });
      if (state !== 'printed') throw new ProtocolError('printer-unavailable');
    },
    async read(signal) {
      if (!scanner) throw new ProtocolError('scanner-failed', { detail: 'no-device' });
      const { png } = await scanner.scan(signal);
      try {
        return await readTicket(png);
      } finally {
        png.fill(0);
      }
    },
  };
}
