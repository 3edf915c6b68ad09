import { buildStamps } from '../src/stamp/build-stamps.ts';
import { createKeyStampSigner } from '../src/stamp/key-stamp-signer.ts';
import type { DemoAuthority } from '../src/trust/demo-authority.ts';

/** Seal and stamp address of an invented residence certificate, issued today and valid to the end of next year. */
export async function stampedResidence(
  { stampSigner }: Pick<DemoAuthority, 'stampSigner'>,
  checker: string,
): Promise<{ seal: Uint8Array; address: string }> {
  const now = new Date();
  const today = now.toISOString().slice(0, 10);
  const content = {
    profile: 'residenza' as const,
    issueDate: today,
    validFrom: today,
    validTo: `${now.getUTCFullYear() + 1}-12-31`,
    certificateNumber: '2026/0000001',
    protocolNumber: '0000002/2026',
    protocolDate: today,
    municipality: 'COMUNE DI CASALMAGGIORE',
    istatCode: '019021',
    subjectName: 'BIANCHI NICOLÒ',
    address: 'VIA GARIBALDI 1 - 26041 CASALMAGGIORE (CR)',
    duty: 'CARTA LIBERA - ART. 18 DPR 115/2002',
    statements: [],
    people: [
      {
        surname: 'BIANCHI',
        name: 'NICOLÒ',
        taxCode: 'BNCNCL90T04F205V',
        birthDate: '1990-12-04',
        birthPlace: 'MILANO (MI)',
      },
    ],
  };
  const original = { sha256: new Uint8Array(32), uri: 'https://v.example.it/7Q2K9XW4MA' };
  const [built] = await buildStamps(content, original, checker, createKeyStampSigner(stampSigner));
  if (built === undefined) throw new TypeError('no stamp');
  return built;
}
