import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import type { CertificateLayout } from './layout.ts';
import { layOutResidence } from './residence/residence.ts';
import type { ResidenceInput } from './residence/residence.ts';

/** The template of each certificate type; a type without one is not issued. */
export const templates: Partial<Record<CertificateType, (input: ResidenceInput) => CertificateLayout>> = {
  residence: layOutResidence,
};
