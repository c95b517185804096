// Everything by keyboard: Tab, Enter, arrow keys and Escape. The focus is never lost.
import { expect, test } from '../lib/fixtures.mjs';

const PEOPLE = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye' };

/** The accessible name of the focused element. */
const focused = ({ page }) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return (
      at?.getAttribute('aria-label') || at?.textContent?.trim().replace(/\s+/g, ' ') || at?.tagName
    );
  });

/** Presses Tab until the element with this name has the focus; fails if that does not happen. */
async function tabTo(box, name, key = 'Tab') {
  for (let presses = 0; presses < 40; presses++) {
    if ((await focused(box)).startsWith(name)) return;
    await box.page.keyboard.press(key);
  }
  throw new Error(`Tab does not reach “${name}”; at last: ${await focused(box)}`);
}

test(
  'keyboard alone creates a group, writes and leaves it',
  { tag: '@quick' },
  async ({ world, newBox }) => {
    const site = await world.site(PEOPLE);
    const box = await newBox({ site, member: 'ana' });
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
    await expect.poll(() => focused(box), 'the search has the focus').toEqual('Search by name');
    await keyboard.type('bob');
    await expect(box.panel.locator('ca-picker .ca-row'), 'Bob is found').toHaveCount(1);
    await keyboard.press('Tab');
    await tabTo(box, 'BK Bob Keane');
    await keyboard.press('Space');
    await tabTo(box, 'Next');
    await keyboard.press('Enter');
    await expect
      .poll(
        () => box.panel.locator('.ca-naming input').evaluate((input) => input.matches(':focus')),
        'the name has the focus',
      )
      .toEqual(true);
    await keyboard.type('Night watch');
    await keyboard.press('Enter');
    await expect.poll(() => focused(box), 'the composer has the focus').toEqual('Write a message');
    await keyboard.type('Two lines,');
    await keyboard.press('Shift+Enter');
    await keyboard.type('one message');
    await keyboard.press('Enter');
    await expect.poll(() => box.texts(), 'the message').toEqual(['Two lines,\none message']);
    await box.panel.locator('.ca-msg .ca-actions').waitFor({ state: 'attached' });
    await keyboard.press('ArrowUp');
    await expect(box.input, 'the last of mine is edited').toHaveValue('Two lines,\none message');
    await keyboard.press('Escape');
    await expect(box.input, 'and is not').toHaveValue('');
    await tabTo(box, 'You: ', 'Shift+Tab');
    await tabTo(box, 'Message actions');
    await keyboard.press('Enter');
    await expect.poll(() => focused(box), 'the menu has the focus').toEqual('Reply');
    await keyboard.press('End');
    await keyboard.press('Home');
    await keyboard.press('Enter');
    await box.panel.locator('.ca-about').waitFor();
    await expect
      .poll(() => focused(box), 'the composer has the focus again')
      .toEqual('Write a message');
    await keyboard.press('Escape');
    await expect(box.panel.locator('.ca-about'), 'no answer then').toHaveCount(0);
    await tabTo(box, 'More actions', 'Shift+Tab');
    await keyboard.press('Enter');
    await box.menuitem('Leave group').waitFor();
    await keyboard.press('Escape');
    await expect
      .poll(() => focused(box), 'the focus is back on its button')
      .toEqual('More actions');
    expect(await box.panel.count(), 'the menu took that Escape').toBe(1);
    await keyboard.press('Escape');
    await box.panel.waitFor({ state: 'detached' });
    await expect.poll(() => focused(box), 'the focus is back on the bubble').toEqual('Open chat');
  },
);

test('arrow keys move through all messages', async ({ world, newBox }) => {
  const site = await world.site(PEOPLE);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, ...Array.from({ length: 12 }, (_, n) => `line ${n}`));
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Bob Keane');
  await box.message('line 11').waitFor();
  const last = box.panel.locator('.ca-msg').last();
  await last.focus();
  for (let n = 0; n < 3; n++) await box.page.keyboard.press('ArrowUp');
  const text = () =>
    box.page.evaluate(
      () =>
        document.querySelector('causerie-chat').shadowRoot.activeElement?.querySelector('.ca-text')
          ?.textContent,
    );
  await expect.poll(text, 'three up').toEqual('line 8');
  await box.page.keyboard.press('Home');
  await expect.poll(text, 'the first').toEqual('line 0');
  await box.page.keyboard.press('End');
  await expect.poll(text, 'the last').toEqual('line 11');
});

test('screen readers hear new messages of others once', async ({ world, newBox }) => {
  const site = await world.site(PEOPLE);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'before');
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Bob Keane');
  await box.message('before').waitFor();
  const announced = box.panel.locator('[aria-live="polite"]');
  await expect(announced, 'one region, there before its first text').toHaveCount(1);
  expect(await announced.innerText()).toBe('');
  expect(await box.log.getAttribute('aria-live')).toBe('off');
  await site.send('bob', direct, 'news');
  await expect(announced, 'what is said').toHaveText('Bob Keane: news');
  await box.write('mine');
  await box.message('mine').waitFor();
  expect(await announced.innerText()).toBe('Bob Keane: news');
});

test('dashboard by keyboard: blocks a member, turns chat off', async ({
  stack,
  world,
  newDashboard,
}) => {
  const site = await world.site(PEOPLE);
  const desk = await newDashboard({ site, section: 'members' });
  await desk.rows.first().waitFor();
  await tabTo(desk, 'More actions: Ana Ruiz');
  await desk.page.keyboard.press('Enter');
  await desk.page.getByRole('menuitem', { name: 'Block' }).waitFor();
  await desk.page.keyboard.press('ArrowUp');
  await desk.page.keyboard.press('ArrowUp');
  await expect.poll(() => focused(desk), 'at Block').toEqual('Block');
  await desk.page.keyboard.press('Enter');
  await desk.page.locator('dialog').waitFor();
  await tabTo(desk, 'Block');
  await desk.page.keyboard.press('Enter');
  await expect(desk.row('Ana Ruiz').locator('.cd-status'), 'her status').toHaveText('Blocked');
  await desk.page.goto(`${stack.origin}/dashboard#settings`);
  await desk.switch.waitFor();
  await tabTo(desk, 'Enable member chat').catch(() => desk.switch.focus());
  await desk.switch.press('Space');
  await expect(desk.switch, 'off').toHaveAttribute('aria-checked', 'false');
});
