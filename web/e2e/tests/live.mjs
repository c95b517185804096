// Two members at once: what one does, the other sees.
import assert from 'node:assert/strict';
import { comes, until } from '../lib/expect.mjs';
import { test } from '../lib/test.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

async function two(t, ...said) {
  const site = await t.world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  if (said.length) await site.say('ana', direct, ...said);
  const [ana, bob] = await Promise.all([
    t.box({ site, member: 'ana' }),
    t.box({ site, member: 'bob' }),
  ]);
  return { site, direct, ana, bob };
}

test('what either writes arrives with the other, live and once', { quick: true }, async (t) => {
  const { site, direct, ana, bob } = await two(t);
  await Promise.all([ana.openAt('Bob Keane'), bob.openAt('Ana Ruiz')]);
  await ana.write('Have the beans come up?');
  await bob.message('Have the beans come up?').waitFor();
  await bob.write('All but one row');
  await ana.message('All but one row').waitFor();
  for (const box of [ana, bob])
    await comes('both messages', () => box.texts(), ['Have the beans come up?', 'All but one row']);
  assert.equal((await site.read('ana', direct)).length, 2);
});

test(
  'a closed bubble counts what is unread, the page title says it, and reading takes it back',
  { quick: true },
  async (t) => {
    const { site, direct, bob } = await two(t, 'one', 'two');
    await comes('the bubble', () => bob.badge.innerText(), '2');
    await site.say('ana', direct, 'three');
    await comes('the bubble, live', () => bob.badge.innerText(), '3');
    assert.equal(await bob.page.title(), '(3) Allotments of Saint-Amand');
    assert.equal(await bob.bubble.getAttribute('aria-label'), 'Open chat, 3 unread messages');
    await bob.openAt('Ana Ruiz');
    await bob.panel.getByText('New messages').waitFor();
    await comes('the title', () => bob.page.title(), 'Allotments of Saint-Amand');
    const elsewhere = await t.box({ site, member: 'bob' });
    await elsewhere.open();
    await elsewhere.item('Ana Ruiz').waitFor();
    await comes(
      'the count on another device',
      () => elsewhere.item('Ana Ruiz').locator('.ca-count').count(),
      0,
    );
  },
);

test('who writes is said while they do', {}, async (t) => {
  const { ana, bob } = await two(t, 'hello');
  await Promise.all([ana.openAt('Bob Keane'), bob.openAt('Ana Ruiz')]);
  await ana.input.pressSequentially('hm');
  await bob.panel.getByText('Ana Ruiz is typing…').first().waitFor();
  await ana.write('there');
  await bob.message('there').waitFor();
  await comes('nobody types', () => bob.panel.locator('.ca-typing').innerText(), '');
});

test('answers, edits, deletions and reactions arrive', { quick: true }, async (t) => {
  const { ana, bob } = await two(t, 'Bring the ladder', 'and a rope');
  await Promise.all([ana.openAt('Bob Keane'), bob.openAt('Ana Ruiz')]);
  await bob.on('Bring the ladder', 'Reply');
  await bob.write('Which one?');
  await ana.panel.locator('.ca-quote').filter({ hasText: 'Bring the ladder' }).waitFor();
  await ana.on('and a rope', 'Edit');
  await ana.input.fill('and two ropes');
  await ana.page.keyboard.press('Enter');
  await bob.message('and two ropes').locator('.ca-time').filter({ hasText: 'edited' }).waitFor();
  await bob.message('and two ropes').hover();
  await bob.message('and two ropes').getByRole('button', { name: 'React' }).click();
  await bob.panel.getByRole('button', { name: '👍' }).first().click();
  await ana.panel.locator('.ca-reaction').filter({ hasText: '👍' }).waitFor();
  await ana.panel.locator('.ca-reaction').click();
  await comes('two hands', () => bob.panel.locator('.ca-reaction span').innerText(), '2');
  await ana.on('Bring the ladder', 'Delete');
  await ana.dialog('Delete');
  await bob.panel.locator('.ca-msg .ca-deleted').filter({ hasText: 'Message deleted' }).waitFor();
  await comes(
    'the quotation',
    () => bob.panel.locator('.ca-quote span').innerText(),
    'Message deleted',
  );
});

test('pinned, muted and archived conversations are where they belong', {}, async (t) => {
  const { site, ana } = await two(t, 'hello');
  const group = await site.group('bob', 'Bees', ['ana']);
  await ana.open();
  await ana.item('Bees').waitFor();
  await ana.enter('Bob Keane');
  await ana.more('Pin');
  await ana.button('Back').click();
  await until('the pinned one first', async () =>
    (await ana.items.first().innerText()).includes('Bob Keane'),
  );
  await ana.enter('Bees');
  await ana.more('Mute');
  await site.say('bob', group, 'the queen has gone');
  await ana.message('the queen has gone').waitFor();
  await ana.more('Archive');
  await ana.button('Back').click();
  await comes('one is left', () => ana.items.count(), 1);
  await ana.button('Options').click();
  await ana.menuitem('Archived').click();
  await ana.item('Bees').waitFor();
});

test('a blocked member is out of sight, and is there again when unblocked', {}, async (t) => {
  const { site, direct, ana, bob } = await two(t, 'hello');
  await ana.openAt('Bob Keane');
  await bob.open();
  await ana.more('Block');
  await ana.dialog('Block');
  await ana.button('Back').click();
  await ana.button('New chat').click();
  await ana.panel.getByText('No other members yet').waitFor();
  await ana.button('Back').click();
  await ana.button('Options').click();
  await ana.menuitem('Blocked members').click();
  await ana.button('Unblock').click();
  await ana.panel.getByText('You have blocked nobody.').waitFor();
  await site.say('bob', direct, 'back again');
  await ana.button('Back').click();
  await ana.item('Bob Keane').filter({ hasText: 'back again' }).waitFor();
});

test('a link is a link, safe and in a window of its own', {}, async (t) => {
  const { ana } = await two(t, 'See https://example.org/a?b=c, or javascript:alert(1)');
  await ana.openAt('Bob Keane');
  await ana.message('See').waitFor();
  const link = ana.message('See').getByRole('link');
  assert.equal(await link.count(), 1);
  assert.equal(await link.getAttribute('href'), 'https://example.org/a?b=c');
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow ugc');
  assert.equal(
    await ana
      .message('See')
      .locator('time')
      .getAttribute('title')
      .then((title) => /\d{4}/.test(title)),
    true,
  );
});

test(
  'on a page of another host, that the site allows: across, under that page’s own strict policy',
  { quick: true },
  async (t) => {
    const site = await t.world.site(TWO, { origins: [t.stack.elsewhere] });
    const direct = await site.direct('ana', 'bob');
    const ana = await t.box({ site, member: 'ana', origin: t.stack.elsewhere });
    await ana.openAt('Bob Keane');
    await site.say('bob', direct, 'from far away');
    await ana.message('from far away').waitFor();
    await ana.write('and back');
    await comes(
      'it has arrived',
      async () => (await site.read('bob', direct)).map(({ text }) => text),
      ['from far away', 'and back'],
    );
  },
);

test(
  'on a page of a host that the site does not allow: nothing',
  { allow: [/CORS|ERR_FAILED|Access-Control/] },
  async (t) => {
    const site = await t.world.site(TWO);
    const ana = await t.box({ site, member: 'ana', origin: t.stack.elsewhere });
    await ana.bubble.click();
    await ana.panel.getByText('The chat cannot be reached').waitFor();
  },
);
