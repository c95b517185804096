// Every screen in both languages and themes, on desktop and phone: axe, and a screenshot of each.
import { garden } from '../lib/garden.mjs';
import { test } from '../lib/fixtures.mjs';
import { PHONE } from '../lib/visitor.mjs';

const LOOKS = [
  ['fr', 'light'],
  ['en', 'dark'],
];

for (const [lang, theme] of LOOKS) {
  test(`screens of the box, ${lang}, ${theme}`, async ({ world, newBox, shot }) => {
    const site = await garden(world, lang);
    const box = await newBox({ site, member: 'theo', lang, theme });
    const picture = (name, close = true) => shot(box, `box-${name}-${lang}-${theme}`, close);
    await box.badge.filter({ hasText: /\d/ }).waitFor();
    await picture('closed', false);
    await box.open();
    await picture('conversations', false);
    await box.openConversation(site.talk.market);
    await box.message(site.talk.reply).waitFor();
    await box.message(site.talk.said[4][1]).hover();
    await picture('group', false);
    await box.moreActions();
    await picture('more-actions');
    await box.page.keyboard.press('Escape');
    await box.input.press('Shift+Tab');
    await box.panel.locator('.ca-writing .ca-iconbutton').first().click();
    await picture('emoji');
    await box.page.keyboard.press('Escape');
    await box.moreActions();
    await box.panel.getByRole('menuitem').first().click();
    await box.panel.locator('ca-people .ca-row').nth(5).waitFor();
    await picture('participants');
    await box.button(box.labels.back).click();
    await box.button(box.labels.back).click();
    await box.button(box.labels.newChat).click();
    await box.panel.locator('ca-picker .ca-row').nth(3).waitFor();
    await picture('new-chat');
    await box.button(box.labels.group, false).click();
    for (const name of ['Nadia', 'Inês', 'Yusuf'])
      await box.panel.locator('ca-picker .ca-row').filter({ hasText: name }).click();
    await picture('new-group');
    await box.button(box.labels.next).click();
    await box.panel.getByRole('textbox', { name: box.labels.name }).fill(site.talk.market);
    await picture('name-group');
  });

  test(`screens of the dashboard, ${lang}, ${theme}`, async ({
    stack,
    world,
    newDashboard,
    shot,
  }) => {
    const site = await garden(world, lang);
    await site.as('owner', 'PATCH', '/settings', { approval: 'manual' });
    await site.as('owner', 'POST', '/members/bjorn/block');
    await site.as('owner', 'POST', '/members/zoe/mute');
    await site.register('lou', 'Lou Bernard');
    const desk = await newDashboard({ site, lang, theme });
    const picture = (name) => shot(desk, `dashboard-${name}-${lang}-${theme}`);
    await desk.page.locator('.ca-item').first().waitFor();
    await picture('inbox-none');
    await desk.page.locator('.ca-item').filter({ hasText: 'Théo' }).click();
    await desk.page.locator('.ca-msg').nth(1).waitFor();
    await picture('inbox');
    await desk.page.goto(`${stack.origin}/dashboard#members`);
    await desk.rows.nth(11).waitFor();
    await picture('members');
    await desk.rows.filter({ hasText: 'Camille' }).locator('.cd-acts button').click();
    await picture('member-actions');
    await desk.page.keyboard.press('Escape');
    await desk.page.goto(`${stack.origin}/dashboard#settings`);
    await desk.switch.waitFor();
    await picture('settings');
  });

  test(`screens on a phone, ${lang}, ${theme}`, async ({
    stack,
    world,
    newBox,
    newDashboard,
    shot,
  }) => {
    const site = await garden(world, lang);
    const box = await newBox({ site, member: 'theo', lang, theme, viewport: PHONE, touch: true });
    const picture = (name) => shot(box, `phone-${name}-${lang}-${theme}`);
    await box.badge.filter({ hasText: /\d/ }).waitFor();
    await picture('closed');
    await box.open();
    await picture('conversations');
    await box.openConversation(site.talk.market);
    await box.message(site.talk.reply).waitFor();
    await picture('group');
    const desk = await newDashboard({ site, lang, theme, viewport: PHONE, section: 'members' });
    await desk.rows.first().waitFor();
    await shot(desk, `phone-members-${lang}-${theme}`);
    await desk.page.goto(`${stack.origin}/dashboard#inbox`);
    await desk.page.locator('.ca-item').first().waitFor();
    await shot(desk, `phone-inbox-${lang}-${theme}`);
    await desk.page.goto(`${stack.origin}/dashboard#settings`);
    await desk.switch.waitFor();
    await shot(desk, `phone-settings-${lang}-${theme}`);
  });
}
