import { randomBytes } from 'node:crypto';

/** A new name of a kept ticket: 72 random bits in base64url. */
export const newKeptId = (): string => randomBytes(9).toString('base64url');
