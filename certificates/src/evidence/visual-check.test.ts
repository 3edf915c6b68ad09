import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { kioskId, newId, operatorId, scanId, visitId } from '@videosportello/protocol/ids.ts';
import type { CheckQuestion, Judgement, SeenDocument, SeenPerson } from '@videosportello/protocol/messages/visual-check.ts';
import { gesture as gestures } from '@videosportello/protocol/messages/visual-check.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { ANSELMO, GIULIA, startCertificateTown } from '../../test/certificate-town.ts';
import type { CertificateTown } from '../../test/certificate-town.ts';
import { cardOfGiulia } from '../../test/visits.ts';
import { createLog, createEvents } from '../events.ts';
import { civilDate } from '../rules/civil-date.ts';
import { TownConfigError } from '../rules/load-town.ts';
import { createVisitRecords } from '../visit/visit-record.ts';
import { drawChallenge } from './judge-by-eye.ts';
import { createVerdictSigner } from './sign-verdict.ts';
import { openVerdictKey } from './verdict-key.ts';
import { createVisualCheckDesk } from './visual-check-desk.ts';
import { checklistOn, loadVisualChecks } from './visual-check-policy.ts';

const demoTown = fileURLToPath(new URL('../../../deploy/town', import.meta.url));

/** A picture's head and something of an invented page. */
function page(): Buffer {
  const picture = Buffer.alloc(500, 0x5a);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(picture);
  picture.writeUInt32BE(100, 16);
  picture.writeUInt32BE(60, 20);
  return picture;
}

const anselmo: SeenPerson = {
  surname: 'DAL LAGO',
  givenNames: 'ANSELMO',
  birthDate: '1947-07-02',
  sex: 'M',
  nationality: 'ITA',
  documentNumber: 'CA00002AA',
  expiryDate: '2033-07-02',
  taxCode: ANSELMO.taxCode,
};

describe('the challenge of a check by eye', () => {
  it('is drawn from the random source alone', () => {
    const source = (...numbers: number[]) => () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(numbers.shift() ?? 0);
      return bytes;
    };
    expect(drawChallenge(gestures.options, source(1, 10_042))).to.deep.equal({ gesture: gestures.options[1], code: '0042' });
    expect(drawChallenge(gestures.options, source(0xffff_ffff, 9_999)).code).to.equal('9999');
    const seen = new Set(gestures.options.map((_, index) => drawChallenge(gestures.options, source(index, 0)).gesture));
    expect([...seen]).to.deep.equal(gestures.options);
  });
});

describe('a town’s rules for judging documents by eye', () => {
  const dayOf = (text: string) => civilDate.parse(text);

  it('name the questions to each kind on its day; the paper card’s end with 2 August 2026 (Reg. EU 2019/1157, art. 5)', async () => {
    const policy = await loadVisualChecks(demoTown);
    expect(checklistOn(policy, 'it-paper-identity-card', dayOf('2026-08-02')).document).to.equal('it-paper-identity-card');
    expect(await codeOf((async () => checklistOn(policy, 'it-paper-identity-card', dayOf('2026-08-03')))())).to.equal('id-not-accepted:no-longer-accepted');
    const none = { ...policy, checklists: [] };
    const ofOneService = [{ kind: 'passport', services: ['residence'], source: 'town' }] as const;
    expect(checklistOn(policy, 'passport', dayOf('2026-11-22'), ofOneService).document, 'no service is asked for yet').to.equal('passport');
    expect(await codeOf((async () => checklistOn(none, 'passport', dayOf('2026-11-22')))())).to.equal('id-not-accepted:kind-not-listed');
  });

  it('keep a service from starting when they are missing or contradict themselves', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'town-'));
    const fault = () => loadVisualChecks(folder).then(() => 'read', (error: unknown) => (error instanceof TownConfigError ? error.message : String(error)));
    try {
      await cp(demoTown, folder, { recursive: true });
      const file = join(folder, 'visual-check.json');
      const text = await readFile(file, 'utf8');
      const put = (from: string, to: string) => writeFile(file, text.replace(from, to));
      await put('"to": "2026-08-02"', '"to": "2026-02-30"');
      expect(await fault()).to.include('to');
      await put('"question": "photo-untouched"', '"question": "layout-of-the-kind"');
      expect(await fault()).to.include('a question stands twice');
      await put('"it-paper-identity-card"', '"it-electronic-identity-card"');
      expect(await fault()).to.include('on the same day');
      await put('"question": "photo-untouched"', '"question": "gesture-made"');
      expect(await fault()).to.include('question');
      await rm(file);
      expect(await fault()).to.include('cannot be read');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a check by eye', function () {
  this.timeout(30_000);
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

  type Operator = Awaited<ReturnType<CertificateTown['operator']>>;
  const begin = ({ peer }: Operator, document: SeenDocument) => peer.request('check.begin', { document });
  const conclude = ({ peer }: Operator, person?: SeenPerson) => peer.request('check.conclude', person ? { person } : {});
  const second = ({ peer }: Operator, question: CheckQuestion, answer: 'yes' | 'no') => peer.request('check.second-opinion', { question, answer });
  const checkOf = (operator: Operator) => operator.file.value?.visualCheck;
  /** Says yes to every question but those named. */
  const answerAll = async (operator: Operator, but: Partial<Record<CheckQuestion, Judgement>> = {}) => {
    const check = await operator.file.until((file) => file?.visualCheck?.phase === 'open');
    for (const { question } of check?.visualCheck?.items ?? []) {
      await operator.peer.request('check.answer', { question, answer: but[question] ?? 'yes' });
    }
  };
  const answersOf = async (operator: Operator) => {
    const file = await operator.file.until((seen) => seen?.evidence.verdict !== undefined && seen.visualCheck?.phase !== 'open');
    return file?.evidence.verdict?.answers;
  };
  const arrive = async (document: SeenDocument) => {
    const visit = town.newVisit();
    const device = await town.device(visit, { card: cardOfGiulia(town) });
    const operator = await town.operator(visit);
    await device.scan(page());
    await device.scan(page(), { side: 'back' });
    await begin(operator, document);
    return { visit, device, operator };
  };

  it('asks the town’s questions and the challenge, needs every answer, both sides and the person, and makes a verdict of what was seen', async () => {
    const visit = town.newVisit();
    const device = await town.device(visit);
    const operator = await town.operator(visit);
    await begin(operator, 'it-electronic-identity-card');
    await operator.file.until((file) => file?.visualCheck !== undefined);
    expect(checkOf(operator)?.items.map(({ question }) => question).slice(-2)).to.deep.equal(['gesture-made', 'code-read-aloud']);
    expect(checkOf(operator)?.challenge.code).to.match(/^\d{4}$/);
    expect(await codeOf(conclude(operator, anselmo))).to.equal('check-incomplete:answer-missing');
    expect(await codeOf(operator.peer.request('check.answer', { question: 'stamp-over-photo', answer: 'yes' })), 'not asked here').to.equal('visit-state');
    await answerAll(operator);
    await device.scan(page());
    expect(await codeOf(conclude(operator, anselmo))).to.equal('check-incomplete:scan-missing');
    await device.scan(page(), { side: 'back' });
    expect(await codeOf(conclude(operator))).to.equal('check-incomplete:person-missing');
    expect(await codeOf(conclude(operator, { ...anselmo, taxCode: 'DLLNLM47L02X000A' }))).to.equal('check-incomplete:tax-code-invalid');
    expect(await codeOf(operator.prepare()), 'nothing counts yet').to.equal('evidence-missing');
    await conclude(operator, anselmo);
    expect(await answersOf(operator)).to.deep.equal({
      genuine: { answer: 'yes', reason: 'seen-right' },
      notCloned: { answer: 'not-asked', reason: 'chip-not-read' },
      notExpired: { answer: 'yes', reason: 'within-validity' },
      notRevoked: { answer: 'not-asked', reason: 'no-public-look-up' },
      holder: { answer: 'yes', reason: 'seen-right' },
    });
    const { person, specimen } = operator.file.value?.evidence.verdict ?? {};
    expect(Object.values(person ?? {}).map((claim) => claim?.source)).to.deep.equal(Object.keys(anselmo).map(() => 'seen-by-operator'));
    expect(specimen).to.equal(true);
    expect(await codeOf(operator.prepare()), 'an officer has seen him').to.equal('done');
    expect(await codeOf(operator.judge(true)), 'what was asked in detail is not answered in passing').to.equal('visit-state');
  });

  it('proves no more than the town’s rules say, and a wrong thing seen is a no', async () => {
    const foreign = await arrive('foreign-identity-card');
    await answerAll(foreign.operator);
    await conclude(foreign.operator, anselmo);
    expect(await answersOf(foreign.operator)).to.deep.include({
      genuine: { answer: 'not-asked', reason: 'eyes-do-not-prove' },
      holder: { answer: 'yes', reason: 'seen-right' },
    });
    expect(foreign.operator.file.value?.evidence.verdict?.person.taxCode?.source, 'it does not stand on it').to.equal('typed');
    expect(await codeOf(foreign.operator.prepare())).to.equal('evidence-missing');
    const passport = await arrive('passport');
    await answerAll(passport.operator, { 'gesture-made': 'no', 'photo-untouched': 'no' });
    await conclude(passport.operator, { ...anselmo, expiryDate: '2020-01-01' });
    expect(await answersOf(passport.operator)).to.deep.include({
      genuine: { answer: 'no', reason: 'seen-wrong' },
      notExpired: { answer: 'no', reason: 'expired' },
      holder: { answer: 'no', reason: 'seen-wrong' },
    });
  });

  it('refuses a kind of document that counts no longer', async () => {
    const operator = await town.operator(town.newVisit());
    expect(await codeOf(begin(operator, 'it-paper-identity-card'))).to.equal('id-not-accepted:no-longer-accepted');
  });

  it('on a card whose chip was read adds the holder, and takes nothing from the chip but by a no', async () => {
    const { device, operator } = await arrive('it-electronic-identity-card');
    await device.read(GIULIA.can);
    await operator.file.until((file) => file?.visualCheck === undefined);
    await begin(operator, 'it-electronic-identity-card');
    await answerAll(operator);
    expect(await codeOf(conclude(operator, anselmo)), 'the chip’s words are not typed over').to.equal('visit-state');
    await conclude(operator);
    const answers = await answersOf(operator);
    expect(answers).to.deep.include({ genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' }, holder: { answer: 'yes', reason: 'seen-right' } });
    expect(operator.file.value?.evidence.verdict?.person.surname).to.deep.equal({ value: GIULIA.surname, source: 'chip-signed' });
    await begin(operator, 'it-electronic-identity-card');
    await answerAll(operator, { 'text-untouched': 'no' });
    await conclude(operator);
    expect((await answersOf(operator))?.genuine).to.deep.equal({ answer: 'no', reason: 'seen-wrong' });
    expect(await codeOf(operator.prepare())).to.equal('evidence-missing');
  });

  it('that leaves a doubt counts only when another operator has settled it, and nothing gets round him', async () => {
    const { visit, device, operator: first } = await arrive('it-electronic-identity-card');
    await device.read(GIULIA.can);
    await begin(first, 'it-electronic-identity-card');
    await answerAll(first, { 'face-is-the-photo': 'unsure', 'text-untouched': 'unsure' });
    await conclude(first);
    const open = { answer: 'not-asked', reason: 'second-operator-needed' };
    expect(await answersOf(first)).to.deep.include({ genuine: open, holder: open });
    for (const attempt of [
      second(first, 'face-is-the-photo', 'yes'),
      first.judge(true),
      begin(first, 'passport'),
    ]) expect(await codeOf(attempt)).to.equal('second-operator-needed');
    expect(await codeOf(first.peer.request('check.answer', { question: 'face-is-the-photo', answer: 'yes' }))).to.equal('visit-state');
    expect(await codeOf(first.prepare())).to.equal('evidence-missing');

    const other = await town.operator(visit, { who: 'b', counter: 2 });
    expect(checkOf(other)?.phase).to.equal('second-operator');
    expect(await codeOf(second(other, 'gesture-made', 'yes')), 'nobody doubted it').to.equal('visit-state');
    await second(other, 'face-is-the-photo', 'yes');
    expect(await codeOf(second(other, 'face-is-the-photo', 'no')), 'once').to.equal('visit-state');
    expect(await codeOf(other.prepare()), 'one doubt is left').to.equal('evidence-missing');
    await second(other, 'text-untouched', 'yes');
    const settled = await other.file.until((file) => file?.visualCheck?.phase === 'concluded');
    expect(settled?.evidence.verdict?.answers).to.deep.include({
      genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' },
      holder: { answer: 'yes', reason: 'seen-right' },
    });
    expect(await codeOf(other.prepare())).to.equal('done');
  });

  it('that left a doubt is not got rid of by having the card read again', async () => {
    const { device, operator } = await arrive('it-electronic-identity-card');
    await answerAll(operator, { 'face-is-the-photo': 'unsure' });
    await conclude(operator, anselmo);
    await device.read(GIULIA.can);
    expect(await codeOf(operator.judge(true))).to.equal('second-operator-needed');
    expect(await codeOf(begin(operator, 'it-electronic-identity-card'))).to.equal('second-operator-needed');
    expect(checkOf(operator)?.phase).to.equal('second-operator');
  });

  it('is dropped when another card is read before it is concluded', async () => {
    const { device, operator } = await arrive('it-electronic-identity-card');
    await answerAll(operator);
    await device.read(GIULIA.can);
    expect(await codeOf(conclude(operator, anselmo))).to.equal('visit-state');
  });

  it('writes nothing personal on the log, nor what was answered', () => {
    const log = town.log();
    expect(log).to.include('document checked by eye');
    for (const word of [anselmo.surname, anselmo.documentNumber, anselmo.taxCode ?? '', 'face-is-the-photo']) expect(log).not.to.include(word);
  });
});

describe('what a check by eye leaves', () => {
  it('is a signed verdict that says who judged what; check, person and pages are gone with the visit', async () => {
    const records = createVisitRecords();
    const visit = newId(visitId, 'v');
    const record = records.enter({ visit, role: 'kiosk', kiosk: kioskId.parse('kiosk-1') });
    const folder = await mkdtemp(join(tmpdir(), 'verdict-'));
    const now = () => new Date('2026-11-22T10:00:00Z');
    try {
      const desk = createVisualCheckDesk({
        policy: await loadVisualChecks(demoTown),
        sign: createVerdictSigner({ key: await openVerdictKey(join(folder, 'key.json')), now }),
        records,
        events: createEvents(createLog('silent')),
        isReading: () => false,
        timeZone: 'Europe/Rome',
        specimen: true,
        now,
        random: (length) => Buffer.alloc(length, 7),
      });
      const operator = operatorId.parse(`op_${'a'.repeat(24)}`);
      const content = page();
      const sha256 = createHash('sha256').update(content).digest('hex');
      const scan = newId(scanId, 's');
      record.scans.begin({ scanId: scan, side: 'front', mediaType: 'image/png', bytes: content.length, sha256 });
      record.scans.append(scan, 0, content, 1);
      const held = record.scans.piece(scan, 0).bytes;
      desk.begin(record, operator, 'passport');
      for (const { question } of record.visualCheck?.items ?? []) desk.answer(record, operator, question, 'yes');
      await desk.conclude(record, operator, anselmo);
      const claims = decodeJwt(record.evidence.signed ?? '');
      expect(claims['visualCheck']).to.deep.include({ document: 'passport', by: [operator], secondBy: [] });
      expect(JSON.stringify(claims), 'the code was for the moment').not.to.include('"code"');
      records.end(visit, 'visit-ended');
      expect(record).to.deep.include({ evidence: { phase: 'waiting-for-card', wrongNumbers: 0 }, visualCheck: undefined });
      expect(JSON.stringify(record)).not.to.include(anselmo.surname);
      expect(held.every((byte) => byte === 0)).to.equal(true);
      records.endAll();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
