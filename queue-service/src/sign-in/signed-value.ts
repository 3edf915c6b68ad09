import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Values that travel through a browser and come back unaltered: JSON with an end, under HMAC-SHA-256. */
export interface SignedValues<Schema extends z.ZodType> {
  seal(value: z.output<Schema>, expiresAtMs: number): string;
  /** Undefined when altered, overdue, made for another purpose or by a release that wrote it otherwise, or not there. */
  open(text: string | undefined, nowMs: number): { readonly value: z.output<Schema>; readonly expiresAtMs: number } | undefined;
}

/** `purpose` makes a key of its own from the pool's secret (RFC 5869), so a value of one purpose serves no other. */
export function signedValues<Schema extends z.ZodType>(schema: Schema, secretHex: string, purpose: string): SignedValues<Schema> {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(secretHex, 'hex'), '', `videosportello ${purpose}`, 32));
  const mac = (body: string) => createHmac('sha256', key).update(body).digest();
  const content = z.object({ value: z.unknown(), expiresAt: z.number() });
  return {
    seal(value, expiresAt) {
      const body = Buffer.from(JSON.stringify({ value, expiresAt })).toString('base64url');
      return `${body}.${mac(body).toString('base64url')}`;
    },
    open(text, nowMs) {
      const [body, given] = text?.split('.') ?? [];
      if (body === undefined || given === undefined) return undefined;
      const expected = mac(body);
      const shown = Buffer.from(given, 'base64url');
      if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) return undefined;
      const read = content.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
      const value = schema.safeParse(read.value);
      return value.success && read.expiresAt > nowMs ? { value: value.data, expiresAtMs: read.expiresAt } : undefined;
    },
  };
}
