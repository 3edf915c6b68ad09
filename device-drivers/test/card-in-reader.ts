/** A reader in memory with a virtual card in it, under the service's own connection; `log` holds what reached the card. */
import { openCardConnection } from '../src/smart-card/card-connection.ts';
import type { ReaderService } from '../src/smart-card/reader-service.ts';
import type { VirtualCard } from '../virtual/cie/virtual-card.ts';

/** Puts the card in; it is reset when it is powered up and off, and never answers a command that `isSilent` names. */
export function cardInReader(
  card: Pick<VirtualCard, 'atr' | 'process' | 'reset'>,
  { isSilent = () => false }: { readonly isSilent?: (command: string) => boolean } = {},
): { readonly service: ReaderService; readonly log: string[] } {
  const log: string[] = [];
  const close = async () => undefined;
  const service: ReaderService = {
    snapshot: () => ({ reader: 'ready', card: { state: 'present', session: 1, atr: card.atr } }),
    subscribe: () => () => undefined,
    connect: async () => {
      card.reset();
      const { connection } = openCardConnection(
        { session: 1, atr: card.atr, protocol: 't1', transmitDeadlineMs: 1_000 },
        {
          ask: async (request, { signal }) => {
            if (request.type !== 'transmit') return { type: 'done', id: 0 };
            const command = Buffer.from(request.apdu).toString('hex').toUpperCase();
            log.push(command);
            if (isSilent(command)) return aborted(signal);
            return { type: 'response', id: 0, response: card.process(request.apdu) };
          },
          removalSeen: async () => false,
          released: () => card.reset(),
        },
      );
      return connection;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return { service, log };
}

/** What the service does with a command that is given up. */
const aborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
