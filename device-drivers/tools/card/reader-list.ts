/** The readers of a PC/SC service and what lies on them, at one moment. */
import { abortError, CardError } from '@videosportello/identity/card-error.ts';
import { followCard, newTrack } from '../../src/smart-card/card-track.ts';
import type { CardState } from '../../src/smart-card/card-track.ts';
import { startPcscBinding } from '../../src/smart-card/pcsc-binding.ts';

/** One reader. */
export interface ListedReader {
  readonly name: string;
  readonly card: CardState;
}

/** Time for the binding to start and for every reader to say what lies on it, in milliseconds. */
const DEADLINE_MS = 10_000;

/** How long a service that has answered may take to name its first reader, in milliseconds. */
const NO_READER_MS = 1_500;

/**
 * Lists the readers by name. A running service without a reader gives an empty list.
 * @throws {CardError} `reader-unavailable` when the service is not there or a reader does not say its state in time,
 *   `timeout` or `aborted` when the signal ends first.
 */
export async function listReaders(
  config: { readonly socketName: string | undefined },
  signal: AbortSignal,
): Promise<readonly ListedReader[]> {
  if (signal.aborted) throw abortError(signal);
  const done = Promise.withResolvers<readonly ListedReader[]>();
  const cards = new Map<string, CardState>();
  let names: readonly string[] = [];
  let withoutReader: NodeJS.Timeout | undefined;

  const look = (): void => {
    if (names.length === 0) {
      withoutReader ??= setTimeout(() => done.resolve([]), NO_READER_MS);
      return;
    }
    clearTimeout(withoutReader);
    const listed = names.toSorted().flatMap((name) => {
      const card = cards.get(name);
      return card === undefined ? [] : [{ name, card }];
    });
    if (listed.length === names.length) done.resolve(listed);
  };
  await using _binding = startPcscBinding(config, {
    onNotice: (notice) => {
      if (notice.type === 'readers') ({ names } = notice);
      else if (notice.type === 'status') {
        cards.set(notice.reader, followCard(newTrack(0), notice.bits, notice.atr, false).card);
      } else return;
      look();
    },
    onEnd: () => done.reject(new CardError('reader-unavailable', 'there is no PC/SC service')),
  });
  const deadline = setTimeout(
    () => done.reject(new CardError('reader-unavailable', 'a reader does not say its state')),
    DEADLINE_MS,
  );
  const abort = (): void => done.reject(abortError(signal));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await done.promise;
  } finally {
    clearTimeout(deadline);
    clearTimeout(withoutReader);
    signal.removeEventListener('abort', abort);
  }
}

/**
 * The reader to use: of the one with that name, else of those whose name contains it, or of all without a name, the first
 * on which a card lies.
 * @throws {CardError} `reader-unavailable` without such a reader, `card-removed` when nothing lies on any of them.
 */
export function chooseReader(readers: readonly ListedReader[], name: string | undefined): ListedReader {
  const exact = readers.filter((reader) => reader.name === name);
  const named = exact.length > 0 ? exact : readers.filter((reader) => reader.name.includes(name ?? ''));
  if (named.length === 0) throw new CardError('reader-unavailable', 'there is no such reader');
  const chosen = named.find(({ card }) => card.state !== 'none');
  if (chosen === undefined) throw new CardError('card-removed', 'no card lies on the reader');
  return chosen;
}
