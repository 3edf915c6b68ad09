import type { RoomBody } from '@videosportello/protocol/messages/room.ts';

type TextBody = Extract<RoomBody, { kind: 'text' }>;

/** One line of the conversation, as far as it is written. */
export interface Line {
  readonly from: 'citizen' | 'operator';
  readonly line: number;
  readonly text: string;
  readonly done: boolean;
}

/** Real-time text both ways (EN 301 549, 6.2): finished lines, and at most one unfinished line of each side at the end. */
export interface Conversation {
  readonly lines: readonly Line[];
  /** Number of the citizen's present line. */
  readonly current: number;
}

export const emptyConversation: Conversation = { lines: [], current: 0 };
/** Lines kept on screen; older ones are forgotten. */
export const LINES_KEPT = 60;
/** Longest line on the wire (protocol, roomBody). */
export const LINE_LENGTH = 500;

/**
 * Takes a line of one side in: replaces what was known of it while it was unfinished; an empty one is taken away. A finished
 * line stays: the same number with other words comes from a page that was loaded again, or from the next operator, and counts anew.
 */
export function withLine(conversation: Conversation, from: Line['from'], { line, text, done }: Omit<TextBody, 'kind'>): Conversation {
  const index = conversation.lines.findLastIndex((known) => known.from === from && known.line === line);
  const known = conversation.lines[index];
  if (known?.done && (text === '' || text === known.text)) return conversation;
  const said: Line = { from, line, text, done };
  const isSame = known !== undefined && !known.done;
  const kept =
    text === '' ? conversation.lines.filter((other) => other !== known) : isSame ? conversation.lines.with(index, said) : [...conversation.lines, said];
  return { ...conversation, lines: kept.slice(-LINES_KEPT) };
}

/** The citizen's unfinished line. */
export const draft = ({ lines, current }: Conversation): string =>
  lines.findLast(({ from, line }) => from === 'citizen' && line === current)?.text ?? '';

/** The conversation after a key of the citizen's keyboard. */
export function typed(conversation: Conversation, key: string | { readonly edit: 'erase' | 'send' }): Conversation {
  const { current } = conversation;
  const text = draft(conversation);
  if (typeof key === 'string') {
    if (text.length + key.length > LINE_LENGTH) return conversation;
    return withLine(conversation, 'citizen', { line: current, text: text + key, done: false });
  }
  if (key.edit === 'erase') return withLine(conversation, 'citizen', { line: current, text: [...text].slice(0, -1).join(''), done: false });
  if (text.trim() === '') return conversation;
  return { ...withLine(conversation, 'citizen', { line: current, text, done: true }), current: current + 1 };
}
