import { randomBytes } from 'node:crypto';
import { openCases } from '../cases/case-store.ts';
import type { CaseStore } from '../cases/case-store.ts';
import { openRegister } from '../register/register.ts';
import { loadFonts } from '../render/fonts.ts';
import type { DrawPaper } from '../render/press.ts';
import { renderPdf } from '../render/render-pdf.ts';
import type { Town } from '../rules/load-town.ts';
import type { CertificateRules } from '../rules/rules-schema.ts';
import type { FactSource } from '../source/facts.ts';
import type { IssueDeps } from './issue-certificate.ts';
import type { IssuingKeys } from './issuing-keys.ts';

/** What a town issues with. */
export interface Issuer<Source extends FactSource = FactSource> extends AsyncDisposable {
  readonly deps: IssueDeps & { readonly source: Source };
  /** What the back office decides. */
  readonly cases: CaseStore;
  /** Folder of roots and bundles that check what is issued. */
  readonly trustFolder: string;
  /** Closes register and cases, then keys and source where they were given to be closed. May be called twice. */
  close(): Promise<void>;
}

/**
 * Puts an issuer together. It takes what `parts` holds open into its care, also when it fails.
 *
 * @param parts.register see `openRegister`
 * @param parts.held what is closed with the issuer, the last first
 * @param deps.draw default: in this thread, which suits tools that issue one paper
 * @throws what the register throws
 */
export async function openIssuer<Source extends FactSource>(
  parts: {
    readonly settings: { readonly town: Town; readonly rules: CertificateRules };
    readonly register: { readonly database: string; readonly key: string };
    readonly source: Source;
    readonly keys: IssuingKeys;
    readonly held: AsyncDisposableStack;
  },
  deps: { readonly now: () => Date; readonly draw?: DrawPaper | undefined },
): Promise<Issuer<Source>> {
  const { settings, source, keys, register: place } = parts;
  await using held = parts.held.move();
  const fonts = await loadFonts();
  const register = held.use(await openRegister(place));
  const cases = held.use(await openCases(place));
  const open = held.move();
  const close = (): Promise<void> => open.disposeAsync();
  return {
    deps: {
      ...settings,
      source,
      fonts,
      draw: deps.draw ?? ((layout, edition, file) => renderPdf(layout, edition, file, fonts)),
      register,
      get sealSigner() {
        return keys.current().seal;
      },
      get stampSigner() {
        return keys.current().stamp;
      },
      get timeStamping() {
        return keys.current().timeStamping;
      },
      now: deps.now,
      random: randomBytes,
    },
    cases,
    trustFolder: keys.trustFolder,
    close,
    [Symbol.asyncDispose]: close,
  };
}
