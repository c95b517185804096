// What assistive technology gets: names with content.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

test('a focused message says what it contains', async ({ world, newBox }) => {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  const id = await site.send('bob', direct, 'the gate code is on the board');
  const path = `/conversations/${direct}/messages/${id}`;
  await site.as('bob', 'PATCH', path, { text: 'the code is on the door' });
  await site.as('ana', 'PUT', `${path}/reactions/${encodeURIComponent('👍')}`);
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Bob Keane');
  await box.messageAction('the code', 'Reply');
  await box.write('Which door?');
  const rows = box.panel.getByRole('article');
  await expect(rows.first()).toHaveAccessibleName(
    /^Bob Keane: the code is on the door, edited, You reacted with 👍, \d/,
  );
  await expect(rows.last()).toHaveAccessibleName(
    /^You: Which door\?, Replying to Bob Keane: the code is on the door, \d.*, Sent$/,
  );
});
