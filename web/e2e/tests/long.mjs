// Long histories: time to the first message, and scrolling without jumps.
import { cpus, loadavg } from 'node:os';
import { fill } from '../lib/fill.mjs';
import { expect, note, test } from '../lib/fixtures.mjs';
import { uuid } from '../lib/world.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
const SOON_MS = 300;
const BUSY = 4;
const MANY = 50_000;
const UP = 5_000;

/** Shared by the tests that measure time, because filling it takes a while. */
let filled;
const longHistory = ({ world, stack }) =>
  (filled ??= (async () => {
    const site = await world.site(TWO);
    const direct = await site.direct('ana', 'bob');
    await site.send('bob', direct, 'the first of all');
    await fill(stack, site, direct, ['ana', 'bob'], MANY);
    // With many unread messages, the panel opens at the first of them.
    const read = await site.send('bob', direct, 'the last one read');
    await site.as('ana', 'PUT', `/conversations/${direct}/read-marker`, { message: read });
    return { site, direct, last: await site.send('bob', direct, 'the newest of all') };
  })());

test(
  'panel shows the newest of 50,000 messages within 300 ms',
  { tag: '@alone' },
  async ({ stack, world, newBox }) => {
    const { site, direct, last } = await longHistory({ world, stack });
    const box = await newBox({ site, member: 'ana' });
    await box.badge.filter({ hasText: /\d/ }).waitFor();
    const times = [];
    for (let round = 0; round < 5; round++) {
      // Measures from the call to the frame that paints the message. The first round also fetches
      // the panel's files.
      times.push(
        await box.page.evaluate(
          async ([id, message]) => {
            const start = performance.now();
            window.causerie.open(id);
            const root = document.querySelector('causerie-chat').shadowRoot;
            while (!root.querySelector(`[data-id="${message}"]`))
              await new Promise((resolve) => requestAnimationFrame(resolve));
            await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
            return performance.now() - start;
          },
          [direct, last],
        ),
      );
      await box.page.reload();
      await box.badge.waitFor({ state: 'attached' });
      await box.page.waitForFunction(
        () =>
          document
            .querySelector('causerie-chat')
            .shadowRoot.querySelector('.bubble')
            .getAttribute('aria-label') !== 'Chat',
      );
      await box.page.waitForTimeout(300);
    }
    note(times.map((ms) => `${Math.round(ms)} ms`).join(', '));
    // The best time excludes other load on the machine. Under heavy load even that is not judged.
    const busy = loadavg()[0] / cpus().length;
    if (busy > BUSY) note(`not judged: ${busy.toFixed(1)} others wait for each processor`);
    else expect(Math.min(...times), `${times}`).toBeLessThan(SOON_MS);
  },
);

test(
  'scrolling up 5,000 messages: no blank frame, no jump',
  { tag: '@alone' },
  async ({ stack, world, newBox }) => {
    const { site, direct, last } = await longHistory({ world, stack });
    await site.as('ana', 'PUT', `/conversations/${direct}/read-marker`, { message: last });
    const box = await newBox({ site, member: 'ana' });
    await box.openWith('Bob Keane');
    await box.message('the newest of all').waitFor();
    const start = Date.now();
    const walk = await box.page.evaluate(scrollUp, MANY - UP);
    note(
      `${((Date.now() - start) / 1000).toFixed(1)} s, ${walk.frames} frames, at most ${walk.most} rows, longest step ${Math.round(walk.longest)} ms`,
    );
    expect({ blanks: walk.blanks, jumps: walk.jumps }).toEqual({ blanks: 0, jumps: [] });
    expect(walk.frames, 'the end was reached').toBeLessThan(10_000);
    expect(walk.most, `${walk.most} rows in the document`).toBeLessThanOrEqual(260);
    await box.panel.locator('.ca-jump').click();
    await box.message('the newest of all').waitFor();
  },
);

test(
  'new messages do not move older ones being read',
  { tag: '@quick' },
  async ({ world, newBox }) => {
    const { site, direct, box } = await scrolledUp({ world, newBox });
    const place = await atTop(box);
    await site.send('bob', direct, 'news', 'and more news');
    await box.panel.getByRole('button', { name: '2 new messages' }).waitFor();
    const [text, top] = await atTop(box);
    expect(text).toBe(place[0]);
    expect(Math.abs(top - place[1]), `moved by ${top - place[1]} px`).toBeLessThanOrEqual(1);
    await box.panel.getByRole('button', { name: '2 new messages' }).click();
    await box.message('and more news').waitFor();
    await expect(box.panel.locator('.ca-jump'), 'nothing unread then').toHaveCount(0);
  },
);

test('a quote leads to a distant message, scrolling leads back', async ({ world, newBox }) => {
  const { box, first } = await scrolledUp({ world, newBox }, 230);
  await box.panel
    .locator('.ca-scroll')
    .evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight));
  await box.panel.locator('.ca-quote').filter({ hasText: first }).click();
  await box.message(first).first().waitFor();
  await expect
    .poll(
      () =>
        box.page.evaluate(
          () =>
            document
              .querySelector('causerie-chat')
              .shadowRoot.activeElement?.querySelector('.ca-text')?.textContent,
        ),
      'it has the focus',
    )
    .toEqual(first);
  await expect
    .poll(
      async () => {
        await box.panel.locator('.ca-scroll').evaluate((scroller) => (scroller.scrollTop += 1_500));
        return (await box.message('the answer').count()) === 1;
      },
      { message: 'down to the newest', timeout: 30_000, intervals: [50] },
    )
    .toBe(true);
  const shown = await box.panel.locator('.ca-msg .ca-text').allInnerTexts();
  expect(new Set(shown).size, 'nothing twice').toBe(shown.length);
});

/** A member who has read everything and has scrolled up a little. */
async function scrolledUp({ world, newBox }, count = 60) {
  const site = await world.site(TWO);
  const direct = await site.direct('ana', 'bob');
  const first = 'line 0, where it began';
  const id = await site.send('bob', direct, first);
  await site.send('bob', direct, ...Array.from({ length: count }, (_, n) => `line ${n + 1}`));
  const last = uuid();
  await site.as('bob', 'PUT', `/conversations/${direct}/messages/${last}`, {
    text: 'the answer',
    reply_to: id,
  });
  await site.as('ana', 'PUT', `/conversations/${direct}/read-marker`, { message: last });
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Bob Keane');
  await box.message('the answer').waitFor();
  await box.panel.locator('.ca-scroll').evaluate((scroller) => (scroller.scrollTop -= 700));
  await box.panel.locator('.ca-jump').waitFor();
  return { site, direct, box, first };
}

/** The text and the position of the first visible row. */
const atTop = (box) =>
  box.panel.locator('.ca-scroll').evaluate((scroller) => {
    const { top } = scroller.getBoundingClientRect();
    const row = [...scroller.querySelectorAll('.ca-msg')].find(
      (message) => message.getBoundingClientRect().bottom > top + 1,
    );
    return [row.querySelector('.ca-text').textContent, Math.round(row.getBoundingClientRect().top)];
  });

/**
 * Runs in the page: scrolls up to the message with a number and checks every frame. A visible row
 * may move by the scrolled distance only.
 */
async function scrollUp(end) {
  const STEP = 640;
  const root = document.querySelector('causerie-chat').shadowRoot;
  const scroller = root.querySelector('.ca-scroll');
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const rows = () => [...scroller.querySelectorAll('.ca-msg')];
  const box = scroller.getBoundingClientRect();
  const seen = { blanks: 0, jumps: [], frames: 0, most: 0, longest: 0 };
  const number = (row) => Number(/Message (\d+)/.exec(row?.innerText ?? '')?.[1] ?? Infinity);
  while (number(rows()[0]) > end && seen.frames < 10_000) {
    const before = new Map(rows().map((row) => [row.dataset.id, row.getBoundingClientRect().top]));
    const began = performance.now();
    const from = scroller.scrollTop;
    scroller.scrollTop = Math.max(0, from - STEP);
    const moved = from - scroller.scrollTop;
    await frame();
    await frame();
    seen.longest = Math.max(seen.longest, performance.now() - began);
    seen.frames += 2;
    const now = rows();
    seen.most = Math.max(seen.most, now.length);
    const shown = now.filter(
      (row) =>
        row.getBoundingClientRect().bottom > box.top &&
        row.getBoundingClientRect().top < box.bottom,
    );
    if (!shown.length) seen.blanks += 1;
    for (const row of shown) {
      const was = before.get(row.dataset.id);
      if (was === undefined) continue;
      const off = row.getBoundingClientRect().top - was - moved;
      if (Math.abs(off) > 2) seen.jumps.push(`${row.innerText.slice(0, 20)}: ${Math.round(off)}`);
      break;
    }
  }
  return seen;
}
