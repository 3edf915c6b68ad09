import { dirname, join } from 'node:path';
import type { DrawPaper } from '../render/press.ts';
import { loadTown } from '../rules/load-town.ts';
import { createSpecimenRegistry } from '../source/specimen-registry.ts';
import type { SpecimenRegistry } from '../source/specimen-registry.ts';
import { openIssuer } from './issuer.ts';
import type { Issuer } from './issuer.ts';
import { openDemoKeys, registerKeysIn } from './issuing-keys.ts';

/** What a demonstration issues with: a specimen registry and an authority that says SPECIMEN. */
export type DemoIssuer = Issuer<SpecimenRegistry>;

/**
 * Opens, or makes at first, all that `--demo` issues with, in one data folder: `authority/`, `register.sqlite`,
 * `register.key`.
 *
 * @param config.register where the register lies, when not there; see `openRegister`
 * @param config.town the town's configuration folder
 * @param config.citizens JSON file of the people the demo's cards belong to
 * @param deps.draw default: in this thread, which suits tools that issue one paper
 * @throws {TownConfigError} when the town's settings are not valid; what authority, source and register throw
 */
export async function openDemoIssuer(
  config: {
    readonly data: string;
    readonly town: string;
    readonly citizens: string;
    readonly register?: { readonly database: string; readonly key: string };
  },
  deps: { readonly now: () => Date; readonly draw?: DrawPaper },
): Promise<DemoIssuer> {
  await using held = new AsyncDisposableStack();
  const register = config.register ?? { database: join(config.data, 'register.sqlite'), key: join(config.data, 'register.key') };
  const [settings, source] = await Promise.all([loadTown(config.town), createSpecimenRegistry({ citizensFile: config.citizens })]);
  const registerKeys = registerKeysIn(dirname(register.key), settings.town.checker, deps.now);
  const keys = held.use(await openDemoKeys(config.data, { now: deps.now, registerKeys }));
  return openIssuer({ settings, register, source, keys, held: held.move() }, deps);
}
