import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { devServer, flat, importsOnDemand, stableDashboard } from './vite.dev.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const BEHIND = /src\/(client\/|i18n\/index|box\/core)/;
const SHARED =
  /node_modules\/(@lit|lit)|src\/ui\/(?!attention|dialog|emoji|graphemes|image|limit-input|linkify|menu|open-emoji|scroll)|src\/conversation\/(list|names|skeleton)|src\/box\/panel/;

/**
 * The pages and the box. `/causerie.js` is built afterwards, because it names the box's hashed
 * file.
 */
export default defineConfig({
  // Pages of other hosts load the box from the service's host.
  base: './',
  plugins: [devServer(), flat(), importsOnDemand(), stableDashboard()],
  build: {
    target: 'es2022',
    // The preload helper would add links to the host page.
    modulePreload: false,
    manifest: true,
    emptyOutDir: true,
    rollupOptions: {
      preserveEntrySignatures: 'exports-only',
      // One file for what the opened box and the dashboard share compresses better than four. What
      // runs behind a closed bubble is another: the dashboard loads it too.
      output: {
        codeSplitting: {
          groups: [
            { name: 'store', test: BEHIND, priority: 2 },
            { name: 'chat', test: SHARED, priority: 1 },
          ],
        },
      },
      input: {
        core: at('src/box/core.ts'),
        dashboard: at('dashboard/index.html'),
        demo: at('demo/index.html'),
      },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
