/**
 * Vite's development server: proxies the API to the service and serves pages at the service's
 * paths.
 */
import type { Plugin, UserConfig } from 'vite';

const SERVICE = process.env['CAUSERIE_URL'] ?? 'http://127.0.0.1:8080';

export function devServer(): Plugin {
  return {
    name: 'causerie-dev-server',
    config: (_, { command }): UserConfig =>
      command === 'serve'
        ? {
            base: '/',
            define: { __CORE__: JSON.stringify('/src/box/core.ts') },
            server: { proxy: { '/v1': SERVICE, '/demo/token': SERVICE } },
          }
        : {},
    configureServer(server) {
      server.middlewares.use((request, _, next) => {
        const path = request.url?.split('?')[0];
        if (path === '/dashboard' || path === '/demo') request.url = `${path}/index.html`;
        if (path === '/dashboard.js') request.url = '/src/dashboard/dashboard.ts';
        next();
      });
    },
  };
}

/** Removes white space that templates and styles have for readers. */
export const flat = (): Plugin => ({
  name: 'causerie-flat',
  apply: 'build',
  enforce: 'pre',
  transform: (code, id) =>
    /\/src\/.*\.ts$/.test(id)
      ? {
          code: code
            .replace(/\bcss`[^`]*`/g, tight)
            .replace(/\n[ \t]+/g, '\n')
            .replaceAll('\n>', '>')
            .replace(BEFORE_BLOCK, '')
            .replace(AFTER_BLOCK, '$1')
            .replace(/\n(?=[.@?]?[\w-]+=[$"])/g, ' '),
          map: null,
        }
      : undefined,
});

/**
 * Replaces Vite's wrapper of imports on demand: the box has no style sheets to load first, and the
 * wrapper fires its events at the page.
 */
export const importsOnDemand = (): Plugin => ({
  name: 'causerie-imports-on-demand',
  apply: 'build',
  enforce: 'pre',
  load: (id) =>
    id.includes('vite/preload-helper')
      ? "export { importAgain as __vitePreload } from '/src/client/import-again.ts';"
      : undefined,
});

/** `/dashboard.js`: a fixed address for pages of other hosts, which imports the hashed file. */
export const stableDashboard = (): Plugin => ({
  name: 'causerie-stable-dashboard',
  apply: 'build',
  generateBundle(_, bundle) {
    const entry = Object.values(bundle).find(
      (file) => file.type === 'chunk' && file.facadeModuleId?.endsWith('/dashboard/index.html'),
    );
    const source = `import './${entry!.fileName}';\n`;
    this.emitFile({ type: 'asset', fileName: 'dashboard.js', source });
  },
});

/** White space beside the tags of block elements is not rendered. */
const BLOCK = 'div|h[1-3]|p|ul|li|form|section|main|nav|table|thead|tbody|tr|th|td|option|ca-\\w+';
const BEFORE_BLOCK = new RegExp(`\\n(?=</?(?:${BLOCK})\\b)`, 'g');
const AFTER_BLOCK = new RegExp(`(</(?:${BLOCK})>)\\n`, 'g');

/** Minifies a style without its comments, except its placeholders. */
const tight = (style: string): string =>
  style
    .split(/(\$\{[^}]*\})/)
    .map((part) =>
      part.startsWith('$')
        ? part
        : part
            .replace(/\/\*.*?\*\//gs, '')
            .replace(/\s*([{};,>])\s*/g, '$1')
            .replace(/([\w-]): /g, '$1:')
            .replace(/\b0\./g, '.')
            .replaceAll(';}', '}'),
    )
    .join('');
