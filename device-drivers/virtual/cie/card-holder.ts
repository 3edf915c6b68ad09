/** The invented person a virtual card is made for, read from the demo town's `citizens.json`. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** A person of a town, without the town. */
export const citizenSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  surname: z.string().min(1),
  givenNames: z.string().min(1),
  sex: z.enum(['F', 'M', 'X']),
  birthDate: z.iso.date(),
  birthPlace: z.string().min(1),
  /** ISO 3166-1 alpha-3, as in the machine readable zone. */
  nationality: z.string().regex(/^[A-Z]{3}$/),
  taxCode: z.string().regex(/^[A-Z0-9]{16}$/),
  address: z.string().min(1),
  card: z.object({
    /** Two letters, five digits, two letters. */
    documentNumber: z.string().regex(/^[A-Z]{2}\d{5}[A-Z]{2}$/),
    expiryDate: z.iso.date(),
    can: z.string().regex(/^\d{6}$/),
  }),
});

const citizensFileSchema = z.object({
  municipality: z.object({
    name: z.string().min(1),
    province: z.string().regex(/^[A-Z]{2}$/),
    /** Place code of tax codes. */
    placeCode: z.string().regex(/^[A-Z]\d{3}$/),
  }),
  citizens: z.array(citizenSchema),
});

/** Dates are `YYYY-MM-DD`. */
export type CardHolder = z.infer<typeof citizenSchema> & {
  /** Where the address is: the municipality without "Comune di", its province's two letters, and its place code. */
  readonly residence: { readonly municipality: string; readonly province: string; readonly placeCode?: string };
};

/** Reads the people of a town. Throws ZodError, which names the field and not its value, on anything but that file. */
export function parseCitizens(json: unknown): CardHolder[] {
  const { municipality, citizens } = citizensFileSchema.parse(json);
  const { name, province, placeCode } = municipality;
  const residence = { municipality: name.replace(/^Comune di /, ''), province, placeCode };
  return citizens.map((citizen) => ({ ...citizen, residence }));
}

/**
 * Reads the people of a town from its file. Throws as {@link parseCitizens}, and when the file is absent or no JSON.
 */
export async function readCitizens(file: string | URL): Promise<CardHolder[]> {
  return parseCitizens(JSON.parse(await readFile(file, 'utf8')));
}
