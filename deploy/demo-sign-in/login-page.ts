import type { DemoAccount } from './accounts.ts';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const styles = `
body { font-family: system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem; color: #17324d; }
button { display: block; width: 100%; margin: 1rem 0; padding: 1rem; font-size: 1.25rem; text-align: left; cursor: pointer;
  color: #fff; background: #0066cc; border: 3px solid #0066cc; border-radius: 4px; }
button:focus-visible { outline: 3px solid #ff9900; outline-offset: 3px; }
small { display: block; font-size: 1rem; }
.notice { padding: 0.75rem 1rem; border-left: 4px solid #a66300; background: #fff7e6; }
`;

/** The page's whole style, for the policy that allows only it. */
export const loginStyles = styles;

/** The demo's sign-in page: a button per account, no script, nothing from elsewhere. */
export const loginPage = (interaction: string, accounts: readonly DemoAccount[]): string => `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Accesso dimostrativo</title>
<style>${styles}</style>
</head>
<body>
<main>
<h1>Accesso dimostrativo</h1>
<p class="notice">Conti di prova con persone inventate, senza password. Esiste solo nella dimostrazione.</p>
<form method="post" action="/interaction/${escapeHtml(interaction)}">
${accounts
  .map(
    ({ subject, name, role }) =>
      `<button type="submit" name="account" value="${escapeHtml(subject)}">Entra come ${escapeHtml(name)}<small>${escapeHtml(role)}</small></button>`,
  )
  .join('\n')}
</form>
</main>
</body>
</html>
`;
