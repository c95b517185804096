// The connection goes and comes: nothing is lost, nothing comes twice.
import assert from 'node:assert/strict';
import { comes, pause } from '../lib/expect.mjs';
import { test } from '../lib/test.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
const NO_NETWORK = { allow: [/ERR_INTERNET_DISCONNECTED/] };

test(
  'twenty seconds offline: both sides write, and all of it is there once, in one order',
  { ...NO_NETWORK, long: true },
  async (t) => {
    const site = await t.world.site(TWO);
    const direct = await site.direct('ana', 'bob');
    await site.say('ana', direct, 'before');
    const [ana, bob] = await Promise.all([
      t.box({ site, member: 'ana' }),
      t.box({ site, member: 'bob' }),
    ]);
    await Promise.all([ana.openAt('Bob Keane'), bob.openAt('Ana Ruiz')]);
    await ana.context.setOffline(true);
    for (const n of [1, 2, 3]) await ana.write(`from the tunnel ${n}`);
    await ana.panel.getByText('No connection.').waitFor();
    assert.equal(await ana.panel.locator('.ca-pending').count(), 3);
    for (const n of [1, 2, 3]) await bob.write(`from the garden ${n}`);
    await pause(20_000);
    assert.deepEqual((await site.read('bob', direct)).length, 4);
    await ana.context.setOffline(false);
    await comes('nothing on its way', () => ana.panel.locator('.ca-pending').count(), 0, 15_000);
    await comes('the notice', () => ana.panel.locator('.ca-notice').count(), 0);
    const truth = (await site.read('ana', direct)).map(({ text }) => text);
    assert.deepEqual(
      truth.filter((text) => text.includes('tunnel')),
      ['from the tunnel 1', 'from the tunnel 2', 'from the tunnel 3'],
    );
    assert.equal(truth.length, 7);
    for (const box of [ana, bob]) await comes('what is shown', () => box.texts(), truth);
  },
);

test(
  'what was written and could not be sent outlives a reload',
  { allow: [/ERR_FAILED|ERR_CONNECTION/] },
  async (t) => {
    const site = await t.world.site(TWO);
    const direct = await site.direct('ana', 'bob');
    await site.say('ana', direct, 'before');
    const ana = await t.box({ site, member: 'ana' });
    await ana.openAt('Bob Keane');
    const nothingLeaves = (route) =>
      route.request().method() === 'PUT' ? route.abort('connectionfailed') : route.continue();
    await ana.page.route('**/messages/*', nothingLeaves);
    for (const text of ['kept through it', 'and this after it']) await ana.write(text);
    await ana.page.reload();
    await ana.openAt('Bob Keane');
    await comes(
      'still on their way',
      () => ana.panel.locator('.ca-pending .ca-text').allInnerTexts(),
      ['kept through it', 'and this after it'],
    );
    await ana.page.unroute('**/messages/*', nothingLeaves);
    const all = ['before', 'kept through it', 'and this after it'];
    await comes(
      'the service has them, once and in order',
      async () => (await site.read('bob', direct)).map(({ text }) => text),
      all,
      20_000,
    );
    await comes('shown so', () => ana.texts(), all);
    await comes('nothing on its way', () => ana.panel.locator('.ca-pending').count(), 0);
  },
);

test('an unsent draft outlives a reload, for its own conversation', { quick: true }, async (t) => {
  const site = await t.world.site({ ...TWO, cid: 'Cid Okoye' });
  await site.say('ana', await site.direct('ana', 'bob'), 'hello Bob');
  await site.say('ana', await site.direct('ana', 'cid'), 'hello Cid');
  const ana = await t.box({ site, member: 'ana' });
  await ana.openAt('Bob Keane');
  await ana.input.fill('I could come at nine, or');
  await ana.page.reload();
  await ana.openAt('Bob Keane');
  await comes('the draft', () => ana.input.inputValue(), 'I could come at nine, or');
  await ana.button('Back').click();
  await ana.enter('Cid Okoye');
  assert.equal(await ana.input.inputValue(), '');
});

test(
  'a refused message says so, and is sent again under its id when asked',
  { allow: [/ERR_INTERNET_DISCONNECTED/, /status of 403/] },
  async (t) => {
    const site = await t.world.site(TWO);
    const direct = await site.direct('ana', 'bob');
    await site.say('bob', direct, 'before');
    const ana = await t.box({ site, member: 'ana' });
    await ana.openAt('Bob Keane');
    await ana.context.setOffline(true);
    await ana.write('muted in the meantime');
    const id = await ana.message('muted in the meantime').getAttribute('data-id');
    await site.as('owner', 'POST', '/members/ana/mute');
    await ana.context.setOffline(false);
    await ana.panel.getByText('Not sent').waitFor();
    await t.shot(ana, 'state-not-sent', true);
    await site.as('owner', 'POST', '/members/ana/unmute');
    await ana.input.waitFor();
    await ana.button('Send again').click();
    await comes('nothing refused', () => ana.panel.locator('.ca-failed').count(), 0);
    await comes(
      'one message, of that id',
      async () => (await site.read('bob', direct)).slice(1).map((each) => [each.text, each.id]),
      [['muted in the meantime', id]],
    );
  },
);

test(
  'an answer that gets lost: the message is sent again under its id, and is one message',
  { allow: [/ERR_FAILED|ERR_CONNECTION/] },
  async (t) => {
    const site = await t.world.site(TWO);
    const direct = await site.direct('ana', 'bob');
    await site.say('bob', direct, 'before');
    const ana = await t.box({ site, member: 'ana' });
    await ana.openAt('Bob Keane');
    const sent = [];
    await ana.page.route('**/messages/*', async (route) => {
      sent.push(route.request().url());
      if (sent.length > 2) return route.continue();
      // The service has taken it; its answer does not come back.
      await route.fetch();
      return route.abort('connectionfailed');
    });
    await ana.write('once only');
    await comes(
      'sent until answered',
      async () => sent.length >= 3 || (await ana.panel.locator('.ca-pending').count()) === 0,
      true,
    );
    await comes('shown once', () => ana.texts(), ['before', 'once only']);
    assert.equal(new Set(sent).size, 1);
    assert.deepEqual(
      (await site.read('bob', direct)).map(({ text }) => text),
      ['before', 'once only'],
    );
  },
);
