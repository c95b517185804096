// What no source file here may do: run text as markup, break the strict CSP, speak to other hosts, or grow without end.
import { readdirSync, readFileSync } from 'node:fs';

const RULES = [
  [/\b(inner|outer)HTML\b|insertAdjacentHTML|unsafeHTML|document\.write|\beval\(|new Function\(/, 'text is shown by text nodes only'],
  [/<style[\s>]|\sstyle=["'$]|\son\w+=["']/, 'no inline style or script: the CSP refuses them'],
  [/https?:\/\/(?!www\.w3\.org\/)[\w-]+\.\w/, 'no address of another host'],
  [/\bconsole\./, 'nothing is logged in the page of somebody else'],
];
const LONGEST_LINES = 330;

let found = 0;
const say = (file, line, text) => {
  found += 1;
  console.log(`${file}${line ? `:${line}` : ''}: ${text}`);
};
for (const name of readdirSync('src', { recursive: true }).filter((each) => /\.(ts|css)$/.test(each) && !each.endsWith('.test.ts') && !each.includes('generated'))) {
  const file = `src/${name}`;
  const lines = readFileSync(file, 'utf8').split('\n');
  if (lines.length > LONGEST_LINES) say(file, 0, `${lines.length} lines: look for the second idea in it`);
  lines.forEach((line, index) => RULES.forEach(([pattern, why]) => pattern.test(line) && say(file, index + 1, why)));
}
console.log(found ? `${found} findings` : 'rules kept');
process.exit(found ? 1 : 0);
