/** A running certificate service for tests: real sockets, register and demo issuer; a small queue-service, kiosks and operators around it. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signGrant } from '@videosportello/protocol/grant.ts';
import type { GrantClaims } from '@videosportello/protocol/grant.ts';
import { kioskId, newId, nodeId, operatorId, visitId } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, thumbprintOf } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { keptText } from '@videosportello/protocol/testing/kept-text.ts';
import { newSigningPair } from '@videosportello/protocol/testing/signing-pair.ts';
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
import { deviceAt } from './town-device.ts';
import { operatorAt } from './town-operator.ts';

const deploy = (path: string): string => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url));

export const consoleOrigin = 'http://console.localhost:9';
export const GIULIA = { surname: 'CONTI', givenNames: 'GIULIA', taxCode: 'CNTGLI85C54X000O', can: '123456' };
export const ANSELMO = { surname: 'DAL LAGO', givenNames: 'ANSELMO', taxCode: 'DLLNLM47L02X000X', can: '654321' };

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

  const { key: grantKey, keys } = newSigningPair('k');
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
    return signGrant(terms, grantKey);
  };
  const operatorTerms = (counter: number, who: string): Partial<GrantClaims> => ({
    sub: operatorId.parse(`op_${who.repeat(24)}`),
    role: 'operator',
    kind: 'room',
    fence: { epoch: 1, counter },
  });

  const doors = { url: service.url, consoleOrigin, kioskKey, grantFor, operatorTerms };
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

    device: deviceAt(doors),
    operator: operatorAt(doors),

    async close() {
      await service.close();
      await queue.close();
      await issuer.close();
      await rm(folder, { recursive: true });
    },
  };
}
export type CertificateTown = Awaited<ReturnType<typeof startCertificateTown>>;
