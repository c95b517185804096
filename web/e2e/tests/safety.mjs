// User-written text is shown and never runs.
import { INJECTIONS } from '../lib/injections.mjs';
import { expect, note, test } from '../lib/fixtures.mjs';

/** The service removes control and direction characters from messages. */
// eslint-disable-next-line no-control-regex -- control characters are what the service removes
const REMOVED = /[\u0001-\u0008\u202a-\u202e]/g;

/** Traces of injected code. Dialogs and CSP violations are errors of the visitor. */
const harmed = (surface) =>
  surface.page.evaluate(() => ({
    ran: window.harmed ?? 0,
    foreign: document.querySelectorAll(
      'iframe, object, embed, base, img[src="x"], meta[http-equiv]',
    ).length,
    handlers: [
      ...document.querySelectorAll('*'),
      ...(document
        .querySelector('causerie-chat, causerie-dashboard')
        ?.shadowRoot?.querySelectorAll('*') ?? []),
    ]
      .filter(
        (element) =>
          element.getAttributeNames().some((name) => name.startsWith('on')) ||
          (element.localName === 'a' && !/^https?:/.test(element.href)),
      )
      .map((element) => element.outerHTML.slice(0, 200)),
  }));
const UNHARMED = { ran: 0, foreign: 0, handlers: [] };

test(
  'a hundred injections in every field render as text',
  { tag: '@quick' },
  async ({ stack, world, newBox, newDashboard }) => {
    expect(INJECTIONS.length, `${INJECTIONS.length} texts`).toBeGreaterThanOrEqual(100);
    const short = INJECTIONS.map((text) => [...text].slice(0, 100).join(''));
    const site = await world.site({ ana: 'Ana Ruiz' }, { name: short[0] });
    const group = await site.group('ana', short[1], []);
    // Every tenth is a member's name, and so an author's, a participant's and a typist's.
    const crowd = short.filter((_, index) => index % 10 === 0);
    for (const [index, name] of crowd.entries()) {
      await site.register(`m${index}`, name);
      await site.as('ana', 'PUT', `/conversations/${group}/participants/m${index}`);
    }
    const ids = [];
    for (const [index, text] of INJECTIONS.entries())
      ids.push(await site.send(`m${index % crowd.length}`, group, text));
    const groups = await Promise.all(short.slice(2, 22).map((name) => site.group('ana', name, [])));
    expect(groups.length).toBe(20);
    await site.as(
      'ana',
      'PUT',
      `/conversations/${group}/messages/019b0000-0000-7000-8000-0000000000ff`,
      { text: 'quoting', reply_to: ids.at(-1) },
    );
    const business = await site.business('m0');
    await site.send('m0', business, ...INJECTIONS.slice(0, 10));

    const box = await newBox({ site, member: 'ana' });
    await box.open();
    await expect
      .poll(
        () =>
          box.items
            .locator('.ca-title')
            .allInnerTexts()
            .then(
              (names) => short.slice(2, 22).filter((name) => !names.includes(name.trim())).length,
            ),
        'the names of groups, as they are',
      )
      .toEqual(0);
    expect(await harmed(box)).toEqual(UNHARMED);
    await box.page.evaluate((id) => window.causerie.open(id), group);
    await box.message('quoting').waitFor();
    await box.panel.locator('.ca-scroll').evaluate((scroller) => (scroller.scrollTop = 0));
    await expect
      .poll(
        async () => {
          await box.panel.locator('.ca-scroll').evaluate((scroller) => (scroller.scrollTop = 0));
          const texts = new Set(
            await box.panel
              .locator('.ca-msg .ca-text')
              .evaluateAll((all) => all.map((element) => element.textContent)),
          );
          return INJECTIONS.filter((text) => !texts.has(text.replace(REMOVED, ''))).length;
        },
        { message: 'every text', intervals: [50] },
      )
      .toEqual(0);
    await box.message('quoting').locator('.ca-quote').click();
    await box.moreActions('Participants');
    await box.panel.locator('ca-people .ca-row').nth(crowd.length).waitFor();
    await box.button('Back').click();
    await box.button('Back').click();
    await box.button('New chat').click();
    await box.panel
      .locator('ca-picker .ca-row')
      .nth(crowd.length - 1)
      .waitFor();
    await box.panel.getByRole('searchbox').fill(INJECTIONS[3]);
    await box.panel.getByText('No members found').waitFor();
    expect(await harmed(box)).toEqual(UNHARMED);

    const desk = await newDashboard({ site });
    await desk.page.locator('.ca-item').first().click();
    await desk.page.locator('.ca-msg').nth(9).waitFor();
    await desk.page.goto(`${stack.origin}/dashboard#members`);
    await desk.rows.nth(crowd.length).waitFor();
    await desk.page.locator('.cd-acts button').first().click();
    await desk.page.getByRole('menuitem', { name: 'Block' }).click();
    await desk.page.locator('dialog').waitFor();
    expect(await harmed(desk)).toEqual(UNHARMED);
  },
);

test('pages are served with a strict CSP', { tag: '@quick' }, async ({ stack }) => {
  const { origin, service } = stack;
  const pages = [`${origin}/dashboard`, `${origin}/demo`, `${origin}/host`];
  // A binary that was built without the web has no pages of its own.
  if ((await fetch(`${service}/causerie.js`)).ok)
    pages.push(`${service}/dashboard`, `${service}/demo`);
  else note('the binary has no pages in it');
  for (const page of pages) {
    const policy = (await fetch(page)).headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
    ])
      expect(policy, page).toContain(rule);
    expect(/unsafe|\*/.test(policy), page).toBe(false);
  }
});
