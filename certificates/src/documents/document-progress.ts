import type { DocumentState } from '@videosportello/protocol/messages/document.ts';
import type { PrintOutcome } from '../register/print-machine.ts';

/** What a kiosk may say of a sheet; every other state is this node's own to give. */
type Reported = Extract<DocumentState, 'fetched' | 'spooled' | 'printing' | 'needs-attention' | 'failed' | 'uncertain' | 'printed' | 'taken'>;

/**
 * A sheet's way as its kiosk reports it. Reports may be lost on a broken line, so steps may be skipped, never undone.
 *
 * ```
 *  issued ─▶ fetched ─▶ spooled ─▶ printing ◀─▶ needs-attention ─▶ printed ─▶ taken
 *    │          │          │          └──────────────┬──┘             │         ▲
 *    └──────────┴──────────┴─▶ failed                └─▶ uncertain ◀──┘ ────────┘ (and to printed)
 * ```
 */
const followsOn: Readonly<Record<Reported, readonly DocumentState[]>> = {
  fetched: ['issued'],
  spooled: ['issued', 'fetched'],
  printing: ['issued', 'fetched', 'spooled', 'printing', 'needs-attention'],
  'needs-attention': ['issued', 'fetched', 'spooled', 'printing', 'needs-attention'],
  failed: ['issued', 'fetched', 'spooled', 'printing', 'needs-attention'],
  uncertain: ['issued', 'fetched', 'spooled', 'printing', 'needs-attention', 'printed'],
  printed: ['issued', 'fetched', 'spooled', 'printing', 'needs-attention', 'uncertain'],
  taken: ['issued', 'fetched', 'spooled', 'printing', 'needs-attention', 'uncertain', 'printed'],
};

/** Whether a kiosk may report `next` of a document in `state`. */
export function mayFollow(state: DocumentState, next: DocumentState): boolean {
  return next in followsOn && followsOn[next as Reported].includes(state);
}

/** What the register has to hear of a report, in order; a step that was heard before is passed over there. */
export function outcomesOf(state: DocumentState, mayBeOnPaper: boolean): readonly PrintOutcome[] {
  switch (state) {
    case 'spooled':
      return ['spooled'];
    case 'printed':
    case 'taken':
    case 'uncertain':
      return ['spooled', state];
    case 'failed':
      return mayBeOnPaper ? ['spooled', 'uncertain'] : [];
    default:
      return [];
  }
}
