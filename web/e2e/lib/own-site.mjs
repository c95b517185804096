// A web site on another origin than the service: its files, its headers and its token route.
import { createReadStream, existsSync, statSync } from 'node:fs';
import http from 'node:http';
import { extname, join } from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/**
 * `files` are texts by path, `folder` contains further files, `policy` is the content security
 * policy of all pages, and `token` returns the response of `/chat-token`: a text, or
 * `{ status, type, body }`.
 */
export async function ownSite({ files = {}, folder, policy, token }) {
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://here');
    const headers = policy ? { 'Content-Security-Policy': policy } : {};
    if (pathname === '/chat-token') {
      const given = await token();
      const {
        status = 200,
        type = 'text/plain',
        body,
      } = given.body === undefined ? { body: given } : given;
      return response
        .writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
        .end(body);
    }
    const path = pathname === '/' ? '/index.html' : pathname;
    headers['Content-Type'] = TYPES[extname(path)] ?? 'application/octet-stream';
    if (files[path] !== undefined) return response.writeHead(200, headers).end(files[path]);
    const file = folder && join(folder, path);
    if (!file || !existsSync(file) || !statSync(file).isFile())
      return response.writeHead(404).end();
    return createReadStream(file).pipe(response.writeHead(200, headers));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => (server.closeAllConnections(), server.close()),
  };
}
