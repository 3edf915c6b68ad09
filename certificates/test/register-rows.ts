import type { IssuedDocument, Register } from '../src/register/register.ts';
import type { ReservationRequest } from '../src/register/reservations.ts';

/** The moment of the register's tests. */
export const at = new Date('2026-11-22T10:00:00Z');
/** An invented citizen's tax code. */
export const SUBJECT = 'DNGNCL90S30X000W';

/** A request for a number, changed as a test wants. */
export const reservation = (change: Partial<ReservationRequest> = {}): ReservationRequest => ({
  idempotencyKey: 'key-1',
  request: `residence ${SUBJECT}`,
  documentId: 'd_1',
  certificateType: 'residence',
  year: 2026,
  dutyMark: null,
  ofCase: null,
  at,
  ...change,
});

/** A sealed and stamped document, changed as a test wants. */
export const document = (change: Partial<IssuedDocument> = {}): IssuedDocument => ({
  documentId: 'd_1',
  visitId: 'v_1',
  kioskId: 'kiosk-1',
  operatorId: 'op_1',
  issuedAt: at,
  ruleVersion: '2024-01-01',
  validTo: '2027-02-22',
  original: Buffer.from(`original of ${SUBJECT}`),
  stamp: Buffer.from('stamp'),
  paper: Buffer.from(`paper of ${SUBJECT}`),
  pages: 1,
  accessCode: 'ABCDEFGHJKLM',
  people: { subject: SUBJECT, requester: SUBJECT },
  deleteAfter: new Date('2028-02-22T23:59:59Z'),
  ...change,
});

/** Reserves and commits the documents `d_FROM` up to, not with, `d_TO`, each with bytes and a code of its own. */
export async function issueDocuments(register: Register, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1) {
    const documentId = `d_${index}`;
    const bytes = (name: string) => Buffer.from(`${name} of ${documentId}`);
    await register.reserve(reservation({ idempotencyKey: `key-${index}`, documentId }));
    await register.commit(
      document({ documentId, original: bytes('original'), stamp: bytes('stamp'), paper: bytes('paper'), accessCode: `CODE${index}` }),
    );
  }
}
