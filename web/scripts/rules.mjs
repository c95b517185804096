// ESLint reads no style sheets and no pages: they name no other host either.
import { readFileSync, readdirSync } from 'node:fs';

const OTHER_HOST = /https?:\/\/(?!www\.w3\.org\/)[\w-]+\.\w/;

const files = ['src', 'dashboard', 'demo'].flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`),
);
const findings = files
  .filter((file) => /\.(css|html)$/.test(file))
  .flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        OTHER_HOST.test(line) ? [`${file}:${index + 1}: names another host`] : [],
      ),
  );
for (const finding of findings) console.error(finding);
process.exitCode = findings.length ? 1 : 0;
