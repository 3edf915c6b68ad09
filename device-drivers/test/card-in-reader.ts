/** A reader in memory with a virtual card in it, under the service's own connection; `log` holds what reached the card. */
import { openCardConnection } from '../src/smart-card/card-connection.ts';
import type { ReaderService } from '../src/smart-card/reader-service.ts';
import type { VirtualCard } from '../virtual/cie/virtual-card.ts';

/** Puts the card in; it is reset when it is powered up and off. */
export function cardInReader(card: VirtualCard): { readonly service: ReaderService; readonly log: string[] } {
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
          ask: async (request) => {
            if (request.type !== 'transmit') return { type: 'done', id: 0 };
            log.push(Buffer.from(request.apdu).toString('hex').toUpperCase());
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
