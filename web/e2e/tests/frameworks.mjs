// The examples of docs/frameworks.md, under the policy of docs/frameworks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlock, codeBlocks, read } from '../lib/documents.mjs';
import { expect, test } from '../lib/fixtures.mjs';
import { buildApp, isInstalled, NOT_INSTALLED, renderReact } from '../lib/frameworks.mjs';
import { ownSite } from '../lib/own-site.mjs';
import { DESKTOP, PHONE } from '../lib/visitor.mjs';

const DOCUMENT = 'frameworks.md';
const TWO = { ana: 'Ana Ruiz', bo: 'Bo Lind' };

const REACT = `import { StrictMode, useState } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { Chat } from './Chat';

function Page() {
  const [member, setMember] = useState<string | null>(null);
  Object.assign(window, { setMember });
  return <Chat member={member} />;
}
const root = document.getElementById('root')!;
const page = <StrictMode><Page /></StrictMode>;
if (root.hasChildNodes()) hydrateRoot(root, page, { onRecoverableError: (error) => console.error(error) });
else createRoot(root).render(page);
`;
const VUE = `import { createApp, defineComponent, h, ref } from 'vue';
import Chat from './Chat.vue';

const member = ref<string | null>(null);
Object.assign(window, { setMember: (id: string | null) => (member.value = id) });
createApp(defineComponent(() => () => h(Chat, { member: member.value }))).mount('#root');
`;

/** A site of its own origin, whose token route signs in `current.member`. */
const sites = test.extend({
  newSite: async ({ stack, world }, use) => {
    const opened = [];
    await use(async (options, members = TWO) => {
      const current = { member: 'ana', tokens: 0 };
      const site = await world.site(members);
      const replace = (text) =>
        text
          .replaceAll('https://chat.example.com', stack.origin)
          .replaceAll('"acme"', `"${site.id}"`)
          .replaceAll("'acme'", `'${site.id}'`);
      const {
        build,
        policy = codeBlock(DOCUMENT, 'Content security policy', ''),
        ...rest
      } = options(replace, site);
      const token = () => {
        current.tokens++;
        return current.member
          ? world.token({ site: site.id, member: current.member, role: 'member' })
          : { status: 401, body: '' };
      };
      const own = await ownSite({
        ...rest,
        ...(build && { folder: await build() }),
        policy: replace(policy.trim()),
        token,
      });
      opened.push(own);
      await site.as('operator', 'PATCH', '', { allowed_origins: [own.origin] });
      return { site, own, current };
    });
    for (const own of opened) own.close();
  },
});

async function openChat(page) {
  await page.locator('causerie-chat .bubble').click();
  await page.locator('.ca-panel').waitFor();
}
const conversation = (page, name) => page.locator('.ca-item').filter({ hasText: name });

/** Members sign in, receive, change and sign out, without an error of the policy. */
async function holds({ page }, { site, current }) {
  const direct = await site.direct('ana', 'bo');
  await site.send('bo', direct, 'hello');
  await page.locator('causerie-chat').waitFor({ state: 'attached' });
  expect(current.tokens, 'tokens before the sign-in').toBe(0);
  await page.evaluate(() => window.setMember('ana'));
  await openChat(page);
  await conversation(page, 'Bo Lind').waitFor();
  expect(await page.locator('script[src$="/causerie.js"]').count()).toBe(1);
  expect(current.tokens, 'tokens of one chat, started once').toBe(1);
  const received = page.waitForEvent('console', (message) =>
    message.text().startsWith('a message in'),
  );
  await site.send('bo', direct, 'news');
  expect((await received).text()).toBe(`a message in ${direct}`);
  expect(current.tokens, 'tokens of one chat, not restarted').toBe(1);
  current.member = 'bo';
  await page.evaluate(() => window.setMember('bo'));
  await conversation(page, 'Ana Ruiz').waitFor();
  current.member = null;
  await page.evaluate(() => window.setMember(null));
  await expect(page.locator('.ca-panel')).toHaveCount(0);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
}

sites('plain HTML of the document runs under its policy', async ({ newSite, newVisitor }) => {
  const { site, own } = await newSite((replace) => ({
    files: {
      '/index.html': replace(codeBlock(DOCUMENT, 'Plain HTML', 'html')),
      '/chat.js': replace(codeBlock(DOCUMENT, 'Plain HTML', 'js')),
    },
  }));
  await site.direct('ana', 'bo');
  const { page } = await newVisitor({ site, origin: own.origin, path: '/' });
  await openChat(page);
  await conversation(page, 'Bo Lind').waitFor();
});

sites('the snippet of embedding.md runs under its policies', async ({ newSite, newVisitor }) => {
  const heading = 'Another host, and content security policies';
  const [page, policy] = codeBlocks('embedding.md', heading).map(({ text }) => text);
  const inline = codeBlocks('embedding.md').find(({ language }) => language === 'html').text;
  const script = /<script>\n([^]*)<\/script>/.exec(inline)[1];
  const trusted = /`(require-trusted-types-for[^`]*)`/.exec(read('embedding.md', heading))[1];
  const files = (text) => (replace) => ({
    policy: text,
    files: {
      '/index.html': replace(
        `<!doctype html><html lang="en"><link rel="icon" href="/icon.svg">${page}</html>`,
      ),
      '/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '/chat.js': script,
    },
  });
  for (const text of [policy, `${policy.trim()}; ${trusted}`]) {
    const { site, own } = await newSite(files(text));
    await site.direct('ana', 'bo');
    const visitor = await newVisitor({ site, origin: own.origin, path: '/' });
    await openChat(visitor.page);
    await conversation(visitor.page, 'Bo Lind').waitFor();
  }
});

sites('the styles of embedding.md move and hide the bubble', async ({ newSite, newVisitor }) => {
  const [moved, hidden] = codeBlocks('embedding.md', 'Styling').map(({ text }) => text);
  const page = codeBlock(DOCUMENT, 'Plain HTML', 'html');
  for (const [style, viewport] of [
    [moved, DESKTOP],
    [moved, PHONE],
    [hidden, DESKTOP],
  ]) {
    const { site, own } = await newSite((replace) => ({
      files: {
        '/index.html': replace(page).replace(
          '<title>',
          '<link rel="stylesheet" href="/chat.css" />$&',
        ),
        '/chat.css': style,
        '/chat.js': codeBlock(DOCUMENT, 'Plain HTML', 'js'),
      },
    }));
    const visitor = await newVisitor({ site, viewport, origin: own.origin, path: '/' });
    const bubble = visitor.page.locator('causerie-chat .bubble');
    await bubble.waitFor({ state: 'attached' });
    await visitor.page.evaluate(() => window.causerie.open());
    const panel = visitor.page.locator('.ca-panel');
    await panel.waitFor();
    const edges = await panel.evaluate((element) => {
      const { left, width } = element.getBoundingClientRect();
      return { left, fills: width === innerWidth };
    });
    if (viewport === PHONE) expect(edges, 'on a phone').toEqual({ left: 0, fills: true });
    else if (style === moved) {
      expect(edges).toEqual({ left: 24, fills: false });
      await expect.poll(async () => (await bubble.boundingBox())?.x).toBe(24);
    } else await expect(bubble, 'hidden').toBeHidden();
  }
});

sites.describe('with the package', () => {
  sites.skip(!isInstalled, NOT_INSTALLED);

  sites('loadCauserie of the document runs', async ({ newSite, newVisitor }) => {
    const { site, own } = await newSite((replace) => ({
      build: () =>
        buildApp('plain', 'main.js', {
          'session.js': replace(codeBlock(DOCUMENT, 'The package', 'js')),
          'main.js': "import * as session from './session.js';\nObject.assign(window, session);\n",
        }),
    }));
    await site.direct('ana', 'bo');
    const { page } = await newVisitor({ site, origin: own.origin, path: '/' });
    await page.waitForFunction(() => 'signedIn' in window);
    await page.evaluate(() => Promise.all([window.signedIn(), window.signedIn()]));
    await openChat(page);
    await conversation(page, 'Bo Lind').waitFor();
    await page.evaluate(() => window.signedOut());
    await expect(page.locator('.ca-panel')).toHaveCount(0);
  });

  sites('React of the document runs in StrictMode', async ({ newSite, newVisitor }) => {
    const made = await newSite((replace) => ({
      build: () =>
        buildApp('react', 'main.tsx', {
          'Chat.tsx': replace(codeBlock(DOCUMENT, 'React', 'tsx')),
          'main.tsx': REACT,
        }),
    }));
    const visitor = await newVisitor({ site: made.site, origin: made.own.origin, path: '/' });
    await holds(visitor, made);
  });

  sites('React fills what its server rendered', async ({ stack, newSite, newVisitor }) => {
    const made = await newSite((replace, site) => ({
      build: async () => {
        const folder = await buildApp('next', 'main.tsx', {
          'Chat.tsx': `'use client';\n${replace(codeBlock(DOCUMENT, 'React', 'tsx'))}`,
          'main.tsx': REACT,
        });
        const html = await renderReact({ server: stack.origin, site: site.id, token: null });
        const page = join(folder, 'index.html');
        writeFileSync(page, readFileSync(page, 'utf8').replace('<div id="root">', `$&${html}`));
        return folder;
      },
    }));
    const visitor = await newVisitor({ site: made.site, origin: made.own.origin, path: '/' });
    await holds(visitor, made);
  });

  sites('Vue of the document runs', async ({ newSite, newVisitor }) => {
    const made = await newSite((replace) => ({
      build: () =>
        buildApp('vue', 'main.ts', {
          'Chat.vue': replace(codeBlock(DOCUMENT, 'Vue', 'vue')),
          'main.ts': VUE,
        }),
    }));
    const visitor = await newVisitor({ site: made.site, origin: made.own.origin, path: '/' });
    await holds(visitor, made);
  });
});
