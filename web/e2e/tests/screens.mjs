// Every screen in both languages, both themes, on a desk and on a phone: nothing for axe to say, and a picture of each.
import { garden } from '../lib/garden.mjs';
import { test } from '../lib/test.mjs';
import { PHONE } from '../lib/visitor.mjs';

const LOOKS = [
  ['fr', 'light'],
  ['en', 'dark'],
];

for (const [lang, theme] of LOOKS) {
  test(`screens of the box, ${lang}, ${theme}`, { long: true }, async (t) => {
    const site = await garden(t.world, lang);
    const box = await t.box({ site, member: 'theo', lang, theme });
    const shot = (name, close = true) => t.shot(box, `box-${name}-${lang}-${theme}`, close);
    await box.badge.filter({ hasText: /\d/ }).waitFor();
    await shot('closed', false);
    await box.open();
    await shot('conversations', false);
    await box.enter(site.talk.market);
    await box.message(site.talk.reply).waitFor();
    await box.message(site.talk.said[4][1]).hover();
    await shot('group', false);
    await box.more();
    await shot('more-actions');
    await box.page.keyboard.press('Escape');
    await box.input.press('Shift+Tab');
    await box.panel.locator('.ca-writing .ca-iconbutton').first().click();
    await shot('emoji');
    await box.page.keyboard.press('Escape');
    await box.more();
    await box.panel.getByRole('menuitem').first().click();
    await box.panel.locator('ca-people .ca-row').nth(5).waitFor();
    await shot('participants');
    await box.button(box.words.back).click();
    await box.button(box.words.back).click();
    await box.button(box.words.fresh).click();
    await box.panel.locator('ca-picker .ca-row').nth(3).waitFor();
    await shot('new-chat');
    await box.button(box.words.group, false).click();
    for (const name of ['Nadia', 'Inês', 'Yusuf'])
      await box.panel.locator('ca-picker .ca-row').filter({ hasText: name }).click();
    await shot('new-group');
    await box.button(box.words.next).click();
    await box.panel.getByRole('textbox', { name: box.words.name }).fill(site.talk.market);
    await shot('name-group');
  });

  test(`screens of the dashboard, ${lang}, ${theme}`, { long: true }, async (t) => {
    const site = await garden(t.world, lang);
    await site.as('owner', 'PATCH', '/settings', { approval: 'manual' });
    await site.as('owner', 'POST', '/members/bjorn/block');
    await site.as('owner', 'POST', '/members/zoe/mute');
    await site.register('lou', 'Lou Bernard');
    const desk = await t.dashboard({ site, lang, theme });
    const shot = (name) => t.shot(desk, `dashboard-${name}-${lang}-${theme}`);
    await desk.page.locator('.ca-item').first().waitFor();
    await shot('inbox-none');
    await desk.page.locator('.ca-item').filter({ hasText: 'Théo' }).click();
    await desk.page.locator('.ca-msg').nth(1).waitFor();
    await shot('inbox');
    await desk.page.goto(`${t.stack.origin}/dashboard#members`);
    await desk.rows.nth(11).waitFor();
    await shot('members');
    await desk.rows.filter({ hasText: 'Camille' }).locator('.cd-acts button').click();
    await shot('member-actions');
    await desk.page.keyboard.press('Escape');
    await desk.page.goto(`${t.stack.origin}/dashboard#settings`);
    await desk.switch.waitFor();
    await shot('settings');
  });

  test(`screens on a phone, ${lang}, ${theme}`, { long: true }, async (t) => {
    const site = await garden(t.world, lang);
    const box = await t.box({ site, member: 'theo', lang, theme, viewport: PHONE, touch: true });
    const shot = (name) => t.shot(box, `phone-${name}-${lang}-${theme}`);
    await box.badge.filter({ hasText: /\d/ }).waitFor();
    await shot('closed');
    await box.open();
    await shot('conversations');
    await box.enter(site.talk.market);
    await box.message(site.talk.reply).waitFor();
    await shot('group');
    const desk = await t.dashboard({ site, lang, theme, viewport: PHONE, section: 'members' });
    await desk.rows.first().waitFor();
    await t.shot(desk, `phone-members-${lang}-${theme}`);
    await desk.page.goto(`${t.stack.origin}/dashboard#inbox`);
    await desk.page.locator('.ca-item').first().waitFor();
    await t.shot(desk, `phone-inbox-${lang}-${theme}`);
    await desk.page.goto(`${t.stack.origin}/dashboard#settings`);
    await desk.switch.waitFor();
    await t.shot(desk, `phone-settings-${lang}-${theme}`);
  });
}
