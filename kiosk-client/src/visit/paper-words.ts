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

const lacksPaper = ({ reason }: Paper): boolean => reason === 'media-empty' || reason === 'media-needed' || reason === 'input-tray-missing';
