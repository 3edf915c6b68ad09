import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../peers/peer-process.ts';

const run = promisify(execFile);

const DPI = 60;
const DEADLINE_MS = 10_000;
const PICTURE_BYTES_MAX = 8 * 1024 * 1024;

/** Pictures kept in memory, the newest. */
const KEPT = 64;

/** Draws the first page of printed documents. */
export interface PrintedPictures {
  /**
   * PNG of the first page at 60 dpi. A document is drawn once.
   * @throws Error when it cannot be drawn within ten seconds.
   */
  picture(id: string, path: string): Promise<Uint8Array>;
}

/** @throws {PeerError} `program-missing` without pdftoppm. */
export function createPrintedPictures(): PrintedPictures {
  const pdftoppm = findProgram('pdftoppm', 'poppler-utils');
  const kept = new Map<string, Promise<Uint8Array>>();

  async function draw(path: string): Promise<Uint8Array> {
    const { stdout } = await run(pdftoppm, ['-png', '-r', String(DPI), '-f', '1', '-l', '1', path], {
      encoding: 'buffer',
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
      maxBuffer: PICTURE_BYTES_MAX,
    });
    return stdout;
  }

  return {
    picture(id, path) {
      const known = kept.get(id);
      if (known !== undefined) return known;
      const drawing = draw(path);
      kept.set(id, drawing);
      drawing.catch(() => kept.delete(id));
      for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old);
      return drawing;
    },
  };
}
