import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { operatorId } from '@videosportello/protocol/ids.ts';
import type { OperatorId } from '@videosportello/protocol/ids.ts';
import { language, service } from '@videosportello/protocol/messages/visit.ts';
import { isoDate } from '@videosportello/protocol/units.ts';

/** What somebody may do beside his desk: a supervisor sees the queue as a whole. */
const role = z.enum(['supervisor']);
export type Role = z.output<typeof role>;

/** A town's `operators.json`: who may sit at a desk, known by the subject or the e-mail address of the sign-in. */
export const operatorsFile = z.object({
  operators: z
    .array(
      z.object({
        match: z.union([z.strictObject({ subject: z.string().min(1) }), z.strictObject({ email: z.email() })]),
        displayName: z.string().min(1).max(60),
        skills: z.array(service),
        languages: z.array(language).min(1),
        /** Towns whose kiosks he is asked for first, as kiosks show them; none: every town of the pool. */
        towns: z.array(z.string().min(1).max(80)).default([]),
        signLanguage: z.boolean().default(false),
        capacity: z.number().int().min(1).max(8).default(2),
        /** Each with its first and last day, ISO 8601; null: until further notice. */
        roles: z
          .array(
            z
              .strictObject({ role, from: isoDate, to: isoDate.nullable() })
              .refine(({ from, to }) => to === null || from <= to, 'a role ends on the day it begins or later'),
          )
          .default([]),
      }),
    )
    .min(1),
});
type Entry = z.output<typeof operatorsFile>['operators'][number];

/** One person at a desk. Only the id leaves this process. */
export interface KnownOperator extends Omit<Entry, 'match'> {
  readonly operatorId: OperatorId;
}

/** Whether somebody has a role on a day (ISO 8601). */
export const hasRole = ({ roles }: Pick<KnownOperator, 'roles'>, wanted: Role, day: string): boolean =>
  roles.some(({ role: given, from, to }) => given === wanted && from <= day && (to === null || day <= to));

/** Claims of a sign-in, as far as they say who it is. */
export interface SignInClaims {
  readonly sub: string;
  readonly email?: string | undefined;
  readonly emailVerified: boolean;
}

export interface OperatorDirectory {
  /** The operator of a sign-in; undefined when nobody is meant. An address counts only when the provider has verified it. */
  find(claims: SignInClaims): KnownOperator | undefined;
  get(id: string): KnownOperator | undefined;
}

/** Pseudonym of an entry: the same on every process, and no name in it. */
const idOf = (issuer: string, match: Entry['match']): OperatorId => {
  const word = 'subject' in match ? `subject ${match.subject}` : `email ${match.email.toLowerCase()}`;
  return operatorId.parse(`op_${createHash('sha256').update(`${issuer} ${word}`).digest('hex').slice(0, 24)}`);
};

/** Makes the directory of one sign-in provider. */
export function createOperatorDirectory(file: z.output<typeof operatorsFile>, issuer: string): OperatorDirectory {
  const known = new Map<string, KnownOperator>();
  for (const { match, ...person } of file.operators) known.set(idOf(issuer, match), { ...person, operatorId: idOf(issuer, match) });
  return {
    find: ({ sub, email, emailVerified }) =>
      known.get(idOf(issuer, { subject: sub })) ??
      (email !== undefined && emailVerified ? known.get(idOf(issuer, { email })) : undefined),
    get: (id) => known.get(id),
  };
}

/** Reads a town's operators. @throws Error with a plain sentence when the file is missing or wrong. */
export async function loadOperators(townDir: string): Promise<z.output<typeof operatorsFile>> {
  const path = join(townDir, 'operators.json');
  try {
    return operatorsFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`The operators in ${path} cannot be read or are not valid.`, { cause: error });
  }
}
