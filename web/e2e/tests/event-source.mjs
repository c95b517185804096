// The page of examples/event-source.
import { fileURLToPath } from 'node:url';
import { expect, test } from '../lib/fixtures.mjs';
import { uuid } from '../lib/world.mjs';

const EXAMPLE = fileURLToPath(new URL('../../../examples/event-source/', import.meta.url));

test('EventSource example resumes with a new ticket', async ({ world, stack, newVisitor }) => {
  const site = await world.site({ ana: 'Ana Ruiz', ben: 'Ben Ode' });
  const group = await site.group('ana', 'Seed swap', ['ben']);
  const token = await world.token({ site: site.id, member: 'ben' });
  const position = await sendMessage(stack, site, group, token);
  await site.send('ana', group, 'Tomatoes');
  const { page } = await newVisitor({ site, member: 'ben' });
  const files = { '/example/': 'index.html', '/example/stream.js': 'stream.js' };
  for (const [path, file] of Object.entries(files)) {
    await page.route(stack.origin + path, (route) => route.fulfill({ path: EXAMPLE + file }));
  }
  // The first stream ends after one event.
  const streams = [];
  await page.route('**/stream?*', (route) => {
    streams.push(new URL(route.request().url()).searchParams);
    if (streams.length > 1) return route.continue();
    const body = `event: ready\ndata: {}\n\nevent: typing\nid: ${position}\ndata: {}\n\n`;
    return route.fulfill({ contentType: 'text/event-stream', body });
  });
  await page.goto(`${stack.origin}/example/`);
  await page.getByLabel('Service').fill(stack.origin);
  await page.getByLabel('Site').fill(site.id);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Tomatoes' })).toHaveCount(1);
  await expect(page.getByRole('status')).toHaveText('open');
  const [first, second] = streams;
  expect(first.get('after')).toBe(null);
  expect(second.get('after')).toBe(position);
  expect(second.get('ticket')).not.toBe(first.get('ticket'));
});

async function sendMessage(stack, site, group, token) {
  const address = `${stack.service}/v1/sites/${site.id}/conversations/${group}/messages/${uuid()}`;
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ text: 'Which seeds?' });
  const response = await fetch(address, { method: 'PUT', headers, body });
  return response.headers.get('Causerie-Position');
}
