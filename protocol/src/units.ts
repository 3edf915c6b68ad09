import { z } from 'zod';

declare const unit: unique symbol;
/** A span of time in milliseconds; made by {@link ms}, {@link seconds} or {@link minutes}, so a bare 5000 cannot slip in. */
export type Milliseconds = number & { readonly [unit]: 'ms' };

export const ms = (value: number): Milliseconds => value as Milliseconds;
export const seconds = (value: number): Milliseconds => ms(value * 1000);
export const minutes = (value: number): Milliseconds => ms(value * 60_000);

/** A moment on the wire: milliseconds since 1970-01-01T00:00Z by the sender's clock. */
export const epochMs = z.number().int().min(0).max(8_640_000_000_000_000);
/** A span on the wire in milliseconds, at most a day. */
export const spanMs = z.number().min(0).max(86_400_000);
/** Bytes as upper- or lower-case hexadecimal on the wire. */
export const hex = z.string().regex(/^(?:[0-9a-fA-F]{2})*$/);
/** A calendar day, ISO 8601 (2026-11-22). */
export const isoDate = z.iso.date();
/** A network address of a service socket: ws or wss. */
export const socketUrl = z.url({ protocol: /^wss?$/ }).max(300);
