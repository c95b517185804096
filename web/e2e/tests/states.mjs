// Empty, loading, error and locked states: each explains itself and passes axe.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
const REFUSED = /status of 40[13]/;

test('empty states: list, conversation, inbox, member table', async ({
  world,
  newBox,
  newDashboard,
  shot,
}) => {
  const site = await world.site(TWO);
  const box = await newBox({ site, member: 'ana' });
  await box.open();
  await box.panel.getByText('No conversations yet').waitFor();
  await shot(box, 'state-empty', true);
  await box.button('New chat').click();
  await box.panel.locator('ca-picker .ca-row').filter({ hasText: 'Bob Keane' }).click();
  await box.panel.getByText('This is the start of the conversation').waitFor();
  await shot(box, 'state-first-message', true);
  const desk = await newDashboard({ site });
  await desk.page.getByText('All quiet').waitFor();
  await shot(desk, 'state-inbox-empty');
  await desk.openSection('Site members');
  await desk.page.getByRole('searchbox').fill('nobody of that name');
  await desk.page.getByText('No members found').waitFor();
  await shot(desk, 'state-members-none');
});

test('loading state is shown', async ({ world, newBox, shot }) => {
  const site = await world.site(TWO);
  const box = await newBox({ site, member: 'ana' });
  await box.page.route('**/stream', () => undefined);
  await box.page.reload();
  await box.bubble.click();
  await box.panel.locator('[aria-busy="true"]').waitFor();
  await shot(box, 'state-loading', true);
});

test(
  'unreachable service shows an error and a retry that works',
  { tag: '@quick' },
  async ({ browserErrors, world, newBox, shot }) => {
    browserErrors.allow(/status of 503|ERR_FAILED/);
    const site = await world.site(TWO);
    const box = await newBox({ site, member: 'ana' });
    let down = true;
    await box.page.route('**/v1/**', (route) =>
      down
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: '{"code":"service.unavailable"}',
          })
        : route.continue(),
    );
    await box.page.reload();
    await box.bubble.click();
    await box.panel.getByText('Chat is unavailable').waitFor();
    await shot(box, 'state-error', true);
    down = false;
    await box.button('Try again').click();
    await box.panel.getByText('No conversations yet').waitFor();
  },
);

test('offline notice is shown and messages stay readable', async ({
  browserErrors,
  world,
  newBox,
  shot,
}) => {
  browserErrors.allow(/ERR_INTERNET_DISCONNECTED/);
  const site = await world.site(TWO);
  await site.send('bob', await site.direct('ana', 'bob'), 'still here');
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Bob Keane');
  await box.context.setOffline(true);
  await box.panel.getByText('You’re offline.').waitFor();
  await box.write('on its way');
  await shot(box, 'state-offline', true);
  await box.message('still here').waitFor();
});

test(
  'disabling member chat locks conversations until it is on',
  { tag: '@quick' },
  async ({ world, newBox, newDashboard, shot }) => {
    const site = await world.site(TWO);
    const direct = await site.direct('ana', 'bob');
    await site.send('bob', direct, 'before');
    const [ana, bob, desk] = await Promise.all([
      newBox({ site, member: 'ana' }),
      newBox({ site, member: 'bob', lang: 'fr', theme: 'dark' }),
      newDashboard({ site, section: 'settings' }),
    ]);
    await Promise.all([ana.openWith('Bob Keane'), bob.openWith('Ana Ruiz')]);
    await ana.input.fill('half a sen');
    const typing = bob.panel.locator('ca-conversation .ca-typing');
    await typing.filter({ hasText: 'Ana Ruiz écrit' }).waitFor();
    await desk.switch.click();
    await ana.panel.getByText('Member chat is turned off. You can still write to us.').waitFor();
    await bob.panel.getByText('Le chat entre membres est désactivé.').waitFor();
    expect(await ana.input.count()).toBe(0);
    expect(await typing.innerText()).toBe('');
    await shot(ana, 'state-locked', true);
    await shot(bob, 'state-locked-fr-dark', true);
    await ana.button('Back').click();
    await ana.button('New chat').click();
    await ana.button('Write to Allotments of Saint-Amand').click();
    await ana.write('Why is it off?');
    await ana.message('Why is it off?').waitFor();
    await desk.switch.click();
    await ana.button('Back').click();
    await ana.openConversation('Bob Keane');
    await expect(ana.input, 'the draft').toHaveValue('half a sen');
    await ana.write('and on again');
    await bob.message('and on again').waitFor();
  },
);

test(
  'muted member can read but not write to members',
  { tag: '@quick' },
  async ({ world, newBox, shot }) => {
    const site = await world.site(TWO);
    const direct = await site.direct('ana', 'bob');
    await site.send('bob', direct, 'before');
    const ana = await newBox({ site, member: 'ana' });
    await ana.openWith('Bob Keane');
    await site.as('owner', 'POST', '/members/ana/mute');
    await ana.panel.getByText('You can’t write to other members at the moment.').waitFor();
    await site.send('bob', direct, 'after');
    await ana.message('after').waitFor();
    await shot(ana, 'state-muted', true);
    await site.as('owner', 'POST', '/members/ana/unmute');
    await ana.input.waitFor();
  },
);

test('blocked member loses access at once, regains it later', async ({
  browserErrors,
  world,
  newBox,
  shot,
}) => {
  browserErrors.allow(REFUSED);
  const site = await world.site(TWO);
  await site.send('bob', await site.direct('ana', 'bob'), 'for Ana alone');
  const ana = await newBox({ site, member: 'ana' });
  await ana.openWith('Bob Keane');
  await site.as('owner', 'POST', '/members/ana/block');
  await ana.panel.getByText('You can’t use the chat').waitFor();
  await expect
    .poll(
      () => ana.panel.innerText().then((text) => text.includes('for Ana alone')),
      'nothing of it is left',
    )
    .toEqual(false);
  await shot(ana, 'state-blocked', true);
  await site.as('owner', 'POST', '/members/ana/unblock');
  await ana.panel.getByText('for Ana alone').first().waitFor({ timeout: 25_000 });
});

test('pending member sees it, and enters after approval', async ({
  browserErrors,
  world,
  newBox,
  newDashboard,
  shot,
}) => {
  browserErrors.allow(REFUSED);
  const site = await world.site(TWO, { settings: { approval: 'manual' } });
  const eve = await newBox({ site, member: 'eve', name: 'Eve Wu' });
  await eve.bubble.click();
  await eve.panel.getByText('Waiting for approval').waitFor();
  await shot(eve, 'state-pending', true);
  const desk = await newDashboard({ site, section: 'members' });
  await desk.row('Eve Wu').getByRole('button', { name: 'Approve' }).click();
  await eve.panel.getByText('No conversations yet').waitFor({ timeout: 25_000 });
});

test('signed-out visitor is asked to sign in', async ({ world, newBox, shot }) => {
  const site = await world.site(TWO);
  const box = await newBox({ site });
  await box.bubble.click();
  await box.panel.getByText('Sign in to chat').waitFor();
  await shot(box, 'state-signed-out', true);
});

// A request for the participants during the removal returns 404, which Chromium logs.
test(
  'removed participant sees a notice instead of messages',
  { tag: '@quick' },
  async ({ browserErrors, world, newBox, shot }) => {
    browserErrors.allow(/404 .*\/participants/);
    const site = await world.site({ ...TWO, cid: 'Cid Okoye' });
    const group = await site.group('bob', 'Bees', ['ana', 'cid']);
    await site.send('bob', group, 'The honey is in the shed');
    const ana = await newBox({ site, member: 'ana' });
    await ana.openWith('Bees');
    await ana.message('The honey').waitFor();
    // A read marker in flight during the removal would be rejected.
    await expect
      .poll(
        async () => (await site.as('ana', 'GET', `/conversations/${group}`)).unread,
        'the read marker',
      )
      .toEqual(0);
    await site.as('bob', 'DELETE', `/conversations/${group}/participants/ana`);
    await ana.panel.getByText('You are no longer part of this conversation.').waitFor();
    await expect(ana.panel.getByText('The honey'), 'what was said').toHaveCount(0);
    await shot(ana, 'state-removed', true);
    await ana.button('Conversations').click();
    await ana.panel.getByText('No conversations yet').waitFor();
  },
);

test('member outside the community can join it', async ({ world, newBox, shot }) => {
  const site = await world.site(TWO);
  await site.register('eve', 'Eve Wu', false);
  const eve = await newBox({ site, member: 'eve' });
  await eve.open();
  await eve.button('Join community').waitFor();
  await shot(eve, 'state-outside', true);
  await eve.button('Join community').click();
  await eve.button('New chat').click();
  await eve.panel.locator('ca-picker .ca-row').filter({ hasText: 'Bob Keane' }).waitFor();
});

test(
  'dashboard rejects a member’s token, accepts the owner’s',
  { tag: '@quick' },
  async ({ world, newVisitor, shot }) => {
    const site = await world.site(TWO);
    const visitor = await newVisitor({ site, path: '/dashboard' });
    const { page } = visitor;
    const enter = async (token) => {
      await page.getByLabel('Token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await page.getByRole('heading', { name: 'Owner and staff' }).waitFor();
    await shot({ page, visitor }, 'dashboard-door');
    await enter('no token at all');
    await page.getByRole('alert').waitFor();
    await enter(await world.token({ site: site.id, member: 'ana' }));
    await page.getByText('This token does not belong to the owner or staff.').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await enter(await world.token({ site: site.id, member: 'owner', role: 'owner' }));
    await page.getByText('All quiet').waitFor();
    expect(page.url().includes('ey'), 'no token in the address').toBe(false);
  },
);

test('an outage while a conversation opens does not look like a removal', async ({
  browserErrors,
  world,
  newBox,
}) => {
  browserErrors.allow(/status of 503/);
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'before');
  const ana = await newBox({ site, member: 'ana' });
  const outage = (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: '{"code":"service.unavailable"}',
    });
  // The conversation is not in the list.
  await ana.page.route('**/conversations?*', (route) =>
    route.fulfill({ json: { items: [], next: null } }),
  );
  await ana.page.route(`**/conversations/${direct}**`, outage);
  await ana.page.reload();
  await ana.page.waitForFunction(() => !!globalThis.causerie?.open);
  await ana.page.evaluate((id) => globalThis.causerie.open(id), direct);
  await ana.panel.getByText('Chat is unavailable').waitFor();
  await expect(ana.panel.getByText('no longer part')).toHaveCount(0);
  await ana.page.unroute(`**/conversations/${direct}**`, outage);
  await ana.button('Try again').click();
  await ana.message('before').waitFor();
});
