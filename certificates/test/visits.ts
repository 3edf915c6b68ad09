/** Visits as tests begin them, and steps of visits as queue-service tells them. */
import { kioskId } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { ANSELMO, GIULIA } from './certificate-town.ts';
import type { CertificateTown } from './certificate-town.ts';
import { SmallCard } from './small-card.ts';

let steps = 0;
/** A step of a visit, later than all before. */
export function step(visit: VisitId, kind: 'opened' | 'ended') {
  steps += 1;
  const fence = { epoch: 1, counter: 1 };
  return { id: `${Date.now()}-${steps}`, at: Date.now(), visitId: visit, kioskId: kioskId.parse('kiosk-1'), kind, fence };
}

export const cardOfGiulia = (town: CertificateTown) => new SmallCard(GIULIA.can, town.documents.giulia);
/** Giulia's card of years ago. */
export const expiredCardOfGiulia = (town: CertificateTown) => new SmallCard(GIULIA.can, town.documents.expired);
export const cardOfAnselmo = (town: CertificateTown) => new SmallCard(ANSELMO.can, town.documents.anselmo);

/** A visit with its kiosk and operator, the card read and the holder judged. */
export async function identified(town: CertificateTown) {
  const visit = town.newVisit();
  const device = await town.device(visit, { card: cardOfGiulia(town) });
  const operator = await town.operator(visit);
  await device.read(GIULIA.can);
  await operator.judge(true);
  return { visit, device, operator };
}

/** The same, with a document agreed on, issued and on offer to the kiosk. */
export async function issued(town: CertificateTown) {
  const parts = await identified(town);
  const { documentId } = await parts.operator.prepare();
  await parts.operator.review(documentId);
  const { number } = await parts.operator.issue(documentId);
  await parts.device.offers.until((offers) => offers.length === 1);
  return { ...parts, documentId, number };
}
