import { stampAddress } from '../src/stamp/address.ts';
import { createKeyStampSigner } from '../src/stamp/key-stamp-signer.ts';
import { buildResidenceSeal } from '../src/stamp/profile-it.ts';
import type { DemoAuthority } from '../src/trust/demo-authority.ts';

/** Seal and stamp address of an invented residence certificate, issued today and valid to the end of next year. */
export async function stampedResidence(
  { stampSigner }: Pick<DemoAuthority, 'stampSigner'>,
  checker: string,
): Promise<{ seal: Uint8Array; address: string }> {
  const now = new Date();
  const today = now.toISOString().slice(0, 10);
  const fields = {
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
    originalSha256: new Uint8Array(32),
    originalUri: 'https://v.example.it/7Q2K9XW4MA',
    person: {
      surname: 'BIANCHI',
      name: 'NICOLÒ',
      taxCode: 'BNCNCL90T04F205V',
      birthDate: '1990-12-04',
      birthPlace: 'MILANO (MI)',
    },
  };
  const seal = await buildResidenceSeal(fields, createKeyStampSigner(stampSigner));
  return { seal, address: stampAddress(checker, seal) };
}
