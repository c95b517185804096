// Sizes of the served files, and the demo page.
import { gzipSync } from 'node:zlib';
import { expect, note, test } from '../lib/fixtures.mjs';

const KB = 1024;

/** What the box loads ahead, when a panel has been open for a while. */
const AHEAD = /\/(options|menu|message-menu|emoji|dialog|scroll|screens)[.-]/;

/** Compressed sizes of the scripts and styles that a browser has fetched. */
async function weight(visitor, except) {
  const own = [...new Set(visitor.requests)].filter(
    (url) => /\.(js|css)$/.test(url) && !url.includes('/host/') && !except?.test(url),
  );
  const sizes = await Promise.all(
    own.map(async (url) => [
      new URL(url).pathname,
      gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer()), { level: 9 }).length,
    ]),
  );
  return Object.fromEntries(sizes);
}
const sum = (sizes) => Object.values(sizes).reduce((total, size) => total + size, 0);

test(
  'loader, panel and dashboard stay within their sizes',
  { tag: '@quick' },
  async ({ world, newBox, newDashboard }) => {
    const site = await world.site({ ana: 'Ana Ruiz', bob: 'Bob Keane' });
    await site.send('bob', await site.direct('ana', 'bob'), 'hello');
    await site.send('ana', await site.business('ana'), 'hello');
    const box = await newBox({ site, member: 'ana' });
    await box.openWith('Bob Keane');
    await box.message('hello').waitFor();
    const { '/causerie.js': loader, ...panel } = await weight(box.visitor, AHEAD);
    const desk = await newDashboard({ site });
    await desk.page.locator('.ca-item').first().click();
    await desk.page.locator('.ca-msg').first().waitFor();
    const dashboard = sum(await weight(desk.visitor));
    const parts = [
      ['loader', loader, 3],
      ['panel with a conversation', sum(panel), 40],
      ['dashboard', dashboard, 130],
    ];
    note(parts.map(([name, bytes]) => `${name} ${(bytes / KB).toFixed(1)} KB gz`).join(', '));
    for (const [name, bytes, limit] of parts) expect(bytes, name).toBeLessThanOrEqual(limit * KB);
  },
);

test(
  'demo: two members chat from two windows in two languages',
  { tag: '@quick' },
  async ({ newVisitor, shot }) => {
    const [one, other] = await Promise.all([
      newVisitor({ path: '/demo?member=camille&lang=fr' }),
      newVisitor({ path: '/demo?member=theo&lang=en&theme=dark', theme: 'dark' }),
    ]);
    await one.page.getByRole('button', { name: 'Discuter avec les membres' }).click();
    await one.page.locator('.ca-panel .ca-item').first().waitFor();
    await shot({ page: one.page, visitor: one }, 'demo-fr-light');
    await other.page.locator('causerie-chat .bubble').click();
    await other.page.locator('.ca-panel .ca-item').first().waitFor();
    await shot({ page: other.page, visitor: other }, 'demo-en-dark');
    const title = await one.page.locator('.ca-panel .ca-item .ca-title').first().innerText();
    for (const { page } of [one, other])
      await page.locator('.ca-panel .ca-item').filter({ hasText: title }).click();
    await one.page.getByRole('textbox', { name: 'Écrire un message' }).fill('Qui ferme ce soir ?');
    await one.page.getByRole('button', { name: 'Envoyer' }).click();
    await other.page.locator('.ca-msg').filter({ hasText: 'Qui ferme ce soir ?' }).waitFor();
    await one.page.locator('#member').selectOption('nadia');
    await expect(one.page.locator('#other'), 'another member’s chat').toHaveAttribute(
      'href',
      '/demo?member=theo&lang=fr',
    );
  },
);
