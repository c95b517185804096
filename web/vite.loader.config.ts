import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8')) as Record<
  string,
  { file: string }
>;

/** `/causerie.js` is a classic script, so that one async tag is enough. */
export default defineConfig({
  define: { __CORE__: JSON.stringify('/' + manifest['src/box/core.ts']!.file) },
  build: {
    target: 'es2022',
    // As the panel's styles, which are not rewritten for older browsers.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    emptyOutDir: false,
    modulePreload: false,
    lib: {
      entry: 'src/loader/loader.ts',
      formats: ['iife'],
      name: 'causerieLoader',
      fileName: () => 'causerie.js',
    },
  },
});
