import { createHash } from 'node:crypto';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import { deviceCertificates } from '@videosportello/protocol/contract/device-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { GrantClaims } from '@videosportello/protocol/grant.ts';
import { kioskId, newId, scanId } from '@videosportello/protocol/ids.ts';
import type { DocumentId, ScanId, VisitId } from '@videosportello/protocol/ids.ts';
import { signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { DocumentState, OpenedCase, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import { SCAN_PIECE_BYTES } from '@videosportello/protocol/messages/scan.ts';
import type { ScanAnnouncement } from '@videosportello/protocol/messages/scan.ts';
import { connect, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import { watched } from '@videosportello/protocol/testing/watched.ts';
import type { TownDoors } from './town-doors.ts';

type SignatureRequest = z.output<(typeof deviceCertificates)['server']['requests']['signature.present']['params']>;

/** A card on a kiosk's reader. */
export interface TownCard {
  /** Answer to reset, hexadecimal. Default: one that promises nothing. */
  readonly atr?: string;
  reset(): void;
  /** Runs commands in order and stops after the first status word other than 9000. */
  exchange(commands: readonly Uint8Array[]): readonly Uint8Array[];
}

/** What the device service puts in the place of the empty block: the figures, filled up with FF. */
const pinBlock = (figures: string) => Buffer.from(figures, 'latin1').toString('hex').padEnd(16, 'f');

/** A kiosk's device service at a town's certificate node. `terms` change its grant, `as` shows another id, `prover` proves another key. */
export const deviceAt = ({ url, kioskKey, grantFor }: TownDoors) => async (
  visit: VisitId,
  options: { kiosk?: string; terms?: Partial<GrantClaims>; as?: string; prover?: HolderKey; card?: TownCard; admitted?: boolean } = {},
) => {
  const id = options.kiosk ?? 'kiosk-1';
  const key = kioskKey(id);
  const grant = await grantFor(visit, key, { sub: kioskId.parse(id), kiosk: kioskId.parse(id), ...options.terms });
  const socket = new WebSocket(`${url}/device`);
  const offers = watched<{ documentId: DocumentId; attempt: number; sha256: string; bytes: number }[]>([]);
  const refusedOffers = watched(0);
  let busy = false;
  const reviews = watched<Review[]>([]);
  const released = watched(0);
  const why = watched<string | undefined>(undefined);
  const confirmed = watched<number[]>([]);
  const opened = watched<OpenedCase[]>([]);
  const phases: string[] = [];
  const signatures: SignatureRequest[] = [];
  const signed = watched<Uint8Array | undefined>(undefined);
  /** What the citizen types when his PIN is asked for; undefined: he declines. */
  let typed: string | undefined;
  /** What the guard over the PIN says of a VERIFY instead of passing it. */
  let guard: (() => ProtocolError) | undefined;
  let card = options.card;
  let agrees: boolean | Promise<boolean> = true;
  let beforeExchange: (count: number) => void | Promise<void> = () => {};
  let beforeAnswer: (count: number) => void | Promise<void> = () => {};
  let exchanges = 0;
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
  const { peer, welcome } = await connect({
    contract: deviceCertificates,
    open: (signal) => openSocket(() => socket, { signal }),
    signal: new AbortController().signal,
    requests: {
      'card.connect': () => {
        if (!card) throw new ProtocolError('card-absent');
        card.reset();
        exchanges = 0;
        return { atr: card.atr ?? '3B00' };
      },
      'card.exchange': async ({ commands }) => {
        exchanges += 1;
        const count = exchanges;
        await beforeExchange(count);
        if (!card) throw new ProtocolError('card-removed');
        if (guard && commands.some((command) => /^002000..08/i.test(command))) throw guard();
        const filled = commands.map((command) => bytes(command.replace(/^(002000..08)(?:ff){8}$/i, `$1${pinBlock(typed ?? '')}`)));
        const responses = card.exchange(filled);
        if (commands.some((command) => /^002a9e9a/i.test(command))) signed.set(responses.at(-1)?.slice(0, -2));
        await beforeAnswer(count);
        return { responses: responses.map((response) => Buffer.from(response).toString('hex')) };
      },
      'signature.present': (request) => {
        signatures.push(request);
        return { agreed: typed !== undefined };
      },
      'card.release': () => {
        released.set(released.value + 1);
        return {};
      },
      'review.present': async ({ review }) => {
        reviews.set([...reviews.value, review]);
        return { reviewId: review.reviewId, agreed: await agrees };
      },
      'paper.offer': (offer) => {
        if (busy) {
          refusedOffers.set(refusedOffers.value + 1);
          throw new ProtocolError('paper-busy');
        }
        offers.set([...offers.value, offer]);
        return {};
      },
    },
    notifications: {
      'evidence.progress': ({ phase }) => void phases.push(phase),
      'paper.confirmed': ({ attempt }) => confirmed.set([...confirmed.value, attempt]),
      'case.opened': (one) => opened.set([...opened.value, one]),
      'visit.closed': (closed) => why.set(closed.why),
    },
  });
  const proof = await signProof(options.prover ?? key, { nonce: welcome.nonce, audience: 'certificates' });
  const hello = () => peer.request('hello', { version: 2, kioskId: kioskId.parse(options.as ?? id), grant, proof });
  if (options.admitted !== false) await hello();
  return {
    peer,
    socket,
    hello,
    offers,
    /** How many were refused because another paper is under way, which `isBusy` makes it say. */
    refusedOffers,
    isBusy: (value: boolean) => void (busy = value),
    reviews,
    released,
    confirmed,
    opened,
    phases,
    why,
    signatures,
    signed,
    types: (pin: string) => void (typed = pin),
    guards: (refusal: (() => ProtocolError) | undefined) => void (guard = refusal),
    declines: () => void (typed = undefined),
    put: (next: TownCard | undefined) => void (card = next),
    answers: (agreed: boolean | Promise<boolean>) => void (agrees = agreed),
    onExchange: (run: (count: number) => void | Promise<void>) => void (beforeExchange = run),
    /** Runs between the card's answer and the kiosk's. */
    onAnswer: (run: (count: number) => void | Promise<void>) => void (beforeAnswer = run),
    read: (can: string) => peer.request('evidence.begin', { document: 'cie', can }),
    readServiceCard: () => peer.request('evidence.begin', { document: 'ts-cns' }),
    /** A report about the sheet that was offered last, unless another is named. */
    report: (documentId: DocumentId, state: DocumentState, reason?: PrintReason, attempt?: number) => {
      const offered = offers.value.findLast((offer) => offer.documentId === documentId)?.attempt ?? 1;
      return peer.request('paper.outcome', { documentId, attempt: attempt ?? offered, state, ...(reason ? { reason } : {}) });
    },
    /** Sends a page from the scanner, as the device service does; `change` makes it say something else of it. */
    async scan(page: Buffer, change: Partial<ScanAnnouncement> = {}): Promise<ScanId> {
      const scan = newId(scanId, 's');
      const sha256 = createHash('sha256').update(page).digest('hex');
      await peer.request('scan.begin', { scanId: scan, side: 'front', mediaType: 'image/png', bytes: page.length, sha256, ...change });
      for (let offset = 0; offset < page.length; offset += SCAN_PIECE_BYTES) {
        const base64 = page.subarray(offset, offset + SCAN_PIECE_BYTES).toString('base64');
        await peer.request('scan.append', { scanId: scan, offset, base64 });
      }
      return scan;
    },
    async fetch(documentId: DocumentId): Promise<Buffer> {
      const pieces: Buffer[] = [];
      for (let offset = 0, total = 1; offset < total; ) {
        const piece = await peer.request('paper.fetch', { documentId, offset });
        pieces.push(Buffer.from(piece.base64, 'base64'));
        offset += pieces.at(-1)?.length ?? 0;
        total = piece.total;
      }
      return Buffer.concat(pieces);
    },
  };
};
