import { join } from 'node:path';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { startRounds } from '../register/rounds.ts';
import { createKeySigner } from '../signature/providers/file-signer.ts';
import type { TimeStampError } from '../signature/time-stamp/time-stamp-client.ts';
import { createKeyStampSigner } from '../stamp/key-stamp-signer.ts';
import { checkpointKeys, openCheckpointSigner, registerOrigin } from '../register/checkpoint/checkpoint-key.ts';
import { createDemoAuthority } from '../trust/demo-authority.ts';
import type { RegisterKey } from '../trust/key-folder.ts';
import { openTownKeys } from '../trust/town-keys.ts';
import type { TownSigners } from '../trust/town-keys.ts';
import { TrustError } from '../trust/trust-bundle.ts';

/** How often the key folder is looked at, ms: so long at most does a key sign after it was revoked or rolled over. */
const LOOK_EVERY_MS = 5 * 60 * 1000;
/** How long one look may take, ms: a token that logs in anew needs seconds. */
const LOOK_MS = 60 * 1000;

/** The keys an issuer signs with, whoever keeps them. */
export interface IssuingKeys extends AsyncDisposable {
  /** Folder of roots and bundles that check what they sign. */
  readonly trustFolder: string;
  /** What signs at this moment. @throws {ProtocolError} `seal-unavailable` when none may, the reason's code as detail */
  current(): TownSigners;
  close(): Promise<void>;
}

/** The public keys of the register's checkpoints so far, this year's among them; they are told with the keys of seals and stamps. */
export type RegisterKeys = () => Promise<readonly RegisterKey[]>;

/** Those in a folder of the register's keys; this year's is made where it is not there. @param checker address of the town's checker */
export function registerKeysIn(folder: string, checker: string, now: () => Date): RegisterKeys {
  const origin = registerOrigin(checker);
  return async () => {
    await openCheckpointSigner(folder, origin, now());
    return checkpointKeys(folder, origin);
  };
}

/** Keys of the invented authority of a demo, made where there are none. @throws as `createDemoAuthority` */
export async function openDemoKeys(
  data: string,
  { now, registerKeys }: { readonly now: () => Date; readonly registerKeys: RegisterKeys },
): Promise<IssuingKeys> {
  const deps = { now: now(), registerKeys: await registerKeys() };
  const { seal, stampSigner, trustFolder } = await createDemoAuthority(join(data, 'authority'), deps);
  const signers = { seal: createKeySigner(seal), stamp: createKeyStampSigner(stampSigner), timeStamping: null };
  const close = async (): Promise<void> => undefined;
  return { trustFolder, current: () => signers, close, [Symbol.asyncDispose]: close };
}

/** What keeping a town's keys takes from outside. */
export interface KeepKeysDeps {
  readonly now: () => Date;
  readonly timers: Timers;
  readonly registerKeys: RegisterKeys;
  /** Hears of a time-stamp that a seal went without. */
  readonly onMissed: (error: TimeStampError) => void;
  /** Hears why a look at the folder failed, or the register's keys could not be told; the next one tries again. */
  readonly onFailure: (cause: unknown) => void;
  /** Hears once that the register's keys wait in the folder for its root, which is kept elsewhere. */
  readonly onUntold: () => void;
  /** Ends the first look. */
  readonly signal: AbortSignal;
}

/**
 * Keys of a town, by its key folder: the ones that sign today, looked up again every five minutes, so that a roll-over or a
 * revocation counts without a restart. A token that is out of reach changes nothing, since signing says so itself; a folder
 * that lets no key sign ends signing. The register's keys go into the folder and, where its root is at hand, into the trust
 * bundle; `trust publish` does it where the root is kept elsewhere.
 *
 * @param options.specimen whether the town is an invented one; its keys must say the same
 * @throws {TrustError} TRUST_MALFORMED when they do not; as `openTownKeys` and `TownKeys.signers`
 */
export async function keepTownKeys(folder: string, options: { readonly specimen: boolean }, deps: KeepKeysDeps): Promise<IssuingKeys> {
  const town = await openTownKeys(folder, { now: deps.now });
  if (town.specimen !== options.specimen) {
    await town.close();
    const whose = town.specimen ? 'of an invented authority, which only a demo may use' : 'of a real authority, which no demo may use';
    throw new TrustError('TRUST_MALFORMED', `the keys are ${whose}`);
  }
  const started = Promise.withResolvers<TownSigners>();
  let isUntold = false;
  const tell = async (signal: AbortSignal): Promise<void> => {
    const isTold = await town.authority.publishRegisterKeys(await deps.registerKeys(), { signal });
    if (!isTold && !isUntold) deps.onUntold();
    isUntold = !isTold;
  };
  let known: TownSigners | TrustError | undefined;
  const rounds = startRounds(
    async (signal) => {
      try {
        const within = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS), ...(known === undefined ? [deps.signal] : [])]);
        const signers = await town.signers({ signal: within, onMissed: deps.onMissed });
        // Checkpoints of a key that is not told yet wait for checkers; signing does not wait for them.
        await tell(within).catch(deps.onFailure);
        known = signers;
        started.resolve(signers);
      } catch (cause) {
        started.reject(cause);
        if (known === undefined) return;
        if (cause instanceof TrustError) known = cause;
        throw cause;
      }
    },
    { everyMs: LOOK_EVERY_MS, timers: deps.timers, onFailure: deps.onFailure },
  );
  const close = async (): Promise<void> => {
    await rounds.close();
    await town.close();
  };
  const first = await started.promise.catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  return {
    trustFolder: town.authority.trustFolder,
    current() {
      const now = known ?? first;
      if (now instanceof TrustError) throw new ProtocolError('seal-unavailable', { detail: now.code, cause: now });
      return now;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
