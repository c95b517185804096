// Many tabs of one browser share one live stream.
import { expect, test } from '../lib/fixtures.mjs';
import { Box } from '../lib/box.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

test('twelve tabs over HTTP/1.1 are live, and outlive the leader', async ({ world, newBox }) => {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  await site.send('bob', direct, 'before');
  const first = await newBox({ site, member: 'ana' });
  const streams = [];
  first.context.on('request', (request) => {
    if (request.url().endsWith('/stream')) streams.push(request);
  });
  first.context.on('requestfailed', (request) => {
    if (streams.includes(request)) streams.splice(streams.indexOf(request), 1);
  });
  await first.openWith('Bob Keane');
  const tabs = [first];
  for (let n = 1; n < 12; n++) {
    const page = await first.context.newPage();
    await page.goto(first.page.url());
    const tab = new Box({ page, context: first.context }, first.labels);
    await tab.openWith('Bob Keane');
    tabs.push(tab);
  }
  await site.send('bob', direct, 'to all tabs');
  for (const tab of tabs) await tab.message('to all tabs').waitFor();
  expect(streams.length, 'streams beside that of the first tab').toBeLessThan(2);
  await tabs[11].write('from the last tab');
  for (const tab of tabs) await tab.message('from the last tab').waitFor();
  await first.page.close();
  await site.send('bob', direct, 'after the leader');
  for (const tab of tabs.slice(1)) await tab.message('after the leader').waitFor();
});
