import { expect } from 'chai';
import { signGrant } from './grant.ts';
import { kioskId, newId, nodeId, operatorId, visitId } from './ids.ts';
import { KEPT_TICKET_MAX, readKeptTicket, signKeptTicket } from './kept-ticket.ts';
import type { KeptTicket } from './kept-ticket.ts';
import { RECEIPT_LIFE_S, signReceipt, verifyReceipt } from './receipt.ts';
import type { VisitClaim } from './receipt.ts';
import { codeOf } from './testing/code-of.ts';
import { newSigningPair } from './testing/signing-pair.ts';

const nowMs = Date.UTC(2026, 10, 24, 11);
const here = kioskId.parse('kiosk-1');
const claim: VisitClaim = {
  visitId: newId(visitId, 'v'),
  kioskId: here,
  state: 'waiting',
  fence: { epoch: 7, counter: 12 },
  turn: 3,
  step: 'service',
  phase: 'citizen',
  language: 'it',
  needs: ['assisted'],
  class: 'assisted',
  openedAt: nowMs - 60_000,
  since: nowMs - 30_000,
  certificates: nodeId.parse('cert-1'),
  label: 'A07',
  order: 7,
  plan: 'valfiorita.it.any=0 pool.it.any=60000',
};

describe('a receipt', () => {
  let own: ReturnType<typeof newSigningPair>;
  let text: string;
  before(async () => {
    own = newSigningPair('own');
    text = await signReceipt({ pool: 'main', role: 'kiosk', claim, nowMs }, own.key);
  });
  const show = (shown: string, more: { pool?: string; holder?: string; nowMs?: number; keys?: typeof own.keys } = {}) =>
    verifyReceipt(shown, { pool: 'main', role: 'kiosk', holder: here, nowMs, keys: own.keys, ...more });

  it('says what was signed, to the end of its life', async () => {
    expect(await show(text)).to.deep.equal(claim);
    expect(await show(text, { nowMs: nowMs + RECEIPT_LIFE_S * 1000 - 1000 })).to.deep.equal(claim);
  });

  it('counts for nobody else, and no longer', async () => {
    expect(await codeOf(show(text, { nowMs: nowMs + RECEIPT_LIFE_S * 1000 + 1000 }))).to.equal('receipt-expired');
    expect(await codeOf(show(text, { pool: 'other' }))).to.equal('receipt-foreign');
    expect(await codeOf(show(text, { holder: 'kiosk-2' }))).to.equal('receipt-foreign');
    expect(await codeOf(verifyReceipt(text, { pool: 'main', role: 'desk', holder: here, nowMs, keys: own.keys }))).to.equal('receipt-foreign');
  });

  it('is worthless when altered, signed by somebody else, or no receipt', async () => {
    const [head = '', body = '', seal = ''] = text.split('.');
    const payload = JSON.parse(atob(body.replaceAll('-', '+').replaceAll('_', '/')));
    payload.claim.class = 'coming-back';
    const altered = btoa(JSON.stringify(payload)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    expect(await codeOf(show(`${head}.${altered}.${seal}`))).to.equal('receipt-invalid');
    const stranger = newSigningPair('own');
    expect(await codeOf(show(await signReceipt({ pool: 'main', role: 'kiosk', claim, nowMs }, stranger.key)))).to.equal('receipt-invalid');
    expect(await codeOf(show(`${btoa('{"alg":"none","typ":"receipt+jwt"}')}.${body}.`))).to.equal('receipt-invalid');
    for (const nonsense of ['', 'x', '..', 'a.b.c']) expect(await codeOf(show(nonsense))).to.equal('receipt-invalid');
  });

  it('is not interchangeable with a grant or a kept ticket of the same key', async () => {
    const iat = Math.floor(nowMs / 1000);
    const grant = await signGrant(
      {
        iss: 'queue', aud: ['sfu'], sub: operatorId.parse(`op_${'1'.repeat(24)}`), role: 'operator', kind: 'room', visit: claim.visitId, kiosk: here,
        nodes: {}, fence: claim.fence, cnf: { jkt: 'A'.repeat(43) }, iat, exp: iat + 60,
      },
      own.key,
    );
    expect(await codeOf(show(grant))).to.equal('receipt-invalid');
    expect(await codeOf(readKeptTicket(text, { pool: 'main', keys: own.keys }))).to.equal('ticket-unknown');
  });
});

describe('a kept ticket', () => {
  const ticket: KeptTicket = {
    id: 'abcDEF123-_9', label: 'Z99', class: 'coming-back', order: 180_000_000_000, since: nowMs, until: nowMs + 480 * 60_000, language: 'it',
    service: 'residence-certificate', needs: ['text-only', 'assisted', 'sign-language'],
  };

  it('says what was signed, and fits a code of version 12 at level M at its longest', async () => {
    const own = newSigningPair('0123456789abcdef');
    const text = await signKeptTicket(ticket, { pool: 'main', key: own.key });
    expect(text.length).to.be.at.most(KEPT_TICKET_MAX);
    expect(await readKeptTicket(text, { pool: 'main', keys: own.keys })).to.deep.equal(ticket);
    const { service: _service, ...unsaid } = ticket;
    const plain = await signKeptTicket({ ...unsaid, needs: [] }, { pool: 'main', key: own.key });
    expect(await readKeptTicket(plain, { pool: 'main', keys: own.keys })).to.deep.equal({ ...unsaid, needs: [] });
  });

  it('is unknown when another pool or somebody else signed it, or when a letter of it changes', async () => {
    const own = newSigningPair('own');
    const text = await signKeptTicket(ticket, { pool: 'main', key: own.key });
    expect(await codeOf(readKeptTicket(text, { pool: 'other', keys: own.keys }))).to.equal('ticket-unknown');
    expect(await codeOf(readKeptTicket(text, { pool: 'main', keys: newSigningPair('own').keys }))).to.equal('ticket-unknown');
    for (let at = 0; at < text.length - 1; at += 7) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
      expect(await codeOf(readKeptTicket(changed, { pool: 'main', keys: own.keys })), `letter ${at}`).to.equal('ticket-unknown');
    }
  });
});
