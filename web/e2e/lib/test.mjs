// What a test is given, and what has to be true at the end of every one: no complaint from any browser.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { comeToBox } from './box.mjs';
import { comeToDashboard } from './dashboard.mjs';
import { Visitor } from './visitor.mjs';

export const collected = [];
const SHOTS = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));
const FAILED = fileURLToPath(new URL('../failed/', import.meta.url));

/** `quick`: belongs to the short run. `long`: takes its time. `alone`: measures time. `allow`: complaints that belong to the case. */
export function test(name, options, body) {
  const { quick = false, long = false, alone = false, allow = [] } = options;
  collected.push({ name, quick, long, alone, begin: (given) => new Run(name, allow, body, given) });
}

/** A third of their weight, where the tool is there. */
export function shrinkShots() {
  const files = readdirSync(SHOTS).map((name) => SHOTS + name);
  spawnSync(
    'pngquant',
    ['--ext', '.png', '--force', '--skip-if-larger', '--quality', '70-95', ...files],
    { stdio: 'inherit' },
  );
}

class Run {
  visitors = [];
  violations = [];
  /** Figures worth printing. */
  notes = [];
  constructor(name, allow, body, { stack, browser, world }) {
    Object.assign(this, { name, allow, body, stack, browser, world });
  }

  async go() {
    await this.body(this);
    const complaints = this.visitors.flatMap((each) => each.complaints(this.allow));
    if (this.violations.length) throw new Error(`axe: ${this.violations.join('\n')}`);
    if (complaints.length) throw new Error(`the browser complained: ${complaints.join('\n')}`);
  }

  async box(options) {
    return this.#noted(await comeToBox(this, options));
  }
  async dashboard(options) {
    return this.#noted(await comeToDashboard(this, options));
  }
  async visitor(options) {
    const visitor = await Visitor.come(this, options);
    this.visitors.push(visitor);
    return visitor.arrive();
  }
  #noted(surface) {
    this.visitors.push(surface.visitor);
    return surface;
  }

  /** A picture for people, and axe over the same screen. `close`: of the panel alone. */
  async shot(surface, name, close = false) {
    const { page } = surface;
    await page.evaluate(() => document.fonts.ready);
    await mkdir(SHOTS, { recursive: true });
    const panel = close && (await surface.panel.boundingBox());
    const clip = panel && {
      x: panel.x - 24,
      y: panel.y - 24,
      width: panel.width + 48,
      height: panel.height + 48,
    };
    if (process.env.CAUSERIE_SHOTS)
      await page.screenshot({
        path: `${SHOTS}${name}.png`,
        animations: 'disabled',
        caret: 'hide',
        ...(clip && { clip }),
      });
    this.violations.push(...(await surface.visitor.violations(name)));
  }

  async remember() {
    await mkdir(FAILED, { recursive: true });
    for (const [index, { page }] of this.visitors.entries())
      await page
        .screenshot({ path: `${FAILED}${this.name.replace(/\W+/g, '-')}-${index}.png` })
        .catch(() => undefined);
  }

  async end() {
    for (const { context } of this.visitors) await context.close().catch(() => undefined);
  }
}
