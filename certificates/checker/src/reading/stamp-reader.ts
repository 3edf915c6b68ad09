import type { ReadAnswer, ReadRequest } from './read-request.ts';
// The bundler makes the worker's class; the file itself exports none.
// oxlint-disable-next-line import/default
import ReadingWorker from './reading.worker.ts?worker&inline';

/** Reads stamps in a worker. One thing at a time: a new request ends the one before. */
export interface StampReader {
  /** @throws DOMException TimeoutError when it took too long; AbortError when another request came or `close` was called */
  read(request: ReadRequest, transfer?: Transferable[]): Promise<ReadAnswer>;
  close(): void;
}

/**
 * @param deadlineMs for one reading; then the worker is ended and the next reading gets a new one
 */
export function createStampReader(deadlineMs = 30_000): StampReader {
  let worker: Worker | null = null;
  let giveUp: ((reason: DOMException) => void) | null = null;
  const end = (name: 'TimeoutError' | 'AbortError') => {
    worker?.terminate();
    worker = null;
    giveUp?.(new DOMException('The reading was ended.', name));
  };
  return {
    async read(request, transfer = []) {
      if (giveUp !== null) end('AbortError');
      const { promise, resolve, reject } = Promise.withResolvers<ReadAnswer>();
      const used = (worker ??= new ReadingWorker());
      giveUp = reject;
      const timer = setTimeout(() => end('TimeoutError'), deadlineMs);
      const answered = new AbortController();
      const hear = ({ data }: MessageEvent<ReadAnswer | object>) => {
        // The reader of PDF greets whoever started its worker; that is no answer.
        if ('kind' in data) resolve(data);
      };
      used.addEventListener('message', hear, { signal: answered.signal });
      // Out of memory, for instance: the worker is of no more use.
      used.addEventListener('error', () => end('TimeoutError'), { signal: answered.signal });
      used.postMessage(request, transfer);
      try {
        return await promise;
      } finally {
        answered.abort();
        clearTimeout(timer);
        if (giveUp === reject) giveUp = null;
      }
    },
    close: () => end('AbortError'),
  };
}
