import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { StampReadError } from './stamp-read-error.ts';

const MAX_ADDRESS_SPACE_BYTES = 1_000_000_000;
const MAX_PROCESSOR_SECONDS = 60;
/** What prlimit exits with when the command is not there (as POSIX env does). */
const COMMAND_NOT_FOUND = 127;

/**
 * Runs a tool of poppler on a PDF, through pipes: no file is written. The child has a limit of memory and processor time
 * and is killed at the deadline, or when the caller stops listening.
 *
 * @param command the tool and its options; it reads the PDF from its standard input
 * @param pdf the whole file
 * @param deadline ends the child; usually AbortSignal.timeout
 * @yields what the tool writes, in pieces
 * @throws StampReadError PDF_UNREADABLE, PDF_TOO_SLOW, TOOL_MISSING
 */
export async function* runPoppler(
  command: readonly [tool: string, ...options: string[]],
  pdf: Uint8Array,
  deadline: AbortSignal,
): AsyncGenerator<Buffer> {
  const limits = [`--as=${MAX_ADDRESS_SPACE_BYTES}`, `--cpu=${MAX_PROCESSOR_SECONDS}`, '--core=0'];
  const child = spawn('prlimit', [...limits, ...command], {
    stdio: ['pipe', 'pipe', 'ignore'],
    signal: deadline,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'close').then(
    ([code]) => code === 0,
    () => false,
  );
  // The child may stop reading early; how it ends says whether that matters.
  child.stdin.on('error', () => undefined);
  child.stdin.end(pdf);
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const done = await ended;
    if (deadline.aborted) throw new StampReadError('PDF_TOO_SLOW', 'reading the PDF took too long');
    if (child.exitCode === COMMAND_NOT_FOUND)
      throw new StampReadError('TOOL_MISSING', `${command[0]} of poppler-utils is missing`);
    if (!done) throw new StampReadError('PDF_UNREADABLE', 'the PDF cannot be read');
  } catch (error) {
    if (error instanceof StampReadError) throw error;
    if (isMissing(error))
      throw new StampReadError('TOOL_MISSING', 'prlimit of util-linux is missing', { cause: error });
    if (deadline.aborted) throw new StampReadError('PDF_TOO_SLOW', 'reading the PDF took too long', { cause: error });
    throw new StampReadError('PDF_UNREADABLE', 'the PDF cannot be read', { cause: error });
  } finally {
    child.kill('SIGKILL');
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
