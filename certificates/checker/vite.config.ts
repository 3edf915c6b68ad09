import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { webApp } from '@videosportello/web-parts/vite.ts';
import { mergeConfig } from 'vite';
import type { Plugin } from 'vite';

/** Where the policy is put, so that it also holds for a copy on a disk. */
const POLICY_PLACE = '<meta name="referrer"';

/**
 * Puts script and style into the page, which then is one file, and a policy that allows exactly those: nothing is loaded
 * but the page's own list of keys and, where it is served, what makes it installable.
 */
const oneFile: Plugin = {
  name: 'one-file',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const page = Object.values(bundle).find(({ fileName }) => fileName === 'index.html');
    if (page?.type !== 'asset') return this.error('the page is missing');
    const parts: { code: string; tag: 'script' | 'style' }[] = [];
    for (const [name, part] of Object.entries(bundle)) {
      if (part.type === 'chunk') parts.push({ tag: 'script', code: part.code.replaceAll('</script', '<\\/script') });
      else if (name.endsWith('.css')) parts.push({ tag: 'style', code: String(part.source) });
      else continue;
      delete bundle[name];
    }
    const hashes = (tag: string) =>
      parts
        .filter((part) => part.tag === tag)
        .map(({ code }) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`)
        .join(' ');
    const policy = [
      "default-src 'none'",
      // WebAssembly is compiled from bytes that the page itself holds.
      `script-src ${hashes('script')} 'wasm-unsafe-eval'`,
      `style-src ${hashes('style')}`,
      'font-src data:',
      'img-src data: blob:',
      'media-src blob: mediastream:',
      "worker-src 'self' blob:",
      "connect-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; ');
    const style = parts.filter(({ tag }) => tag === 'style').map(({ code }) => `<style>${code}</style>`);
    const script = parts.filter(({ tag }) => tag === 'script').map(({ code }) => `<script type="module">${code}</script>`);
    page.source = String(page.source)
      .replaceAll(/ *<(?:script type="module"|link rel="stylesheet")[^>]*>(?:<\/script>)?\n?/g, '')
      .replace(POLICY_PLACE, () => `<meta http-equiv="Content-Security-Policy" content="${policy}" />\n    ${POLICY_PLACE}`)
      .replace('</head>', () => `${style.join('')}\n  </head>`)
      .replace('</body>', () => `${script.join('')}\n  </body>`);
  },
};

/** Makes `import text from 'file?base64'` the file itself, in Base64. */
const asBase64 = (): Plugin => ({
  name: 'as-base64',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!source.endsWith('?base64')) return null;
    const found = await this.resolve(source.replace('?base64', ''), importer, { skipSelf: true });
    return found === null ? null : `${found.id}?base64`;
  },
  async load(id) {
    if (!id.endsWith('?base64')) return null;
    return `export default ${JSON.stringify(await readFile(id.replace('?base64', ''), 'base64'))}`;
  },
});

export default mergeConfig(webApp(import.meta.dirname), {
  // Everything goes into the page: fonts, the decoder, the worker.
  build: { assetsInlineLimit: Number.MAX_SAFE_INTEGER, cssCodeSplit: false, reportCompressedSize: false },
  plugins: [oneFile],
  worker: { format: 'iife', plugins: () => [asBase64()] },
});
