// Builds the examples of docs/frameworks.md with the package of clients/web.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const CLIENT = fileURLToPath(new URL('../../../clients/web/', import.meta.url));
const require = createRequire(join(CLIENT, 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

export const isInstalled =
  existsSync(join(CLIENT, 'node_modules/vite')) && existsSync(join(CLIENT, 'dist/index.js'));
export const NOT_INSTALLED = 'clients/web is not installed: npm --prefix clients/web ci';

const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>An application</title>
  <link rel="icon" href="data:," />
  <div id="root"></div>
  <script type="module" src="./main"></script>
</html>`;

/** Writes the sources into a folder of the package, which can import itself by name; returns dist/. */
export async function buildApp(name, main, files) {
  const root = join(CLIENT, 'test/built', name);
  rmSync(root, { recursive: true, force: true });
  const all = { ...files, 'index.html': PAGE.replace('./main', `./${main}`) };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const { build } = await load('vite');
  const { default: vue } = await load('@vitejs/plugin-vue');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [vue()],
    oxc: { jsx: { runtime: 'automatic' } },
    build: { modulePreload: { polyfill: false } },
  });
  return join(root, 'dist');
}

/** What a server of React sends for the application. */
export async function renderReact(element) {
  const { createElement } = await load('react');
  const { renderToString } = await load('react-dom/server');
  const { CauserieChat } = await load('@causerie/web/react');
  return renderToString(createElement(CauserieChat, element));
}
