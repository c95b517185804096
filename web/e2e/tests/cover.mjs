// Where the panel covers the page: focus, scrolling, the browser's Back, an on-screen keyboard.
import { expect, test } from '../lib/fixtures.mjs';
import { PHONE } from '../lib/visitor.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

async function phoneOfAna({ world, newBox }) {
  const site = await world.site(TWO);
  await site.send('bob', await site.direct('ana', 'bob'), 'from the path');
  const box = await newBox({ site, member: 'ana', viewport: PHONE, touch: true });
  await box.page.evaluate(() => (document.querySelector('main').style.minHeight = '3000px'));
  return box;
}

const isInPanel = ({ page }) =>
  page.evaluate(() => {
    const { activeElement } = document.querySelector('causerie-chat').shadowRoot;
    return !!activeElement?.closest('.ca-panel');
  });
const leftovers = ({ page }) =>
  page.evaluate(() => [
    document.querySelectorAll('[inert]').length,
    document.documentElement.style.overflow,
  ]);
const wheelOver = async ({ page }, locator) => {
  await locator.hover();
  await page.mouse.wheel(0, 300);
  await page.waitForTimeout(300);
  return page.evaluate(() => scrollY);
};

test('phone: the focus stays in the panel, and nothing is left after it', async ({
  world,
  newBox,
}) => {
  const box = await phoneOfAna({ world, newBox });
  await box.open();
  await expect(box.panel).toHaveAttribute('aria-modal', 'true');
  await expect.poll(() => leftovers(box)).toEqual([2, 'hidden']);
  for (const key of ['Tab', 'Shift+Tab'])
    for (let presses = 0; presses < 8; presses++) {
      await box.page.keyboard.press(key);
      expect(await isInPanel(box), `${key} ${presses}`).toBe(true);
    }
  expect(await wheelOver(box, box.panel.locator('.ca-head')), 'the page behind').toBe(0);
  await box.button('Close').click();
  expect(await leftovers(box)).toEqual([0, '']);
  await box.open();
  await expect.poll(() => leftovers(box)).toEqual([2, 'hidden']);
  await box.page.evaluate(() => document.querySelector('causerie-chat').remove());
  await expect.poll(() => leftovers(box)).toEqual([0, '']);
});

test('scrolling over the panel does not scroll the page', async ({ world, newBox }) => {
  const site = await world.site(TWO);
  await site.send('bob', await site.direct('ana', 'bob'), 'before');
  const box = await newBox({ site, member: 'ana' });
  await box.page.evaluate(() => (document.querySelector('main').style.minHeight = '3000px'));
  await box.open();
  for (const part of ['.ca-head', '.ca-items'])
    expect(await wheelOver(box, box.panel.locator(part)), part).toBe(0);
  await expect(box.panel).not.toHaveAttribute('aria-modal', 'true');
  expect(await leftovers(box)).toEqual([0, '']);
});

test('phone: Back goes from the conversation to the list, then closes', async ({
  world,
  newBox,
}) => {
  const box = await phoneOfAna({ world, newBox });
  const { page } = box;
  await page.evaluate(() => {
    history.replaceState({ of: 'the page' }, '');
    history.pushState({ of: 'the page, later' }, '', '#later');
  });
  await box.open();
  await box.openConversation('Bob Keane');
  await expect.poll(() => page.evaluate(() => history.state.causerie?.depth)).toBe(2);
  await page.evaluate(() => history.back());
  await box.item('Bob Keane').waitFor();
  await page.evaluate(() => history.back());
  await expect(box.panel).toHaveCount(0);
  expect(await page.evaluate(() => [history.state, location.hash])).toEqual([
    { of: 'the page, later' },
    '#later',
  ]);
  await page.evaluate(() => history.forward());
  await box.openWith('Bob Keane');
  await box.button('Back').click();
  await box.item('Bob Keane').waitFor();
  await box.button('Close').click();
  await expect
    .poll(() => page.evaluate(() => history.state), 'no entry is left')
    .toEqual({ of: 'the page, later' });
  await page.evaluate(() => history.back());
  await expect.poll(() => page.evaluate(() => history.state)).toEqual({ of: 'the page' });
});

test('a wide page keeps its history', async ({ world, newBox }) => {
  const site = await world.site(TWO);
  await site.send('bob', await site.direct('ana', 'bob'), 'before');
  const box = await newBox({ site, member: 'ana' });
  const before = await box.page.evaluate(() => history.length);
  await box.openWith('Bob Keane');
  await box.message('before').waitFor();
  expect(await box.page.evaluate(() => history.length)).toBe(before);
});

test('phone: header and composer stay in sight above a keyboard', async ({ world, newBox }) => {
  const box = await phoneOfAna({ world, newBox });
  await box.openWith('Bob Keane');
  await expect(box.panel).toHaveAttribute('aria-modal', 'true');
  // As WebKit does: the layout stays, the visible part is lower and shorter.
  await box.page.evaluate(() => {
    for (const [name, value] of Object.entries({ height: 430, offsetTop: 60 }))
      Object.defineProperty(visualViewport, name, { get: () => value, configurable: true });
    visualViewport.dispatchEvent(new Event('resize'));
  });
  await expect
    .poll(() => box.panel.boundingBox())
    .toEqual({ x: 0, y: 60, width: PHONE.width, height: 430 });
  const close = await box.button('Close').boundingBox();
  const composer = await box.input.boundingBox();
  expect(close.y).toBeGreaterThanOrEqual(60);
  expect(composer.y + composer.height).toBeLessThanOrEqual(490);
});
