// Two members at once: one acts, the other sees it.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

async function two({ world, newBox }, ...said) {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  if (said.length) await site.send('ana', direct, ...said);
  const [ana, bob] = await Promise.all([
    newBox({ site, member: 'ana' }),
    newBox({ site, member: 'bob' }),
  ]);
  return { site, direct, ana, bob };
}

test(
  'messages arrive live and once at both members',
  { tag: '@quick' },
  async ({ world, newBox }) => {
    const { site, direct, ana, bob } = await two({ world, newBox });
    await Promise.all([ana.openWith('Bob Keane'), bob.openWith('Ana Ruiz')]);
    await ana.write('Have the beans come up?');
    await bob.message('Have the beans come up?').waitFor();
    await bob.write('All but one row');
    await ana.message('All but one row').waitFor();
    for (const box of [ana, bob])
      await expect
        .poll(() => box.texts(), 'both messages')
        .toEqual(['Have the beans come up?', 'All but one row']);
    expect((await site.readAll('ana', direct)).length).toBe(2);
  },
);

test(
  'bubble and page title count unread messages until read',
  { tag: '@quick' },
  async ({ world, newBox }) => {
    const { site, direct, bob } = await two({ world, newBox }, 'one', 'two');
    await expect(bob.badge, 'the bubble').toHaveText('2');
    await site.send('ana', direct, 'three');
    await expect(bob.badge, 'the bubble, live').toHaveText('3');
    expect(await bob.page.title()).toBe('(3) Allotments of Saint-Amand');
    expect(await bob.bubble.getAttribute('aria-label')).toBe('Open chat, 3 unread messages');
    await bob.openWith('Ana Ruiz');
    await bob.panel.getByText('New messages').waitFor();
    await expect(bob.page, 'the title').toHaveTitle('Allotments of Saint-Amand');
    const elsewhere = await newBox({ site, member: 'bob' });
    await elsewhere.open();
    await elsewhere.item('Ana Ruiz').waitFor();
    await expect(
      elsewhere.item('Ana Ruiz').locator('.ca-count'),
      'the count on another device',
    ).toHaveCount(0);
  },
);

test('typing is shown until the message arrives', async ({ world, newBox }) => {
  const { ana, bob } = await two({ world, newBox }, 'hello');
  await Promise.all([ana.openWith('Bob Keane'), bob.openWith('Ana Ruiz')]);
  await ana.input.pressSequentially('hm');
  await bob.panel.getByText('Ana Ruiz is typing…').first().waitFor();
  await ana.write('there');
  await bob.message('there').waitFor();
  await expect(bob.panel.locator('.ca-typing'), 'no typing notice').toHaveText('');
});

test(
  'replies, edits, deletions and reactions arrive live',
  { tag: '@quick' },
  async ({ world, newBox }) => {
    const { ana, bob } = await two({ world, newBox }, 'Bring the ladder', 'and a rope');
    await Promise.all([ana.openWith('Bob Keane'), bob.openWith('Ana Ruiz')]);
    await bob.messageAction('Bring the ladder', 'Reply');
    await bob.write('Which one?');
    await ana.panel.locator('.ca-quote').filter({ hasText: 'Bring the ladder' }).waitFor();
    await ana.messageAction('and a rope', 'Edit');
    await ana.input.fill('and two ropes');
    await ana.page.keyboard.press('Enter');
    await bob.message('and two ropes').locator('.ca-time').filter({ hasText: 'edited' }).waitFor();
    await bob.message('and two ropes').hover();
    await bob.message('and two ropes').getByRole('button', { name: 'React' }).click();
    await bob.panel.getByRole('button', { name: '👍' }).first().click();
    await ana.panel.locator('.ca-reaction').filter({ hasText: '👍' }).waitFor();
    await ana.panel.locator('.ca-reaction').click();
    await expect(bob.panel.locator('.ca-reaction span'), 'two hands').toHaveText('2');
    await ana.messageAction('Bring the ladder', 'Delete');
    await ana.dialog('Delete');
    await bob.panel.locator('.ca-msg .ca-deleted').filter({ hasText: 'Message deleted' }).waitFor();
    await expect(bob.panel.locator('.ca-quote span'), 'the quotation').toHaveText(
      'Message deleted',
    );
  },
);

test('pinned, muted and archived conversations are sorted', async ({ world, newBox }) => {
  const { site, ana } = await two({ world, newBox }, 'hello');
  const group = await site.group('bob', 'Bees', ['ana']);
  await ana.open();
  await ana.item('Bees').waitFor();
  await ana.openConversation('Bob Keane');
  await ana.moreActions('Pin');
  await ana.button('Back').click();
  await expect
    .poll(
      async () => (await ana.items.first().innerText()).includes('Bob Keane'),
      'the pinned one first',
    )
    .toBe(true);
  await ana.openConversation('Bees');
  await ana.moreActions('Mute');
  await site.send('bob', group, 'the queen has gone');
  await ana.message('the queen has gone').waitFor();
  await ana.moreActions('Archive');
  await ana.button('Back').click();
  await expect(ana.items, 'one is left').toHaveCount(1);
  await ana.button('Options').click();
  await ana.menuitem('Archived').click();
  await ana.item('Bees').waitFor();
});

test('blocked contact disappears and returns when unblocked', async ({ world, newBox }) => {
  const { site, direct, ana, bob } = await two({ world, newBox }, 'hello');
  await ana.openWith('Bob Keane');
  await bob.open();
  await ana.moreActions('Block');
  await ana.dialog('Block');
  await ana.button('Back').click();
  await ana.button('New chat').click();
  await ana.panel.getByText('No other members yet').waitFor();
  await ana.button('Back').click();
  await ana.button('Options').click();
  await ana.menuitem('Blocked members').click();
  await ana.button('Unblock').click();
  await ana.panel.getByText('You haven’t blocked anyone.').waitFor();
  await site.send('bob', direct, 'back again');
  await ana.button('Back').click();
  await ana.item('Bob Keane').filter({ hasText: 'back again' }).waitFor();
});

test('web addresses become safe links in a new window', async ({ world, newBox }) => {
  const { ana } = await two(
    { world, newBox },
    'See https://example.org/a?b=c, or javascript:alert(1)',
  );
  await ana.openWith('Bob Keane');
  await ana.message('See').waitFor();
  const link = ana.message('See').getByRole('link');
  expect(await link.count()).toBe(1);
  expect(await link.getAttribute('href')).toBe('https://example.org/a?b=c');
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc');
  expect(
    await ana
      .message('See')
      .locator('time')
      .getAttribute('title')
      .then((title) => /\d{4}/.test(title)),
  ).toBe(true);
});

test(
  'box works on an allowed host under that page’s strict CSP',
  { tag: '@quick' },
  async ({ stack, world, newBox }) => {
    const site = await world.site(TWO, { origins: [stack.elsewhere] });
    const direct = await site.direct('ana', 'bob');
    const ana = await newBox({ site, member: 'ana', origin: stack.elsewhere });
    await ana.openWith('Bob Keane');
    await site.send('bob', direct, 'from far away');
    await ana.message('from far away').waitFor();
    await ana.write('and back');
    await expect
      .poll(
        async () => (await site.readAll('bob', direct)).map(({ text }) => text),
        'it has arrived',
      )
      .toEqual(['from far away', 'and back']);
  },
);

test('box shows an error on a host the site does not allow', async ({
  browserErrors,
  stack,
  world,
  newBox,
}) => {
  browserErrors.allow(/CORS|ERR_FAILED|Access-Control/);
  const site = await world.site(TWO);
  const ana = await newBox({ site, member: 'ana', origin: stack.elsewhere });
  await ana.bubble.click();
  await ana.panel.getByText('Chat is unavailable').waitFor();
});
