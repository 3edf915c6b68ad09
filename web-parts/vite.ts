import type { Plugin, UserConfig } from 'vite';

/** Only woff2 is shipped: the browsers we serve read it, and the older twins are half of a build. */
const onlyWoff2: Plugin = {
  name: 'only-woff2',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('@fontsource') && id.endsWith('.css') ? code.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\(['"]woff['"]\)/g, '') : undefined,
};

/**
 * The build of a web app: relative addresses, nothing inlined (the page's policy allows no `data:` fonts), no source of
 * another origin. `pages` are HTML files beside the config.
 */
export function webApp(root: string, pages: readonly string[] = ['index.html']): UserConfig {
  return {
    root,
    base: './',
    plugins: [onlyWoff2],
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      assetsInlineLimit: 0,
      target: 'chrome130',
      modulePreload: { polyfill: false },
      rollupOptions: { input: pages.map((page) => `${root}/${page}`) },
    },
  };
}
