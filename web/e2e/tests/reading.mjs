// What counts as read, and the line above the first unread message.
import { expect, test } from '../lib/fixtures.mjs';
import { fill } from '../lib/fill.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

async function open({ world, newBox }, ...said) {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  if (said.length) await site.send('bob', direct, ...said);
  const box = await newBox({ site, member: 'ana' });
  const unread = async () => (await site.as('ana', 'GET', `/conversations/${direct}`)).unread;
  return { site, direct, box, unread };
}

/** Another window is in front: the page is visible without the focus. */
const setFocus = ({ page }, focused) =>
  page.evaluate((has) => {
    document.hasFocus = () => has;
    dispatchEvent(new Event(has ? 'focus' : 'blur'));
  }, focused);

/** The text of the message right below the line. */
const firstBelowLine = ({ panel }) =>
  panel.locator('.ca-new').evaluate((line) => {
    let next = line.nextElementSibling;
    while (!next.matches('.ca-msg')) next = next.nextElementSibling;
    return next.querySelector('.ca-text').textContent;
  });

test('messages count as read only with the focus on the page', async ({ world, newBox }) => {
  const { site, direct, box, unread } = await open({ world, newBox }, 'before');
  await box.openWith('Bob Keane');
  await expect.poll(unread).toBe(0);
  await setFocus(box, false);
  await site.send('bob', direct, 'meanwhile');
  await box.message('meanwhile').waitFor();
  await expect(box.page, 'the title').toHaveTitle('(1) Allotments of Saint-Amand');
  expect(await firstBelowLine(box)).toBe('meanwhile');
  expect(await unread()).toBe(1);
  await setFocus(box, true);
  await expect.poll(unread).toBe(0);
  await expect(box.page, 'the title').toHaveTitle('Allotments of Saint-Amand');
  expect(await firstBelowLine(box), 'the line stays').toBe('meanwhile');
  await setFocus(box, false);
  await site.send('bob', direct, 'again');
  await box.message('again').waitFor();
  await expect.poll(() => firstBelowLine(box), 'the line moves').toBe('again');
});

test('coming back to the page shows the first message that came meanwhile', async ({
  world,
  newBox,
}) => {
  const { site, direct, box, unread } = await open({ world, newBox }, 'before');
  await box.openWith('Bob Keane');
  await expect.poll(unread).toBe(0);
  await setFocus(box, false);
  const texts = Array.from({ length: 30 }, (_, n) => `line ${n}\nwith two lines`);
  await site.send('bob', direct, ...texts);
  await expect(box.message('line 29')).toHaveCount(1);
  await setFocus(box, true);
  await expect(box.panel.locator('.ca-new')).toBeInViewport();
  expect(await unread(), 'the end was not seen').toBe(30);
  await box.panel.locator('.ca-jump').click();
  await expect.poll(unread).toBe(0);
});

test('the line is above the first unread of others among own messages', async ({
  world,
  newBox,
}) => {
  const { site, direct, box } = await open({ world, newBox }, 'before');
  const read = (await site.readAll('ana', direct)).at(-1).id;
  await site.as('ana', 'PUT', `/conversations/${direct}/read-marker`, { message: read });
  await site.send('ana', direct, 'from my phone');
  await site.send('bob', direct, 'an answer');
  await box.openWith('Bob Keane');
  await box.message('an answer').waitFor();
  expect(await firstBelowLine(box)).toBe('an answer');
});

test('a thousand unread messages are read from the first one on', async ({
  stack,
  world,
  newBox,
}) => {
  const { site, direct, box, unread } = await open({ world, newBox }, 'before');
  const [{ id }] = await site.readAll('ana', direct);
  await site.as('ana', 'PUT', `/conversations/${direct}/read-marker`, { message: id });
  await fill(stack, site, direct, ['bob', 'bob'], 1000);
  const before = await unread();
  await box.openWith('Bob Keane');
  await box.panel.locator('.ca-new').waitFor();
  await expect(box.panel.locator('.ca-new')).toBeInViewport();
  expect(await firstBelowLine(box)).toMatch(/^Message 1, /);
  await expect(box.panel.locator('.ca-jump')).toBeVisible();
  expect(await unread(), 'nothing is marked yet').toBe(before);
  await box.panel.locator('.ca-jump').click();
  await box.message('Message 1000').waitFor();
  await expect.poll(unread).toBe(0);
});
