// Forced colours: surfaces keep an edge, and what is selected differs.
import { expect, test } from '../lib/fixtures.mjs';

const PEOPLE = { ana: 'Ana Ruiz', bob: 'Bob Keane', cid: 'Cid Okoye' };

/** Widths of the borders, in CSS pixels, of the first element of each selector. */
const edges = ({ page }, ...selectors) =>
  page.evaluate((all) => {
    const root = document.querySelector('causerie-chat').shadowRoot;
    return all.map((selector) => {
      const { borderTopWidth, borderTopColor } = getComputedStyle(root.querySelector(selector));
      return borderTopColor === 'rgba(0, 0, 0, 0)' ? 0 : parseFloat(borderTopWidth);
    });
  }, selectors);

test('in forced colours every surface has an edge', async ({ world, newBox, shot }) => {
  const site = await world.site(PEOPLE);
  const group = await site.group('bob', 'Bees', ['ana', 'cid']);
  const sent = await site.send('bob', group, 'The honey is in the shed');
  await site.as('bob', 'PUT', `/conversations/${group}/messages/${sent}/reactions/👍`);
  const box = await newBox({ site, member: 'ana' });
  await box.page.emulateMedia({ forcedColors: 'active' });
  await box.badge.filter({ hasText: '1' }).waitFor();
  expect(await edges(box, '.bubble', '.badge')).toEqual([1, 1]);
  await box.open();
  expect(await edges(box, '.ca-avatar', '.ca-count', '.ca-item')).toEqual([1, 1, 1]);
  await shot(box, 'forced-colours-list', true);
  await box.openConversation('Bees');
  await box.message('The honey').waitFor();
  await box.write('And the wax?');
  await box.message('And the wax?').waitFor();
  expect(await edges(box, '.ca-bubble', '.ca-mine .ca-bubble', '.ca-reaction')).toEqual([1, 1, 1]);
  await shot(box, 'forced-colours-conversation', true);
  await box.button('Back').click();
  await box.button('New chat').click();
  await box.button('New group chat').click();
  await box.panel.locator('ca-picker .ca-row').first().click();
  expect(await edges(box, '.ca-chip', '.ca-foot .ca-primary', '[aria-pressed="true"]')).toEqual([
    1, 1, 3,
  ]);
  await shot(box, 'forced-colours-picker', true);
});
