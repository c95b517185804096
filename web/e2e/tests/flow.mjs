// The flows of owner and members, step by step, in both languages.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../lib/fixtures.mjs';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PEOPLE = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye', dora: 'Dora Lund' };

const LABELS = {
  en: {
    settings: 'Chat settings',
    enable: 'Enable member chat',
    on: /Signed-in members can chat with each other and start group conversations/,
    off: /Members can only use the chat to talk to you/,
    manage: 'Participants',
    rename: 'Rename',
    save: 'Save',
    add: 'Add participants',
    ok: 'Add',
    remove: 'Remove',
    leave: 'Leave group',
    erase: 'Delete group',
    image: 'Group image',
    bare: 'Remove image',
    gone: /no longer part/,
  },
  fr: {
    settings: 'Paramètres du chat',
    enable: 'Activer le chat entre membres',
    on: /Les membres connectés peuvent discuter entre eux et démarrer des conversations de groupe/,
    off: /Les membres ne peuvent utiliser le chat que pour discuter avec vous/,
    manage: 'Participants',
    rename: 'Renommer',
    save: 'Enregistrer',
    add: 'Ajouter des participants',
    ok: 'Ajouter',
    remove: 'Retirer',
    leave: 'Quitter le groupe',
    erase: 'Supprimer le groupe',
    image: 'Image du groupe',
    gone: /ne faites plus partie/,
  },
};

for (const lang of ['en', 'fr']) {
  const labels = LABELS[lang];

  test(
    `owner enables member chat, and members appear, ${lang}`,
    { tag: lang === 'fr' ? '@quick' : [] },
    async ({ world, newBox, newDashboard }) => {
      const site = await world.site(PEOPLE, { chat: false });
      const desk = await newDashboard({ site, section: 'settings', lang });
      const box = await newBox({ site, member: 'ana', lang });
      await desk.page.getByRole('heading', { name: labels.settings }).waitFor();
      await desk.page.getByText(labels.on).waitFor();
      await desk.page.getByText(labels.off).waitFor();
      const enable = desk.page.getByRole('switch', { name: labels.enable });
      expect(await enable.getAttribute('aria-checked')).toBe('false');
      await box.open();
      await box.button(box.labels.newChat).click();
      expect(await box.button(box.labels.group, false).count()).toBe(0);
      await enable.click();
      await expect(enable, 'the switch').toHaveAttribute('aria-checked', 'true');
      await box.panel.locator('ca-picker .ca-row').filter({ hasText: 'Bob Keane' }).waitFor();
      await box.button(box.labels.group, false).waitFor();
    },
  );

  test(
    `member creates a group from New chat to Create, ${lang}`,
    { tag: lang === 'en' ? '@quick' : [] },
    async ({ world, newBox }) => {
      const site = await world.site(PEOPLE);
      const [ana, bob] = await Promise.all([
        newBox({ site, member: 'ana', lang }),
        newBox({ site, member: 'bob', lang }),
      ]);
      await Promise.all([ana.open(), bob.open()]);
      await ana.button(ana.labels.newChat).click();
      await ana.button(ana.labels.group, false).click();
      const next = ana.button(ana.labels.next);
      expect(await next.isDisabled()).toBe(true);
      await ana.panel.getByRole('searchbox', { name: ana.labels.find }).fill('bo');
      await ana.panel.locator('ca-picker .ca-row').filter({ hasText: 'Bob Keane' }).click();
      await ana.panel.getByRole('searchbox', { name: ana.labels.find }).fill('');
      await ana.panel.locator('ca-picker .ca-row').filter({ hasText: 'Cid Okoye' }).click();
      await next.click();
      expect(await ana.button(ana.labels.create).isDisabled()).toBe(true);
      await ana.panel.getByRole('textbox', { name: ana.labels.name }).fill('Seed exchange');
      await ana.button(ana.labels.create).click();
      await ana.panel.getByRole('heading', { name: 'Seed exchange' }).waitFor();
      await ana.write('Welcome!');
      await bob.item('Seed exchange').filter({ hasText: 'Welcome!' }).waitFor();
      await expect(bob.page, 'the count on the bubble').toHaveTitle(
        '(1) Allotments of Saint-Amand',
      );
      await bob.openConversation('Seed exchange');
      await bob.message('Welcome!').waitFor();
      await expect(bob.page, 'the title when all is read').toHaveTitle('Allotments of Saint-Amand');
    },
  );

  test(`group actions: rename, participants, leave, delete, ${lang}`, async ({ world, newBox }) => {
    const site = await world.site(PEOPLE);
    await site.group('ana', 'Fence painting', ['bob', 'cid']);
    await site.group('bob', 'Old stones', ['ana']);
    const [ana, bob] = await Promise.all([
      newBox({ site, member: 'ana', lang }),
      newBox({ site, member: 'bob', lang }),
    ]);
    await Promise.all([ana.openWith('Fence painting'), bob.openWith('Fence painting')]);

    await ana.moreActions(labels.rename);
    await ana.dialog(labels.save, 'Gate painting');
    await bob.panel.getByRole('heading', { name: 'Gate painting' }).waitFor();
    await bob.moreActions();
    expect(await bob.menuitem(labels.rename).count(), 'only admins rename').toBe(0);
    await bob.page.keyboard.press('Escape');

    await ana.moreActions(labels.manage);
    await ana.button(labels.add).click();
    await ana.panel.locator('ca-picker .ca-row').filter({ hasText: 'Dora Lund' }).click();
    await ana.button(labels.ok).click();
    await ana.panel.locator('ca-people .ca-row').filter({ hasText: 'Dora Lund' }).waitFor();
    await ana.panel
      .locator('ca-people .ca-row')
      .filter({ hasText: 'Bob Keane' })
      .getByRole('button')
      .click();
    await ana.menuitem(labels.remove).click();
    await ana.dialog(labels.remove);
    await bob.panel.getByText(labels.gone).waitFor();
    await expect(ana.panel.locator('ca-people .ca-row'), 'who is left').toHaveCount(3);

    await ana.button(ana.labels.back).click();
    await ana.moreActions(labels.leave);
    await ana.dialog(labels.leave);
    await ana.panel.getByText(labels.gone).waitFor();

    await ana.button(ana.labels.back).click();
    await bob.button(bob.labels.back).click();
    await ana.openConversation('Old stones');
    await bob.openConversation('Old stones');
    await bob.moreActions(labels.erase);
    await bob.dialog(labels.erase);
    await ana.panel.locator('.ca-refused').or(ana.panel.getByText(labels.gone)).first().waitFor();
    expect(await ana.input.count()).toBe(0);
  });
}

test(
  'member table: search, filters and all member actions',
  { tag: '@quick' },
  async ({ world, newDashboard }) => {
    const site = await world.site(PEOPLE, { settings: { approval: 'manual' } });
    await site.register('eve', 'Eve Wu');
    const desk = await newDashboard({ site, section: 'members' });
    await expect(desk.rows, 'all members').toHaveCount(5);

    await desk.page.getByRole('searchbox').fill('ruiz');
    await expect(desk.rows, 'who is found').toHaveCount(1);
    await desk.page.getByRole('searchbox').fill('');
    await desk.page.getByRole('combobox', { name: 'Status' }).selectOption('pending');
    await expect(desk.rows.locator('b'), 'who waits').toHaveText(['Eve Wu']);
    await desk.row('Eve Wu').getByRole('button', { name: 'Approve' }).click();
    await desk.page.getByRole('combobox', { name: 'Status' }).selectOption('');
    await expect(desk.rows, 'all again').toHaveCount(5);
    await expect(desk.row('Eve Wu').locator('.cd-status'), 'her status').toHaveText('Active');

    await desk.memberAction('Bob Keane', 'Block');
    await desk.dialog('Block');
    await expect(desk.row('Bob Keane').locator('.cd-status'), 'his status').toHaveText('Blocked');
    await desk.memberAction('Bob Keane', 'Unblock');
    await expect(desk.row('Bob Keane').locator('.cd-status'), 'his status then').toHaveText(
      'Active',
    );

    await desk.memberAction('Cid Okoye', 'Add a badge…');
    await desk.dialog('Add', 'beekeeper');
    await desk.memberAction('Cid Okoye', 'Add a role…');
    await desk.dialog('Add', 'gatekeeper');
    await expect
      .poll(
        async () => (await desk.row('Cid Okoye').locator('.ca-tag').allInnerTexts()).sort(),
        'his labels',
      )
      .toEqual(['beekeeper', 'gatekeeper']);
    await desk.page.getByRole('combobox', { name: 'Badge' }).selectOption('beekeeper');
    await expect(desk.rows.locator('b'), 'who has the badge').toHaveText(['Cid Okoye']);
    await desk.page.getByRole('combobox', { name: 'Badge' }).selectOption('');
    await expect(desk.rows, 'all once more').toHaveCount(5);
    await desk.page.getByRole('button', { name: 'Remove beekeeper' }).click();
    await expect(desk.row('Cid Okoye').locator('.ca-tag'), 'what is left').toHaveText([
      'gatekeeper',
    ]);

    await desk.memberAction('Dora Lund', 'Remove');
    await desk.dialog('Remove');
    await expect(desk.row('Dora Lund').locator('.cd-status'), 'her status').toHaveText('Removed');
  },
);

test('blocking staff is rejected until they lose the role', async ({
  browserErrors,
  world,
  newDashboard,
}) => {
  browserErrors.allow(/status of 409/);
  const site = await world.site(PEOPLE);
  const desk = await newDashboard({ site, section: 'members' });
  await desk.memberAction('Ana Ruiz', 'Make staff');
  await desk.row('Ana Ruiz').locator('.ca-tag').filter({ hasText: 'Staff' }).waitFor();
  await desk.memberAction('Ana Ruiz', 'Block');
  await desk.dialog('Block');
  await desk.page.getByRole('alert').filter({ hasText: 'Remove the staff role first.' }).waitFor();
});

test(
  'owner answers a business conversation from the inbox',
  { tag: '@quick' },
  async ({ world, newBox, newDashboard }) => {
    const site = await world.site(PEOPLE, { chat: false });
    const [desk, box] = await Promise.all([
      newDashboard({ site }),
      newBox({ site, member: 'ana' }),
    ]);
    await desk.page.getByText('All quiet').waitFor();
    await box.open();
    await box.button(box.labels.newChat).click();
    await box.button('Write to Allotments of Saint-Amand').click();
    await box.write('Is the tap on again?');
    await desk.page
      .locator('.ca-item')
      .filter({ hasText: 'Ana Ruiz' })
      .filter({ hasText: 'Is the tap on again?' })
      .click();
    await desk.page.locator('.ca-msg').filter({ hasText: 'Is the tap on again?' }).waitFor();
    await desk.page.getByRole('textbox', { name: 'Write a message' }).fill('Since this morning.');
    await desk.page.getByRole('button', { name: 'Send', exact: true }).click();
    await box.message('Since this morning.').waitFor();
    await desk.openSection('Site members');
    await desk.memberAction('Bob Keane', 'Send a message');
    await desk.page.getByRole('heading', { name: 'Bob Keane' }).waitFor();
  },
);

test('group image is previewed, shown to others and removed', async ({ world, newBox }) => {
  const site = await world.site(PEOPLE);
  const file = join(tmpdir(), `causerie-${site.id}.png`);
  await writeFile(file, PIXEL);
  const box = await newBox({ site, member: 'ana' });
  await box.open();
  await box.button(box.labels.newChat).click();
  await box.button(box.labels.group, false).click();
  await box.panel.locator('ca-picker .ca-row').first().click();
  await box.button(box.labels.next).click();
  const choosing = box.page.waitForEvent('filechooser');
  await box.button(LABELS.en.image).click();
  await (await choosing).setFiles(file);
  await box.panel.locator('.ca-picture img').waitFor();
  await box.panel.getByRole('textbox', { name: box.labels.name }).fill('With a picture');
  const answered = box.page.waitForResponse((answer) => answer.url().endsWith('/image'));
  // Awaited below. If an earlier step fails, that step is reported.
  answered.catch(() => undefined);
  await box.button(box.labels.create).click();
  await box.panel.getByRole('heading', { name: 'With a picture' }).waitFor();
  expect((await answered).status()).toBe(200);
  const shown = box.panel.locator('ca-conversation .ca-head img[src^="blob:"]');
  await shown.waitFor();
  await expect
    .poll(
      () => shown.evaluate((image) => image.complete && image.naturalWidth),
      'the picture itself',
    )
    .toEqual(1);
  // Another participant sees it in the list.
  const other = await newBox({ site, member: 'bob' });
  await other.open();
  const seen = other.panel.locator('ca-list .ca-item img[src^="blob:"]');
  await seen.waitFor();
  // Once removed, it is gone for both, and so is the menu item.
  await box.moreActions(LABELS.en.bare);
  await shown.waitFor({ state: 'detached' });
  await seen.waitFor({ state: 'detached' });
  await box.moreActions();
  expect(await box.menuitem(LABELS.en.bare).count()).toBe(0);
});
