// Lost connections: no message is lost or duplicated.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
const NO_NETWORK = /ERR_INTERNET_DISCONNECTED/;

test('after 20 s offline all messages are there once, in order', async ({
  browserErrors,
  world,
  newBox,
}) => {
  browserErrors.allow(NO_NETWORK);
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('ana', direct, 'before');
  const [ana, bob] = await Promise.all([
    newBox({ site, member: 'ana' }),
    newBox({ site, member: 'bob' }),
  ]);
  await Promise.all([ana.openWith('Bob Keane'), bob.openWith('Ana Ruiz')]);
  await ana.context.setOffline(true);
  for (const n of [1, 2, 3]) await ana.write(`from the tunnel ${n}`);
  await ana.panel.getByText('You’re offline.').waitFor();
  expect(await ana.panel.locator('.ca-pending').count()).toBe(3);
  for (const n of [1, 2, 3]) await bob.write(`from the garden ${n}`);
  await ana.page.waitForTimeout(20_000);
  expect((await site.readAll('bob', direct)).length).toEqual(4);
  await ana.context.setOffline(false);
  await expect(ana.panel.locator('.ca-pending'), 'nothing on its way').toHaveCount(0, {
    timeout: 15_000,
  });
  await expect(ana.panel.locator('.ca-notice'), 'the notice').toHaveCount(0);
  // The read model may be behind the responses that the box has.
  await expect
    .poll(async () => (await site.readAll('ana', direct)).length, { timeout: 15_000 })
    .toBe(7);
  const truth = (await site.readAll('ana', direct)).map(({ text }) => text);
  expect(truth.filter((text) => text.includes('tunnel'))).toEqual([
    'from the tunnel 1',
    'from the tunnel 2',
    'from the tunnel 3',
  ]);
  for (const box of [ana, bob])
    await expect.poll(() => box.texts(), 'what is shown').toEqual(truth);
});

test('unsent messages survive a reload', async ({ browserErrors, world, newBox }) => {
  browserErrors.allow(/ERR_FAILED|ERR_CONNECTION/);
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('ana', direct, 'before');
  const ana = await newBox({ site, member: 'ana' });
  await ana.openWith('Bob Keane');
  const nothingLeaves = (route) =>
    route.request().method() === 'PUT' ? route.abort('connectionfailed') : route.continue();
  await ana.page.route('**/messages/*', nothingLeaves);
  for (const text of ['kept through it', 'and this after it']) await ana.write(text);
  await ana.page.reload();
  await ana.openWith('Bob Keane');
  await expect(ana.panel.locator('.ca-pending .ca-text'), 'still on their way').toHaveText([
    'kept through it',
    'and this after it',
  ]);
  await ana.page.unroute('**/messages/*', nothingLeaves);
  const all = ['before', 'kept through it', 'and this after it'];
  await expect
    .poll(async () => (await site.readAll('bob', direct)).map(({ text }) => text), {
      message: 'the service has them, once and in order',
      timeout: 20_000,
    })
    .toEqual(all);
  await expect.poll(() => ana.texts(), 'shown so').toEqual(all);
  await expect(ana.panel.locator('.ca-pending'), 'nothing on its way').toHaveCount(0);
});

test(
  'a draft survives a reload in its own conversation',
  { tag: '@quick' },
  async ({ world, newBox }) => {
    const site = await world.site({ ...TWO, cid: 'Cid Okoye' });
    await site.send('ana', await site.direct('ana', 'bob'), 'hello Bob');
    await site.send('ana', await site.direct('ana', 'cid'), 'hello Cid');
    const ana = await newBox({ site, member: 'ana' });
    await ana.openWith('Bob Keane');
    await ana.input.fill('I could come at nine, or');
    await ana.page.reload();
    await ana.openWith('Bob Keane');
    await expect(ana.input, 'the draft').toHaveValue('I could come at nine, or');
    await ana.button('Back').click();
    await ana.openConversation('Cid Okoye');
    expect(await ana.input.inputValue()).toBe('');
  },
);

test('a rejected message can be sent again with the same id', async ({
  browserErrors,
  world,
  newBox,
  shot,
}) => {
  browserErrors.allow(/ERR_INTERNET_DISCONNECTED/, /status of 403/);
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'before');
  const ana = await newBox({ site, member: 'ana' });
  await ana.openWith('Bob Keane');
  await ana.context.setOffline(true);
  await ana.write('muted in the meantime');
  const id = await ana.message('muted in the meantime').getAttribute('data-id');
  await site.as('owner', 'POST', '/members/ana/mute');
  await ana.context.setOffline(false);
  await ana.panel.getByText('Not sent').waitFor();
  await shot(ana, 'state-not-sent', true);
  await site.as('owner', 'POST', '/members/ana/unmute');
  await ana.input.waitFor();
  await ana.button('Try again').click();
  await expect(ana.panel.locator('.ca-failed'), 'nothing refused').toHaveCount(0);
  await expect
    .poll(
      async () =>
        (await site.readAll('bob', direct)).slice(1).map(({ text, id: sentId }) => [text, sentId]),
      'one message, of that id',
    )
    .toEqual([['muted in the meantime', id]]);
});

test('a lost response does not duplicate the message', async ({ browserErrors, world, newBox }) => {
  browserErrors.allow(/ERR_FAILED|ERR_CONNECTION/);
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'before');
  const ana = await newBox({ site, member: 'ana' });
  await ana.openWith('Bob Keane');
  const sent = [];
  await ana.page.route('**/messages/*', async (route) => {
    sent.push(route.request().url());
    if (sent.length > 2) return route.continue();
    // The service stores the message; its response is lost.
    await route.fetch();
    return route.abort('connectionfailed');
  });
  await ana.write('once only');
  await expect
    .poll(
      async () => sent.length >= 3 || (await ana.panel.locator('.ca-pending').count()) === 0,
      'sent until answered',
    )
    .toEqual(true);
  await expect.poll(() => ana.texts(), 'shown once').toEqual(['before', 'once only']);
  expect(new Set(sent).size).toBe(1);
  expect((await site.readAll('bob', direct)).map(({ text }) => text)).toEqual([
    'before',
    'once only',
  ]);
});
