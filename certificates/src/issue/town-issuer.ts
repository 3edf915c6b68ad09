import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { IssuerConfig } from '../issuer-config.ts';
import type { CertificateEvents } from '../events.ts';
import type { DrawPaper } from '../render/press.ts';
import type { FactSource } from '../source/facts.ts';
import { loadTown } from '../rules/load-town.ts';
import { createFrontOfficeSource } from '../source/front-office/front-office-source.ts';
import { createSpecimenRegistry } from '../source/specimen-registry.ts';
import { openIssuer } from './issuer.ts';
import type { Issuer } from './issuer.ts';
import { keepTownKeys, openDemoKeys, registerKeysIn } from './issuing-keys.ts';
import type { IssuingKeys, RegisterKeys } from './issuing-keys.ts';

/** What a town's issuer takes from outside. */
export interface TownIssuerDeps {
  readonly now: () => Date;
  readonly timers: Timers;
  readonly events: Pick<CertificateEvents, 'frontOffice' | 'timeStampMissed' | 'registerKeysUntold' | 'failed'>;
  /** Default: in this thread, which suits tools that issue one paper. */
  readonly draw?: DrawPaper;
  /** Ends the start. */
  readonly signal: AbortSignal;
}

/**
 * Opens what the settings say a town issues with: facts from its front office or, in a demo, from the specimen registry; keys of
 * its key folder or, in a demo, of an invented authority.
 *
 * @throws {FrontOfficeConfigError}, {TrustError}, {TokenError}, {TownConfigError}; what register and key folder throw
 */
export async function openTownIssuer(config: IssuerConfig, deps: TownIssuerDeps): Promise<Issuer> {
  await using held = new AsyncDisposableStack();
  const settings = await loadTown(config.townDirectory);
  const source = await openSource(config, deps, held);
  const registerKeys = registerKeysIn(config.checkpoints.keyDirectory, settings.town.checker, deps.now);
  const keys = held.use(await openKeys(config, deps, registerKeys));
  return openIssuer({ settings, register: config.register, source, keys, held: held.move() }, deps);
}

async function openSource({ demo, frontOffice }: IssuerConfig, { events }: TownIssuerDeps, held: AsyncDisposableStack): Promise<FactSource> {
  if (frontOffice !== undefined) {
    return held.use(await createFrontOfficeSource({ ...frontOffice, specimen: demo !== undefined }, { report: events.frontOffice }));
  }
  if (demo?.citizensFile === undefined) throw new TypeError('Settings name a front office or the citizens of a demo.');
  return createSpecimenRegistry({ citizensFile: demo.citizensFile });
}

async function openKeys({ demo, keysDirectory, dataDirectory }: IssuerConfig, deps: TownIssuerDeps, registerKeys: RegisterKeys): Promise<IssuingKeys> {
  if (keysDirectory === undefined) return openDemoKeys(dataDirectory, { now: deps.now, registerKeys });
  const { now, timers, signal, events } = deps;
  const onFailure = (cause: unknown): void => events.failed('keys', cause);
  const { timeStampMissed: onMissed, registerKeysUntold: onUntold } = events;
  return keepTownKeys(keysDirectory, { specimen: demo !== undefined }, { now, timers, signal, registerKeys, onMissed, onUntold, onFailure });
}
