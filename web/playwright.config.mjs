// The browser tests: `npm run e2e`, `npm run e2e -- --grep @quick`, `npm run e2e -- keyboard
// phone`.
import { defineConfig } from '@playwright/test';
import { launchOptions } from './e2e/lib/browser.mjs';

const launch = launchOptions();
if (!launch) throw new Error('no browser: `npm run browser` comes first');

/** Tests that measure time run after all others and by themselves. */
const ALONE = /@alone/;

export default defineConfig({
  testDir: 'e2e/tests',
  testMatch: '*.mjs',
  outputDir: 'e2e/failed',
  globalSetup: './e2e/lib/setup.mjs',
  forbidOnly: !!process.env.CI,
  fullyParallel: true,
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: { launchOptions: launch, screenshot: 'only-on-failure' },
  projects: [
    { name: 'pages', grepInvert: ALONE },
    { name: 'timing', grep: ALONE, fullyParallel: false, workers: 1, dependencies: ['pages'] },
  ],
});
