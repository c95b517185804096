// Every screen of the dashboard at four widths, in light, dark and forced colours: axe, and no
// sideways scrolling.
import { garden } from '../lib/garden.mjs';
import { expect, test } from '../lib/fixtures.mjs';

const WIDTHS = [320, 390, 768, 1280];
const LOOKS = [
  ['light', 'fr', {}],
  ['dark', 'en', { colorScheme: 'dark' }],
  ['forced', 'fr', { forcedColors: 'active' }],
];

for (const [look, lang, media] of LOOKS) {
  test(`dashboard screens fit and are accessible, ${look}`, async ({
    world,
    newDashboard,
    shot,
  }) => {
    const site = await garden(world, lang);
    await site.as('owner', 'PATCH', '/settings', { approval: 'manual' });
    await site.as('owner', 'POST', '/members/ines/block');
    const [conversation] = (await site.as('owner', 'GET', '/conversations?kind=business')).items;
    const desk = await newDashboard({ site, lang });
    const { page } = desk;
    await page.emulateMedia(media);
    const screens = {
      inbox: '.ca-item',
      [`inbox/${conversation.id}`]: '.ca-msg',
      members: 'tbody tr',
      groups: 'tbody tr',
      settings: '.cd-badges li',
    };
    for (const [section, content] of Object.entries(screens)) {
      await page.evaluate((hash) => (location.hash = hash), section);
      await page.locator(content).first().waitFor();
      if (section === 'groups') await page.locator('.cd-details').first().click();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        const name = `dashboard-${section.split('/').join('-').slice(0, 9)}-${look}-${width}`;
        const tooWide = await page.evaluate(
          () => document.scrollingElement.scrollWidth - innerWidth,
        );
        expect.soft(tooWide, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
        await shot(desk, name);
      }
    }
  });
}
