// Names of authors that the roster does not list.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

test('an author beyond the first page of the roster has a name', async ({ world, newBox }) => {
  const site = await world.site({ ana: 'Ana Ruiz', zoe: 'Zoé Zola' });
  const ids = Array.from({ length: 200 }, (_, n) => `a${n}`);
  for (let n = 0; n < ids.length; n += 20)
    await Promise.all(ids.slice(n, n + 20).map((id) => site.register(id, `Aa ${id}`)));
  const group = await site.group('zoe', 'Bees', ['ana']);
  await site.send('zoe', group, 'hello');
  const box = await newBox({ site, member: 'ana' });
  await box.open();
  await expect(box.item('Bees').locator('.ca-preview')).toHaveText('Zoé: hello');
  await site.as('zoe', 'POST', `/conversations/${group}/typing`);
  await expect(box.item('Bees').locator('.ca-preview')).toHaveText('Zoé Zola is typing…');
});

test('a former member keeps the whole of that name', async ({ browserErrors, world, newBox }) => {
  browserErrors.allow(/status of 404/);
  const site = await world.site({ ...TWO, cid: 'Cid Okoye' });
  const group = await site.group('ana', 'Bees', ['bob', 'cid']);
  await site.send('bob', group, 'goodbye');
  await site.as('owner', 'DELETE', '/members/bob');
  const box = await newBox({ site, member: 'cid' });
  await box.open();
  await expect(box.item('Bees').locator('.ca-preview')).toHaveText('Former member: goodbye');
});
