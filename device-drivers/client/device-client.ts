import { deviceCommands, deviceEvents, unsolicitedEvents } from '@videosportello/protocol/device/commands.ts';
import type { DeviceCommand, UnsolicitedEvent } from '@videosportello/protocol/device/commands.ts';
import { serverMessage } from '@videosportello/protocol/device/xfs.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import type { z } from 'zod';

/** How long the acknowledgement may take ("somebody is there"), and a completion no person has to act for, ms. */
export const ACKNOWLEDGE_TIMEOUT_MS = 2_000;
export const COMPLETION_TIMEOUT_MS = 15_000;

export type Completion<C extends DeviceCommand> = Omit<z.output<(typeof deviceCommands)[C]['completion']>, 'errorCode'>;
type EventName = keyof typeof deviceEvents;
export type UnsolicitedPayload<E extends UnsolicitedEvent> = z.output<(typeof unsolicitedEvents)[E]>;

/** The kiosk page's end of the device service's socket. */
export interface DeviceClient {
  /**
   * Gives a command and waits for its completion.
   * @throws ProtocolError the completion's code; `timeout` when nobody acknowledged or completed in time; `link-lost`.
   */
  command<C extends DeviceCommand>(
    name: C,
    payload: z.input<(typeof deviceCommands)[C]['payload']>,
    options?: {
      readonly timeoutMs?: number;
      readonly onEvent?: <E extends EventName>(name: E, payload: z.output<(typeof deviceEvents)[E]>) => void;
    },
  ): Promise<Completion<C>>;
  /** Resolves when the socket is gone. */
  readonly closed: Promise<void>;
  close(): void;
}

interface Running {
  readonly name: DeviceCommand;
  acknowledged(): void;
  event(name: string, payload: unknown): void;
  complete(code: string, payload: unknown): void;
  lost(): void;
}

/** Opens the socket; the first command must be `Videosportello.Hello` with the token of the page. */
export async function connectDevice(options: {
  readonly make: () => WebSocketLike;
  readonly signal: AbortSignal;
  readonly onUnsolicited: <E extends UnsolicitedEvent>(name: E, payload: UnsolicitedPayload<E>) => void;
}): Promise<DeviceClient> {
  const transport = await openSocket(options.make, { signal: options.signal });
  const running = new Map<number, Running>();
  const closed = Promise.withResolvers<void>();
  let lastId = 0;
  let open = true;
  transport.onClose(() => {
    open = false;
    for (const command of [...running.values()]) command.lost();
    closed.resolve();
  });
  transport.onMessage((text) => {
    const read = serverMessage.safeParse(parseJson(text));
    if (!read.success) return;
    const { header, payload } = read.data;
    if (header.type === 'unsolicited') {
      if (!Object.hasOwn(unsolicitedEvents, header.name)) return;
      const name = header.name as UnsolicitedEvent;
      const content = unsolicitedEvents[name].safeParse(payload);
      if (content.success) options.onUnsolicited(name, content.data);
      return;
    }
    const command = running.get(header.requestId);
    if (header.type === 'acknowledge') command?.acknowledged();
    else if (header.type === 'event') command?.event(header.name, payload);
    else command?.complete(header.completionCode, payload);
  });

  return {
    command(name, payload, { timeoutMs = COMPLETION_TIMEOUT_MS, onEvent } = {}) {
      if (!open) return Promise.reject(new ProtocolError('link-lost'));
      const requestId = (lastId = (lastId % 999_999) + 1);
      const done = Promise.withResolvers<never>();
      const finish = (settle: () => void) => {
        if (!running.delete(requestId)) return;
        clearTimeout(acknowledgeTimer);
        clearTimeout(completionTimer);
        settle();
      };
      const fail = (error: ProtocolError) => finish(() => done.reject(error));
      const acknowledgeTimer = setTimeout(() => fail(new ProtocolError('timeout')), ACKNOWLEDGE_TIMEOUT_MS);
      const completionTimer = setTimeout(() => fail(new ProtocolError('timeout')), timeoutMs);
      running.set(requestId, {
        name,
        acknowledged: () => clearTimeout(acknowledgeTimer),
        event(event, content) {
          if (!onEvent || !Object.hasOwn(deviceEvents, event)) return;
          const read = deviceEvents[event as EventName].safeParse(content);
          if (read.success) onEvent(event as EventName, read.data as never);
        },
        complete(code, content) {
          const read = deviceCommands[name].completion.safeParse(content);
          if (code === 'success' && read.success) return finish(() => done.resolve(read.data as never));
          fail(new ProtocolError((read.success && read.data.errorCode) || (code === 'invalidToken' ? 'not-authenticated' : 'internal')));
        },
        lost: () => fail(new ProtocolError('link-lost')),
      });
      transport.send(JSON.stringify({ header: { type: 'command', name, requestId, version: '1.0' }, payload }));
      return done.promise;
    },
    closed: closed.promise,
    close: () => transport.close(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
