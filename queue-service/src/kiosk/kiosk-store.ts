import { createHash } from 'node:crypto';
import { z } from 'zod';
import { kioskId } from '@videosportello/protocol/ids.ts';
import type { KioskId } from '@videosportello/protocol/ids.ts';
import type { PublicKey } from '@videosportello/protocol/keys.ts';
import { minutes } from '@videosportello/protocol/units.ts';
import { boardReading, kioskReading, lineReading } from '../redis/records.ts';
import type { BoardReading, KioskReading, KioskRecord, LineReading } from '../redis/records.ts';
import type { ScriptRunner } from '../redis/scripts.ts';

/** How long a one-time enrolment code serves, ms. */
export const ENROLMENT_CODE_LIFE_MS = minutes(60);

const nothing = z.object({});
const enrolled = z.object({ kioskId, name: z.string(), town: z.string() });
const hashOf = (code: string) => createHash('sha256').update(code).digest('hex');

/** A kiosk's public key from its record. */
export const kioskKey = (record: Pick<KioskRecord, 'x'>): PublicKey => ({ kty: 'OKP', crv: 'Ed25519', x: record.x });

/** A kiosk by the session that it has now: what an older session still sends is refused with `link-lost`. */
export interface KioskRef {
  readonly kioskId: KioskId;
  readonly session: string;
}

/** The transitions of kiosks, one script each. All throw the script's ProtocolError or `store-unavailable`. */
export interface KioskStore {
  /** Lets a kiosk enrol itself with this code, once, within {@link ENROLMENT_CODE_LIFE_MS}. Only the code's digest is kept. */
  allowEnrolment(kiosk: { kioskId: KioskId; name: string; town: string; code: string }): Promise<{ expiresAt: number }>;
  enrol(code: string, key: PublicKey): Promise<z.output<typeof enrolled>>;
  revoke(kioskId: KioskId): Promise<void>;
  openSession(link: KioskRef & { instance: string }): Promise<void>;
  closeSession(link: KioskRef): Promise<void>;
  read(kioskId: KioskId): Promise<KioskReading>;
  readBoard(): Promise<BoardReading>;
  /** Everybody's place, read once for all who wait. */
  readLine(): Promise<LineReading>;
}

export const createKioskStore = (scripts: ScriptRunner): KioskStore => ({
  allowEnrolment: ({ code, ...kiosk }) =>
    scripts.run(
      'allow-enrolment',
      { ...kiosk, codeHash: hashOf(code), lifeMs: ENROLMENT_CODE_LIFE_MS },
      z.object({ expiresAt: z.number() }),
    ),
  enrol: (code, key) => scripts.run('enrol-kiosk', { codeHash: hashOf(code), x: key.x }, enrolled),
  async revoke(revoked) {
    await scripts.run('revoke-kiosk', { kioskId: revoked }, nothing);
  },
  async openSession(link) {
    await scripts.run('open-kiosk-session', link, nothing);
  },
  async closeSession(link) {
    await scripts.run('close-kiosk-session', link, nothing);
  },
  read: (id) => scripts.run('read-kiosk', { kioskId: id }, kioskReading),
  readLine: () => scripts.run('read-line', {}, lineReading),
  readBoard: () => scripts.run('read-board', {}, boardReading),
});
