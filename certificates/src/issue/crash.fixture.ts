/**
 * Issues one certificate in the data folder given, and kills its own process at the step given, as a power cut would:
 * `node crash.fixture.ts DATA STEP DATABASE KEY`. With the step `none` it prints number and digest. The steps `within-number`
 * and `within-row` die in the middle of a transaction, after rows were written in it.
 */
import { fileURLToPath } from 'node:url';
import type { Register } from '../register/register.ts';
import { openDemoIssuer } from './demo-issuer.ts';
import { issueCertificate } from './issue-certificate.ts';
import type { IssueDeps } from './issue-certificate.ts';
import { certificateRequest } from './request.ts';

const [data = '', step = 'none', database = '', key = ''] = process.argv.slice(2);
const deploy = (path: string): string => fileURLToPath(new URL(`../../../deploy/${path}`, import.meta.url));
const now = (): Date => new Date('2026-11-22T10:00:00Z');

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
};

await using issuer = await openDemoIssuer(
  { data, town: deploy('town'), citizens: deploy('demo/citizens.json'), register: { database, key } },
  { now },
);
const { register } = issuer.deps;
const deps: IssueDeps = {
  ...issuer.deps,
  register: dyingRegister(register),
  sealSigner: step === 'before-seal' ? { ...issuer.deps.sealSigner, sign: async () => die() } : issuer.deps.sealSigner,
  stampSigner:
    step === 'before-stamp' ? { ...issuer.deps.stampSigner, sign: async () => die() } : issuer.deps.stampSigner,
};
const taxCode = issuer.deps.source.people[0]?.taxCode;
const request = certificateRequest.parse({
  idempotencyKey: 'crash-fixture-key',
  documentId: 'd_0123456789abcdef01234567',
  visitId: 'v_0123456789abcdef01234567',
  kioskId: 'kiosk-1',
  operatorId: null,
  type: 'residence',
  use: 'private',
  language: 'it',
  requester: { taxCode, identity: 'officer-checked' },
  subjectTaxCode: taxCode,
  duty: { kind: 'mark', code: '01234567890123', date: '2026-11-20' },
});
const { number, digest } = await issueCertificate(request, deps, { signal: AbortSignal.timeout(60_000) });
const { rows, faults } = await register.verify();
process.stdout.write(JSON.stringify({ number, digest, rows, faults }));

function dyingRegister(real: Register): Register {
  return {
    ...real,
    reserve: async (asked) => {
      if (step === 'before-number') die();
      return real.reserve(step === 'within-number' ? dyingAt(asked, 'dutyMark') : asked);
    },
    commit: async (document) => {
      if (step === 'before-row') die();
      const released = await real.commit(step === 'within-row' ? dyingAt(document, 'people') : document);
      return step === 'before-release' ? die() : released;
    },
  };
}

/** Dies when a field is looked at, which the register does after it has written those before it. */
function dyingAt<Value extends object>(value: Value, field: keyof Value): Value {
  return Object.defineProperty({ ...value }, field, { get: die });
}
