import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { Piscina } from 'piscina';
import type { CertificateLayout } from '../templates/layout.ts';
import { MissingGlyphError } from './fonts.ts';
import type { PressJob, PressResult } from './press-worker.ts';
import type { Edition, FileIdentity, RenderedPdf } from './render-pdf.ts';
import { StampTooLargeError } from './stamp-area.ts';

/** How long one paper may be drawn, in milliseconds: a page takes some hundredths of a second. */
const DRAW_MS = 10_000;
/** Papers that may wait for a thread; one more is told to come again, instead of waiting longer than anybody looks on. */
const WAITING = 64;
/** Memory of one thread, in MiB: a paper of many pages takes a tenth of it. */
const THREAD_MIB = 256;

/** Draws one paper; `signal` ends the wait. */
export type DrawPaper = (
  layout: CertificateLayout,
  edition: Edition,
  file: FileIdentity,
  options: { readonly signal: AbortSignal },
) => Promise<RenderedPdf>;

/** Draws papers in threads of their own, so that the service answers while it draws. */
export interface Press extends AsyncDisposable {
  /**
   * As `renderPdf`, in another thread. A thread that ends in the middle is replaced by a new one.
   *
   * @throws {MissingGlyphError} {@link StampTooLargeError} as `renderPdf`
   * @throws {ProtocolError} `timeout` after ten seconds, or at once (detail `queue-full`) when too many wait; `aborted` by
   * the signal
   */
  readonly draw: DrawPaper;
  close(): Promise<void>;
}

/**
 * Starts the threads.
 *
 * @param options.threads how many; default: one fewer than the machine has processors, at least one
 * @param options.drawMs how long one paper may take, in milliseconds; default ten seconds
 * @param options.waiting how many may wait for a thread; default 64
 */
export function createPress(options: { readonly threads?: number; readonly drawMs?: number; readonly waiting?: number } = {}): Press {
  const threads = options.threads ?? Math.max(1, availableParallelism() - 1);
  const waiting = options.waiting ?? WAITING;
  const pool = new Piscina<PressJob, PressResult>({
    filename: fileURLToPath(new URL('./press-worker.ts', import.meta.url)),
    minThreads: threads,
    maxThreads: threads,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MIB },
  });
  let inHand = 0;
  const run = async (job: PressJob): Promise<PressResult> => {
    if (inHand >= threads + waiting) throw new ProtocolError('timeout', { detail: 'queue-full' });
    const deadline = AbortSignal.timeout(options.drawMs ?? DRAW_MS);
    inHand += 1;
    try {
      return await pool.run(job, { signal: deadline });
    } catch (cause) {
      throw deadline.aborted ? new ProtocolError('timeout', { cause }) : cause;
    } finally {
      inHand -= 1;
    }
  };
  return {
    async draw(layout, edition, file, { signal }) {
      // Nobody waits any more is no reason to end a thread, which takes longer to start than a paper to draw.
      const result = await unlessAborted(run({ layout, edition, file }), signal);
      switch (result.outcome) {
        case 'glyph-missing':
          throw new MissingGlyphError(result.message);
        case 'stamp-too-large':
          throw new StampTooLargeError(result.message);
        case 'drawn':
          return { pdf: Buffer.from(result.pdf.buffer, result.pdf.byteOffset, result.pdf.byteLength), pages: result.pages };
      }
    },
    close: () => pool.destroy(),
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

async function unlessAborted<Value>(pending: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new ProtocolError('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([pending, gone]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
