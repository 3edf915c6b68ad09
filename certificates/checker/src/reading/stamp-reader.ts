import type { ReadAnswer, ReadRequest } from './read-request.ts';
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
      used.onmessage = ({ data }: MessageEvent<ReadAnswer | object>) => {
        // The reader of PDF greets whoever started its worker; that is no answer.
        if ('kind' in data) resolve(data);
      };
      // Out of memory, for instance: the worker is of no more use.
      used.onerror = () => end('TimeoutError');
      used.postMessage(request, transfer);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        if (giveUp === reject) giveUp = null;
      }
    },
    close: () => end('AbortError'),
  };
}
