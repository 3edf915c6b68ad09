/** A card on a reader of this machine, as identity wants a card: a port. */
import { abortError, CardError } from '@videosportello/identity/card-error.ts';
import type { CardErrorCode } from '@videosportello/identity/card-error.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import type { CardConnection } from '../../src/smart-card/card-connection.ts';
import { statusWordOf } from '../../src/smart-card/complete-response.ts';
import { ReaderError } from '../../src/smart-card/reader-error.ts';
import type { ReaderErrorCode } from '../../src/smart-card/reader-error.ts';
import { createReaderService } from '../../src/smart-card/reader-service.ts';
import type { ReaderService } from '../../src/smart-card/reader-service.ts';

const CODES: Readonly<Record<ReaderErrorCode, CardErrorCode>> = {
  removed: 'card-removed',
  timeout: 'timeout',
  reset: 'session-lost',
  shared: 'reader-unavailable',
  // While connecting: a card upside down or without a chip.
  comm: 'unsupported',
  'no-service': 'reader-unavailable',
};

const SUCCESS = 0x9000;

/** A powered card and the service that holds it. */
export interface CardOnReader extends AsyncDisposable {
  readonly port: CardPort;
  readonly atr: Uint8Array;
}

/**
 * Powers up the card on a reader and holds it exclusively until disposed, which powers it off.
 * @throws {CardError} `card-removed`, `unsupported` (a mute card), `reader-unavailable`, `timeout`, `aborted`.
 */
export async function openCard(
  config: { readonly socketName: string | undefined; readonly readerName: string },
  signal: AbortSignal,
): Promise<CardOnReader> {
  const { socketName, readerName } = config;
  await using opening = new AsyncDisposableStack();
  const service = opening.use(
    createReaderService({ readerWords: [readerName], ...(socketName === undefined ? {} : { socketName }) }),
  );
  await ready(service, signal);
  const connection = opening.use(await service.connect({ signal }).catch((error: unknown) => fail(error, signal)));
  const kept = opening.move();
  return { port: portOf(connection), atr: connection.atr, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Waits until the reader has said what lies on it. */
async function ready(service: ReaderService, signal: AbortSignal): Promise<void> {
  const known = Promise.withResolvers<void>();
  const abort = (): void => known.reject(abortError(signal));
  const look = (): void => {
    const { reader } = service.snapshot();
    if (reader === 'ready') known.resolve();
    if (reader === 'failed') known.reject(new CardError('reader-unavailable', 'there is no PC/SC service'));
  };
  const stop = service.subscribe(look);
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    look();
    await known.promise;
  } finally {
    stop();
    signal.removeEventListener('abort', abort);
  }
}

/** Each command goes by itself, so that identity sees and counts what the card answers in pieces. */
function portOf(connection: CardConnection): CardPort {
  return {
    async exchange(commands, { signal }) {
      const responses: Uint8Array[] = [];
      for (const command of commands) {
        const response = await connection.transmit(command, { signal }).catch((error: unknown) => {
          // A card that was understood until now has moved.
          const moved = error instanceof ReaderError && error.code === 'comm';
          return moved ? fail(new ReaderError('reset'), signal) : fail(error, signal);
        });
        responses.push(response);
        if (statusWordOf(response) !== SUCCESS) break;
      }
      return responses;
    },
  };
}

function fail(error: unknown, signal: AbortSignal): never {
  if (signal.aborted) throw abortError(signal);
  if (error instanceof ReaderError) throw new CardError(CODES[error.code], error.message, { cause: error });
  throw error;
}
