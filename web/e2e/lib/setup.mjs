// Starts the service before all tests and stops it after them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { SHOTS } from './fixtures.mjs';
import { startStack } from './stack.mjs';

export default async function setup() {
  const stack = await startStack();
  return async () => {
    await stack.stop();
    if (process.env.CAUSERIE_SHOTS) shrinkShots();
  };
}

/** Pictures of a third of the weight, where pngquant is installed. */
function shrinkShots() {
  const files = readdirSync(SHOTS).map((name) => SHOTS + name);
  const options = ['--ext', '.png', '--force', '--skip-if-larger', '--quality', '70-95'];
  spawnSync('pngquant', [...options, ...files], { stdio: 'inherit' });
}
