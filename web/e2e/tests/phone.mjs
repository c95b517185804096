// Phone layout and right-to-left layout.
import { expect, test } from '../lib/fixtures.mjs';
import { PHONE } from '../lib/visitor.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
/** WCAG 2.2, 2.5.8. */
const MIN_TARGET_PX = 24;

/** Controls smaller than the minimum target size. The name in a header opens what its surroundings open. */
const tooSmall = (box) =>
  box.page.evaluate((least) => {
    const root = document.querySelector('causerie-chat').shadowRoot;
    return [...root.querySelectorAll('button, input, textarea, select')]
      .map((control) => [
        control.getAttribute('aria-label') ?? control.textContent.trim(),
        (control.closest('.ca-face') ?? control).getBoundingClientRect(),
      ])
      .filter(([, { width, height }]) => width && (width < least || height < least))
      .map(([name, { width, height }]) => `${name}: ${width} × ${height}`);
  }, MIN_TARGET_PX);

test(
  'phone: the panel fills the screen and closes',
  { tag: '@quick' },
  async ({ world, newBox }) => {
    const site = await world.site(TWO);
    const direct = await site.direct('ana', 'bob');
    await site.send('bob', direct, 'from the path');
    const box = await newBox({ site, member: 'ana', viewport: PHONE, touch: true });
    await box.bubble.tap();
    await box.item('Bob Keane').tap();
    await box.message('from the path').waitFor();
    expect(await box.panel.boundingBox()).toEqual({ x: 0, y: 0, ...PHONE });
    expect(await box.bubble.isVisible()).toBe(false);
    expect(
      await box.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      'nothing sticks out',
    ).toBe(true);
    expect(await tooSmall(box)).toEqual([]);
    await box.message('from the path').tap();
    await box.message('from the path').getByRole('button', { name: 'Reply' }).tap();
    await box.panel.locator('.ca-about').waitFor();
    await box.input.fill('to the path');
    await box.button('Send').tap();
    await box.message('to the path').waitFor();
    await box.button('Close').tap();
    await box.panel.waitFor({ state: 'detached' });
    expect(await box.bubble.isVisible()).toBe(true);
  },
);

test('right to left: bubble, panel and own messages are mirrored', async ({
  world,
  newBox,
  shot,
}) => {
  const site = await world.site({ ana: 'Ana Ruiz', bob: 'ليلى حداد' });
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'صباح الخير', 'and some English in between');
  const box = await newBox({ site, member: 'ana', dir: 'rtl' });
  const middle = 590;
  expect((await box.bubble.boundingBox()).x).toBeLessThan(middle);
  await box.openWith('ليلى حداد');
  await box.write('my own');
  await box.message('my own').waitFor();
  const panel = await box.panel.boundingBox();
  expect(panel.x).toBeLessThan(middle);
  const own = await box.message('my own').locator('.ca-bubble').boundingBox();
  expect(own.x - panel.x).toBeLessThan(panel.width / 2);
  await shot(box, 'box-right-to-left', true);
});

test('right to left: a Latin title stands at its picture', async ({ world, newBox }) => {
  const site = await world.site({ ana: 'Ana Ruiz', bob: 'Bob Keane' });
  await site.send('bob', await site.direct('ana', 'bob'), 'good morning');
  const box = await newBox({ site, member: 'ana', dir: 'rtl' });
  /** Distance between the text and the picture on its right. */
  const gap = (title, picture) =>
    title.evaluate((element, other) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const { right } = range.getBoundingClientRect();
      return Math.round(other.getBoundingClientRect().left - right);
    }, picture);
  const gapIn = async (scope) =>
    gap(
      scope.getByText('Bob Keane', { exact: true }),
      await scope.locator('.ca-avatar').elementHandle(),
    );
  await box.open();
  expect(await gapIn(box.item('Bob Keane'))).toBeLessThan(20);
  await box.openConversation('Bob Keane');
  expect(await gapIn(box.panel.locator('ca-conversation > .ca-head'))).toBeLessThan(20);
  await box.button('Back').click();
  await box.button('New chat').click();
  const row = box.panel.locator('ca-picker .ca-row').filter({ hasText: 'Bob Keane' });
  await row.waitFor();
  expect(await gapIn(row)).toBeLessThan(20);
});
