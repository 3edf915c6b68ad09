import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { documentId, newId, visitId } from '@videosportello/protocol/ids.ts';
import { expect } from 'chai';
import { openDemoIssuer } from '../issue/demo-issuer.ts';
import type { DemoIssuer } from '../issue/demo-issuer.ts';
import { issueCertificate } from '../issue/issue-certificate.ts';
import { certificateRequest } from '../issue/request.ts';
import type { CertificateRequest } from '../issue/request.ts';
import { approveCase, giveBackCase, openCase, refuseCase } from './back-office.ts';
import type { BackOffice } from './back-office.ts';

const run = promisify(execFile);
const deploy = (path: string): string => fileURLToPath(new URL(`../../../deploy/${path}`, import.meta.url));
const within = { signal: new AbortController().signal };
const GIULIA = 'CNTGLI85C54X000O';

const failure = async (work: Promise<unknown>): Promise<{ code?: string; detail?: string }> => {
  const error: unknown = await work.then(() => ({}), (reason: unknown) => reason);
  const { code, detail } = error as { code?: string; detail?: string };
  return { ...(code === undefined ? {} : { code }), ...(detail === undefined ? {} : { detail }) };
};

describe('the back office', function () {
  // A sealed document each, and processes of their own.
  this.timeout(120_000);
  let folder: string;
  let issuer: DemoIssuer;
  let office: BackOffice;
  let clock: Date;

  beforeEach(async () => {
    clock = new Date('2026-11-22T10:00:00Z');
    folder = await mkdtemp(join(tmpdir(), 'office-'));
    issuer = await openDemoIssuer({ data: folder, town: deploy('town'), citizens: deploy('demo/citizens.json') }, { now: () => clock });
    office = { cases: issuer.cases, issue: issuer.deps };
  });
  afterEach(async () => {
    await issuer.close();
    await rm(folder, { recursive: true });
  });

  function wish(change: Record<string, unknown> = {}): CertificateRequest {
    const id = newId(documentId, 'd');
    return certificateRequest.parse({
      idempotencyKey: id,
      documentId: id,
      visitId: newId(visitId, 'v'),
      kioskId: 'kiosk-1',
      operatorId: null,
      type: 'residence-on-date',
      use: 'private',
      language: 'it',
      onDay: '2022-05-01',
      reason: 'successione',
      requester: { taxCode: GIULIA, identity: 'officer-checked', documentExpiresOn: '2026-11-30' },
      subjectTaxCode: GIULIA,
      duty: { kind: 'mark', code: '01234567890123', date: '2026-11-20' },
      ...change,
    });
  }

  it('takes a request in without a number, and issues it once it is allowed: also after the card has expired', async () => {
    const request = wish();
    const opened = await openCase(request, office, within);
    expect(opened).to.deep.include({ caseNumber: '2026-000001', state: 'open', answerBy: '2026-12-22', keepDays: 90 });
    expect(await issuer.deps.register.verify(), 'the opening').to.deep.include({ rows: 1, faults: [] });
    expect(await failure(issueCertificate(request, issuer.deps, within))).to.deep.equal({ code: 'document-refused', detail: 'needs-back-office' });
    clock = new Date('2026-12-05T10:00:00Z');
    expect(await approveCase(opened.caseNumber, office, within)).to.include({ state: 'ready' });
    expect(await approveCase(opened.caseNumber, office, within), 'said twice').to.include({ state: 'ready' });
    const released = await issuer.deps.register.release(request.documentId);
    expect(released).to.include({ number: '2026/0000001', validTo: null, printState: 'issued' });
    expect(await issuer.deps.register.verify(), 'opened, allowed, number, document, ready').to.deep.include({ rows: 5, faults: [] });
  });

  it('takes up an approval that a failing key interrupted: one number, one document', async () => {
    const request = wish();
    const { caseNumber: number } = await openCase(request, office, within);
    const broken = { ...issuer.deps.sealSigner, sign: () => Promise.reject(new Error('token gone')) };
    const outcome: unknown = await approveCase(number, { ...office, issue: { ...issuer.deps, sealSigner: broken } }, within).catch((error: unknown) => error);
    expect(outcome).to.have.property('message', 'token gone');
    expect(await issuer.cases.find(number)).to.include({ state: 'approved' });
    expect(await failure(refuseCase(number, 'ripensamento', office))).to.deep.equal({ code: 'case-order' });
    expect(await approveCase(number, office, within)).to.include({ state: 'ready' });
    expect(await issuer.deps.register.release(request.documentId)).to.include({ number: '2026/0000001' });
  });

  it('takes in whither somebody has gone, and issues it', async () => {
    const emigrated = { type: 'residence-with-origin', onDay: undefined, subjectTaxCode: issuer.deps.source.particular.emigrated };
    const { caseNumber: number, state } = await openCase(wish(emigrated), office, within);
    expect(state).to.equal('open');
    expect(await approveCase(number, office, within)).to.include({ state: 'ready' });
  });

  it('refuses at once what could not be issued, and takes in nothing that it does not decide', async () => {
    expect(await failure(openCase(wish({ reason: undefined }), office, within))).to.deep.equal({ code: 'document-refused', detail: 'reason-missing' });
    expect(await failure(openCase(wish({ onDay: '1900-01-01' }), office, within))).to.deep.equal({ code: 'document-refused', detail: 'fact-not-known' });
    expect(await failure(openCase(wish({ duty: undefined }), office, within))).to.deep.equal({ code: 'duty-invalid', detail: 'duty-missing' });
    const ordinary = { type: 'residence', onDay: undefined, reason: undefined };
    expect(await failure(openCase(wish(ordinary), office, within))).to.deep.equal({ code: 'document-refused', detail: 'not-in-force' });
    expect(await issuer.cases.list()).to.deep.equal([]);
  });

  it('holds the duty mark of a case: for no other paper while it waits, and for any once it was refused', async () => {
    const used = { code: 'duty-invalid', detail: 'duty-mark-used' };
    const { caseNumber: number } = await openCase(wish(), office, within);
    const ordinary = { type: 'residence', onDay: undefined, reason: undefined };
    expect(await failure(issueCertificate(wish(ordinary), issuer.deps, within))).to.deep.equal(used);
    expect(await failure(openCase(wish({ onDay: '2022-05-02' }), office, within))).to.deep.equal(used);
    expect((await issuer.deps.register.verify()).tree.size).to.equal(0);
    await refuseCase(number, 'motivo insufficiente', office);
    const { caseNumber: second } = await openCase(wish({ onDay: '2022-05-02' }), office, within);
    expect(await approveCase(second, office, within)).to.include({ state: 'ready' });
    expect(await failure(issueCertificate(wish(ordinary), issuer.deps, within)), 'it stands on the paper of the case').to.deep.equal(used);
  });

  it('gives a paper back only while no sheet of it has reached a printer', async () => {
    const request = wish();
    const { caseNumber: number } = await openCase(request, office, within);
    await approveCase(number, office, within);
    expect(await issuer.cases.handOut(number, clock)).to.equal(true);
    expect(await giveBackCase(number, office)).to.include({ state: 'ready' });
    expect(await issuer.cases.handOut(number, clock)).to.equal(true);
    const print = { outcomeId: 'o1', documentId: request.documentId, outcome: 'spooled', sheets: 0, actor: 'kiosk-1', at: clock } as const;
    await issuer.deps.register.recordPrint(print);
    expect(await failure(giveBackCase(number, office))).to.deep.equal({ code: 'case-order' });
  });

  it('is a desk of commands: list, approve, refuse, give-back', async () => {
    const [first, second] = [await openCase(wish(), office, within), await openCase(wish({ duty: { kind: 'exemption', code: '3' } }), office, within)];
    await issuer.close();
    const tool = fileURLToPath(new URL('../../tools/certificates.ts', import.meta.url));
    const cases = (...args: string[]) =>
      run(process.execPath, [tool, 'cases', ...args, '--data', folder]).then(
        ({ stdout }) => ({ code: 0, stdout }),
        (error: unknown) => error as { code: number; stdout: string },
      );
    const listed = await cases('list', '--json');
    const { cases: rows } = JSON.parse(listed.stdout) as { cases: { caseNumber: string; request: { reason: string } }[] };
    expect(rows.map(({ caseNumber: number }) => number)).to.deep.equal([first.caseNumber, second.caseNumber]);
    expect(rows[0]?.request.reason).to.equal('successione');
    expect((await cases('approve', first.caseNumber)).stdout).to.contain('ready');
    const refused = await cases('refuse', second.caseNumber, '--because', 'motivo insufficiente');
    expect(refused.stdout).to.contain('refused: motivo insufficiente');
    expect((await cases('list', '--state', 'ready')).stdout).to.contain(first.caseNumber).and.not.to.contain(second.caseNumber);
    const twice = await cases('approve', second.caseNumber, '--json');
    expect([twice.code, JSON.parse(twice.stdout)]).to.deep.equal([1, { error: 'case-order' }]);
    expect((await cases('approve', '42')).code).to.equal(2);
    expect((await cases('refuse', first.caseNumber)).code).to.equal(2);
    expect((await cases('give-back', '2020-000001')).code).to.equal(1);
  });
});
