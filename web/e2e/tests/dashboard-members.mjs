// Site members, groups, settings of the dashboard: numbers, filters, badges, appearance.
import { expect, test } from '../lib/fixtures.mjs';

const FOUR = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye', dora: 'Dora Lund' };

test('members who wait are counted in the navigation and the title', async ({
  stack,
  world,
  newDashboard,
}) => {
  const site = await world.site(FOUR, { settings: { approval: 'manual' } });
  const business = await site.business('ana');
  await site.send('ana', business, 'Is the gate open?', 'Hello?');
  const desk = await newDashboard({ site });
  const { page } = desk;
  const link = (name) => page.getByRole('link', { name });
  await expect(link('Inbox').locator('.ca-count')).toHaveText('2');
  await expect(page).toHaveTitle('(2) Causerie');
  await expect(link('Site members').locator('.ca-count')).toHaveCount(0);
  const token = await stack.token({ site: site.id, member: 'eve', name: 'Eve Wu' });
  const headers = { Authorization: `Bearer ${token}` };
  await fetch(`${stack.service}/v1/sites/${site.id}/members/me`, { headers });
  await expect(link('Site members')).toHaveAccessibleName(/1 member waits for approval/);
  await expect(page).toHaveTitle('(3) Causerie');
  await desk.openSection('Site members');
  await expect(page.locator('ca-members > [role=status]')).toHaveText(
    /5 members · 4 active · 1 pending · 0 blocked/,
  );
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page).toHaveTitle('(2) Causerie');
  await expect(link('Site members').locator('.ca-count')).toHaveCount(0);
});

test('members are counted and filtered by the roles and badges they have', async ({
  world,
  newDashboard,
}) => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`m${index}`, `Member ${index}`]),
  );
  const site = await world.site({ ...FOUR, ...many });
  await site.as('owner', 'PUT', '/members/ana/roles/staff');
  await site.as('owner', 'PUT', '/members/bob/roles/gatekeeper');
  for (const member of ['bob', 'cid'])
    await site.as('owner', 'PUT', `/members/${member}/badges/beekeeper`);
  await site.as('owner', 'POST', '/members/dora/block');
  const desk = await newDashboard({ site, section: 'members' });
  const { page } = desk;
  const summary = page.locator('ca-members > [role=status]');
  await expect(summary).toHaveText('64 members · 63 active · 0 pending · 1 blocked');
  const filter = (name) => page.getByRole('combobox', { name });
  const options = async (name) =>
    (await filter(name).locator('option').allTextContents()).map((text) => text.trim());
  expect(await options('Role')).toEqual(['All roles', 'gatekeeper (1)', 'Staff (1)']);
  expect(await options('Badge')).toEqual(['All badges', 'beekeeper (2)']);
  expect(await options('Status')).toContain('Blocked (1)');
  await filter('Badge').selectOption('beekeeper');
  await expect(desk.rows.locator('b')).toHaveText(['Bob Keane', 'Cid Okoye']);
  await filter('Role').selectOption('gatekeeper');
  await expect(desk.rows.locator('b')).toHaveText(['Bob Keane']);
  await filter('Badge').selectOption('');
  await filter('Role').selectOption('');
  await filter('Status').selectOption('active');
  await expect(summary).toHaveText('63 members');
});

test('a badge of any text keeps it as its label', async ({ world, newDashboard, shot }) => {
  const site = await world.site(FOUR);
  const desk = await newDashboard({ site, section: 'members' });
  await desk.memberAction('Ana Ruiz', 'Add a badge…');
  await desk.dialog('Add', 'VIP Gold');
  const tag = (name) => desk.row(name).locator('.ca-tag');
  await expect(tag('Ana Ruiz')).toHaveText('VIP Gold');
  await expect
    .poll(async () => (await site.as('owner', 'GET', '/members/ana')).badges)
    .toEqual(['vip-gold']);
  await desk.memberAction('Bob Keane', 'Add a badge…');
  await desk.page.locator('dialog').getByRole('button', { name: 'VIP Gold' }).click();
  await expect(tag('Bob Keane')).toHaveText('VIP Gold');
  await desk.memberAction('Cid Okoye', 'Add a badge…');
  await desk.dialog('Add', ' vip gold');
  await expect(tag('Cid Okoye')).toHaveText('VIP Gold');
  await desk.memberAction('Dora Lund', 'Add a role…');
  await desk.dialog('Add', 'Team Lead');
  await expect(tag('Dora Lund')).toHaveText('team-lead');
  const badges = async () => (await site.as('owner', 'GET', '')).settings.badges;
  await expect
    .poll(badges)
    .toEqual({ 'vip-gold': { label: { en: 'VIP Gold', fr: null }, color: null } });

  await desk.openSection('Chat settings');
  const row = desk.page.locator('[data-badge=vip-gold]');
  await row.getByLabel('Label in French').fill('VIP Or');
  await row.getByLabel('Label in French').press('Enter');
  await row.getByLabel('Colour, vip-gold', { exact: true }).fill('#ffd700');
  await expect
    .poll(badges)
    .toEqual({ 'vip-gold': { label: { en: 'VIP Gold', fr: 'VIP Or' }, color: '#ffd700' } });
  await desk.page.getByRole('textbox', { name: 'New badge' }).fill('Été & hiver');
  await desk.button('Add').click();
  await desk.page.locator('[data-badge=ete-hiver]').waitFor();
  await shot(desk, 'dashboard-badges');
  await desk.openSection('Site members');
  await expect(tag('Ana Ruiz')).toHaveCSS('background-color', 'rgb(255, 215, 0)');
  await desk.button('Français').click();
  await expect(tag('Ana Ruiz')).toHaveText('VIP Or');
});

test('the appearance is previewed, its contrast is checked', async ({ world, newDashboard }) => {
  const site = await world.site(FOUR);
  const desk = await newDashboard({ site, section: 'settings' });
  const { page } = desk;
  const appearance = page.locator('ca-appearance');
  const bubble = appearance.locator('.cd-bubble');
  await expect(appearance.getByText('Text on this colour is white')).toBeVisible();
  await appearance.getByLabel('Accent colour').fill('#ffeb3b');
  await expect(appearance.getByText('Text on this colour is black')).toBeVisible();
  await expect(bubble).toHaveCSS('background-color', 'rgb(255, 235, 59)');
  await expect(bubble).toHaveCSS('color', 'rgb(0, 0, 0)');
  await appearance.getByLabel('Accent colour').fill('#7b1fa2');
  const right = (await bubble.boundingBox()).x;
  await appearance.getByLabel('Bottom left').check();
  expect((await bubble.boundingBox()).x).toBeLessThan(right);
  await appearance.getByLabel('Welcome text in English').fill('Hello, neighbours');
  await expect(appearance.locator('.cd-preview')).toContainText('Hello, neighbours');
  await appearance.getByLabel('Welcome text in French').fill('Bonjour à toutes et à tous');
  await expect(appearance.locator('.cd-preview')).toContainText('Bonjour');
  await desk.button('Save').click();
  await page.getByRole('alert').filter({ hasText: 'Saved' }).waitFor();
  await expect
    .poll(async () => (await site.as('owner', 'GET', '')).settings.appearance)
    .toEqual({
      accent: '#7b1fa2',
      position: 'left',
      welcome: { en: 'Hello, neighbours', fr: 'Bonjour à toutes et à tous' },
    });
  await page.reload();
  await expect(appearance.getByLabel('Bottom left')).toBeChecked();
  await appearance.getByLabel('Welcome text in English').fill('  ');
  await appearance.getByRole('button', { name: 'Use the default colour' }).click();
  await desk.button('Save').click();
  await expect
    .poll(async () => (await site.as('owner', 'GET', '')).settings.appearance)
    .toEqual({
      accent: null,
      position: 'left',
      welcome: { en: null, fr: 'Bonjour à toutes et à tous' },
    });
});

test('the owner lists groups without messages, and deletes one', async ({
  world,
  newDashboard,
  shot,
}) => {
  const site = await world.site(FOUR);
  const seeds = await site.group('ana', 'Seeds', ['bob', 'cid']);
  await site.group('bob', 'Tools', ['dora']);
  await site.send('ana', seeds, 'secret of the group');
  const desk = await newDashboard({ site, section: 'groups' });
  const { page } = desk;
  await expect(desk.rows.locator('b')).toHaveText(['Tools', 'Seeds']);
  await expect(desk.row('Seeds')).toContainText(/3.*Ana Ruiz.*today/s);
  await page.getByRole('button', { name: 'Details: Seeds' }).click();
  await expect(page.locator('.cd-people li')).toHaveText([/Ana Ruiz\s*Admin/, /Bob/, /Cid/]);
  await expect(page.getByText('secret of the group')).toHaveCount(0);
  await shot(desk, 'dashboard-groups');
  await page.getByRole('button', { name: 'Delete group' }).click();
  await expect(page.locator('dialog')).toContainText('Its 3 participants lose access');
  await desk.dialog('Delete group');
  await expect(desk.rows.locator('b')).toHaveText(['Tools']);
  await expect
    .poll(async () => (await site.as('owner', 'GET', '/groups')).items.map(({ name }) => name))
    .toEqual(['Tools']);
});

test('staff have no list of groups, and change no settings', async ({ world, newDashboard }) => {
  const site = await world.site(FOUR);
  const desk = await newDashboard({ site, member: 'ana', role: 'staff', section: 'settings' });
  await desk.page.getByText('Only the owner can change these settings.').waitFor();
  await expect(desk.page.getByLabel('Accent colour')).toBeDisabled();
  await expect(desk.page.getByRole('link', { name: 'Groups' })).toHaveCount(0);
});
