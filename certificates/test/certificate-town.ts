/** A running certificate service for tests: real sockets, register and demo issuer; a small queue-service, kiosks and operators around it. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair } from 'jose';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import { deviceCertificates } from '@videosportello/protocol/contract/device-certificates.ts';
import { operatorCertificates } from '@videosportello/protocol/contract/operator-certificates.ts';
import type { VisitFile } from '@videosportello/protocol/contract/operator-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { signGrant } from '@videosportello/protocol/grant.ts';
import type { GrantClaims } from '@videosportello/protocol/grant.ts';
import { kioskId, newId, nodeId, operatorId, scanId, visitId } from '@videosportello/protocol/ids.ts';
import type { DocumentId, ScanId, VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, signProof, thumbprintOf } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { CaseNumber, DocumentState, OpenedCase, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import { SCAN_PIECE_BYTES } from '@videosportello/protocol/messages/scan.ts';
import type { ScanAnnouncement } from '@videosportello/protocol/messages/scan.ts';
import { connect, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { keptText } from '@videosportello/protocol/testing/kept-text.ts';
import { watched } from '@videosportello/protocol/testing/watched.ts';
import type { CertificateConfig } from '../src/config.ts';
import { CARD_DEADLINES } from '../src/evidence/card-link.ts';
import type { CardDeadlines } from '../src/evidence/card-link.ts';
import { createEvents, createLog } from '../src/events.ts';
import type { CertificateEvents } from '../src/events.ts';
import { openDemoIssuer } from '../src/issue/demo-issuer.ts';
import type { Issuer } from '../src/issue/issuer.ts';
import { createCertificateService } from '../src/service.ts';
import { nodeSecret, startQueue } from './small-queue.ts';
import { makeServiceCards } from './small-service-card.ts';
import { makeSpecimenDocuments } from './specimen-document.ts';

const deploy = (path: string): string => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url));

export const consoleOrigin = 'http://console.localhost:9';
export const GIULIA = { surname: 'CONTI', givenNames: 'GIULIA', taxCode: 'CNTGLI85C54X000O', can: '123456' };
export const ANSELMO = { surname: 'DAL LAGO', givenNames: 'ANSELMO', taxCode: 'DLLNLM47L02X000X', can: '654321' };

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

/** Opens a town's issuer over a folder. */
type OpenIssuer = (folder: string, deps: { readonly now: () => Date; readonly events: CertificateEvents }) => Promise<Issuer>;
const openDemo: OpenIssuer = (folder, deps) => openDemoIssuer({ data: folder, town: deploy('town'), citizens: deploy('demo/citizens.json') }, deps);

/** Starts it all in a temporary folder; `cardDeadlines` are the service's own unless given, the issuer the demo's. */
export async function startCertificateTown({
  cardDeadlines = CARD_DEADLINES,
  openIssuer = openDemo,
}: { readonly cardDeadlines?: CardDeadlines; readonly openIssuer?: OpenIssuer } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  const trust = join(folder, 'trust');
  await mkdir(trust);
  const dates = { birthDate: '850314', expiryDate: '310314', sex: 'F' } as const;
  const newChipKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const chipKeys = [newChipKey(), newChipKey()] as const;
  const { countrySigner, documents, national } = await makeSpecimenDocuments([
    { ...GIULIA, ...dates, documentNumber: 'CA00001AA' },
    { ...ANSELMO, birthDate: '470702', expiryDate: '330702', sex: 'M', documentNumber: 'CA00002AA' },
    { ...GIULIA, ...dates, documentNumber: 'YA0000001', documentCode: 'I' },
    { ...GIULIA, ...dates, documentNumber: 'CA00003AA', expiryDate: '210314' },
    { ...GIULIA, ...dates, documentNumber: 'CA00004AA', chipKey: chipKeys[0] },
    { ...ANSELMO, birthDate: '470702', expiryDate: '330702', sex: 'M', documentNumber: 'CA00005AA', chipKey: chipKeys[1] },
  ]);
  await writeFile(join(trust, 'it.der'), countrySigner);
  const serviceCards = await makeServiceCards(GIULIA, ANSELMO);
  await writeFile(join(trust, 'cns-ca.der'), serviceCards.issuer);
  await writeFile(join(trust, 'cns.crl'), serviceCards.revocationList);
  const [giulia = {}, anselmo = {}, notACie = {}, expired = {}, giuliaWithKey = {}, anselmoWithKey = {}] = documents;

  const pair = await generateKeyPair('EdDSA', { extractable: true });
  const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'EdDSA' }] };
  const kiosks = new Map([
    [kioskId.parse('kiosk-1'), await newHolderKey()],
    [kioskId.parse('kiosk-2'), await newHolderKey()],
  ]);
  const queue = await startQueue(kiosks, keys);
  let laterMs = 0;
  /** What the service has put off; run by hand. */
  const later = watched<(() => void) | undefined>(undefined);
  const timers: Timers = { setTimeout: (run) => later.set(run), clearTimeout: () => later.set(undefined) };
  const lines = keptText();
  const log = createLog('debug', lines.stream);
  const issuer = await openIssuer(folder, { now: () => new Date(Date.now() + laterMs), events: createEvents(log) });
  /** Every paper that left the register, to see that it is wiped. */
  const papers: Buffer[] = [];
  const { register } = issuer.deps;
  let beforeCommit: () => Promise<void> = async () => {};
  const issuerDeps = {
    ...issuer.deps,
    register: {
      ...register,
      commit: async (document: Parameters<typeof register.commit>[0]) => {
        await beforeCommit();
        const released = await register.commit(document);
        papers.push(released.pdf);
        return released;
      },
    },
  };
  const config: CertificateConfig = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: undefined,
    dataDirectory: folder,
    queueUrl: queue.url,
    nodeId: nodeId.parse('certificates-1'),
    nodeSecretFile: '',
    townDirectory: deploy('town'),
    cardTrustDirectory: trust,
    consoleOrigins: [consoleOrigin],
    demo: { citizensFile: deploy('demo/citizens.json') },
    keysDirectory: undefined,
    frontOffice: undefined,
    register: { database: join(folder, 'register.sqlite'), key: join(folder, 'register.key') },
    checkpoints: { keyDirectory: folder, directory: join(folder, 'checkpoints'), witness: undefined },
    behindProxy: false,
    tls: undefined,
    logLevel: 'debug',
  };
  const service = await createCertificateService(config, { nodeSecret, issuer: issuerDeps, cases: issuer.cases, trustFolder: issuer.trustFolder, log, timers, cardDeadlines });
  await queue.node.until((node) => node !== undefined);

  const kioskKey = (id: string): HolderKey => {
    const key = kiosks.get(kioskId.parse(id));
    if (!key) throw new Error(`no ${id} in this town`);
    return key;
  };
  const grantFor = async (visit: VisitId, holder: HolderKey, change: Partial<GrantClaims>) => {
    const iat = Math.floor(Date.now() / 1000);
    const terms: GrantClaims = {
      iss: 'queue',
      aud: ['sfu', 'certificates'],
      sub: kioskId.parse('kiosk-1'),
      role: 'kiosk',
      kind: 'visit',
      visit,
      kiosk: kioskId.parse('kiosk-1'),
      nodes: { certificates: config.nodeId },
      fence: { epoch: 1, counter: 1 },
      cnf: { jkt: await thumbprintOf(holder.publicKey) },
      iat,
      exp: iat + 60,
      ...change,
    };
    return signGrant(terms, { kid: 'k', privateKey: pair.privateKey });
  };
  const operatorTerms = (counter: number, who: string): Partial<GrantClaims> => ({
    sub: operatorId.parse(`op_${who.repeat(24)}`),
    role: 'operator',
    kind: 'room',
    fence: { epoch: 1, counter },
  });

  return {
    service,
    queue,
    register,
    issuer: issuerDeps,
    cases: issuer.cases,
    papers,
    keys,
    log: () => lines.text,
    /** Has the register gone through as if so much later. */
    async upkeepAfter(ms: number) {
      const run = await later.until((waiting) => waiting !== undefined);
      later.set(undefined);
      laterMs = ms;
      run?.();
      await later.until((waiting) => waiting !== undefined);
      laterMs = 0;
    },
    /** Runs before each document goes into the register. */
    onCommit: (run: () => Promise<void>) => void (beforeCommit = run),
    documents: { giulia, anselmo, notACie, expired },
    /** The national application of a genuine card, nobody's. */
    national,
    /** Giulia's health card, her card of before, which its issuer has taken back, and Anselmo's. */
    serviceCard: serviceCards.image,
    revokedServiceCard: serviceCards.revoked,
    otherServiceCard: serviceCards.other,
    /** Cards whose chips can prove themselves: Giulia's and Anselmo's. */
    withChipKeys: { giulia: { files: giuliaWithKey, chipKey: chipKeys[0] }, anselmo: { files: anselmoWithKey, chipKey: chipKeys[1] } },
    newVisit: () => newId(visitId, 'v'),
    grantFor,
    kioskKey,
    operatorTerms,
    node() {
      if (!queue.node.value) throw new Error('the node is not connected');
      return queue.node.value;
    },

    /** A kiosk's device service. `terms` change its grant, `as` shows another id, `prover` proves another key. */
    async device(
      visit: VisitId,
      options: { kiosk?: string; terms?: Partial<GrantClaims>; as?: string; prover?: HolderKey; card?: TownCard; admitted?: boolean } = {},
    ) {
      const id = options.kiosk ?? 'kiosk-1';
      const key = kioskKey(id);
      const grant = await grantFor(visit, key, { sub: kioskId.parse(id), kiosk: kioskId.parse(id), ...options.terms });
      const socket = new WebSocket(`${service.url}/device`);
      const offers = watched<{ documentId: DocumentId; attempt: number; sha256: string; bytes: number }[]>([]);
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
    },

    /** An operator's page. Its fence counter orders it; `who` is one letter of its id. */
    async operator(
      visit: VisitId,
      options: { counter?: number; who?: string; terms?: Partial<GrantClaims>; holder?: HolderKey; admitted?: boolean } = {},
    ) {
      const holder = options.holder ?? (await newHolderKey());
      const grant = await grantFor(visit, holder, { ...operatorTerms(options.counter ?? 1, options.who ?? 'a'), ...options.terms });
      const socket = new WebSocket(`${service.url}/operator`, { origin: consoleOrigin });
      const file = watched<VisitFile | undefined>(undefined);
      const why = watched<string | undefined>(undefined);
      const { peer, welcome } = await connect({
        contract: operatorCertificates,
        open: (signal) => openSocket(() => socket, { signal }),
        signal: new AbortController().signal,
        requests: {},
        notifications: { 'file.changed': (next) => file.set(next), 'visit.closed': (closed) => why.set(closed.why) },
      });
      const hello = async () => {
        const proof = await signProof(holder, { nonce: welcome.nonce, audience: 'certificates' });
        const said = await peer.request('hello', { version: 2, grant, proof });
        file.set(said.file);
        return said;
      };
      if (options.admitted !== false) await hello();
      return {
        peer,
        socket,
        hello,
        file,
        why,
        grant,
        holder,
        /** Asks for a residence, or for what `change` makes of it. */
        ask: (change: object = {}) =>
          peer.request('document.prepare', { type: 'residence', use: 'private', duty: { kind: 'exemption', code: '9' }, ...change }),
        /** The same, for what the rules decide at once. */
        async prepare(change: object = {}) {
          const prepared = await this.ask(change);
          if (prepared.outcome !== 'review') throw new Error('it went to the back office');
          return prepared;
        },
        collect: (caseNumber: CaseNumber) => peer.request('case.collect', { caseNumber }),
        review: (documentId: DocumentId) => peer.request('document.review', { documentId }),
        issue: (documentId: DocumentId) => peer.request('document.issue', { documentId }),
        reprint: (documentId: DocumentId) => peer.request('document.reprint', { documentId, spoiledSheetRecorded: true }),
        async scan(scan: ScanId): Promise<Buffer> {
          const pieces: Buffer[] = [];
          for (let offset = 0, total = 1; offset < total; ) {
            const piece = await peer.request('scan.fetch', { scanId: scan, offset });
            pieces.push(Buffer.from(piece.base64, 'base64'));
            offset += pieces.at(-1)?.length ?? 0;
            total = piece.total;
          }
          return Buffer.concat(pieces);
        },
        settle: (documentId: DocumentId, attempt: number, cameOut: boolean) => peer.request('document.settle', { documentId, attempt, cameOut }),
        judge: (matches: boolean) => peer.request('holder.judge', { matches }),
        document: (documentId: DocumentId) => file.value?.documents.find((document) => document.documentId === documentId),
        untilState: (documentId: DocumentId, state: DocumentState) =>
          file.until((seen) => seen?.documents.some((one) => one.documentId === documentId && one.state === state) ?? false),
      };
    },

    async close() {
      await service.close();
      await queue.close();
      await issuer.close();
      await rm(folder, { recursive: true });
    },
  };
}
export type CertificateTown = Awaited<ReturnType<typeof startCertificateTown>>;
