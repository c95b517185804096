// The stack under test: the real service behind a server for dist/ and the test site. CAUSERIE_BIN
// is the binary to start, with causerie-sandbox beside it. Or a running service: CAUSERIE_URL,
// CAUSERIE_TOKEN_COMMAND and, for long histories, CAUSERIE_DATABASE__URL.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CSP, serve } from '../../scripts/serve.mjs';

const run = promisify(execFile);
const BINARY =
  process.env.CAUSERIE_BIN ??
  fileURLToPath(new URL('../../../target/debug/causerie', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist/causerie.js', import.meta.url));
const RUNNING = 'CAUSERIE_E2E_STACK';
const HOST = fileURLToPath(new URL('../host/', import.meta.url));

export async function startStack() {
  if (!existsSync(DIST)) throw new Error('there is no dist/: npm run build comes first');
  const service = process.env.CAUSERIE_URL ? runningService() : await startService();
  const serving = { port: 0, service: service.url, token: [...service.token, '--site', 'demo'] };
  const token = tokenFrom(service.token);
  const front = await serve({ ...serving, also: hostPages(token) });
  const origin = `http://127.0.0.1:${front.address().port}`;
  // The same pages on another host, which uses the box across origins.
  const other = await serve({ ...serving, also: hostPages(token, origin) });
  const elsewhere = `http://127.0.0.1:${other.address().port}`;
  const close = (server) => (server.closeAllConnections(), server.close());
  const { url, database, secret } = service;
  const stack = { service: url, database, secret, origin, elsewhere };
  // Playwright's workers inherit the environment.
  process.env[RUNNING] = JSON.stringify({ ...stack, tokenCommand: service.token });
  return { ...stack, token, stop: async () => (close(front), close(other), service.stop()) };
}

/** The stack that another process has started. */
export function runningStack() {
  const { tokenCommand, ...stack } = JSON.parse(process.env[RUNNING]);
  return { ...stack, tokenCommand, token: tokenFrom(tokenCommand) };
}

const tokenFrom =
  ([command, ...args]) =>
  async ({ site, member, role = 'member', name, ttl = '2h' }) => {
    const claims = ['--site', site, '--member', member, '--role', role, '--ttl', ttl];
    const more = name ? ['--name', name] : [];
    return (await run(command, [...args, ...claims, ...more])).stdout.trim();
  };

function runningService() {
  return {
    url: process.env.CAUSERIE_URL,
    database: process.env.CAUSERIE_DATABASE__URL,
    secret: process.env.CAUSERIE_AUTH__SECRET,
    token: (process.env.CAUSERIE_TOKEN_COMMAND ?? `${BINARY} token`).split(' '),
    stop: async () => undefined,
  };
}

async function startService() {
  const data = await mkdtemp(join(tmpdir(), 'causerie-e2e-'));
  // Postgres runs as another user than root, who must be able to enter.
  await chmod(data, 0o755);
  const env = {
    ...process.env,
    CAUSERIE_LIMITS__SENDS_PER_SECOND: '0',
    CAUSERIE_LIMITS__REQUESTS_PER_SECOND: '0',
    CAUSERIE_LIMITS__STREAMS_PER_MEMBER: '0',
  };
  const child = spawn(BINARY, ['dev', '--listen', '127.0.0.1:0', '--data', data], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log = (log + chunk).slice(-4_000)));
  const ended = new Promise((resolve) =>
    child.once('exit', resolve).once('error', (error) => resolve((log += error.message))),
  );
  const ready = new Promise((resolve) =>
    createInterface({ input: child.stdout }).on(
      'line',
      (line) => line.includes('"ready":true') && resolve(JSON.parse(line)),
    ),
  );
  const first = await Promise.race([ready, ended]);
  if (!first?.url) throw new Error(`${BINARY} dev did not start:\n${log}`);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return {
    url: first.url,
    database: first.database_url,
    secret: (await readFile(join(data, 'token-secret'), 'utf8')).trim(),
    token: [BINARY, 'token', '--data', data],
    stop,
  };
}

const HOST_FILES = {
  '/host': 'host.html',
  '/host/host.js': 'host.js',
  '/host/host.css': 'host.css',
  '/host/dashboard': 'dashboard.html',
  '/host/get-token.js': 'get-token.js',
};

/** The test site: a page with the box from its own or another host, and a token endpoint. */
const hostPages =
  (token, from = '') =>
  async (url, response) => {
    if (url.pathname === '/host/token') {
      const body = JSON.stringify({ token: await token(Object.fromEntries(url.searchParams)) });
      return response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
    }
    const file = HOST_FILES[url.pathname];
    if (!file) return false;
    const type = { html: 'text/html', js: 'text/javascript', css: 'text/css' }[file.split('.')[1]];
    const policy = from
      ? `default-src 'none'; style-src 'self'; script-src 'self' ${from}; connect-src 'self' ${from}; img-src data: blob: ${from}; require-trusted-types-for 'script'; trusted-types lit-html`
      : CSP;
    const text = (await readFile(HOST + file, 'utf8'))
      .replace(/"(\/(causerie|dashboard)\.js)"/, `"${from}$1"`)
      .replace('server=""', `server="${from}"`);
    return response
      .writeHead(200, {
        'Content-Type': `${type}; charset=utf-8`,
        'Content-Security-Policy': policy,
      })
      .end(text);
  };
