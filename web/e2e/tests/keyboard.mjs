// Everything without a mouse: Tab, Enter, the arrows and Escape, and the focus is never lost.
import assert from 'node:assert/strict';
import { comes } from '../lib/expect.mjs';
import { test } from '../lib/test.mjs';

const PEOPLE = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye' };

/** What has the focus, by its name for assistive technology. */
const focused = ({ page }) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return (
      at?.getAttribute('aria-label') || at?.textContent?.trim().replace(/\s+/g, ' ') || at?.tagName
    );
  });

/** Tab until a name has the focus; what cannot be reached so is not reachable. */
async function tabTo(box, name, key = 'Tab') {
  for (let presses = 0; presses < 40; presses++) {
    if ((await focused(box)).startsWith(name)) return;
    await box.page.keyboard.press(key);
  }
  throw new Error(`Tab does not reach “${name}”; at last: ${await focused(box)}`);
}

test('a group is made, written in and left by keyboard alone', { quick: true }, async (t) => {
  const site = await t.world.site(PEOPLE);
  const box = await t.box({ site, member: 'ana' });
  const { keyboard } = box.page;
  await box.page.locator('body').focus();
  await tabTo(box, 'Open chat');
  await keyboard.press('Enter');
  await box.button('New chat').waitFor();
  await tabTo(box, 'New chat');
  await keyboard.press('Enter');
  await box.panel.locator('ca-picker .ca-row').first().waitFor();
  await tabTo(box, 'New group chat', 'Shift+Tab');
  await keyboard.press('Enter');
  await comes('the search has the focus', () => focused(box), 'Search by name');
  await keyboard.type('bob');
  await comes('Bob is found', () => box.panel.locator('ca-picker .ca-row').count(), 1);
  await keyboard.press('Tab');
  await tabTo(box, 'BK Bob Keane');
  await keyboard.press('Space');
  await tabTo(box, 'Next');
  await keyboard.press('Enter');
  await comes(
    'the name has the focus',
    () => box.panel.locator('.ca-naming input').evaluate((input) => input.matches(':focus')),
    true,
  );
  await keyboard.type('Night watch');
  await keyboard.press('Enter');
  await comes('where one writes has the focus', () => focused(box), 'Write a message');
  await keyboard.type('Two lines,');
  await keyboard.press('Shift+Enter');
  await keyboard.type('one message');
  await keyboard.press('Enter');
  await comes('the message', () => box.texts(), ['Two lines,\none message']);
  await box.panel.locator('.ca-msg .ca-actions').waitFor({ state: 'attached' });
  await keyboard.press('ArrowUp');
  await comes(
    'the last of mine is edited',
    () => box.input.inputValue(),
    'Two lines,\none message',
  );
  await keyboard.press('Escape');
  await comes('and is not', () => box.input.inputValue(), '');
  await tabTo(box, 'You: ', 'Shift+Tab');
  await tabTo(box, 'Message actions');
  await keyboard.press('Enter');
  await comes('the menu has the focus', () => focused(box), 'Reply');
  await keyboard.press('End');
  await keyboard.press('Home');
  await keyboard.press('Enter');
  await box.panel.locator('.ca-about').waitFor();
  await comes('back to where one writes', () => focused(box), 'Write a message');
  await keyboard.press('Escape');
  await comes('no answer then', () => box.panel.locator('.ca-about').count(), 0);
  await tabTo(box, 'More actions', 'Shift+Tab');
  await keyboard.press('Enter');
  await box.menuitem('Leave group').waitFor();
  await keyboard.press('Escape');
  await comes('the focus is back on its button', () => focused(box), 'More actions');
  assert.equal(await box.panel.count(), 1, 'the menu took that Escape');
  await keyboard.press('Escape');
  await box.panel.waitFor({ state: 'detached' });
  await comes('the focus is back on the bubble', () => focused(box), 'Open chat');
});

test('the arrows walk the messages, older ones included', {}, async (t) => {
  const site = await t.world.site(PEOPLE);
  const direct = await site.direct('ana', 'bob');
  await site.say('bob', direct, ...Array.from({ length: 12 }, (_, n) => `line ${n}`));
  const box = await t.box({ site, member: 'ana' });
  await box.openAt('Bob Keane');
  await box.message('line 11').waitFor();
  const last = box.panel.locator('.ca-msg').last();
  await last.focus();
  for (let n = 0; n < 3; n++) await box.page.keyboard.press('ArrowUp');
  const text = () =>
    box.page.evaluate(
      () =>
        document.querySelector('causerie-chat').shadowRoot.activeElement.querySelector('.ca-text')
          .textContent,
    );
  await comes('three up', text, 'line 8');
  await box.page.keyboard.press('Home');
  await comes('the first', text, 'line 0');
  await box.page.keyboard.press('End');
  await comes('the last', text, 'line 11');
});

test('new messages are said once, and only those', {}, async (t) => {
  const site = await t.world.site(PEOPLE);
  const direct = await site.direct('ana', 'bob');
  await site.say('bob', direct, 'before');
  const box = await t.box({ site, member: 'ana' });
  await box.openAt('Bob Keane');
  await box.message('before').waitFor();
  const said = box.panel.locator('ca-conversation > .ca-sr[aria-live="polite"]');
  assert.equal(await said.innerText(), '');
  assert.equal(await box.log.getAttribute('aria-live'), 'off');
  await site.say('bob', direct, 'news');
  await comes('what is said', () => said.innerText(), 'Bob Keane: news');
  await box.write('mine');
  await box.message('mine').waitFor();
  assert.equal(await said.innerText(), 'Bob Keane: news');
});

test('the dashboard by keyboard: a member is blocked, the switch is thrown', {}, async (t) => {
  const site = await t.world.site(PEOPLE);
  const desk = await t.dashboard({ site, section: 'members' });
  await desk.rows.first().waitFor();
  await tabTo(desk, 'More actions: Ana Ruiz');
  await desk.page.keyboard.press('Enter');
  await desk.page.getByRole('menuitem', { name: 'Block' }).waitFor();
  await desk.page.keyboard.press('ArrowUp');
  await desk.page.keyboard.press('ArrowUp');
  await comes('at Block', () => focused(desk), 'Block');
  await desk.page.keyboard.press('Enter');
  await desk.page.locator('dialog').waitFor();
  await tabTo(desk, 'Block');
  await desk.page.keyboard.press('Enter');
  await comes(
    'her status',
    () => desk.row('Ana Ruiz').locator('.cd-status').innerText(),
    'Blocked',
  );
  await desk.page.goto(`${t.stack.origin}/dashboard#settings`);
  await desk.switch.waitFor();
  await tabTo(desk, 'Enable members chat').catch(() => desk.switch.focus());
  await desk.switch.press('Space');
  await comes('off', () => desk.switch.getAttribute('aria-checked'), 'false');
});
