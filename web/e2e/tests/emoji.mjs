// The emoji picker and the quick reactions.
import { expect, test } from '../lib/fixtures.mjs';
import { PHONE } from '../lib/visitor.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
const SEARCH = { en: 'Search by name', fr: 'Rechercher par nom' };

async function open({ world, newBox }, options) {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'look at this');
  const box = await newBox({ site, member: 'ana', ...options });
  await box.openWith('Bob Keane');
  await box.message('look at this').waitFor();
  const picker = box.panel.locator('.ca-emoji');
  const openPicker = async () => {
    await box.panel.locator('.ca-writing .ca-iconbutton').first().click();
    await picker.getByRole('tab').nth(9).waitFor();
  };
  return { site, direct, box, picker, openPicker, emoji: picker.locator('.ca-emojione') };
}

for (const viewport of [undefined, PHONE, { width: 320, height: 640 }])
  test(`the emoji picker covers neither composer nor edge, ${viewport?.width ?? 'desktop'}`, async ({
    world,
    newBox,
    shot,
  }) => {
    const { box, picker, openPicker } = await open({ world, newBox }, viewport && { viewport });
    await openPicker();
    const at = await picker.boundingBox();
    const panel = await box.panel.boundingBox();
    const composer = await box.panel.locator('ca-composer').boundingBox();
    expect(at.y + at.height).toBeLessThanOrEqual(composer.y);
    expect(at.x).toBeGreaterThanOrEqual(panel.x);
    expect(at.x + at.width).toBeLessThanOrEqual(panel.x + panel.width);
    expect(at.y).toBeGreaterThanOrEqual(0);
    expect(await picker.evaluate((host) => host.scrollWidth <= host.clientWidth)).toBe(true);
    await shot(box, `emoji-${viewport?.width ?? 'desktop'}`);
  });

for (const [lang, sought, found] of [
  ['en', 'birthday ca', '🎂'],
  ['fr', 'gâteau anni', '🎂'],
  ['fr', 'ecureuil', '🐿️'],
])
  test(`emoji are found by name, ${lang}: ${sought}`, async ({ world, newBox }) => {
    const { box, picker, openPicker, emoji } = await open({ world, newBox }, { lang });
    await openPicker();
    const search = picker.getByRole('searchbox', { name: SEARCH[lang] });
    await search.fill(sought);
    await expect(emoji.first()).toHaveText(found);
    await search.press('Enter');
    await expect(box.input).toHaveValue(found);
    await openPicker();
    await search.fill('xyzzy');
    await expect(picker.getByRole('status')).toBeVisible();
  });

test('emoji have groups, and all of it works by keyboard', async ({ world, newBox }) => {
  const { box, picker, openPicker, emoji } = await open({ world, newBox });
  const { keyboard } = box.page;
  await openPicker();
  await picker.getByRole('tab', { name: 'Food & drink' }).click();
  await expect(emoji.first()).toHaveText('🍇');
  await keyboard.press('ArrowRight');
  await expect(picker.getByRole('tab', { name: 'Travel & places' })).toBeFocused();
  await expect(picker.getByRole('tab', { selected: true })).toHaveAttribute(
    'aria-label',
    'Travel & places',
  );
  await keyboard.press('ArrowDown');
  await expect(emoji.first()).toBeFocused();
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowDown');
  const texts = await emoji.allInnerTexts();
  const columns = await picker
    .locator('.ca-emojis')
    .evaluate((grid) => getComputedStyle(grid).gridTemplateColumns.split(' ').length);
  await keyboard.press('Enter');
  await expect(box.input).toHaveValue(texts[columns + 1].trim());
  await expect(box.input).toBeFocused();
});

test('recently used emoji come first, until the chat is reset', async ({ world, newBox }) => {
  const { box, picker, openPicker, emoji } = await open({ world, newBox });
  await openPicker();
  await picker.getByRole('searchbox').fill('hedgehog');
  await emoji.first().click();
  await box.page.reload();
  await box.openWith('Bob Keane');
  await openPicker();
  await expect(emoji.first()).toHaveText('🦔');
  await box.page.keyboard.press('Escape');
  const stored = () => box.page.evaluate(() => JSON.stringify(localStorage).includes('🦔'));
  expect(await stored()).toBe(true);
  await box.page.evaluate(() => globalThis.causerie.reset());
  await expect.poll(stored).toBe(false);
});

test('a message has five quick reactions, and all others behind them', async ({
  world,
  newBox,
  shot,
}) => {
  const { box, picker, emoji } = await open({ world, newBox });
  const row = box.message('look at this');
  const react = async () => {
    await row.hover();
    await row.getByRole('button', { name: 'React' }).click();
  };
  await react();
  await expect(emoji).toHaveText(['👍', '❤️', '😂', '😮', '🙏', '']);
  await shot(box, 'emoji-quick');
  await box.page.keyboard.press('ArrowRight');
  await box.page.keyboard.press('Enter');
  await expect(row.locator('.ca-reaction')).toContainText('❤️');
  await react();
  await picker.getByRole('button', { name: 'Emoji' }).click();
  await picker.getByRole('searchbox').fill('tomato');
  await emoji.first().click();
  await expect(row.locator('.ca-reaction').nth(1)).toContainText('🍅');
});
