// The plugin of integrations/wordpress, in a real WordPress.
import { expect, test } from '../lib/fixtures.mjs';
import { isInstalled, NOT_INSTALLED, PASSWORD, startWordPress } from '../lib/wordpress.mjs';

test.skip(!isInstalled, NOT_INSTALLED);

async function signIn(page, origin, login) {
  await page.goto(`${origin}/wp-login.php`);
  await page.getByLabel('Username or Email Address').fill(login);
  await page.locator('#user_pass').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log In' }).click();
  await page.waitForURL(/wp-admin/);
}

async function saveSettings(page, origin, settings) {
  await page.goto(`${origin}/wp-admin/options-general.php?page=causerie`);
  for (const [label, value] of Object.entries(settings)) await page.getByLabel(label).fill(value);
  await page.getByRole('button', { name: 'Save Changes' }).click();
  await page.locator('.notice').first().waitFor();
  return page.locator('.notice').allInnerTexts();
}

test('WordPress users chat, and sign out of the chat with WordPress', async ({
  stack,
  world,
  browser,
}) => {
  test.setTimeout(400_000);
  const wordpress = await startWordPress();
  try {
    const { origin, members } = wordpress;
    const site = await world.site({ [members[1]]: 'Bo Lind' }, { origins: [origin] });
    const admin = await browser.newPage();
    await signIn(admin, origin, 'admin');
    const refused = await saveSettings(admin, origin, {
      Service: 'https://chat.example.com/path',
      Site: 'A Site',
      Secret: 'short',
    });
    for (const reason of [/must be an origin/, /must be its id/, /at least 32/])
      expect(refused.join()).toMatch(reason);
    await saveSettings(admin, origin, {
      Service: `${stack.origin}/`,
      Site: site.id,
      Secret: stack.secret,
    });
    // Saved again without the secret, which the page does not show.
    await saveSettings(admin, origin, { Site: site.id });
    expect(await admin.content()).not.toContain(stack.secret);

    const visitor = await browser.newPage();
    await visitor.goto(origin);
    await expect(visitor.locator('causerie-chat'), 'for a visitor').toHaveCount(0);
    const route = `${origin}/?rest_route=/causerie/v1/token`;
    expect((await visitor.request.post(route)).status(), 'without a session').toBe(401);
    await signIn(visitor, origin, 'ana');
    expect((await visitor.request.post(route)).status(), 'without a nonce').toBe(401);
    await visitor.goto(`${origin}/wp-admin/options-general.php?page=causerie`);
    await expect(
      visitor.getByText('not allowed to access this page'),
      'settings of a subscriber',
    ).toBeVisible();

    await visitor.goto(origin);
    // As after a day, when the nonce of the page has expired.
    await visitor.route(
      '**/?rest_route=*',
      (request) =>
        request.continue({ headers: { ...request.request().headers(), 'x-wp-nonce': 'expired' } }),
      { times: 1 },
    );
    await visitor.reload();
    await visitor.locator('causerie-chat .bubble').click();
    await visitor.getByRole('button', { name: 'Join community' }).click();
    const direct = await site.direct(members[0], members[1]);
    await site.send(members[1], direct, 'hello from Bo');
    await visitor.locator('.ca-item').filter({ hasText: 'hello from Bo' }).click();
    await visitor.getByRole('textbox', { name: 'Write a message' }).fill('half a draft');
    const stored = () =>
      visitor.evaluate(() =>
        Object.keys(localStorage).filter((key) => key.startsWith('causerie:')),
      );
    await expect.poll(stored).not.toEqual([]);

    await visitor.goto(`${origin}/wp-login.php?action=logout`);
    await visitor.getByRole('link', { name: 'log out' }).click();
    await visitor.getByText('You are now logged out').waitFor();
    await expect.poll(stored, 'after the sign-out').toEqual([]);
    await visitor.goto(origin);
    await expect(visitor.locator('causerie-chat'), 'after the sign-out').toHaveCount(0);
  } finally {
    await wordpress.stop();
  }
});
