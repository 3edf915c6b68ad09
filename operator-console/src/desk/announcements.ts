import { callLine, lineTone } from './call-line.ts';
import { isCut, visitsInHand } from './desk-machine.ts';
import type { DeskState } from './desk-state.ts';
import { stateTone } from './document-progress.ts';

/** A sentence for the ears: key and values of its text. Values that are keys themselves are marked with `@`. */
export interface Announcement {
  readonly urgency: 'polite' | 'assertive';
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What a screen reader is to say about the difference of two states. Names the kiosk, never the person. */
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
      values: { kiosk: kioskName, service: `@service-${service ?? 'none'}` },
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
      said.push({ urgency, key: 'say-of-kiosk', values: { kiosk, what: `@call-${line}` } });
    }
    const evidence = is.certificates?.file?.evidence;
    if (evidence && evidence.phase !== was.certificates?.file?.evidence.phase) {
      said.push({ urgency: 'polite', key: 'say-of-kiosk', values: { kiosk, what: `@phase-${evidence.phase}` } });
    }
    const documents = is.certificates?.file?.documents ?? [];
    for (const { documentId, state } of documents) {
      const known = was.certificates?.file?.documents.find((document) => document.documentId === documentId);
      if (!known || known.state === state) continue;
      const urgency = stateTone(state) === 'wrong' ? 'assertive' : 'polite';
      said.push({ urgency, key: 'say-of-kiosk', values: { kiosk, what: `@document-${state}` } });
    }
    const finished = (lines: typeof is.lines) =>
      lines.filter(({ author, done }) => author === 'citizen' && done).length;
    if (finished(is.lines) > finished(was.lines)) said.push({ urgency: 'polite', key: 'say-text', values: { kiosk } });
    return said;
  });
}
