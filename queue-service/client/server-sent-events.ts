import { ProtocolError } from '@videosportello/protocol/error-codes.ts';

/** Largest event that is read, characters. */
const EVENT_MAX = 2_000_000;

/** One event: its name, `message` when it has none, and its data. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

const fieldsOf = (block: string): ServerSentEvent | undefined => {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(event|data): ?(.*)$/s.exec(line) ?? [];
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { event, data: data.join('\n') };
};

/**
 * Reads a stream of server-sent events as queue-service writes them (HTML Standard, 9.2; lines end with LF, there are no ids).
 * Ends with the stream; what was begun and not finished then is no event. Leaving the loop cancels the stream.
 * @throws ProtocolError `too-much` for an event without end; what the stream itself fails with.
 */
export async function* serverSentEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      if (text.length > EVENT_MAX) throw new ProtocolError('too-much');
      for (const block of blocks) {
        const event = fieldsOf(block);
        if (event) yield event;
      }
    }
  } finally {
    // A stream that has failed has nothing left to cancel.
    await reader.cancel().catch(() => undefined);
  }
}
