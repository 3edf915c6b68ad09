import type { ReadAnswer, ReadRequest } from './read-request.ts';
// oxlint-disable-next-line import/default -- with this query the bundler makes the class of a worker of it
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
      const heard = new AbortController();
      const { signal } = heard;
      used.addEventListener(
        'message',
        ({ data }: MessageEvent<ReadAnswer | object>) => {
          // The reader of PDF greets whoever started its worker; that is no answer.
          if ('kind' in data) resolve(data);
        },
        { signal },
      );
      // Out of memory, for instance: the worker is of no more use.
      used.addEventListener('error', () => end('TimeoutError'), { signal });
      used.postMessage(request, transfer);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        heard.abort();
        if (giveUp === reject) giveUp = null;
      }
    },
    close: () => end('AbortError'),
  };
}
