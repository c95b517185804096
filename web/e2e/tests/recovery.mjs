// The box comes back: after failed loads, error pages of proxies, and changes of the page around it.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

async function boxOfAna({ world, newBox }) {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'before');
  return { site, direct, ana: await newBox({ site, member: 'ana' }) };
}

test('a first opening without network opens once it is back', async ({
  browserErrors,
  world,
  newBox,
}) => {
  browserErrors.allow(/ERR_FAILED|ERR_INTERNET/);
  const { ana } = await boxOfAna({ world, newBox });
  await ana.page.route('**/assets/**', (route) => route.abort());
  await ana.page.reload();
  await ana.bubble.click();
  await ana.page.getByText('The chat didn’t load.').waitFor();
  await ana.page.unroute('**/assets/**');
  await ana.page.evaluate(() => dispatchEvent(new Event('online')));
  await ana.item('Bob Keane').waitFor();
});

test('a panel that loads slowly shows a frame that closes', async ({ world, newBox }) => {
  const { ana } = await boxOfAna({ world, newBox });
  await ana.page.route('**/assets/opened-*', () => undefined);
  await ana.bubble.click();
  await ana.page.getByRole('dialog', { name: 'Chat' }).getByText('Loading').waitFor();
  await ana.page.getByRole('button', { name: 'Close' }).click();
  await expect(ana.page.locator('causerie-chat .frame')).toHaveCount(0);
  await expect(ana.page.locator('causerie-chat[open]')).toHaveCount(0);
});

test('error pages of a proxy are an outage, not a refusal', async ({
  browserErrors,
  world,
  newBox,
}) => {
  browserErrors.allow(/status of 40[34]/);
  const { site, direct, ana } = await boxOfAna({ world, newBox });
  await ana.openWith('Bob Keane');
  await ana.input.fill('half a sentence');
  const failing = (route) =>
    route.fulfill({ status: 404, contentType: 'text/html', body: '<html>not found</html>' });
  await ana.page.route('**/v1/**', failing);
  await ana.write('through the outage');
  await ana.page.waitForTimeout(2_000);
  await ana.message('before').waitFor();
  await expect(ana.panel.getByText('Not sent')).toHaveCount(0);
  await ana.page.unroute('**/v1/**', failing);
  await expect
    .poll(async () => (await site.readAll('bob', direct)).map(({ text }) => text), {
      timeout: 20_000,
    })
    .toEqual(['before', 'through the outage']);
});

test('an element that moves keeps its panel, draft and events', async ({ world, newBox }) => {
  const { ana } = await boxOfAna({ world, newBox });
  await ana.page.evaluate(() => {
    globalThis.events = [];
    for (const name of ['causerie-open', 'causerie-close'])
      document.addEventListener(name, () => globalThis.events.push(name));
  });
  await ana.openWith('Bob Keane');
  await ana.input.fill('half a draft');
  const box = () =>
    ana.page.evaluate(() =>
      document.querySelector('main').append(document.querySelector('causerie-chat')),
    );
  await box();
  await expect(ana.input).toHaveValue('half a draft');
  await ana.page.evaluate(() => {
    const element = document.querySelector('causerie-chat');
    element.remove();
    setTimeout(() => document.body.append(element), 500);
  });
  await expect(ana.panel).toHaveCount(0);
  await expect(ana.input).toHaveValue('half a draft');
  await ana.page.evaluate(() => document.querySelector('causerie-chat').removeAttribute('open'));
  await expect(ana.page.locator('causerie-chat[open]')).toHaveCount(1);
  await ana.bubble.click();
  await expect(ana.panel).toHaveCount(0);
  expect(await ana.page.evaluate(() => globalThis.events)).toEqual([
    'causerie-open',
    'causerie-close',
  ]);
});

test('the page keeps its own title and focus', async ({ world, newBox }) => {
  const { ana } = await boxOfAna({ world, newBox });
  await expect(ana.badge).toHaveText('1');
  await ana.page.evaluate(() => (document.title = '(2024) Annual report'));
  await ana.openWith('Bob Keane');
  await expect(ana.page).toHaveTitle('(2024) Annual report');
  await ana.page.locator('#ask').focus();
  await ana.page.evaluate(() => globalThis.causerie.close());
  await expect(ana.page.locator('#ask')).toBeFocused();
});
