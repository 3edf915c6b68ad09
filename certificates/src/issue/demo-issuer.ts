import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openCases } from '../cases/case-store.ts';
import type { CaseStore } from '../cases/case-store.ts';
import { openRegister } from '../register/register.ts';
import type { Register } from '../register/register.ts';
import { loadFonts } from '../render/fonts.ts';
import type { DrawPaper } from '../render/press.ts';
import { renderPdf } from '../render/render-pdf.ts';
import { loadTown } from '../rules/load-town.ts';
import { createKeySigner } from '../signature/providers/file-signer.ts';
import { createSpecimenRegistry } from '../source/specimen-registry.ts';
import type { SpecimenRegistry } from '../source/specimen-registry.ts';
import { createKeyStampSigner } from '../stamp/key-stamp-signer.ts';
import { createDemoAuthority } from '../trust/demo-authority.ts';
import type { IssueDeps } from './issue-certificate.ts';

/** What a demonstration issues with: a specimen registry and an authority that says SPECIMEN. */
export interface DemoIssuer extends AsyncDisposable {
  readonly deps: IssueDeps & { readonly source: SpecimenRegistry; readonly register: Register };
  /** What the back office decides. */
  readonly cases: CaseStore;
  /** Folder of roots and bundles that check what is issued. */
  readonly trustFolder: string;
  close(): Promise<void>;
}

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
  const [{ town, rules }, source, fonts, authority] = await Promise.all([
    loadTown(config.town),
    createSpecimenRegistry({ citizensFile: config.citizens }),
    loadFonts(),
    createDemoAuthority(join(config.data, 'authority'), { now: deps.now() }),
  ]);
  const { seal, stampSigner, trustFolder } = authority;
  const place = config.register ?? { database: join(config.data, 'register.sqlite'), key: join(config.data, 'register.key') };
  const register = await openRegister(place);
  const cases = await openCases(place);
  const close = async (): Promise<void> => {
    await cases.close();
    await register.close();
  };
  return {
    deps: {
      town,
      rules,
      source,
      fonts,
      draw: deps.draw ?? ((layout, edition, file) => renderPdf(layout, edition, file, fonts)),
      register,
      sealSigner: createKeySigner(seal),
      stampSigner: createKeyStampSigner(stampSigner),
      now: deps.now,
      random: randomBytes,
    },
    cases,
    trustFolder,
    close,
    [Symbol.asyncDispose]: close,
  };
}
