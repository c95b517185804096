// The header of a conversation, and the people behind it.
import { expect, test } from '../lib/fixtures.mjs';

const CROWD = Object.fromEntries(
  Array.from({ length: 14 }, (_, n) => [`m${n}`, `Member ${String.fromCharCode(65 + n)}`]),
);
const PEOPLE = { ana: 'Ana Ruiz', zoe: 'Zoé Lambert', ...CROWD };

async function open({ world, newBox }, options) {
  const site = await world.site(PEOPLE);
  const name = 'A rather long name of a group of the lower plots';
  await site.group('ana', name, ['zoe', ...Object.keys(CROWD)]);
  await site.direct('ana', 'zoe');
  const box = await newBox({ site, member: 'ana', ...options });
  return { site, name, box: await box.open() };
}

test('name and picture of a conversation open its people', async ({ world, newBox, shot }) => {
  const { name, box } = await open({ world, newBox });
  await box.openConversation(name);
  await shot(box, 'box-header', true);
  await box.panel.locator('.ca-head .ca-avatar').click();
  await expect(box.panel.getByRole('heading', { name: 'Participants' })).toBeVisible();
  await expect(box.panel.locator('ca-people .ca-row')).toHaveCount(16);
  await box.button('Back').click();
  await box.button(name).focus();
  await box.page.keyboard.press('Enter');
  await expect(box.panel.getByRole('heading', { name: 'Participants' })).toBeVisible();
  await box.button('Back').click();
  await box.button('Back').click();
  await box.openConversation('Zoé Lambert');
  await box.panel.getByRole('heading', { name: 'Zoé Lambert' }).click();
  await expect(box.panel.locator('ca-people .ca-row')).toHaveCount(2);
  await expect(box.panel.getByRole('searchbox')).toHaveCount(0);
});

test('the header leaves most of its width to the name', async ({ world, newBox }) => {
  for (const viewport of [undefined, { width: 320, height: 640 }]) {
    const { name, box } = await open({ world, newBox }, viewport && { viewport });
    await box.openConversation(name);
    const head = await box.panel.locator('.ca-head').boundingBox();
    const title = await box.panel.locator('.ca-head h2').boundingBox();
    expect(title.width / head.width).toBeGreaterThan(viewport ? 0.36 : 0.5);
    const buttons = box.panel.locator('.ca-head .ca-iconbutton');
    for (const button of await buttons.all()) {
      const { x, width } = await button.boundingBox();
      expect(x + width <= title.x || x >= title.x + title.width).toBe(true);
    }
  }
});

test('the people of a large group are searched by name', async ({ world, newBox, shot }) => {
  const { name, box } = await open({ world, newBox });
  await box.openConversation(name);
  await box.button(name).click();
  const search = box.panel.getByRole('searchbox', { name: 'Search by name' });
  await search.fill('zoe lam');
  const rows = box.panel.locator('ca-people .ca-row');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('Zoé Lambert');
  await search.fill('nobody');
  await expect(box.panel.getByText('No members found')).toBeVisible();
  await search.press('Escape');
  await expect(search).toHaveValue('');
  await expect(rows).toHaveCount(16);
  await shot(box, 'box-people-search', true);
  await rows.last().scrollIntoViewIfNeeded();
  await expect(rows.last()).toBeInViewport();
});
