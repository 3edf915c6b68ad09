import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The inside of the virtual printer, as files in one directory: `tray` (sheets left), `jam` (present while jammed),
 * `out/` (what lies in the output tray). The print command moves the paper, whoever stands at the printer the rest.
 */
const jamState = z.enum(['jammed', 'cleared-job-lost']);

/** What can be done to the paper. */
export interface PaperPath {
  sheets(): number;
  setSheets(count: number): void;
  jammed(): boolean;
  jam(): void;
  /** `recover`: the sheet is fed again, as most printers do; otherwise the printer gives the job up. */
  clearJam(recover: boolean): void;
  /** Whether the jam was cleared in a way that lost the job; forgets it. */
  jobLost(): boolean;
  /** Lays a printed document into the output tray. */
  deliver(jobId: number, sheets: number, document: Uint8Array): void;
  /** Documents in the output tray, oldest first. */
  delivered(): { jobId: number; sheets: number; path: string }[];
  /** Takes everything out of the output tray. */
  take(): void;
}

/** Opens the paper path in a directory that several processes may share; missing parts are made. */
export function openPaperPath(directory: string): PaperPath {
  const tray = join(directory, 'tray');
  const jam = join(directory, 'jam');
  const out = join(directory, 'out');
  mkdirSync(out, { recursive: true });
  if (!existsSync(tray)) {
    replace(tray, '0');
  }

  return {
    sheets: () => Number.parseInt(readFileSync(tray, 'utf8'), 10),
    setSheets: (count) => replace(tray, String(count)),
    jammed: () => existsSync(jam) && jamState.parse(readFileSync(jam, 'utf8')) === 'jammed',
    jam: () => replace(jam, 'jammed'),
    clearJam: (recover) => (recover ? rmSync(jam, { force: true }) : replace(jam, 'cleared-job-lost')),
    jobLost: () => {
      const lost = existsSync(jam) && jamState.parse(readFileSync(jam, 'utf8')) === 'cleared-job-lost';
      if (lost) {
        rmSync(jam, { force: true });
      }
      return lost;
    },
    deliver: (jobId, sheets, document) => replace(join(out, `${jobId}-${sheets}.pdf`), document),
    delivered: () =>
      readdirSync(out)
        .map((name) => ({ match: /^(\d+)-(\d+)\.pdf$/.exec(name), path: join(out, name) }))
        .flatMap(({ match, path }) => (match === null ? [] : [{ jobId: Number(match[1]), sheets: Number(match[2]), path }]))
        .toSorted((left, right) => left.jobId - right.jobId),
    take: () => {
      for (const name of readdirSync(out)) {
        rmSync(join(out, name), { force: true });
      }
    },
  };

  /** A reader of the file sees the old or the new content, never half of it. */
  function replace(path: string, content: string | Uint8Array): void {
    const draft = `${path}.${process.pid}.new`;
    writeFileSync(draft, content);
    renameSync(draft, path);
  }
}
