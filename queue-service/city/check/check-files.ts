import { HISTORY_VERSION, headerLine, historyLine } from '../history/line.ts';
import { openLines } from '../history/read-lines.ts';
import { momentOf, STREAM_VERSION, streamHeader, streamLine } from '../history/service-stream.ts';
import type { Decision, StreamLine } from '../history/service-stream.ts';
import { createChecker } from './checker.ts';
import type { CheckReport } from './checker.ts';

/** The service's own account, one line after the other, as far as it has come at a moment. */
async function openStream(path: string, startsAt: number) {
  const { batches } = await openLines(path, { first: streamHeader, line: streamLine, version: STREAM_VERSION });
  let batch: readonly StreamLine[] = [];
  let next = 0;
  let isDone = false;
  return {
    /** Hands over all lines up to `at`, in their order. */
    async upTo(at: number, take: (line: StreamLine) => void): Promise<void> {
      while (!isDone) {
        const line = batch[next];
        if (line === undefined) {
          const more = await batches.next();
          if (more.done === true) isDone = true;
          else [batch, next] = [more.value, 0];
        } else if (momentOf(line, startsAt) > at) return;
        else {
          take(line);
          next += 1;
        }
      }
    },
    /** Whether `upTo` would find something without waiting for the disk, or must look. */
    isBehind: (at: number): boolean => {
      const line = batch[next];
      return !isDone && (line === undefined || momentOf(line, startsAt) <= at);
    },
  };
}

/**
 * Checks a history file, with the service's own stream beside it when there is one. Neither is held in memory.
 * @throws HistoryError when a file cannot be read or is not whole.
 */
export async function checkFiles(
  historyPath: string,
  options: { readonly streamPath?: string | undefined; readonly replay?: (decision: Decision) => string | undefined } = {},
): Promise<CheckReport> {
  const { streamPath, replay } = options;
  const { first, batches } = await openLines(historyPath, { first: headerLine, line: historyLine, version: HISTORY_VERSION });
  const checker = createChecker(first, { hasStream: streamPath !== undefined, ...(replay ? { replay } : {}) });
  const stream = streamPath === undefined ? undefined : await openStream(streamPath, first.startsAt);
  for await (const lines of batches) {
    for (const line of lines) {
      if (stream?.isBehind(line.at) === true) await stream.upTo(line.at, checker.takeStream);
      checker.take(line);
    }
  }
  await stream?.upTo(Infinity, checker.takeStream);
  return checker.finish();
}
