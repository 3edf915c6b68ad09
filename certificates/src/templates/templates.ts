import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import type { CertificateLayout } from './layout.ts';
import { layOutResidence } from './residence/residence.ts';
import type { ResidenceInput } from './residence/residence.ts';

/** One template per certificate type; a type without one does not compile. */
export const templates: Record<CertificateType, (input: ResidenceInput) => CertificateLayout> = {
  residence: layOutResidence,
};
