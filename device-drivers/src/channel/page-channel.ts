import { deviceCommands, unsolicitedEvents } from '@videosportello/protocol/device/commands.ts';
import type { deviceEvents, DeviceCommand, UnsolicitedEvent } from '@videosportello/protocol/device/commands.ts';
import { commandMessage } from '@videosportello/protocol/device/xfs.ts';
import type { CompletionCode, ServerMessage } from '@videosportello/protocol/device/xfs.ts';
import { toProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { z } from 'zod';

/** Before the page has shown its token: three messages of 2 KiB within five seconds. */
export const PAGE_GATE = { maxMessages: 3, maxBytes: 2_048, deadlineMs: 5_000 };

type Completion<C extends DeviceCommand> = z.input<(typeof deviceCommands)[C]['completion']>;
type EventName = keyof typeof deviceEvents;

/** What a running command may do besides completing. */
export interface CommandContext {
  readonly signal: AbortSignal;
  event<E extends EventName>(name: E, payload: z.input<(typeof deviceEvents)[E]>): void;
}

/** One handler per command of the page; a thrown ProtocolError completes with its code. */
export type CommandHandlers = {
  readonly [C in DeviceCommand]: (
    payload: z.output<(typeof deviceCommands)[C]['payload']>,
    context: CommandContext,
  ) => Promise<Completion<C>> | Completion<C>;
};

/** The service's end of the page's socket: XFS4IoT's command, acknowledge, events, completion, unsolicited. */
export interface PageChannel {
  /** Tells the page something that belongs to no command; dropped before the page is admitted. */
  announce<E extends UnsolicitedEvent>(name: E, payload: z.input<(typeof unsolicitedEvents)[E]>): void;
  /** A replaced page (4000) is not to come back by itself; one whose service stops (1001) is. */
  close(why: 'replaced' | 'shutting-down'): void;
  readonly closed: Promise<void>;
}

/** Serves one page. Only `Videosportello.Hello` is taken before it succeeded. */
export function servePage(options: {
  readonly transport: MessageTransport;
  readonly handlers: CommandHandlers;
  readonly onBadMessage: (what: { name?: string }) => void;
  readonly onFailure: (what: { name: string; cause: unknown }) => void;
}): PageChannel {
  const { transport, handlers } = options;
  const gone = new AbortController();
  const closed = Promise.withResolvers<void>();
  let admitted = false;
  let earlyMessages = 0;
  // Over at once: a page that leaves our close unanswered is not heard any more.
  const close = (code: number, reason: string) => {
    transport.close(code, reason);
    end();
  };
  const end = () => {
    clearTimeout(overdue);
    gone.abort();
    closed.resolve();
  };
  const post = (message: ServerMessage) => {
    if (!gone.signal.aborted) transport.send(JSON.stringify(message));
  };
  const overdue = setTimeout(() => close(4408, 'hello overdue'), PAGE_GATE.deadlineMs);
  transport.onClose(end);

  const run = async <C extends DeviceCommand>(name: C, requestId: number, payload: unknown) => {
    const complete = (completionCode: CompletionCode, completion: unknown) =>
      post({ header: { type: 'completion', name, requestId, version: '1.0', completionCode }, payload: completion });
    const schema = deviceCommands[name];
    const read = schema.payload.safeParse(payload);
    if (!read.success) {
      options.onBadMessage({ name });
      return complete('invalidData', {});
    }
    if (!admitted && name !== 'Videosportello.Hello') return complete('invalidToken', {});
    post({ header: { type: 'acknowledge', name, requestId, version: '1.0' }, payload: {} });
    try {
      const handler = handlers[name] as (payload: unknown, context: CommandContext) => unknown;
      const completion = await handler(read.data, {
        signal: gone.signal,
        event: (event, content) => post({ header: { type: 'event', name: event, requestId, version: '1.0' }, payload: content }),
      });
      if (name === 'Videosportello.Hello') {
        admitted = true;
        clearTimeout(overdue);
      }
      complete('success', schema.completion.parse(completion));
    } catch (cause) {
      const error = toProtocolError(cause);
      if (error.code === 'internal') options.onFailure({ name, cause });
      complete(name === 'Videosportello.Hello' ? 'invalidToken' : 'commandErrorCode', { errorCode: error.code });
      if (!admitted) close(4401, 'token');
    }
  };

  transport.onMessage((text) => {
    if (gone.signal.aborted) return;
    if (!admitted && ((earlyMessages += 1) > PAGE_GATE.maxMessages || text.length > PAGE_GATE.maxBytes)) {
      return close(4413, 'too much before hello');
    }
    const message = commandMessage.safeParse(parseJson(text));
    if (!message.success) return options.onBadMessage({});
    const { name, requestId } = message.data.header;
    if (!Object.hasOwn(deviceCommands, name)) {
      options.onBadMessage({});
      return post({ header: { type: 'completion', name, requestId, version: '1.0', completionCode: 'unsupportedCommand' }, payload: {} });
    }
    void run(name as DeviceCommand, requestId, message.data.payload);
  });

  return {
    announce: (name, payload) => {
      if (admitted) post({ header: { type: 'unsolicited', name, version: '1.0' }, payload });
    },
    close: (why) => (why === 'replaced' ? close(4000, why) : close(1001, why)),
    closed: closed.promise,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
