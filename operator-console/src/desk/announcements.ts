import { callLine, lineTone } from './call-line.ts';
import { isCut, visitInFront, visitsInHand } from './desk-machine.ts';
import type { DeskState } from './desk-state.ts';
import { evidenceStanding } from './evidence-standing.ts';
import { stateTone } from './document-progress.ts';
import { visibleText } from './visible-text.ts';

/** A sentence for the ears: key and values of its text; a value may be a text by key itself. */
export interface Announcement {
  readonly urgency: 'polite' | 'assertive';
  readonly key: string;
  readonly values: Readonly<Record<string, string | { readonly text: string }>>;
}

/** The sentence in words; what others have written is shown as it is. */
export function sentenceOf(
  { key, values }: Announcement,
  text: (key: string, values?: Readonly<Record<string, string>>) => string,
): string {
  const words: Record<string, string> = {};
  for (const [name, value] of Object.entries(values))
    words[name] = typeof value === 'string' ? visibleText(value) : text(value.text);
  return text(key, words);
}

/**
 * What a screen reader is to say about the difference of two states. Names the kiosk, never the person; what the citizen in
 * front writes is read out, of the others only that they wrote.
 */
export function announcementsBetween(before: DeskState, after: DeskState): readonly Announcement[] {
  return [...ofLine(before, after), ...ofOffers(before, after), ...ofVisits(before, after)];
}

function ofLine(before: DeskState, after: DeskState): Announcement[] {
  if (!isCut(before) && isCut(after)) return [{ urgency: 'assertive', key: 'banner-cut', values: {} }];
  if (isCut(before) && !isCut(after)) return [{ urgency: 'polite', key: 'say-line-back', values: {} }];
  return [];
}

function ofOffers(before: DeskState, after: DeskState): Announcement[] {
  const fresh = after.queue.offers.filter(
    ({ offerId }) => !before.queue.offers.some((offer) => offer.offerId === offerId),
  );
  const words = after.notices.filter(({ id }) => !before.notices.some((notice) => notice.id === id));
  return [
    ...fresh.map(({ kioskName, service }): Announcement => ({
      urgency: 'assertive',
      key: 'say-offer',
      values: { kiosk: kioskName, service: { text: `service-${service ?? 'none'}` } },
    })),
    ...words.map(({ key, kiosk }): Announcement => ({ urgency: 'polite', key, values: { kiosk } })),
  ];
}

function ofVisits(before: DeskState, after: DeskState): Announcement[] {
  return visitsInHand(after).flatMap((visit): Announcement[] => {
    const was = before.works.get(visit.visitId);
    const is = after.works.get(visit.visitId);
    if (!was || !is) return [];
    const kiosk = visit.kioskName;
    const said: Announcement[] = [];
    const wasVisit = visitsInHand(before).find(({ visitId }) => visitId === visit.visitId);
    const line = callLine(is.call, visit);
    if (wasVisit && callLine(was.call, wasVisit) !== line) {
      const urgency = lineTone(line) === 'wrong' ? 'assertive' : 'polite';
      said.push({ urgency, key: 'say-of-kiosk', values: { kiosk, what: { text: `call-${line}` } } });
    }
    const evidence = is.certificates?.file?.evidence;
    if (evidence && evidence.phase !== was.certificates?.file?.evidence.phase) {
      said.push({ urgency: 'polite', key: 'say-of-kiosk', values: { kiosk, what: { text: `phase-${evidence.phase}` } } });
    }
    const saysNo = (file: typeof evidence) => file?.verdict !== undefined && evidenceStanding(file) === 'wrong';
    if (saysNo(evidence) && !saysNo(was.certificates?.file?.evidence)) {
      said.push({ urgency: 'assertive', key: 'say-of-kiosk', values: { kiosk, what: { text: 'answers-no' } } });
    }
    const knownScans = was.scans.map(({ scan }) => scan.scanId);
    if (is.scans.some(({ scan }) => !knownScans.includes(scan.scanId))) said.push({ urgency: 'polite', key: 'say-scan', values: { kiosk } });
    const documents = is.certificates?.file?.documents ?? [];
    for (const { documentId, state } of documents) {
      const known = was.certificates?.file?.documents.find((document) => document.documentId === documentId);
      if (!known || known.state === state) continue;
      const urgency = stateTone(state) === 'wrong' ? 'assertive' : 'polite';
      said.push({ urgency, key: 'say-of-kiosk', values: { kiosk, what: { text: `document-${state}` } } });
    }
    // By number, not by count: old lines go when there are many.
    const finished = (lines: typeof is.lines) => lines.findLast(({ author, done }) => author === 'citizen' && done);
    const newest = finished(is.lines);
    if (newest && newest.line !== finished(was.lines)?.line) {
      const isInFront = visitInFront(after)?.visitId === visit.visitId;
      said.push(
        isInFront
          ? { urgency: 'polite', key: 'say-line', values: { kiosk, text: newest.text } }
          : { urgency: 'polite', key: 'say-text', values: { kiosk } },
      );
    }
    return said;
  });
}
