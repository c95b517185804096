// Keys typed in the box: input methods, the page's shortcuts, Escape, the focus.
import { expect, test } from '../lib/fixtures.mjs';
import { PHONE } from '../lib/visitor.mjs';

const PEOPLE = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye' };

async function open({ world, newBox }, options) {
  const site = await world.site(PEOPLE);
  const direct = await site.direct('ana', 'bob');
  const box = await newBox({ site, member: 'ana', ...options });
  await box.open();
  return { site, direct, box };
}

/** Presses a key as an input method does after a composition: with the key code 229. */
async function pressInInputMethod({ page, context }, key) {
  const session = await context.newCDPSession(page);
  const event = { key, code: key, windowsVirtualKeyCode: 229, text: key === 'Enter' ? '\r' : '' };
  await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...event });
  if (key === 'Enter') await session.send('Input.dispatchKeyEvent', { type: 'char', ...event });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
}

test('Enter of an input method sends and saves nothing', async ({ world, newBox }) => {
  const { site, direct, box } = await open({ world, newBox });
  const sent = async () => (await site.readAll('bob', direct)).map(({ text }) => text);
  await box.openConversation('Bob Keane');
  await box.input.click();
  await box.page.keyboard.insertText('にほん');
  await pressInInputMethod(box, 'Enter');
  expect((await box.input.inputValue()).trim()).toBe('にほん');
  expect(await sent()).toEqual([]);
  await box.input.fill('にほん');
  await box.page.keyboard.press('Enter');
  await expect.poll(sent, 'the plain Enter').toEqual(['にほん']);
  await box.messageAction('にほん', 'Edit');
  await expect(box.input).toHaveValue('にほん');
  await box.page.keyboard.insertText('ご');
  await pressInInputMethod(box, 'Enter');
  await pressInInputMethod(box, 'Escape');
  expect((await box.input.inputValue()).trim()).toBe('にほんご');
  expect(await sent()).toEqual(['にほん']);
});

test('input methods neither submit nor close forms and dialogs', async ({ world, newBox }) => {
  const { site, box } = await open({ world, newBox });
  await box.button('New chat').click();
  await box.button('New group chat').click();
  const search = box.panel.getByRole('searchbox');
  await search.fill('b');
  await pressInInputMethod(box, 'Escape');
  await expect(search).toHaveValue('b');
  await box.panel.locator('ca-picker .ca-row').first().click();
  await box.button('Next').click();
  const name = box.panel.getByRole('textbox', { name: 'Group name' });
  await name.fill('にほん');
  await pressInInputMethod(box, 'Enter');
  await pressInInputMethod(box, 'Escape');
  await expect(name).toBeVisible();
  expect((await site.as('ana', 'GET', '/conversations?kind=group')).items).toEqual([]);
  await box.page.keyboard.press('Enter');
  await expect(box.input).toBeVisible();
  await box.moreActions('Rename');
  const dialog = box.panel.locator('dialog');
  await dialog.getByRole('textbox').fill('ご');
  await pressInInputMethod(box, 'Enter');
  await pressInInputMethod(box, 'Escape');
  await expect(dialog).toBeVisible();
  await box.page.keyboard.press('Enter');
  await expect(box.panel.locator('.ca-head h2')).toHaveText('ご');
});

test('dashboard dialogs keep open for keys of an input method', async ({ world, newDashboard }) => {
  const site = await world.site(PEOPLE);
  const desk = await newDashboard({ site, section: 'members' });
  await desk.memberAction('Bob Keane', 'Add a role…');
  await desk.page.locator('dialog input').fill('gardener');
  await pressInInputMethod(desk, 'Enter');
  await pressInInputMethod(desk, 'Escape');
  await expect(desk.page.locator('dialog')).toBeVisible();
});

/** A page that focuses its search on `s` and `/`, with one kind of event. */
const addShortcuts = (page, type) =>
  page.evaluate((kind) => {
    const search = document.createElement('input');
    search.id = 'search';
    document.body.prepend(search);
    globalThis.fired = [];
    document.addEventListener(kind, (event) => {
      if (event.target instanceof HTMLInputElement) return;
      globalThis.fired.push(`${event.ctrlKey ? 'Ctrl+' : ''}${event.key}`);
      if (event.key !== 's' && event.key !== '/') return;
      event.preventDefault();
      search.focus();
    });
  }, type);

test('characters typed in the box reach no shortcut of the page', async ({ world, newBox }) => {
  const { box } = await open({ world, newBox });
  const { page } = box;
  const fired = () => page.evaluate(() => globalThis.fired.splice(0));
  for (const type of ['keydown', 'keypress', 'keyup']) await addShortcuts(page, type);
  await box.button('New chat').click();
  await box.button('New group chat').click();
  const search = box.panel.getByRole('searchbox');
  await search.click();
  await page.keyboard.type('keane/s');
  await expect(search).toHaveValue('keane/s');
  await search.fill('bob');
  await box.panel.locator('ca-picker .ca-row').first().click();
  await box.button('Next').click();
  const name = box.panel.getByRole('textbox', { name: 'Group name' });
  await name.click();
  await page.keyboard.type('yes/no');
  await expect(name).toHaveValue('yes/no');
  await box.button('Create').click();
  await box.input.click();
  await page.keyboard.type('yes/no, see news');
  await expect(box.input).toHaveValue('yes/no, see news');
  await box.moreActions('Rename');
  await page.keyboard.type('sunset');
  await expect(box.panel.locator('dialog input')).toHaveValue('sunset');
  await page.keyboard.press('Escape');
  await fired();
  await box.input.click();
  await page.keyboard.press('Control+k');
  expect(await fired(), 'combinations reach the page').toContain('Ctrl+k');
  await page.locator('h1').click();
  await page.keyboard.press('s');
  expect(await fired(), 'keys outside the box reach the page').toContain('s');
});

test('Escape closes the innermost thing only', async ({ world, newBox }) => {
  const { box } = await open({ world, newBox });
  const { keyboard } = box.page;
  await box.button('New chat').click();
  const search = box.panel.getByRole('searchbox');
  await search.fill('bob');
  await expect(box.panel.locator('ca-picker .ca-row')).toHaveCount(1);
  await search.press('Escape');
  await expect(search).toHaveValue('');
  await expect(box.panel.locator('ca-picker .ca-row')).toHaveCount(2);
  await box.button('Back').click();
  await box.openConversation('Bob Keane');
  await box.input.fill('half a');
  await box.button('Emoji').click();
  const picker = box.panel.getByRole('dialog', { name: 'Emoji' });
  await picker.waitFor();
  await box.input.focus();
  await keyboard.press('Escape');
  await expect(picker).toHaveCount(0);
  await expect(box.input).toHaveValue('half a');
  await keyboard.press('Escape');
  await box.panel.waitFor({ state: 'detached' });
});

test('with a coarse pointer Enter breaks the line and Ctrl+Enter sends', async ({
  world,
  newBox,
}) => {
  const { box } = await open({ world, newBox }, { viewport: PHONE, touch: true });
  await box.openConversation('Bob Keane');
  await box.page.evaluate(() => {
    const real = globalThis.matchMedia.bind(globalThis);
    globalThis.matchMedia = (query) =>
      query === '(pointer: coarse)' ? { ...real('all'), matches: true } : real(query);
  });
  await box.input.focus();
  await box.page.keyboard.type('one');
  await box.page.keyboard.press('Enter');
  await box.page.keyboard.type('two');
  await expect(box.input).toHaveValue('one\ntwo');
  await box.page.keyboard.press('Control+Enter');
  await expect.poll(() => box.texts()).toEqual(['one\ntwo']);
});

test('opening the box leaves the focus in a field of the page', async ({ world, newBox }) => {
  const site = await world.site(PEOPLE);
  const direct = await site.direct('ana', 'bob');
  const box = await newBox({ site, member: 'ana' });
  await box.page.evaluate(() => {
    const field = document.createElement('input');
    field.id = 'order';
    document.body.prepend(field);
    field.focus();
  });
  await box.page.evaluate((id) => globalThis.causerie.open(id), direct);
  await box.input.waitFor();
  await box.page.keyboard.type('12');
  await expect(box.page.locator('#order')).toHaveValue('12');
  await expect(box.input).toHaveValue('');
});
