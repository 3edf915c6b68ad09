/**
 * The print engine behind ippeveprinter (its option -c): feeds sheet after sheet, stops at an empty tray and at a jam,
 * tells the printer by STATE and ATTR lines (ippeveprinter(1)), and lays the document into the output tray.
 *
 * Arguments: directory of the paper path, time per sheet in milliseconds, the document. Exit 1: the job is aborted.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openPaperPath } from './paper-path.ts';

/** How often the engine looks at its sensors, in milliseconds. */
const SENSOR_MS = 25;

const [directory = '', sheetMs = '', document = ''] = process.argv.slice(2);
const path = openPaperPath(directory);

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Shows reasons on the printer as long as `holds`. */
async function waitWhile(holds: () => boolean, reasons: readonly string[]): Promise<void> {
  if (!holds()) {
    return;
  }
  tell(`STATE: +${reasons.join(',')}`);
  while (holds()) {
    await delay(SENSOR_MS);
  }
  tell(`STATE: -${reasons.join(',')}`);
}

/** Feeds one sheet to the end; a jammed one is lost and another one fed. False: the job is lost. */
async function feed(): Promise<boolean> {
  for (;;) {
    await waitWhile(() => path.sheets() === 0, ['media-empty-error', 'media-needed-error']);
    path.setSheets(path.sheets() - 1);
    await delay(Number(sheetMs));
    if (!path.jammed()) {
      return true;
    }
    await waitWhile(() => path.jammed(), ['media-jam-error']);
    if (path.jobLost()) {
      return false;
    }
  }
}

/** Pages of a PDF, 0 when it is none. Page objects are counted where they stand uncompressed (ISO 32000-1, 7.7.3). */
function countPages(pdf: string): number {
  if (!pdf.startsWith('%PDF-') || !pdf.trimEnd().endsWith('%%EOF')) {
    return 0;
  }
  return pdf.match(/\/Type\s*\/Page(?![a-zA-Z])/g)?.length ?? 0;
}

const bytes = readFileSync(document);
const sheets = countPages(bytes.toString('latin1')) * Number(process.env['IPP_COPIES'] ?? 1);
if (sheets === 0) {
  tell('ERROR: the document is no PDF with pages');
  process.exit(1);
}
for (let done = 0; done < sheets; done += 1) {
  tell(`ATTR: job-impressions=${sheets} job-impressions-completed=${done}`);
  if (!(await feed())) {
    tell('ERROR: the sheet was lost in a jam');
    process.exit(1);
  }
}
tell(`ATTR: job-impressions=${sheets} job-impressions-completed=${sheets}`);
path.deliver(Number(process.env['IPP_JOB_ID']), sheets, bytes);
