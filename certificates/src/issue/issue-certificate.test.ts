import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { documentId, newId, visitId } from '@videosportello/protocol/ids.ts';
import { expect } from 'chai';
import { giulia, household, person, residence, sourceKnowing } from '../../test/known-facts.ts';
import { RegisterError } from '../register/register-error.ts';
import { TokenError } from '../signature/providers/pkcs11/token.ts';
import { TimeStampError } from '../signature/time-stamp/time-stamp-client.ts';
import { readPaper } from '../stamp/read-stamps.ts';
import { loadTrustFolder } from '../trust/trust-folder.ts';
import { openDemoIssuer } from './demo-issuer.ts';
import type { DemoIssuer } from './demo-issuer.ts';
import { issueCertificate } from './issue-certificate.ts';
import type { IssueDeps } from './issue-certificate.ts';
import { prepareCertificate } from './prepare-certificate.ts';
import { certificateRequest } from './request.ts';
import type { CertificateRequest } from './request.ts';

const run = promisify(execFile);
const deploy = (path: string): string => fileURLToPath(new URL(`../../../deploy/${path}`, import.meta.url));
const within = { signal: new AbortController().signal };
const GIULIA = 'CNTGLI85C54X000O';
const ANSELMO = 'DLLNLM47L02X000X';

let marks = 10_000_000_000_000;
function wish(change: Record<string, unknown> = {}): CertificateRequest {
  marks += 1;
  return certificateRequest.parse({
    idempotencyKey: `key-of-test-${marks}`,
    documentId: newId(documentId, 'd'),
    visitId: newId(visitId, 'v'),
    kioskId: 'kiosk-1',
    operatorId: null,
    type: 'residence',
    use: 'private',
    language: 'it',
    requester: { taxCode: GIULIA, identity: 'officer-checked' },
    subjectTaxCode: GIULIA,
    duty: { kind: 'mark', code: String(marks), date: '2026-11-20' },
    ...change,
  });
}

async function refusalOf(work: Promise<unknown>): Promise<{ code: string; detail: string | undefined }> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ProtocolError);
  const { code, detail } = error as ProtocolError;
  return { code, detail };
}

describe('issueCertificate', function () {
  // Two PDF files, a seal and a stamp each; other programs judge some of them.
  this.timeout(60_000);
  let folder: string;
  let issuer: DemoIssuer;
  let clock: Date;

  beforeEach(async () => {
    clock = new Date('2026-11-22T10:00:00Z');
    folder = await mkdtemp(join(tmpdir(), 'issue-'));
    issuer = await openDemoIssuer(
      { data: folder, town: deploy('town'), citizens: deploy('demo/citizens.json') },
      { now: () => clock },
    );
  });
  afterEach(async () => {
    await issuer.close();
    await rm(folder, { recursive: true });
  });

  const issue = (request: CertificateRequest, change: Partial<IssueDeps> = {}) =>
    issueCertificate(request, { ...issuer.deps, ...change }, within);

  it('releases a paper with its digest that stands in the register', async () => {
    const released = await issue(wish());
    expect(released).to.include({
      number: '2026/0000001',
      protocol: '0000001/2026',
      pages: 1,
      validTo: '2027-02-22',
      printState: 'issued',
    });
    expect(createHash('sha256').update(released.pdf).digest('hex')).to.equal(released.digest);
    expect(await issuer.deps.register.release(released.documentId)).to.deep.equal(released);
    expect(await issuer.deps.register.verify()).to.deep.include({ rows: 2, faults: [] });
  });

  it('prints a stamp that a second reader decodes and the trust bundle verifies, with the digest of the sealed original', async () => {
    const { pdf, documentId: id, originalDigest } = await issue(wish());
    const original = await issuer.deps.register.readOriginal(id);
    expect(createHash('sha256').update(original).digest('hex')).to.equal(originalDigest);
    await Promise.all([writeFile(join(folder, 'p.pdf'), pdf), writeFile(join(folder, 'o.pdf'), original)]);
    await run('pdftoppm', ['-r', '300', '-gray', '-png', '-singlefile', join(folder, 'p.pdf'), join(folder, 'p')]);
    const text = (await run('zbarimg', ['--raw', '-q', join(folder, 'p.png')])).stdout.trim();
    expect(text).to.match(/^HTTPS:\/\/VERIFICA\.COMUNE\.VALFIORITA\.EXAMPLE\/S#[A-Z2-7]+$/);
    await loadTrustFolder(issuer.trustFolder);
    const tool = fileURLToPath(new URL('../../tools/stamp.ts', import.meta.url));
    const checked = await run(process.execPath, [
      tool,
      'check',
      join(folder, 'p.pdf'),
      '--trust',
      issuer.trustFolder,
      '--json',
      '--at',
      '2026-11-22',
    ]);
    expect(checked.stdout).to.contain('"VALID"').and.to.contain(originalDigest);
    expect((await run('pdfsig', ['-nocert', join(folder, 'o.pdf')])).stdout)
      .to.contain('Signature is Valid')
      .and.to.contain('Total document signed');
  });

  it('answers a repeated request with the document of the first, at another hour and with the source gone', async () => {
    const request = wish();
    const first = await issue(request);
    clock = new Date('2026-11-22T16:00:00Z');
    const again = await issue(request, { source: { specimen: true, ask: async () => ({ refusal: 'unavailable' }) } });
    expect(again).to.deep.equal(first);
    expect((await issuer.deps.register.verify()).rows).to.equal(2);
  });

  it('makes one document of two equal requests at the same moment', async () => {
    const request = wish();
    const [one, two] = await Promise.all([issue(request), issue(request)]);
    expect(one).to.deep.equal(two);
    expect((await issuer.deps.register.verify()).rows).to.equal(2);
  });

  it('keeps the number when a key fails, and takes it up again with the request', async () => {
    const request = wish();
    const broken = { ...issuer.deps.sealSigner, sign: () => Promise.reject(new Error('token gone')) };
    const outcome: unknown = await issue(request, { sealSigner: broken }).catch((error: unknown) => error);
    expect(outcome).to.have.property('message', 'token gone');
    clock = new Date('2026-11-23T09:00:00Z');
    const released = await issue(request);
    expect(released).to.include({ number: '2026/0000001', validTo: '2027-02-22' });
  });

  for (const error of [new TokenError('token-missing'), new TimeStampError('time-stamp-unreachable', 'It does not answer.')]) {
    it(`refuses for now, and keeps the number, when a key's holder says ${error.code}`, async () => {
      const request = wish();
      const broken = { ...issuer.deps.sealSigner, sign: () => Promise.reject(error) };
      const outcome: unknown = await issue(request, { sealSigner: broken }).catch((thrown: unknown) => thrown);
      expect(outcome).to.be.instanceOf(ProtocolError).and.to.include({ code: 'seal-unavailable', detail: error.code, retryable: true });
      expect(await issue(request)).to.include({ number: '2026/0000001' });
    });
  }

  for (const key of ['sealSigner', 'stampSigner'] as const) {
    it(`refuses for now, and keeps the number, when the ${key} never answers, nor heeds the end of its time`, async () => {
      const request = wish();
      const over = new AbortController();
      const sign = () => {
        queueMicrotask(() => over.abort(new DOMException('Time is over.', 'TimeoutError')));
        return new Promise<never>(() => undefined);
      };
      const outcome: unknown = await issue(request, { [key]: { ...issuer.deps[key], sign }, deadline: () => over.signal }).catch(
        (thrown: unknown) => thrown,
      );
      expect(outcome).to.be.instanceOf(ProtocolError).and.to.include({ code: 'seal-unavailable', detail: 'deadline', retryable: true });
      expect(await issue(request)).to.include({ number: '2026/0000001' });
    });
  }

  it('issues without a time-stamp where the town takes best effort, and says why', async () => {
    const missed: string[] = [];
    const timeStamping: IssueDeps['timeStamping'] = {
      authority: { stamp: () => Promise.reject(new TimeStampError('time-stamp-refused', 'It will not.')) },
      policy: 'best-effort',
      onMissed: ({ code }) => missed.push(code),
    };
    expect(await issue(wish(), { timeStamping })).to.include({ number: '2026/0000001' });
    expect(missed).to.deep.equal(['time-stamp-refused']);
  });

  it('refuses the key of one request for another', async () => {
    const request = wish();
    await issue(request);
    const outcome: unknown = await issue({ ...request, subjectTaxCode: ANSELMO }).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(RegisterError).and.to.have.property('code', 'key-reused');
  });

  it('lets anybody ask for anybody’s residence once he is identified himself', async () => {
    const released = await issue(wish({ subjectTaxCode: ANSELMO }));
    const path = join(folder, 'other.pdf');
    await writeFile(path, released.pdf);
    expect((await run('pdftotext', ['-layout', path, '-'])).stdout)
      .to.contain('DAL LAGO ANSELMO')
      .and.to.contain('è iscritto nell');
  });

  const refusals: readonly [name: string, change: Record<string, unknown>, refusal: object][] = [
    ['a public office', { use: 'public-office' }, { code: 'document-refused', detail: 'self-declaration' }],
    [
      'a requester whose card alone was read',
      { requester: { taxCode: GIULIA, identity: 'card-read' } },
      { code: 'document-refused', detail: 'identity-too-low' },
    ],
    [
      'a subject nobody knows',
      { subjectTaxCode: 'XXXXXX00X00X000X' },
      { code: 'subject-not-found', detail: 'subject-not-found' },
    ],
    [
      'a mark of tomorrow',
      { duty: { kind: 'mark', code: '01234567890123', date: '2026-11-23' } },
      { code: 'duty-invalid', detail: 'duty-mark-after-certificate' },
    ],
    [
      'what the back office decides, without its word',
      { type: 'residence-on-date', onDay: '2020-05-01', reason: 'successione' },
      { code: 'document-refused', detail: 'needs-back-office' },
    ],
    [
      'a historical one without a reason',
      { type: 'residence-on-date', onDay: '2020-05-01' },
      { code: 'document-refused', detail: 'reason-missing' },
    ],
    ['nothing said of the duty', { duty: undefined }, { code: 'duty-invalid', detail: 'duty-missing' }],
  ];
  for (const [name, change, refusal] of refusals) {
    it(`refuses ${name} and uses up no number`, async () => {
      expect(await refusalOf(issue(wish(change)))).to.deep.equal(refusal);
      expect((await issuer.deps.register.verify()).rows).to.equal(0);
    });
  }

  it('refuses the dead, the emigrated and a source that does not answer, each with its code', async () => {
    const { deceased, emigrated } = issuer.deps.source.particular;
    expect(await refusalOf(issue(wish({ subjectTaxCode: deceased })))).to.deep.equal({
      code: 'document-refused',
      detail: 'subject-deceased',
    });
    expect(await refusalOf(issue(wish({ subjectTaxCode: emigrated })))).to.deep.equal({
      code: 'document-refused',
      detail: 'subject-not-resident',
    });
    const silent = issueCertificate(wish(), issuer.deps, { signal: AbortSignal.abort() });
    expect(await refusalOf(silent)).to.deep.equal({ code: 'source-unavailable', detail: 'source-unavailable' });
  });

  it('refuses a duty mark that stands on another certificate', async () => {
    const { duty } = wish();
    await issue(wish({ duty }));
    expect(await refusalOf(issue(wish({ duty })))).to.deep.equal({ code: 'duty-invalid', detail: 'duty-mark-used' });
  });

  it('refuses a household too large for its stamps before it costs a number, and divides one that fits several', async () => {
    const letters = (count: number, seed: string) => createHash('sha512').update(seed).digest('hex').toUpperCase().replaceAll(/\d/g, 'O').slice(0, count);
    const householdOf = (count: number) => {
      const others = Array.from({ length: count - 1 }, (_, index) => {
        const [surname, givenNames] = [letters(40, `a${index}`), letters(60, `b${index}`)];
        return { ...giulia, surname, givenNames, taxCode: `${letters(6, `c${index}`)}85C54X000O`, relation: 'cohabitant' as const };
      });
      return { source: sourceKnowing({ person, residence, household: { ...household, members: [...household.members, ...others] } }) };
    };
    expect(await refusalOf(issue(wish({ type: 'household' }), householdOf(60)))).to.deep.equal({
      code: 'document-refused',
      detail: 'stamp-too-small',
    });
    expect((await issuer.deps.register.verify()).rows).to.equal(0);
    const { number, pdf } = await issue(wish({ type: 'household' }), householdOf(20));
    expect(number).to.equal('2026/0000001');
    // Each of them is a leaf of the register.
    const { stamps } = await readPaper(pdf);
    expect(stamps.length).to.be.greaterThan(1);
    const { tree, faults } = await issuer.deps.register.verify();
    expect({ leaves: tree.size, faults }).to.deep.equal({ leaves: stamps.length, faults: [] });
  });

  it('refuses a fact that no stamp may carry before it costs a number', async () => {
    // The mark that turns the direction of writing: the name would read otherwise than it is signed.
    const turned = sourceKnowing({ person: { ...person, surname: 'Con\u061cti' }, residence });
    expect((await refusalOf(issue(wish(), { source: turned }))).code).to.equal('document-refused');
    expect((await issuer.deps.register.verify()).rows).to.equal(0);
  });

  it('refuses a name with a letter it cannot print before it costs a number', async () => {
    const subjectTaxCode = issuer.deps.source.particular.unprintableName;
    expect(await refusalOf(issue(wish({ subjectTaxCode })))).to.deep.equal({
      code: 'document-refused',
      detail: 'glyph-missing',
    });
    expect((await issuer.deps.register.verify()).rows).to.equal(0);
  });

  it('issues one page for people of the invented town, whatever their names', async () => {
    const residents = issuer.deps.source.people.filter(({ status }) => status === 'resident').slice(3, 15);
    for (const { taxCode } of residents) {
      const { pages } = await issue(wish({ subjectTaxCode: taxCode, duty: { kind: 'exemption', code: '6' } }));
      expect(pages).to.equal(1);
    }
  });
});

describe('prepareCertificate', () => {
  it('shows the words of the paper and writes nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'prepare-'));
    await using issuer = await openDemoIssuer(
      { data: folder, town: deploy('town'), citizens: deploy('demo/citizens.json') },
      { now: () => new Date('2026-11-22T10:00:00Z') },
    );
    const prepared = await prepareCertificate(wish({ duty: { kind: 'exemption', code: '3' } }), issuer.deps, within);
    expect(prepared.title).to.equal('Certificato di residenza');
    expect(prepared.specimen).to.equal(true);
    expect(prepared.wording[0]).to.contain('non può essere prodotto');
    expect(prepared.lines).to.deep.equal([
      { label: 'Intestatario', value: 'CONTI GIULIA' },
      { label: 'Luogo di nascita', value: 'Valfiorita (VF)' },
      { label: 'Data di nascita', value: '14/03/1985' },
      { label: 'Codice fiscale', value: GIULIA },
      { label: 'Residenza', value: 'Via dei Tigli 12 – 00099 Valfiorita (VF)' },
      {
        label: 'Imposta di bollo',
        value: 'Esente (art. 18, d.P.R. 115/2002): Processo soggetto a contributo unificato',
      },
      {
        label: 'Validità',
        value: '3 mesi dal rilascio, fino al 22/02/2027 (art. 33, c. 3, d.P.R. 30 maggio 1989, n. 223)',
      },
    ]);
    expect((await issuer.deps.register.verify()).rows).to.equal(0);
    await rm(folder, { recursive: true });
  });
});
