// The inbox of the dashboard: search, filter, members without access, and Back on a phone.
import { expect, test } from '../lib/fixtures.mjs';
import { PHONE } from '../lib/visitor.mjs';

const FOUR = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye', zoe: 'Zoé Léger' };

test('the inbox finds conversations and members by name', async ({ world, newDashboard, shot }) => {
  const site = await world.site(FOUR);
  for (const member of ['ana', 'bob']) {
    await site.send(member, await site.business(member), `from ${member}`);
  }
  const desk = await newDashboard({ site });
  const { page } = desk;
  const items = page.locator('.ca-item .ca-title');
  await expect(items).toHaveText(['Bob Keane', 'Ana Ruiz']);
  const search = page.getByRole('searchbox');
  await search.fill('ruiz');
  await expect(items).toHaveText(['Ana Ruiz']);
  await search.fill('nobody');
  await page.getByText('No members found').waitFor();
  await search.fill('zoe');
  const found = page.locator('.cd-found').getByRole('button', { name: 'Zoé Léger' });
  await found.waitFor();
  await shot(desk, 'dashboard-inbox-search');
  await found.click();
  await page.getByRole('heading', { name: 'Zoé Léger' }).waitFor();
  await search.fill('');
  await expect(items).toHaveCount(3);
});

test('the inbox filters unread, also beyond the first page', async ({ world, newDashboard }) => {
  const many = Object.fromEntries(
    Array.from({ length: 103 }, (_, index) => [`m${index}`, `Member ${index}`]),
  );
  const site = await world.site(many);
  const old = await site.business('m0');
  await site.send('m0', old, 'the oldest');
  for (let index = 1; index < 103; index += 1) {
    const id = await site.business(`m${index}`);
    const message = await site.send(`m${index}`, id, 'read');
    await site.as('owner', 'PUT', `/conversations/${id}/read-marker`, { message });
  }
  const desk = await newDashboard({ site });
  const { page } = desk;
  await page.locator('.ca-item').first().waitFor();
  const filter = desk.button('Unread');
  await filter.click();
  await expect(filter).toHaveAttribute('aria-pressed', 'true');
  const items = page.locator('.ca-item .ca-title');
  await expect(items).toHaveText(['Member 0']);
  await expect(page.getByRole('link', { name: 'Inbox' }).locator('.ca-count')).toHaveText('1');
  await items.click();
  await page.locator('.ca-msg').filter({ hasText: 'the oldest' }).waitFor();
  await expect(page.getByRole('link', { name: 'Inbox' }).locator('.ca-count')).toHaveCount(0);
  await expect(items, 'an opened one stays').toHaveText(['Member 0']);
  await filter.click();
  await filter.click();
  await page.getByText('No unread conversations').waitFor();
});

test('a conversation with a blocked member says so', async ({ world, newDashboard, shot }) => {
  const site = await world.site(FOUR);
  const business = await site.business('bob');
  await site.send('bob', business, 'Is the gate open?');
  await site.as('owner', 'POST', '/members/bob/block');
  const desk = await newDashboard({ site, section: `inbox/${business}` });
  const { page } = desk;
  const notice = page.locator('ca-inbox .ca-notice');
  await expect(notice).toContainText('Bob Keane is blocked and cannot read your messages');
  await shot(desk, 'dashboard-inbox-blocked');
  await notice.getByRole('button', { name: 'Unblock' }).click();
  await expect(notice).toHaveCount(0);
  await expect
    .poll(async () => (await site.as('owner', 'GET', '/members/bob')).status)
    .toBe('active');
  await site.as('owner', 'POST', '/members/bob/block');
  await expect(notice, 'live').toContainText('is blocked');
  await site.as('owner', 'DELETE', '/members/bob');
  await expect(notice).toContainText('was removed');
});

test('the name of the other member is above the conversation only', async ({
  world,
  newDashboard,
}) => {
  const site = await world.site(FOUR);
  const business = await site.business('bob');
  await site.send('bob', business, 'Is the gate open?');
  await site.as('owner', 'PUT', '/members/ana/roles/staff');
  await site.send('ana', business, 'Since eight.');
  const desk = await newDashboard({ site, section: `inbox/${business}` });
  await desk.page.locator('.ca-msg').filter({ hasText: 'Since eight.' }).waitFor();
  await expect(desk.page.locator('.ca-author .ca-clip')).toHaveText(['Ana Ruiz']);
});

test('on a phone a conversation is the screen, and Back leads to the inbox', async ({
  stack,
  world,
  newDashboard,
  shot,
}) => {
  const site = await world.site(FOUR);
  const business = await site.business('bob');
  await site.send('bob', business, 'Is the gate open?');
  const desk = await newDashboard({ site, viewport: PHONE, touch: true, section: 'members' });
  const { page } = desk;
  await desk.rows.first().waitFor();
  await desk.openSection('Inbox');
  const item = page.locator('.ca-item').filter({ hasText: 'Bob Keane' });
  await item.click();
  const message = page.locator('.ca-msg').filter({ hasText: 'Is the gate open?' });
  await message.waitFor();
  await expect(page.getByRole('navigation')).toBeHidden();
  const field = await page.getByRole('textbox', { name: 'Write a message' }).boundingBox();
  expect(field.y + field.height).toBeGreaterThan(PHONE.height - 30);
  await shot(desk, 'dashboard-phone-conversation');
  await page.goBack();
  await expect(item).toBeVisible();
  await expect(page.getByRole('navigation')).toBeVisible();
  await item.click();
  await desk.button('Back').click();
  await expect(item).toBeVisible();
  await page.goBack();
  await expect(desk.rows.first(), 'the section before').toBeVisible();
  await desk.memberAction('Bob Keane', 'Send a message');
  await message.waitFor();
  await page.goBack();
  await expect(item).toBeVisible();
  await page.goto(`${stack.origin}/dashboard#inbox/${business}`);
  await message.waitFor();
  await desk.button('Back').click();
  await expect(item).toBeVisible();
});
