// docs/first-site.md, step by step, as a reader pastes it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { codeBlock, codeBlocks } from '../lib/documents.mjs';
import { expect, test } from '../lib/fixtures.mjs';

const DOCUMENT = 'first-site.md';
const run = promisify(execFile);
const [NODE, PYTHON] = ['js', 'python'].map((language) =>
  codeBlock(DOCUMENT, '5. The back end', language),
);
const SERVERS = [
  ['Node', 'server.mjs', NODE, codeBlocks(DOCUMENT, '5. The back end')[1].text],
  ['Python', 'server.py', PYTHON, codeBlocks(DOCUMENT, '5. The back end')[3].text],
];

for (const [language, file, server, start] of SERVERS)
  test(`the first site works as pasted, with ${language}`, async ({
    stack,
    browserErrors,
    newVisitor,
  }) => {
    // Before the sign-in.
    browserErrors.allow(/401.*chat-token/);
    const id = `first-${language.toLowerCase()}`;
    const port = language === 'Node' ? 3917 : 3918;
    const [command, ...more] = stack.tokenCommand;
    /** The text for this stack: its addresses, a site of its own, a port of its own. */
    const adapt = (text) =>
      text
        .replaceAll('http://127.0.0.1:8080', stack.origin)
        .replaceAll(/127\.0\.0\.1([:"', )]+)3000/g, `127.0.0.1$1${port}`)
        .replaceAll('listen(3000', `listen(${port}`)
        .replaceAll(/\bacme\b/g, id)
        .replaceAll('target/debug/causerie token', [command, ...more].join(' '));
    const shell = (text, cwd) =>
      run('bash', ['-euc', `CHAT_SECRET=${stack.secret}\n${text}`], { cwd });
    const folder = await mkdtemp(join(tmpdir(), 'causerie-first-'));
    const step = (heading) => adapt(codeBlock(DOCUMENT, heading, 'sh'));
    await shell(
      `${step('2. The site')}\n${step('3. Member chat')}\n${step('4. The page')}`,
      folder,
    );
    const site = join(folder, 'first-site');
    await writeFile(join(site, 'index.html'), adapt(codeBlock(DOCUMENT, '4. The page', 'html')));
    await writeFile(join(site, file), adapt(server));
    const env = { ...process.env, CHAT_SECRET: stack.secret };
    const child = spawn('bash', ['-c', `exec ${start}`], { cwd: site, env });
    try {
      const [origin] = await once(createInterface({ input: child.stdout }), 'line');
      const members = [];
      for (const member of ['Ana', 'Bo']) {
        const { page } = await newVisitor({ origin, path: '/' });
        await page.getByRole('link', { name: member }).click();
        await page.locator('causerie-chat .bubble').click();
        await page.getByRole('button', { name: 'Join community' }).click();
        members.push(page);
      }
      const [ana, bo] = members;
      await ana.getByRole('button', { name: 'New chat' }).click();
      await ana.locator('ca-picker .ca-row').filter({ hasText: 'Bo Lind' }).click();
      await ana.getByRole('textbox', { name: 'Write a message' }).fill('Hello from my first site');
      await ana.keyboard.press('Enter');
      await expect(
        bo.locator('.ca-item').filter({ hasText: 'Hello from my first site' }),
      ).toBeVisible();
    } finally {
      child.kill();
      await rm(folder, { recursive: true });
    }
  });
