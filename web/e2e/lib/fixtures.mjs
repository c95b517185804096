// Fixtures of the browser tests. A test fails if a browser reports an error that the test does not
// allow, or requests another host.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { openBoxPage } from './box.mjs';
import { openDashboardPage } from './dashboard.mjs';
import { runningStack } from './stack.mjs';
import { Visitor } from './visitor.mjs';
import { World } from './world.mjs';

export { expect };

export const SHOTS = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));

export const test = base.extend({
  stack: [({}, use) => use(runningStack()), { scope: 'worker' }],

  world: [
    ({ stack }, use, { workerIndex }) => use(new World(stack, workerIndex)),
    { scope: 'worker' },
  ],

  /** Errors in the console that belong to the case: `browserErrors.allow(/status of 409/)`. */
  browserErrors: async ({}, use) => {
    const allowed = [];
    await use({ allowed, allow: (...patterns) => allowed.push(...patterns) });
  },

  visitors: async ({ browserErrors }, use) => {
    const visitors = [];
    await use(visitors);
    const errors = visitors.flatMap((visitor) => visitor.reportedErrors(browserErrors.allowed));
    for (const { context } of visitors) await context.close();
    expect(errors, 'errors and foreign requests of the browsers').toEqual([]);
  },

  /** A page of its own browser context, at any path of the site. */
  newVisitor: ({ browser, stack, visitors }, use) =>
    use(async (options) => {
      const visitor = await Visitor.create({ browser, stack }, options);
      visitors.push(visitor);
      return visitor.arrive();
    }),

  /** The test site with the chat box on it, closed. */
  newBox: ({ browser, stack, visitors }, use) =>
    use(async (options) => {
      const box = await openBoxPage({ browser, stack }, options);
      visitors.push(box.visitor);
      return box;
    }),

  newDashboard: ({ browser, stack, world, visitors }, use) =>
    use(async (options) => {
      const dashboard = await openDashboardPage({ browser, stack, world }, options);
      visitors.push(dashboard.visitor);
      return dashboard;
    }),

  /**
   * Checks a screen with axe. With CAUSERIE_SHOTS it also writes a screenshot, for `close` of the
   * panel only.
   */
  shot: ({}, use) =>
    use(async (surface, name, close = false) => {
      const { page } = surface;
      await page.evaluate(() => document.fonts.ready);
      if (process.env.CAUSERIE_SHOTS) await writeShot(surface, name, close);
      expect.soft(await surface.visitor.axeViolations(), `axe: ${name}`).toEqual([]);
    }),
});

async function writeShot({ page, panel }, name, close) {
  await mkdir(SHOTS, { recursive: true });
  const box = close && (await panel.boundingBox());
  const clip = box && {
    x: box.x - 24,
    y: box.y - 24,
    width: box.width + 48,
    height: box.height + 48,
  };
  const path = `${SHOTS}${name}.png`;
  await page.screenshot({ path, animations: 'disabled', caret: 'hide', ...(clip && { clip }) });
}

/** Prints a figure, and adds it to the report. */
export function note(description) {
  test.info().annotations.push({ type: 'note', description });
  console.log(`  ${test.info().title}: ${description}`);
}
