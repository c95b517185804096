// Runs the browser tests: `node e2e/run.mjs [--quick] [--jobs N] [part of a name …]`. See e2e/lib/stack.mjs for the service.
import { readdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { launchOptions } from './lib/browser.mjs';
import { startStack } from './lib/stack.mjs';
import { collected, shrinkShots } from './lib/test.mjs';
import { World } from './lib/world.mjs';

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const jobs = args.includes('--jobs') ? Number(args[args.indexOf('--jobs') + 1]) : 2;
const wanted = args.filter((each, index) => !each.startsWith('--') && args[index - 1] !== '--jobs');
const LONGEST_MS = 180_000;

for (const file of (await readdir(new URL('./tests/', import.meta.url))).sort())
  await import(`./tests/${file}`);
const chosen = collected.filter(
  (test) =>
    (!quick || test.quick) && (!wanted.length || wanted.some((part) => test.name.includes(part))),
);
// The long ones first: the last worker should not be left alone with one of them.
chosen.sort((a, b) => Number(b.alone) - Number(a.alone) || Number(b.long) - Number(a.long));

const began = Date.now();
const stack = await startStack();
const browser = await chromium.launch(launchOptions());
const world = new World(stack);
// Stopped half-way: the service, its Postgres and its NATS stop too.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void stack.stop().finally(() => process.exit(1)));
const failed = [];

async function one(test) {
  const start = Date.now();
  const run = test.begin({ stack, browser, world });
  let timer;
  const late = new Promise(
    (_, reject) =>
      (timer = setTimeout(
        () => reject(new Error(`took longer than ${LONGEST_MS / 1000} s`)),
        LONGEST_MS,
      )),
  );
  try {
    await Promise.race([run.go(), late]);
  } catch (error) {
    failed.push([test.name, error]);
    await run.remember();
  } finally {
    clearTimeout(timer);
    await run.end();
  }
  const wrong = failed.find(([name]) => name === test.name);
  console.log(
    `${wrong ? 'FAIL' : ' ok '} ${((Date.now() - start) / 1000).toFixed(1).padStart(5)} s  ${test.name}${run.notes.length ? `  (${run.notes.join('; ')})` : ''}`,
  );
}

try {
  const queue = [...chosen];
  // What measures times has the machine to itself.
  while (queue[0]?.alone) await one(queue.shift());
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      while (queue.length) await one(queue.shift());
    }),
  );
} finally {
  await browser.close();
  await stack.stop();
}
if (process.env.CAUSERIE_SHOTS) shrinkShots();
for (const [name, error] of failed)
  console.log(
    `\n${name}\n  ${String(error.stack ?? error)
      .split('\n')
      .slice(0, 14)
      .join('\n  ')}`,
  );
console.log(
  `\n${chosen.length - failed.length} passed, ${failed.length} failed, ${((Date.now() - began) / 1000).toFixed(0)} s`,
);
process.exit(failed.length || !chosen.length ? 1 : 0);
