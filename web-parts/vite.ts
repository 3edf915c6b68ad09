import type { UserConfig } from 'vite';

/**
 * Only woff2 is shipped: the browsers we serve read it, and the older twins are half of a build. As a PostCSS plugin, for sheets
 * that come by `@import` pass no other hook.
 */
const onlyWoff2 = {
  postcssPlugin: 'only-woff2',
  Declaration: {
    src: (declaration: { value: string }) => {
      const value = declaration.value.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\(['"]woff['"]\)/g, '');
      if (value !== declaration.value) declaration.value = value;
    },
  },
};

/**
 * The build of a web app: relative addresses, nothing inlined (the page's policy allows no `data:` fonts), no source of
 * another origin. `pages` are HTML files beside the config.
 */
export function webApp(root: string, pages: readonly string[] = ['index.html']): UserConfig {
  return {
    root,
    base: './',
    css: { postcss: { plugins: [onlyWoff2] } },
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
