// The types hold for strict consumers, and name what the sources and the documentation name.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const read = (relative: string) => readFileSync(path(relative), 'utf8');

const TYPES = ts.createSourceFile(
  'causerie.d.ts',
  read('../../../web/public/causerie.d.ts'),
  ts.ScriptTarget.ES2022,
);
const EMBEDDING = read('../../../docs/embedding.md');
const SOURCES = ['box', 'loader', 'ui', 'i18n', 'conversation']
  .flatMap((folder) =>
    readdirSync(path(`../../../web/src/${folder}`))
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => read(`../../../web/src/${folder}/${file}`)),
  )
  .join('\n');

function members(name: string): string[] {
  const found = TYPES.statements.filter(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  return found
    .flatMap((declaration) => declaration.members)
    .map((member) => (member.name as ts.Identifier | ts.StringLiteral).text);
}
const matches = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))].sort();
/** The first column of a table, by the start of its header. */
function column(header: string): string[] {
  const from = EMBEDDING.indexOf(`\n| ${header}`);
  const table = EMBEDDING.slice(from + 1).split('\n\n')[0]!;
  const cells = table
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | ')[0]!);
  return matches(cells.join('\n'), /`([^`(]+)[^`]*`/g);
}

/** What a site that uses the element without the package copies to its sources. */
function copyFromDocumentation(): void {
  const [react, vue] = [...EMBEDDING.matchAll(/^```ts\n(import type [^]*?)^```$/gm)];
  for (const [folder, block] of Object.entries({ react, vue })) {
    mkdirSync(path(`types/${folder}/copied`), { recursive: true });
    const text = `/// <reference path="../../../../causerie.d.ts" />\n${block![1]}`;
    writeFileSync(path(`types/${folder}/copied/element.ts`), text);
  }
}

test.each([
  ['plain TypeScript', 'typescript/bin/tsc', 'plain'],
  ['React', 'typescript/bin/tsc', 'react'],
  ['Vue templates', 'vue-tsc/bin/vue-tsc.js', 'vue'],
])('%s compiles in strict mode', (_, compiler, project) => {
  copyFromDocumentation();
  const compile = [path(`../node_modules/${compiler}`), '--noEmit', '-p', path(`types/${project}`)];
  try {
    execFileSync(process.execPath, compile);
  } catch (error) {
    expect.fail(String((error as { stdout: Buffer }).stdout));
  }
});

test('the attributes are those that are documented and read', () => {
  const attributes = members('CauserieChatAttributes').sort();
  expect(column('attribute').filter((name) => name !== 'open')).toEqual(attributes);
  const inLoader = /observedAttributes = \[([^\]]*)\]/.exec(SOURCES)![1]!;
  const observed = matches(inLoader, /'([\w-]+)'/g).filter((name) => name !== 'open');
  const read = matches(SOURCES, /(?:this|host)\.getAttribute\('([\w-]+)'\)/g);
  expect(attributes).toEqual(expect.arrayContaining([...observed, ...read]));
});

test('the custom properties are those that are documented and used', () => {
  const properties = members('CauserieCustomProperties').sort();
  expect(column('property | default')).toEqual(properties);
  expect(matches(SOURCES, /var\((--causerie-[\w-]+)/g)).toEqual(properties);
});

test('the properties and methods are those that are documented', () => {
  expect(members('CauserieChatElement').sort()).toEqual(column('property, method'));
  for (const method of members('Causerie')) expect(EMBEDDING).toContain(`\`${method}(`);
});

test('the events are those that are documented and dispatched', () => {
  const events = [...members('CauserieEventMap'), 'causerie-ready'].sort();
  expect([...column('event (they bubble)'), 'causerie-ready'].sort()).toEqual(events);
  expect(matches(SOURCES, /Event(?:<[^>]*>)?\(\s*'(causerie-[\w-]+)'/g)).toEqual(events);
});
