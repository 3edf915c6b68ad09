import { join } from 'node:path';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { startRounds } from '../register/rounds.ts';
import { createKeySigner } from '../signature/providers/file-signer.ts';
import type { TimeStampError } from '../signature/time-stamp/time-stamp-client.ts';
import { createKeyStampSigner } from '../stamp/key-stamp-signer.ts';
import { createDemoAuthority } from '../trust/demo-authority.ts';
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

/** Keys of the invented authority of a demo, made where there are none. @throws as `createDemoAuthority` */
export async function openDemoKeys(data: string, { now }: { readonly now: () => Date }): Promise<IssuingKeys> {
  const { seal, stampSigner, trustFolder } = await createDemoAuthority(join(data, 'authority'), { now: now() });
  const signers = { seal: createKeySigner(seal), stamp: createKeyStampSigner(stampSigner), timeStamping: null };
  const close = async (): Promise<void> => undefined;
  return { trustFolder, current: () => signers, close, [Symbol.asyncDispose]: close };
}

/** What keeping a town's keys takes from outside. */
export interface KeepKeysDeps {
  readonly now: () => Date;
  readonly timers: Timers;
  /** Hears of a time-stamp that a seal went without. */
  readonly onMissed: (error: TimeStampError) => void;
  /** Hears why a look at the folder failed; the next one tries again. */
  readonly onFailure: (cause: unknown) => void;
  /** Ends the first look. */
  readonly signal: AbortSignal;
}

/**
 * Keys of a town, by its key folder: the ones that sign today, looked up again every five minutes, so that a roll-over or a
 * revocation counts without a restart. A token that is out of reach changes nothing, since signing says so itself; a folder
 * that lets no key sign ends signing.
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
  let known: TownSigners | TrustError | undefined;
  const rounds = startRounds(
    async (signal) => {
      try {
        const within = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS), ...(known === undefined ? [deps.signal] : [])]);
        known = await town.signers({ signal: within, onMissed: deps.onMissed });
        started.resolve(known);
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
