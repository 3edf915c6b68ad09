import type { TicketSlip } from '@videosportello/protocol/device/commands.ts';
import type { Language } from '@videosportello/protocol/messages/visit.ts';
import type { TextIn } from '../i18n/translations.ts';
import type { KeptPlace } from '../visit/visit-state.ts';

/** A kept place on paper, in the citizen's language: until when it is kept, and how to come back. */
export function ticketSlip(
  { ticket, label, until }: KeptPlace,
  { town, language, textIn }: { readonly town: string; readonly language: Language; readonly textIn: TextIn },
): TicketSlip {
  return {
    issuer: town,
    title: textIn(language, 'kept-until', { until: new Date(until) }),
    label,
    lines: [textIn(language, 'kept-how'), textIn(language, 'slip-show'), textIn(language, 'kept-once')],
    ticket,
  };
}
