import type { TicketView } from '@videosportello/protocol/messages/visit.ts';

/** An honest wait as a Fluent key and its values: minutes, rounded so that nothing is promised that is not known. */
export function waitWords(estimate: TicketView['estimate']): { readonly key: string; readonly values: { readonly from: number; readonly to: number } } {
  if (!estimate) return { key: 'wait-unknown', values: { from: 0, to: 0 } };
  const from = Math.floor(estimate.fromMs / 60_000);
  const to = Math.ceil(estimate.toMs / 60_000);
  if (to <= 1) return { key: 'wait-minute', values: { from: 0, to: 1 } };
  if (from < 1) return { key: 'wait-up-to', values: { from, to } };
  return from === to ? { key: 'wait-about', values: { from, to } } : { key: 'wait-between', values: { from, to } };
}
