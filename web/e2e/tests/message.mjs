// One message on screen: its actions, its time, what became of it.
import { expect, test } from '../lib/fixtures.mjs';
import { PHONE } from '../lib/visitor.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
const LONG = 'A line that does not fit in the box and is wrapped, once, twice or three times.';
const SIZES = [
  ['in the box', {}],
  ['on a small phone', { viewport: { width: 320, height: 640 } }],
  ['right to left', { dir: 'rtl' }],
];

async function open({ world, newBox }, options) {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'ok', 'a line that nearly fills it', LONG, 'bye');
  await site.send('ana', direct, 'ok!', LONG.toUpperCase(), 'bye!');
  const box = await newBox({ site, member: 'ana', ...options });
  await box.openWith('Bob Keane');
  await box.message('bye!').waitFor();
  return { site, direct, box };
}

const overlap = (a, b) =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 0.5 &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 0.5;

for (const [where, options] of SIZES) {
  test(`the actions of a message are beside it, ${where}`, async ({ world, newBox }) => {
    const { box } = await open({ world, newBox }, options);
    const rows = box.panel.locator('.ca-msg');
    const log = await box.log.boundingBox();
    for (const row of await rows.all()) {
      const text = await row.innerText();
      await row.hover();
      const actions = await row.locator('.ca-actions').boundingBox();
      const bubble = await row.locator('.ca-bubble').boundingBox();
      for (const other of await rows.locator('.ca-bubble').all())
        expect(overlap(actions, await other.boundingBox()), `over a bubble: ${text}`).toBe(false);
      const gap = Math.max(
        actions.x - bubble.x - bubble.width,
        bubble.x - actions.x - actions.width,
      );
      expect(gap, text).toBeLessThan(16);
      const off = actions.y + actions.height / 2 - bubble.y - bubble.height / 2;
      expect(Math.abs(off), `centred: ${text}`).toBeLessThan(8);
      expect(actions.x, text).toBeGreaterThanOrEqual(log.x);
      expect(actions.x + actions.width, text).toBeLessThanOrEqual(log.x + log.width);
    }
  });
}

test('a run of messages shows its time once, and each on hover and focus', async ({
  world,
  newBox,
}) => {
  const { box } = await open({ world, newBox });
  const shown = () =>
    box.panel
      .locator('.ca-msg time')
      .evaluateAll((times) =>
        times
          .filter((time) => time.checkVisibility({ opacityProperty: true }))
          .map((time) => time.closest('.ca-msg').querySelector('.ca-text').textContent),
      );
  await box.page.mouse.move(0, 0);
  expect(await shown()).toEqual(['bye', 'bye!']);
  await box.message('nearly fills').hover();
  expect(await shown()).toEqual(['a line that nearly fills it', 'bye', 'bye!']);
  await box.page.mouse.move(0, 0);
  await box.message('bye!').focus();
  await box.page.keyboard.press('ArrowUp');
  await box.page.keyboard.press('ArrowUp');
  expect(await shown()).toEqual(['bye', 'ok!', 'bye!']);
  for (const row of await box.panel.getByRole('article').all())
    await expect(row).toHaveAccessibleName(/, \d+:\d\d/);
});

test('a message of mine shows whether it is sent', async ({ browserErrors, world, newBox }) => {
  browserErrors.allow(/ERR_/, /status of 4/);
  const { site, box } = await open({ world, newBox });
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await box.page.route('**/messages/*', async (route) => {
    await held;
    await route.continue();
  });
  await box.write('on its way');
  const row = box.panel.getByRole('article').filter({ hasText: 'on its way' });
  await expect(row.getByTitle('Sending')).toBeVisible();
  await expect(row).toHaveAccessibleName(/^You: on its way, \d+:\d\d.*, Sending$/);
  release();
  await expect(row.getByTitle('Sent')).toBeVisible();
  await expect(row.getByTitle('Sending')).toHaveCount(0);
  await expect(row).toHaveAccessibleName(/^You: on its way, \d+:\d\d.*, Sent$/);
  await box.context.setOffline(true);
  await box.write('refused');
  await site.as('owner', 'POST', '/members/ana/mute');
  await box.context.setOffline(false);
  const refused = box.panel.getByRole('article').filter({ hasText: 'refused' });
  await expect(refused.getByText('Not sent')).toBeVisible();
  await expect(refused).toHaveAccessibleName(/, Not sent$/);
  const { width } = await refused.locator('.ca-alert svg').boundingBox();
  expect(width).toBeGreaterThan(16);
  await site.as('owner', 'POST', '/members/ana/unmute');
  await box.input.waitFor();
  await refused.getByRole('button', { name: 'Try again' }).click();
  await expect(refused.getByTitle('Sent')).toBeVisible();
});

test('a long press on a message opens its menu', async ({ world, newBox }) => {
  const { box } = await open({ world, newBox }, { viewport: PHONE, touch: true });
  const press = (locator) =>
    locator.evaluate((element) => {
      const event = new PointerEvent('contextmenu', {
        pointerType: 'touch',
        bubbles: true,
        composed: true,
        cancelable: true,
      });
      element.dispatchEvent(event);
      return event.defaultPrevented;
    });
  expect(await press(box.message('nearly fills').locator('.ca-text'))).toBe(true);
  await expect(box.menuitem('Reply')).toBeVisible();
  await box.page.keyboard.press('Escape');
  await box.write('https://example.org/plan');
  const link = box.message('example.org').getByRole('link');
  await link.waitFor();
  expect(await press(link), 'links keep the menu of the browser').toBe(false);
});

test('a reply to a long message stays inside the conversation', async ({ world, newBox }) => {
  const site = await world.site({ ana: 'Ana Ruiz', bob: 'Bob Keane' });
  const direct = await site.direct('ana', 'bob');
  await site.send(
    'bob',
    direct,
    'Is there a scale anywhere on the plots? Mine is broken. '.repeat(3),
  );
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Bob Keane');
  await box.message('Is there a scale').click();
  await box.message('Is there a scale').getByRole('button', { name: 'Reply' }).click();
  await box.write('I have one and leave it in the shed on Thursday evening, next to the door.');
  const reply = box.panel.locator('.ca-mine .ca-bubble').last();
  await reply.locator('.ca-quote').waitFor();
  const [inner, outer] = [await reply.boundingBox(), await box.panel.boundingBox()];
  expect(inner.x).toBeGreaterThan(outer.x);
});
