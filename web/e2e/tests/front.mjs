// The first screen: what is unread looks unread, search by title, what waits elsewhere.
import { expect, test } from '../lib/fixtures.mjs';

const PEOPLE = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye' };

test('unread rows differ, and Back counts what waits elsewhere', async ({
  world,
  newBox,
  shot,
}) => {
  const site = await world.site(PEOPLE);
  await site.send('bob', await site.direct('ana', 'bob'), 'hello', 'and again');
  await site.send('ana', await site.direct('ana', 'cid'), 'mine');
  const group = await site.group('bob', 'Night Watch', ['ana', 'cid']);
  await site.send('bob', group, 'ready');
  const box = await newBox({ site, member: 'ana' });
  await box.open();
  const weightOf = (title) =>
    box
      .item(title)
      .locator('.ca-title')
      .evaluate((element) => getComputedStyle(element).fontWeight);
  expect([await weightOf('Bob Keane'), await weightOf('Cid Okoye')]).toEqual(['650', '400']);
  await expect(box.item('Night Watch').locator('.ca-avatar'), 'its face').toHaveText('NW');
  await shot(box, 'box-front', true);
  await box.openConversation('Bob Keane');
  await box.message('and again').waitFor();
  const back = box.button('Back');
  const count = box.panel.locator('.ca-back .ca-count');
  await expect(count).toHaveText('1');
  await expect(back).toHaveAccessibleDescription('1 unread message');
  await shot(box, 'box-unread-elsewhere', true);
  await site.send('cid', group, 'me too');
  await expect(count).toHaveText('2');
});

test('conversations are found by title, and the number is announced', async ({
  world,
  newBox,
  shot,
}) => {
  const site = await world.site({ ...PEOPLE, zoe: 'Zoé Martin' });
  for (const other of ['bob', 'cid', 'zoe'])
    await site.send('ana', await site.direct('ana', other), 'hello');
  const box = await newBox({ site, member: 'ana' });
  await box.open();
  await box.button('Search conversations').click();
  const field = box.panel.getByRole('searchbox', { name: 'Search conversations' });
  await expect(field).toBeFocused();
  // The styles of the field come with it.
  await expect(box.panel.locator('.ca-find .ca-icon')).toHaveCSS('position', 'absolute');
  await field.fill('zoe mar');
  await expect(box.items).toHaveCount(1);
  await expect(box.panel.locator('[aria-live="polite"]')).toContainText('1 conversation found');
  await shot(box, 'box-search', true);
  await field.fill('nobody');
  await box.panel.getByRole('heading', { name: '0 conversations found' }).waitFor();
  await field.press('Escape');
  await expect(box.items).toHaveCount(3);
  await box.openConversation('Zoé Martin');
  await box.button('Back').click();
  await box.button('New chat').waitFor();
});
