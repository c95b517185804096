// Serves dist/ with the paths and headers of the service, for the browser tests and `npm run
// preview`. CAUSERIE_URL is the service behind it. CAUSERIE_TOKEN_COMMAND prints a token, given
// --member, --name and --role.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
export const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');
const PAGES = { '/dashboard': 'dashboard/index.html', '/demo': 'demo/index.html' };

/** `also` serves further paths. It returns false for paths it does not serve. */
export function serve({ port, service, token, also }) {
  const upstream = new URL(service);
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url, 'http://here');
    if (url.pathname.startsWith('/v1/')) return proxy(request, response, upstream);
    if (url.pathname === '/demo/token') return demoToken(url, response, token);
    if (also && (await also(url, response)) !== false) return undefined;
    return file(PAGES[url.pathname] ?? url.pathname.slice(1), response);
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

function proxy(request, response, { hostname, port }) {
  const there = http.request(
    { hostname, port, path: request.url, method: request.method, headers: request.headers },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    },
  );
  there.on('error', () =>
    response.headersSent ? response.destroy() : response.writeHead(502).end(),
  );
  response.on('close', () => there.destroy());
  request.pipe(there);
}

function demoToken(url, response, [command, ...args]) {
  const more = ['member', 'name', 'role'].flatMap((name) =>
    url.searchParams.get(name) ? [`--${name}`, url.searchParams.get(name)] : [],
  );
  execFile(command, [...args, ...more], (error, stdout) => {
    if (error) return response.writeHead(500).end();
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      .end(JSON.stringify({ token: stdout.trim() }));
  });
}

async function file(path, response) {
  const safe = normalize(path);
  try {
    if (safe.startsWith('..') || safe.startsWith('.vite')) throw new Error('outside');
    const body = await readFile(join(DIST, safe));
    const forever = safe.startsWith('assets/');
    response
      .writeHead(200, {
        'Content-Type': TYPES[extname(safe)] ?? 'application/octet-stream',
        'Cache-Control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
        'X-Content-Type-Options': 'nosniff',
        ...(extname(safe) === '.html'
          ? { 'Content-Security-Policy': CSP, 'Referrer-Policy': 'no-referrer' }
          : { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }),
      })
      .end(body);
  } catch {
    response.writeHead(404).end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 8124);
  const token = (process.env.CAUSERIE_TOKEN_COMMAND ?? 'causerie token --site demo').split(' ');
  await serve({ port, service: process.env.CAUSERIE_URL ?? 'http://127.0.0.1:8080', token });
  console.log(`http://127.0.0.1:${port}/demo`);
}
