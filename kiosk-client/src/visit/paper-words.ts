import type { DeviceStatus } from '@videosportello/protocol/device/commands.ts';
import type { PrintReason } from '@videosportello/protocol/messages/document.ts';
import type { Paper } from './visit-state.ts';

/** What is said of a paper: a Fluent key without its prefix `printing-`. */
export type PaperWords = 'preparing' | 'printing' | 'out-of-paper' | 'jam' | 'attention' | 'printed' | 'taken' | 'unclear' | 'failed';

/** The citizen's words for a paper's state. Whatever needs hands, the operator knows of it. */
export function paperWords(paper: Paper | undefined): PaperWords {
  switch (paper?.state) {
    case 'spooled':
    case 'printing':
      return 'printing';
    case 'needs-attention':
      if (lacksPaper(paper)) return 'out-of-paper';
      return paper.reason === 'media-jam' ? 'jam' : 'attention';
    case 'printed':
      return 'printed';
    case 'taken':
      return 'taken';
    case 'uncertain':
      return 'unclear';
    case 'failed':
      return lacksPaper(paper) ? 'out-of-paper' : 'failed';
    case 'spoiled':
      return 'failed';
    default:
      return 'preparing';
  }
}

/** Reasons that still let a sheet come out: supplies that run low are named by printers long before they are gone. */
const printsNevertheless: readonly PrintReason[] = ['toner-empty', 'marker-supply-empty', 'other'];

/** Whether a paper can be promised; told before a visit begins, not after it. */
export const canPrint = ({ device, reasons }: Pick<DeviceStatus['printer'], 'device' | 'reasons'>): boolean =>
  device === 'online' && reasons.every((reason) => printsNevertheless.includes(reason));

const lacksPaper = ({ reason }: Paper): boolean => reason === 'media-empty' || reason === 'media-needed' || reason === 'input-tray-missing';
