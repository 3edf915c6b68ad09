import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { HistoryWriter } from '../history/write-lines.ts';
import type { Citizen } from '../world/citizens.ts';
import type { CityNode } from './city-node.ts';
import type { KeptPlaces } from './kept-places.ts';
import type { Measures } from './measures.ts';
import type { Stage } from './stage.ts';
import type { DeskKnowledge, KioskKnowledge } from './strays.ts';

/** What everybody in a city has to do with. */
export interface CityContext {
  readonly stage: Stage;
  readonly nodes: readonly CityNode[];
  readonly history: Pick<HistoryWriter, 'write'>;
  readonly measures: Measures;
  /** Who comes back later; absent where nobody does. */
  readonly kept: KeptPlaces | undefined;
  /** Who stands in a talk before the operator's camera: visits, and whether their citizen is still there. */
  readonly present: Map<VisitId, { readonly citizen: Citizen; isThere: boolean }>;
  /** What the pages of each kind know, for those that meddle with what is another's. */
  readonly kioskPages: KioskKnowledge[];
  readonly deskPages: DeskKnowledge[];
}

/** The node that a client turns to: its own, or the next one that is there. */
export function nodeFor(nodes: readonly CityNode[], home: number): CityNode | undefined {
  const turned = nodes.map((_, index) => nodes[(home + index) % nodes.length]);
  return turned.find((node) => node?.isUp === true);
}
