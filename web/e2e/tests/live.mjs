// Two members at once: what one does, the other sees.
import assert from 'node:assert/strict';
import { comes } from '../lib/expect.mjs';
import { test } from '../lib/test.mjs';

test('what either writes arrives with the other, live and once', { quick: true }, async (t) => {
  const site = await t.world.site({ ana: 'Ana Ruiz', bob: 'Bob Keane' });
  const direct = await site.direct('ana', 'bob');
  const [ana, bob] = await Promise.all([t.box({ site, member: 'ana' }), t.box({ site, member: 'bob' })]);
  await Promise.all([ana.openAt('Bob Keane'), bob.openAt('Ana Ruiz')]);
  await ana.write('Have the beans come up?');
  await bob.message('Have the beans come up?').waitFor();
  await bob.write('All but one row');
  await ana.message('All but one row').waitFor();
  for (const box of [ana, bob]) await comes('both messages', () => box.texts(), ['Have the beans come up?', 'All but one row']);
  assert.equal((await site.read('ana', direct)).length, 2);
});
