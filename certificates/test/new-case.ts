import type { NewCase } from '../src/cases/case-store.ts';
import { certificateRequest } from '../src/issue/request.ts';
import { giulia } from './known-facts.ts';
import { at } from './register-rows.ts';

/** Giulia's wish that the back office decides, its request changed as a test wants, with a duty mark or without. */
export function newCase(change: Record<string, unknown> = {}, dutyMark: string | null = null): NewCase {
  const request = certificateRequest.parse({
    idempotencyKey: 'key-of-this-case',
    documentId: 'd_0123456789abcdef01234567',
    visitId: 'v_0123456789abcdef01234567',
    kioskId: 'kiosk-1',
    operatorId: null,
    type: 'residence-on-date',
    use: 'private',
    language: 'it',
    onDay: '2001-02-03',
    reason: 'successione della nonna',
    requester: { taxCode: giulia.taxCode, identity: 'officer-checked' },
    subjectTaxCode: giulia.taxCode,
    duty: { kind: 'exemption', code: '3' },
    ...change,
  });
  const told = { title: 'Certificato di residenza alla data', answerBy: '2026-12-22', keepDays: 90, collectAt: 'Ufficio Anagrafe' };
  return { ...told, request, year: 2026, dutyMark, at };
}
