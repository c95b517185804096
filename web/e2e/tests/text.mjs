// Names and texts of members inside the texts of the box.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
const MARKS = `A${'\u0301'.repeat(40)}${'\u0316'.repeat(40)}`.repeat(30);

test('stacked marks stay inside their own bubble', async ({ world, newBox }) => {
  const site = await world.site({ ...TWO, cid: 'Cid Okoye' });
  const plain = await site.direct('ana', 'bob');
  await site.send('bob', plain, 'above', 'A'.repeat(30), 'below');
  const marked = await site.direct('ana', 'cid');
  await site.send('cid', marked, 'above', MARKS, 'below');
  const box = await newBox({ site, member: 'ana' });
  await box.open();
  const shots = [];
  for (const name of ['Bob Keane', 'Cid Okoye']) {
    await box.openConversation(name);
    await box.message('below').waitFor();
    const [above, , below] = await box.panel.locator('.ca-msg .ca-text').all();
    shots.push([await above.screenshot(), await below.screenshot()]);
    await box.button('Back').click();
  }
  expect(shots[1][0].equals(shots[0][0]), 'the message above').toBe(true);
  expect(shots[1][1].equals(shots[0][1]), 'the message below').toBe(true);
});

test('a name may have as many emoji as the service allows', async ({ world, newBox }) => {
  const site = await world.site(TWO);
  const box = await newBox({ site, member: 'ana' });
  await box.open();
  await box.button('New chat').click();
  await box.button('New group chat').click();
  await box.panel.locator('ca-picker .ca-row').first().click();
  await box.button('Next').click();
  const name = box.panel.getByRole('textbox', { name: 'Group name' });
  await name.pressSequentially('👍');
  await box.page.keyboard.insertText('👍'.repeat(110));
  await expect(name).toHaveValue('👍'.repeat(100));
  await box.button('Create').click();
  await expect(box.panel.locator('.ca-head h2')).toHaveText('👍'.repeat(100));
  await box.moreActions('Rename');
  const dialog = box.panel.locator('dialog');
  await dialog.getByRole('textbox').fill('\u2800\u3164');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog, 'a name of nothing is not saved').toBeVisible();
});
