import { createHash } from 'node:crypto';

const STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; font: 1.125rem/1.5 system-ui, sans-serif; }
  main { max-width: 36rem; margin: 0 auto; padding: 1.5rem 1rem; }
  h1 { font-size: 1.5rem; line-height: 1.25; }
  label, input { display: block; font-weight: 600; }
  input { box-sizing: border-box; width: 100%; margin: .25rem 0 1rem; padding: .5rem; font: inherit; text-transform: uppercase; }
  button { min-height: 3rem; padding: .5rem 1.5rem; font: inherit; font-weight: 600; color: #fff; background: #0059b3;
    border: 2px solid #0059b3; border-radius: .25rem; }
  :focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
  [lang=en] { margin-top: 2rem; border-top: 1px solid; }
`;

/** What the pages may do: nothing but look as they do and send their own form. */
export const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The door's pages, whole: none of them depends on the code that stands in the address. */
export interface OriginalPages {
  /** For an address with a code: one key, which sends it. */
  readonly open: string;
  /** For a code typed from paper. */
  readonly ask: string;
  readonly notFound: string;
  readonly tooMany: string;
  readonly unavailable: string;
}

/** @param municipality whose papers they are, `Comune di …` */
export function originalPages(municipality: string): OriginalPages {
  const page = (title: string, italian: string, english: string): string => `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – ${escaped(municipality)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${escaped(municipality)}</p>
${italian}
<div lang="en">${english}</div>
</main>
</body>
</html>
`;
  const form = (inside: string): string => `<form method="post">\n${inside}\n</form>`;
  const opened = 'Ogni apertura viene registrata, senza i dati di chi apre.';
  return {
    open: page(
      'Originale del certificato',
      `<p>Questo indirizzo, stampato nel contrassegno, apre l’originale informatico con il sigillo elettronico. ${opened}</p>
${form('<button>Apri l’originale</button>')}`,
      `<p>This address opens the sealed electronic original of a certificate. Each opening is recorded, without data about who
opens it.</p>`,
    ),
    ask: page(
      'Originale del certificato',
      `<p>Scrivi il codice che sta alla fine dell’indirizzo stampato nel contrassegno. ${opened}</p>
${form(`<label for="code">Codice di accesso</label>
<input id="code" name="code" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40">
<button>Apri l’originale</button>`)}`,
      '<p>Type the code at the end of the address in the printed stamp to open the sealed electronic original.</p>',
    ),
    notFound: page(
      'Nessun originale a questo indirizzo',
      `<p>Il codice non è giusto, oppure il termine di conservazione è finito e l’originale è stato cancellato. Il contrassegno
sul foglio si può verificare anche senza l’originale.</p>`,
      `<p>The code is not right, or the original was kept for its term and has been deleted. The stamp on the paper can be
checked without it.</p>`,
    ),
    tooMany: page(
      'Troppi tentativi',
      '<p>Aspetta un minuto, poi riprova.</p>',
      '<p>Too many attempts: wait a minute, then try again.</p>',
    ),
    unavailable: page(
      'Servizio non disponibile',
      '<p>L’archivio degli originali non risponde in questo momento. Riprova fra qualche minuto.</p>',
      '<p>The originals cannot be reached at the moment. Try again in a few minutes.</p>',
    ),
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
