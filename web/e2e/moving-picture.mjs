// Records docs/chat-en.webp and docs/chat-fr.webp: two members chat on the real service, one on a
// desktop, one on a phone. `npm run moving-picture` needs img2webp (Debian: webp) and the fonts of
// the screenshots.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';
import { launchOptions } from './lib/browser.mjs';
import { openBoxPage } from './lib/box.mjs';
import { garden } from './lib/garden.mjs';
import { startStack } from './lib/stack.mjs';
import { World } from './lib/world.mjs';

const DESK = { width: 700, height: 600 };
const PHONE = { width: 336, height: 600 };
const LOOKS = { en: 'dark', fr: 'light' };
const LABELS = {
  en: {
    names: ['Théo, at his desk', 'Camille, on her phone'],
    first: 'I will bring basil and mint as well.',
    then: 'Lovely! See you at nine.',
    heart: '❤️',
  },
  fr: {
    names: ['Théo, à son bureau', 'Camille, sur son téléphone'],
    first: 'J’apporte aussi du basilic et de la menthe.',
    then: 'Parfait ! On se retrouve à 9 h.',
    heart: '❤️',
  },
};
const STAGE = `<!doctype html><style>
  body { margin: 0; padding: 18px 22px 22px; display: flex; gap: 24px; background: #dfe7e4; font: 600 15px/1 Inter, sans-serif; color: #33423e }
  body.dark { background: #22302d; color: #d5e3de }
  figure { margin: 0 } figcaption { padding: 0 4px 11px } img { display: block; border-radius: 12px; box-shadow: 0 8px 26px rgb(0 0 0 / .22) } figure + figure img { border-radius: 26px }
</style><body><figure><figcaption></figcaption><img></figure><figure><figcaption></figcaption><img></figure>`;

class Film {
  frames = [];

  constructor(folder, stage, pages) {
    Object.assign(this, { folder, stage, pages });
  }

  /** Appends what both see now for `ms`. An unchanged picture extends the last frame. */
  async shows(ms) {
    const shots = await Promise.all(this.pages.map((page) => page.screenshot({ caret: 'hide' })));
    await this.stage.evaluate(
      async (urls) => {
        const images = [...document.images];
        urls.forEach((url, index) => (images[index].src = url));
        await Promise.all(images.map((image) => image.decode()));
      },
      shots.map((shot) => `data:image/png;base64,${shot.toString('base64')}`),
    );
    const picture = await this.stage.screenshot();
    const last = this.frames.at(-1);
    if (last?.picture.equals(picture)) return void (last.ms += ms);
    const file = join(this.folder, `${String(this.frames.length).padStart(4, '0')}.png`);
    await writeFile(file, picture);
    this.frames.push({ file, picture, ms });
  }

  async write(out) {
    const frames = this.frames.flatMap(({ file, ms }) => ['-d', String(ms), file]);
    await promisify(execFile)('img2webp', [
      '-loop',
      '0',
      '-min_size',
      '-lossy',
      '-q',
      '72',
      '-m',
      '4',
      ...frames,
      '-o',
      out,
    ]);
    console.log(
      `${out}: ${this.frames.length} pictures, ${((await stat(out)).size / 1024).toFixed(0)} KB`,
    );
  }
}

/** One member types and sends; the other sees both. */
async function talk(film, from, to, text) {
  for (let end = 2; end < text.length + 2; end += 2) {
    await from.input.fill(text.slice(0, end));
    if (end === 2) await to.panel.locator('.ca-typing').filter({ hasText: /\S/ }).waitFor();
    await film.shows(70);
  }
  await film.shows(350);
  await from.button(from.labels.send).click();
  await from.message(text).waitFor();
  await to.message(text).waitFor();
  await film.shows(1_300);
}

async function play(lang, browser, world, stack, folder) {
  const site = await garden(world, lang);
  const texts = LABELS[lang];
  const messages = `/conversations/${site.market}/messages`;
  const newest = async () => (await site.as('camille', 'GET', `${messages}?limit=1`)).items[0].id;
  await site.as('camille', 'PUT', `/conversations/${site.market}/read-marker`, {
    message: await newest(),
  });
  const common = { site, lang, theme: LOOKS[lang] };
  const theo = await openBoxPage({ browser, stack }, { ...common, member: 'theo', viewport: DESK });
  const camille = await openBoxPage(
    { browser, stack },
    { ...common, member: 'camille', viewport: PHONE, touch: true },
  );
  const context = await browser.newContext({
    viewport: { width: DESK.width + PHONE.width + 68, height: DESK.height + 66 },
  });
  const stage = await context.newPage();
  await stage.setContent(STAGE);
  await stage.evaluate(
    ([names, theme]) => {
      document.body.className = theme;
      document
        .querySelectorAll('figcaption')
        .forEach((caption, index) => (caption.textContent = names[index]));
    },
    [texts.names, common.theme],
  );
  const film = new Film(folder, stage, [theo.page, camille.page]);

  await theo.badge.filter({ hasText: /\d/ }).waitFor();
  for (const { page } of [theo, camille]) {
    await page.evaluate(() => document.fonts.ready);
  }
  await film.shows(1_100);
  await camille.openWith(site.talk.market);
  await camille.message(site.talk.reply).waitFor();
  await theo.open();
  await film.shows(1_400);
  await theo.openConversation(site.talk.market);
  await theo.message(site.talk.reply).waitFor();
  await film.shows(1_200);
  await talk(film, theo, camille, texts.first);
  await site.as(
    'camille',
    'PUT',
    `${messages}/${await newest()}/reactions/${encodeURIComponent(texts.heart)}`,
  );
  for (const { panel } of [theo, camille])
    await panel
      .locator('.ca-reaction, [part~="reaction"]')
      .filter({ hasText: texts.heart })
      .waitFor();
  await film.shows(1_000);
  await talk(film, camille, theo, texts.then);
  await film.shows(1_800);
  await film.write(fileURLToPath(new URL(`../../docs/chat-${lang}.webp`, import.meta.url)));
}

const stack = await startStack();
const browser = await chromium.launch(launchOptions());
try {
  for (const lang of Object.keys(LOOKS)) {
    const folder = await mkdtemp(join(tmpdir(), 'causerie-film-'));
    await play(lang, browser, new World(stack), stack, folder).finally(() =>
      rm(folder, { recursive: true, force: true }),
    );
  }
} finally {
  await browser.close();
  await stack.stop();
}
