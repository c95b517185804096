// What the owner chose for the look of the chat.
import { expect, test } from '../lib/fixtures.mjs';

const PURPLE = 'rgb(123, 31, 162)';
const appearance = { accent: '#7b1fa2', position: 'left' };

test('box has the accent and the corner that the owner chose', async ({ world, newBox }) => {
  const site = await world.site({ ana: 'Ana Ruiz' }, { settings: { appearance } });
  const box = await newBox({ site, member: 'ana' });
  await expect(box.bubble).toHaveCSS('background-color', PURPLE);
  expect((await box.bubble.boundingBox()).x).toBe(24);
  await box.open();
  expect((await box.panel.boundingBox()).x).toBe(24);
  // A change arrives while the panel is open.
  await site.as('owner', 'PATCH', '/settings', { appearance: { accent: '#00796b' } });
  await expect(box.bubble).toHaveCSS('background-color', 'rgb(0, 121, 107)');
  expect((await box.bubble.boundingBox()).x).toBeGreaterThan(200);
});

test('custom properties of the page are stronger than the appearance of the site', async ({
  world,
  newBox,
}) => {
  const site = await world.site({ ana: 'Ana Ruiz' }, { settings: { appearance } });
  const box = await newBox({ site, member: 'ana' });
  await box.page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(':root { --causerie-accent: #804000 }');
    document.adoptedStyleSheets.push(sheet);
  });
  await box.open();
  await expect(box.bubble).toHaveCSS('background-color', 'rgb(128, 64, 0)');
});

test('panel covers a phone in either corner', async ({ world, newBox }) => {
  const site = await world.site({ ana: 'Ana Ruiz' }, { settings: { appearance } });
  const box = await newBox({ site, member: 'ana', viewport: { width: 390, height: 844 } });
  await box.open();
  expect(await box.panel.boundingBox()).toMatchObject({ x: 0, width: 390 });
});

test('badges have the label and the colour that the owner chose', async ({ world, newBox }) => {
  const badges = { vip: { label: { en: 'VIP Gold', fr: 'VIP Or' }, color: '#b8860b' } };
  const site = await world.site({ ana: 'Ana Ruiz', bob: 'Bob Keane' }, { settings: { badges } });
  await site.as('owner', 'PUT', '/members/bob/badges/vip');
  const group = await site.group('ana', 'Seed swap', ['bob']);
  await site.send('bob', group, 'Tomatoes');
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Seed swap');
  const tag = box.panel.locator('.ca-author .ca-tag');
  await expect(tag).toHaveText('VIP Gold');
  await expect(tag).toHaveCSS('background-color', 'rgb(184, 134, 11)');
  await box.page.evaluate(() => (document.documentElement.lang = 'fr'));
  await expect(tag).toHaveText('VIP Or');
});

test('panel greets members with the welcome text in their language', async ({ world, newBox }) => {
  const welcome = { en: 'Ask us anything.\nHello.', fr: 'Une question\u00a0?' };
  const settings = { appearance: { welcome } };
  const site = await world.site({ ana: 'Ana Ruiz' }, { settings });
  const box = await newBox({ site, member: 'ana' });
  await box.open();
  const greeting = box.panel.locator('.ca-welcome');
  await expect(greeting).toHaveText(welcome.en);
  await box.page.evaluate(() => (document.documentElement.lang = 'fr'));
  await expect(greeting).toHaveText(welcome.fr);
});

test('visitors who are not signed in get a link to sign in', async ({
  browserErrors,
  world,
  newBox,
}) => {
  browserErrors.allow(/status of 401|identity/);
  const site = await world.site({ ana: 'Ana Ruiz' });
  const box = await newBox({ site, member: 'ana' });
  await box.page.evaluate(() => {
    document.querySelector('causerie-chat').setAttribute('sign-in', '/login?next=chat');
    window.causerie.identify(() => '');
  });
  await box.bubble.click();
  const link = box.panel.getByRole('link', { name: 'Sign in' });
  await expect(link).toHaveAttribute('href', '/login?next=chat');
  // Only web addresses become links.
  await box.page.evaluate(() => {
    document.querySelector('causerie-chat').setAttribute('sign-in', 'javascript:alert(1)');
    window.causerie.identify(() => '');
  });
  await expect(box.panel.getByText('Sign in to chat')).toBeVisible();
  await expect(link).toHaveCount(0);
});
