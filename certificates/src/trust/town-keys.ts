import type { TimeStamping } from '../signature/pades.ts';
import type { TimeStampError } from '../signature/time-stamp/time-stamp-client.ts';
import { openToken } from '../signature/providers/pkcs11/token.ts';
import { createStampSigner } from '../signature/stamp-signer.ts';
import type { Signer } from '../signature/signer.ts';
import { createTimeStampClient } from '../signature/time-stamp/time-stamp-client.ts';
import type { StampSigner } from '../stamp/encode-seal.ts';
import { openAuthority } from './authority.ts';
import type { Authority } from './authority.ts';
import { systemRandom } from './issue-certificate.ts';
import type { RandomBytes } from './issue-certificate.ts';
import { readTimeStampAuthorities } from './key-folder.ts';
import { readKeySettings } from './key-settings.ts';
import { bytesOfBase64 } from './trust-bundle.ts';

/** What a town signs with today. */
export interface TownSigners {
  readonly seal: Signer;
  readonly stamp: StampSigner;
  /** Null: seals of level B-B. */
  readonly timeStamping: TimeStamping | null;
}

/** The keys of a town, as its key folder says. */
export interface TownKeys extends AsyncDisposable {
  readonly authority: Authority;
  /** True for an invented authority. */
  readonly specimen: boolean;
  /**
   * The keys that sign today. A key in a token signs once here, so that a wrong one shows before anything is issued.
   *
   * @param options.onMissed hears of a time-stamp that a seal went without
   * @throws TrustError TRUST_MISSING when no key may sign today; what the token throws
   */
  signers(options: { readonly signal: AbortSignal; readonly onMissed: (error: TimeStampError) => void }): Promise<TownSigners>;
  /** Lets go of the token. */
  close(): Promise<void>;
}

/**
 * Opens the key folder of a town: `keys.json` says whose it is, where the keys are, and who stamps the time.
 *
 * @throws TrustError as {@link readKeySettings}
 */
export async function openTownKeys(
  folder: string,
  deps: { readonly now: () => Date; readonly random?: RandomBytes },
): Promise<TownKeys> {
  const { token: tokenSettings, timeStamping: time, ...identity } = await readKeySettings(folder);
  const { now, random = systemRandom } = deps;
  const token = tokenSettings === null ? null : openToken(tokenSettings);
  const authority = openAuthority(folder, identity, { now, random, token });
  const close = async (): Promise<void> => token?.close();
  return {
    authority,
    specimen: identity.specimen,
    async signers({ signal, onMissed }) {
      const seal = await authority.signer('seal', { signal });
      const stamp = createStampSigner(await authority.signer('stamp-signer', { signal }));
      if (time === null) return { seal, stamp, timeStamping: null };
      const authorities = (await readTimeStampAuthorities(folder)).map(({ certificate }) => bytesOfBase64(certificate));
      const client = createTimeStampClient({ url: time.url, authorities }, { now, random });
      return { seal, stamp, timeStamping: { authority: client, policy: time.policy, onMissed } };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
