// What the owner and the members do, step by step, in both languages.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comes } from '../lib/expect.mjs';
import { test } from '../lib/test.mjs';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PEOPLE = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye', dora: 'Dora Lund' };

const SAID = {
  en: {
    settings: 'Chat settings',
    enable: 'Enable members chat',
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
    bare: 'Remove the image',
    gone: /no longer part/,
  },
  fr: {
    settings: 'Paramètres du chat',
    enable: 'Activer le Chat de membres',
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
  const said = SAID[lang];

  test(
    `the owner switches member chat on, and a member finds the others, ${lang}`,
    { quick: lang === 'fr' },
    async (t) => {
      const site = await t.world.site(PEOPLE, { chat: false });
      const desk = await t.dashboard({ site, section: 'settings', lang });
      const box = await t.box({ site, member: 'ana', lang });
      await desk.page.getByRole('heading', { name: said.settings }).waitFor();
      await desk.page.getByText(said.on).waitFor();
      await desk.page.getByText(said.off).waitFor();
      const enable = desk.page.getByRole('switch', { name: said.enable });
      assert.equal(await enable.getAttribute('aria-checked'), 'false');
      await box.open();
      await box.button(box.words.fresh).click();
      assert.equal(await box.button(box.words.group, false).count(), 0);
      await enable.click();
      await comes('the switch', () => enable.getAttribute('aria-checked'), 'true');
      await box.panel.locator('ca-picker .ca-row').filter({ hasText: 'Bob Keane' }).waitFor();
      await box.button(box.words.group, false).waitFor();
    },
  );

  test(`a group from + New chat to Create, ${lang}`, { quick: lang === 'en' }, async (t) => {
    const site = await t.world.site(PEOPLE);
    const [ana, bob] = await Promise.all([
      t.box({ site, member: 'ana', lang }),
      t.box({ site, member: 'bob', lang }),
    ]);
    await Promise.all([ana.open(), bob.open()]);
    await ana.button(ana.words.fresh).click();
    await ana.button(ana.words.group, false).click();
    const next = ana.button(ana.words.next);
    assert.equal(await next.isDisabled(), true);
    await ana.panel.getByRole('searchbox', { name: ana.words.find }).fill('bo');
    await ana.panel.locator('ca-picker .ca-row').filter({ hasText: 'Bob Keane' }).click();
    await ana.panel.getByRole('searchbox', { name: ana.words.find }).fill('');
    await ana.panel.locator('ca-picker .ca-row').filter({ hasText: 'Cid Okoye' }).click();
    await next.click();
    assert.equal(await ana.button(ana.words.create).isDisabled(), true);
    await ana.panel.getByRole('textbox', { name: ana.words.name }).fill('Seed exchange');
    await ana.button(ana.words.create).click();
    await ana.panel.getByRole('heading', { name: 'Seed exchange' }).waitFor();
    await ana.write('Welcome!');
    await bob.item('Seed exchange').filter({ hasText: 'Welcome!' }).waitFor();
    await comes('the count on the bubble', () => bob.page.title(), '(1) Allotments of Saint-Amand');
    await bob.enter('Seed exchange');
    await bob.message('Welcome!').waitFor();
    await comes('the title when all is read', () => bob.page.title(), 'Allotments of Saint-Amand');
  });

  test(`more actions in a group: name, participants, leave, delete, ${lang}`, {}, async (t) => {
    const site = await t.world.site(PEOPLE);
    await site.group('ana', 'Fence painting', ['bob', 'cid']);
    await site.group('bob', 'Old stones', ['ana']);
    const [ana, bob] = await Promise.all([
      t.box({ site, member: 'ana', lang }),
      t.box({ site, member: 'bob', lang }),
    ]);
    await Promise.all([ana.openAt('Fence painting'), bob.openAt('Fence painting')]);

    await ana.more(said.rename);
    await ana.dialog(said.save, 'Gate painting');
    await bob.panel.getByRole('heading', { name: 'Gate painting' }).waitFor();
    await bob.more();
    assert.equal(await bob.menuitem(said.rename).count(), 0, 'only admins rename');
    await bob.page.keyboard.press('Escape');

    await ana.more(said.manage);
    await ana.button(said.add).click();
    await ana.panel.locator('ca-picker .ca-row').filter({ hasText: 'Dora Lund' }).click();
    await ana.button(said.ok).click();
    await ana.panel.locator('ca-people .ca-row').filter({ hasText: 'Dora Lund' }).waitFor();
    await ana.panel
      .locator('ca-people .ca-row')
      .filter({ hasText: 'Bob Keane' })
      .getByRole('button')
      .click();
    await ana.menuitem(said.remove).click();
    await ana.dialog(said.remove);
    await bob.panel.getByText(said.gone).waitFor();
    await comes('who is left', () => ana.panel.locator('ca-people .ca-row').count(), 3);

    await ana.button(ana.words.back).click();
    await ana.more(said.leave);
    await ana.dialog(said.leave);
    await ana.panel.getByText(said.gone).waitFor();

    await ana.button(ana.words.back).click();
    await bob.button(bob.words.back).click();
    await ana.enter('Old stones');
    await bob.enter('Old stones');
    await bob.more(said.erase);
    await bob.dialog(said.erase);
    await ana.panel.locator('.ca-refused').or(ana.panel.getByText(said.gone)).first().waitFor();
    assert.equal(await ana.input.count(), 0);
  });
}

test(
  'the owner has the members in a table: search, filters, approval, blocks, roles, badges, removal',
  { quick: true },
  async (t) => {
    const site = await t.world.site(PEOPLE, { settings: { approval: 'manual' } });
    await site.register('eve', 'Eve Wu');
    const desk = await t.dashboard({ site, section: 'members' });
    await comes('all members', () => desk.rows.count(), 5);

    await desk.page.getByRole('searchbox').fill('ruiz');
    await comes('who is found', () => desk.rows.count(), 1);
    await desk.page.getByRole('searchbox').fill('');
    await desk.page.getByRole('combobox', { name: 'Status' }).selectOption('pending');
    await comes('who waits', () => desk.rows.locator('b').allInnerTexts(), ['Eve Wu']);
    await desk.row('Eve Wu').getByRole('button', { name: 'Approve' }).click();
    await desk.page.getByRole('combobox', { name: 'Status' }).selectOption('');
    await comes('all again', () => desk.rows.count(), 5);
    await comes('her status', () => desk.row('Eve Wu').locator('.cd-status').innerText(), 'Active');

    await desk.act('Bob Keane', 'Block');
    await desk.dialog('Block');
    await comes(
      'his status',
      () => desk.row('Bob Keane').locator('.cd-status').innerText(),
      'Blocked',
    );
    await desk.act('Bob Keane', 'Unblock');
    await comes(
      'his status then',
      () => desk.row('Bob Keane').locator('.cd-status').innerText(),
      'Active',
    );

    await desk.act('Cid Okoye', 'Add a badge…');
    await desk.dialog('Add', 'beekeeper');
    await desk.act('Cid Okoye', 'Add a role…');
    await desk.dialog('Add', 'gatekeeper');
    await comes(
      'his labels',
      async () => (await desk.row('Cid Okoye').locator('.ca-tag').allInnerTexts()).sort(),
      ['beekeeper', 'gatekeeper'],
    );
    await desk.page.getByRole('textbox', { name: 'Badge' }).fill('beekeeper');
    await comes('who has the badge', () => desk.rows.locator('b').allInnerTexts(), ['Cid Okoye']);
    await desk.page.getByRole('textbox', { name: 'Badge' }).fill('');
    await comes('all once more', () => desk.rows.count(), 5);
    await desk.page.getByRole('button', { name: 'Take beekeeper away' }).click();
    await comes('what is left', () => desk.row('Cid Okoye').locator('.ca-tag').allInnerTexts(), [
      'gatekeeper',
    ]);

    await desk.act('Dora Lund', 'Remove');
    await desk.dialog('Remove');
    await comes(
      'her status',
      () => desk.row('Dora Lund').locator('.cd-status').innerText(),
      'Removed',
    );
  },
);

test(
  'staff lose their role before they can be blocked',
  { allow: [/status of 409/] },
  async (t) => {
    const site = await t.world.site(PEOPLE);
    const desk = await t.dashboard({ site, section: 'members' });
    await desk.act('Ana Ruiz', 'Make staff');
    await desk.row('Ana Ruiz').locator('.ca-tag').filter({ hasText: 'Staff' }).waitFor();
    await desk.act('Ana Ruiz', 'Block');
    await desk.dialog('Block');
    await desk.page
      .getByRole('alert')
      .filter({ hasText: 'Staff lose their role first.' })
      .waitFor();
  },
);

test(
  'a member writes to the business, and the owner answers from the inbox',
  { quick: true },
  async (t) => {
    const site = await t.world.site(PEOPLE, { chat: false });
    const [desk, box] = await Promise.all([t.dashboard({ site }), t.box({ site, member: 'ana' })]);
    await desk.page.getByText('All quiet').waitFor();
    await box.open();
    await box.button(box.words.fresh).click();
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
    await desk.go('Site members');
    await desk.act('Bob Keane', 'Write to this member');
    await desk.page.getByRole('heading', { name: 'Bob Keane' }).waitFor();
  },
);

test('a group has an image: the camera shows it before Create', {}, async (t) => {
  const site = await t.world.site(PEOPLE);
  const file = join(tmpdir(), `causerie-${site.id}.png`);
  await writeFile(file, PIXEL);
  const box = await t.box({ site, member: 'ana' });
  await box.open();
  await box.button(box.words.fresh).click();
  await box.button(box.words.group, false).click();
  await box.panel.locator('ca-picker .ca-row').first().click();
  await box.button(box.words.next).click();
  const choosing = box.page.waitForEvent('filechooser');
  await box.button(SAID.en.image).click();
  await (await choosing).setFiles(file);
  await box.panel.locator('.ca-picture img').waitFor();
  await box.panel.getByRole('textbox', { name: box.words.name }).fill('With a picture');
  const answered = box.page.waitForResponse((answer) => answer.url().endsWith('/image'));
  // Waited for only below: what fails before that is what is reported.
  answered.catch(() => undefined);
  await box.button(box.words.create).click();
  await box.panel.getByRole('heading', { name: 'With a picture' }).waitFor();
  assert.equal((await answered).status(), 200);
  const shown = box.panel.locator('ca-conversation .ca-head img[src^="blob:"]');
  await shown.waitFor();
  await comes(
    'the picture itself',
    () => shown.evaluate((image) => image.complete && image.naturalWidth),
    1,
  );
  // The other one sees it in the list.
  const other = await t.box({ site, member: 'bob' });
  await other.open();
  const seen = other.panel.locator('ca-list .ca-item img[src^="blob:"]');
  await seen.waitFor();
  // Taken away, it is gone for both, and so is the way to take it away.
  await box.more(SAID.en.bare);
  await shown.waitFor({ state: 'detached' });
  await seen.waitFor({ state: 'detached' });
  await box.more();
  assert.equal(await box.menuitem(SAID.en.bare).count(), 0);
});
