// Compares the compressed sizes of the built files with their limits.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const weigh = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;

/** The files that an entry loads at its start: itself and its static imports. */
function needs(key, seen = new Set()) {
  // A file that several entries share is named after its chunk.
  const entry =
    manifest[key] ?? Object.values(manifest).find(({ isEntry, name }) => !isEntry && name === key);
  if (seen.has(entry.file)) return seen;
  seen.add(entry.file);
  for (const css of entry.css ?? []) seen.add(css);
  for (const imported of entry.imports ?? []) needs(imported, seen);
  return seen;
}
const sum = (files) => [...files].reduce((total, file) => total + weigh(file), 0);
const heaviest = Math.max(...['src/i18n/en.ts', 'src/i18n/fr.ts'].map((key) => sum(needs(key))));

const opened = needs('src/box/opened.ts', needs('src/box/core.ts'));
const conversation = needs('conversation', new Set(opened));
const dashboard = needs('dashboard/index.html');
const rows = [
  ['loader /causerie.js', weigh('causerie.js'), 3],
  ['box in the background', sum(needs('src/box/core.ts')) + heaviest, 14],
  ['box opened', sum(opened) + heaviest, 36],
  ['box with a conversation', sum(conversation) + heaviest, 40],
  ['dashboard, all of it', sum(dashboard) + heaviest, 130],
];
let over = false;
for (const [name, bytes, limit] of rows) {
  const fits = bytes <= limit * KB;
  over ||= !fits;
  console.log(
    `${fits ? ' ok ' : 'OVER'}  ${name.padEnd(24)} ${(bytes / KB).toFixed(1).padStart(6)} KB gz of ${limit}`,
  );
}
process.exit(over ? 1 : 0);
