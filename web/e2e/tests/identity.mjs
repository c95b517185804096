// Whatever is pending belongs to the member who wrote it.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ada: 'Ada Roy', bo: 'Bo Lind' };

/** The page signs in another member, as after a sign-out and a sign-in. */
const signIn = (box, site, member) =>
  box.page.evaluate(
    ([id, name]) =>
      globalThis.causerie.identify(async () => {
        const response = await fetch(`/host/token?site=${id}&member=${name}`);
        return (await response.json()).token;
      }),
    [site.id, member],
  );
const subjectOf = (request) =>
  JSON.parse(
    Buffer.from((request.headers()['authorization'] ?? '.e30').split('.')[1], 'base64').toString(),
  ).sub;

test('a held message is never sent as another member', async ({ browserErrors, world, newBox }) => {
  browserErrors.allow(/ERR_CONNECTION|ERR_FAILED/);
  const site = await world.site(TWO);
  const group = await site.group('ada', 'Bees', ['bo']);
  await site.send('bo', group, 'before');
  const box = await newBox({ site, member: 'ada' });
  await box.openWith('Bees');
  await box.input.fill('half a draft');
  const held = [];
  const subjects = [];
  await box.page.route('**/messages/*', (route) => {
    subjects.push(subjectOf(route.request()));
    if (held.length) return route.continue();
    return void held.push(route);
  });
  await box.write('from ada');
  await expect.poll(() => held.length).toBe(1);
  await signIn(box, site, 'bo');
  await box.item('Bees').waitFor();
  await held[0].abort('connectionfailed');
  await box.page.waitForTimeout(5_000);
  expect(subjects, 'the members whose tokens were used').toEqual(['ada']);
  await expect(box.panel.getByText('from ada'), 'shown to bo').toHaveCount(0);
  await signIn(box, site, 'ada');
  await expect
    .poll(
      async () => (await site.readAll('bo', group)).map(({ author, text }) => `${author}: ${text}`),
      { timeout: 20_000 },
    )
    .toEqual(['bo: before', 'ada: from ada']);
  expect(new Set(subjects)).toEqual(new Set(['ada']));
});

test('reset signs out and removes what the browser stores', async ({ world, newBox }) => {
  const site = await world.site(TWO);
  await site.send('bo', await site.direct('ada', 'bo'), 'before');
  const box = await newBox({ site, member: 'ada' });
  await box.openWith('Bo Lind');
  await box.input.fill('half a draft');
  await box.page.evaluate(() => globalThis.causerie.reset());
  await expect(box.panel).toHaveCount(0);
  expect(await box.page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await box.bubble.click();
  await box.panel.getByText('Sign in to chat').waitFor();
});

test('reset removes what the browser stores if the chat does not load', async ({
  browserErrors,
  world,
  newBox,
}) => {
  browserErrors.allow(/ERR_FAILED/);
  const site = await world.site(TWO);
  await site.send('bo', await site.direct('ada', 'bo'), 'before');
  const box = await newBox({ site, member: 'ada' });
  await box.openWith('Bo Lind');
  await box.input.fill('half a draft');
  const held = [];
  await box.page.route('**/core-*.js*', (route) => void held.push(route));
  await box.page.reload();
  await expect.poll(() => held.length).toBe(1);
  const stored = () => box.page.evaluate(() => Object.keys(localStorage));
  expect(await stored()).not.toEqual([]);
  await box.page.evaluate(() => globalThis.causerie.reset());
  await held[0].abort();
  await expect.poll(stored).toEqual([]);
});
