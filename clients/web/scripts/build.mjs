// Compiles src/ to dist/, with the types that the service serves.
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

copyFileSync(path('../../../web/public/causerie.d.ts'), path('../causerie.d.ts'));
execFileSync(
  process.execPath,
  [path('../node_modules/typescript/bin/tsc'), '--project', path('..')],
  {
    stdio: 'inherit',
  },
);
