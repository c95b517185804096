// The browser of the tests: CHROMIUM, else Chromium or Chrome on the path, else the pinned one of
// e2e/chromium. `npm run browser` unpacks that one under .causerie/tools with the libraries it
// links to, so it needs no root.
import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PINNED = path('../chromium/');
const TOOL = join(process.env.CAUSERIE_TOOLS_DIR ?? path('../../../.causerie/tools'), 'chromium');
const UNPACKED = join(TOOL, 'unpacked');
const FONTS = path('../fonts.conf');

/** Options for Playwright's `launch`; undefined if there is no browser. */
export function launchOptions() {
  const own = process.env.CHROMIUM || systemBrowser();
  if (own) return options(own, { FONTCONFIG_FILE: FONTS });
  if (!isUnpacked()) return undefined;
  return options(join(UNPACKED, 'chromium'), {
    FONTCONFIG_FILE: join(UNPACKED, 'fonts.conf'),
    LD_LIBRARY_PATH: join(UNPACKED, 'lib'),
  });
}

const options = (executablePath, env) => ({
  executablePath,
  env: { ...process.env, ...env },
  args: ['--no-sandbox'],
});

function systemBrowser() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isUnpacked() {
  const lock = 'package-lock.json';
  return (
    existsSync(join(UNPACKED, 'chromium')) &&
    readFileSync(join(TOOL, lock), 'utf8') === readFileSync(join(PINNED, lock), 'utf8')
  );
}

async function unpack() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('no Chromium or Chrome found: install one, or set CHROMIUM to its path');
  }
  rmSync(TOOL, { recursive: true, force: true });
  mkdirSync(TOOL, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(PINNED, file), join(TOOL, file));
  }
  const ci = ['ci', '--prefix', TOOL, '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', [...ci, '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] });

  const packed = join(TOOL, 'node_modules/@sparticuz/chromium/bin');
  const folder = `${UNPACKED}.part`;
  mkdirSync(folder);
  await decompress(join(packed, 'chromium.br'), join(folder, 'chromium'));
  for (const name of ['al2023', 'swiftshader', 'fonts']) {
    const tar = join(folder, `${name}.tar`);
    await decompress(join(packed, `${name}.tar.br`), tar);
    execFileSync('tar', ['--extract', '--no-same-owner', '--file', tar, '--directory', folder]);
    rmSync(tar);
  }
  writeFileSync(
    join(folder, 'fonts.conf'),
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>${FONTS}</include>
  <dir>${join(UNPACKED, 'fonts')}</dir>
</fontconfig>
`,
  );
  renameSync(folder, UNPACKED);
  rmSync(join(TOOL, 'node_modules'), { recursive: true });
}

const decompress = (from, to) =>
  pipeline(
    createReadStream(from),
    createBrotliDecompress(),
    createWriteStream(to, { mode: 0o755 }),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!launchOptions()) await unpack();
  console.log(launchOptions().executablePath);
}
