// What a member writes is neither lost nor sent over something unseen.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

async function open({ world, newBox }, ...said) {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  const ids = [];
  for (const [author, text] of said) ids.push(await site.send(author, direct, text));
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Bob Keane');
  const path = (id) => `/conversations/${direct}/messages/${id}`;
  const texts = async () => (await site.readAll('bob', direct)).map(({ text }) => text);
  return { site, direct, box, ids, path, texts };
}

test('a reply to a message that is deleted meanwhile loses its quote', async ({
  world,
  newBox,
}) => {
  const said = ['bob', 'Bring the ladder'];
  const { site, box, ids, path } = await open({ world, newBox }, said);
  await box.messageAction('Bring the ladder', 'Reply');
  await box.input.fill('Which one?');
  await site.as('bob', 'DELETE', path(ids[0]));
  await expect(box.panel.locator('.ca-about')).toHaveCount(0);
  await expect(box.panel.locator('.ca-toast')).toHaveText('Message deleted');
  await expect(box.input).toHaveValue('Which one?');
});

test('an edit shows what was changed elsewhere and survives a failure', async ({
  browserErrors,
  world,
  newBox,
}) => {
  browserErrors.allow(/ERR_FAILED|status of 503/);
  const { site, box, ids, path, texts } = await open({ world, newBox }, ['ana', 'one rope']);
  await box.messageAction('one rope', 'Edit');
  await box.input.fill('two ropes');
  await site.as('ana', 'PATCH', path(ids[0]), { text: 'a rope' });
  await expect(box.panel.locator('.ca-about')).toContainText('a rope');
  await expect(box.panel.locator('.ca-toast')).toContainText('changed elsewhere');
  await expect(box.input).toHaveValue('two ropes');
  await box.page.route('**/messages/*', (route) =>
    route.request().method() === 'PATCH' ? route.abort() : route.continue(),
  );
  await box.input.press('Enter');
  await expect(box.panel.locator('.ca-toast')).toContainText('Something went wrong');
  await expect(box.input, 'the edit is still there').toHaveValue('two ropes');
  await box.page.unroute('**/messages/*');
  await box.input.press('Enter');
  await expect.poll(texts).toEqual(['two ropes']);
  await expect(box.panel.locator('.ca-about')).toHaveCount(0);
});

test('an edit of a message that is deleted meanwhile becomes a draft', async ({
  world,
  newBox,
}) => {
  const { site, box, ids, path } = await open({ world, newBox }, ['ana', 'one rope']);
  await box.messageAction('one rope', 'Edit');
  await box.input.fill('two ropes');
  await site.as('ana', 'DELETE', path(ids[0]));
  await expect(box.panel.locator('.ca-about')).toHaveCount(0);
  await expect(box.input).toHaveValue('two ropes');
});

test('edits and replies are there again after a reload', async ({ world, newBox }) => {
  const said = [
    ['ana', 'one rope'],
    ['bob', 'Which one?'],
  ];
  const { box } = await open({ world, newBox }, ...said);
  await box.messageAction('one rope', 'Edit');
  await box.input.fill('two ropes');
  await box.page.reload();
  await box.openWith('Bob Keane');
  await expect(box.panel.locator('.ca-about')).toContainText('Editing message');
  await expect(box.input).toHaveValue('two ropes');
  await box.messageAction('Which one?', 'Reply');
  await box.button('Back').click();
  await box.openConversation('Bob Keane');
  await expect(box.panel.locator('.ca-about')).toContainText('Replying to Bob Keane');
});

test('drafts of two tabs are both there after a reload', async ({ world, newBox }) => {
  const { box } = await open({ world, newBox }, ['bob', 'hello']);
  const page = await box.context.newPage();
  await page.goto(box.visitor.address);
  await page.locator('causerie-chat .bubble').click();
  await page.locator('.ca-item').click();
  const other = page.getByRole('textbox', { name: 'Write a message' });
  await other.waitFor();
  await box.input.fill('from one');
  await other.fill('from two');
  await box.input.fill('from one, longer');
  await box.page.reload();
  await box.openWith('Bob Keane');
  await expect(box.input).toHaveValue('from one, longer');
  await page.reload();
  await page.locator('causerie-chat .bubble').click();
  await page.locator('.ca-item').click();
  await expect(other).toHaveValue('from two');
});

test('dropped files and pasted images are refused with a reason', async ({ world, newBox }) => {
  const { box } = await open({ world, newBox }, ['bob', 'hello']);
  const refused = await box.panel.evaluate((panel) => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'plan.png', { type: 'image/png' }));
    const options = { bubbles: true, composed: true, cancelable: true };
    const area = panel.querySelector('textarea');
    return [
      new DragEvent('dragover', { ...options, dataTransfer: data }),
      new DragEvent('drop', { ...options, dataTransfer: data }),
      new ClipboardEvent('paste', { ...options, clipboardData: data }),
    ].map((event) => !area.dispatchEvent(event));
  });
  expect(refused).toEqual([true, true, true]);
  await expect(box.panel.locator('.ca-toast')).toHaveText('Files can’t be sent here.');
});
