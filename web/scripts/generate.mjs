// Generates the types of the API from contracts/ to src/client/generated/. `--check` fails if they
// differ.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const OUT = 'src/client/generated/api.ts';
const contract = (name) => JSON.parse(readFileSync(`../contracts/${name}.json`, 'utf8'));
const [openapi, asyncapi] = [contract('openapi'), contract('asyncapi')];

/** All error codes in the document. */
const codes = new Set();
(function look(part) {
  if (part === null || typeof part !== 'object') return;
  for (const code of part.properties?.code?.enum ?? []) codes.add(code);
  Object.values(part).forEach(look);
})(openapi);

/**
 * The parts of an operation that the types need: no examples, no headers, the successful response
 * only.
 */
function slim({ operationId, summary, parameters = [], requestBody, responses }) {
  const [status, { description, content }] = Object.entries(responses).find(([code]) =>
    code.startsWith('2'),
  );
  const shapes = (of) =>
    of &&
    Object.fromEntries(
      Object.entries(of).map(([type, { schema }]) => [type, { schema: schema ?? {} }]),
    );
  return {
    operationId,
    summary,
    parameters: parameters.filter((each) => each.in === 'query'),
    ...(requestBody && { requestBody: { required: true, content: shapes(requestBody.content) } }),
    responses: { [status]: { description, ...(content && { content: shapes(content) }) } },
  };
}
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const paths = {};
for (const [path, item] of Object.entries(openapi.paths)) {
  if (!path.startsWith('/v1/sites/{site}')) continue;
  paths[path] = Object.fromEntries(
    METHODS.filter((each) => item[each]).map((each) => [each, slim(item[each])]),
  );
}

/** The event kinds of the live stream with their data. */
const kinds = Object.keys(asyncapi.channels.stream.messages);
const frames = Object.fromEntries(
  kinds.map((kind) => [kind, asyncapi.components.messages[kind].payload]),
);
const schemas = { ...asyncapi.components.schemas, ...openapi.components.schemas };
for (const [name, schema] of Object.entries(asyncapi.components.schemas)) {
  if (JSON.stringify(schema) !== JSON.stringify(schemas[name]))
    throw new Error(`${name} is not the same in both contracts`);
}
schemas.Frames = { type: 'object', required: kinds, properties: frames };
schemas.Code = { enum: [...codes].sort() };

/** Only schemas that a call or a frame refers to. */
const used = {};
(function reach(part) {
  if (part === null || typeof part !== 'object') return;
  const name = part.$ref?.split('/').pop();
  if (name && !used[name]) reach((used[name] = schemas[name]));
  Object.values(part).forEach(reach);
})({ paths, roots: ['Frames', 'Code'].map((name) => ({ $ref: `#/components/schemas/${name}` })) });

const document = {
  openapi: openapi.openapi,
  info: openapi.info,
  paths,
  components: { schemas: used },
};
const types = astToString(
  await openapiTS(document, { alphabetize: true, defaultNonNullable: false }),
)
  // Omits `never` members.
  .replace(/^ +(\w+)\?: never;\n/gm, '')
  .replaceAll('    ', '  ');
const text = `// Written by scripts/generate.mjs from contracts/. \`npm run generate\` after the API has changed.\n\n${types}`;

if (!process.argv.includes('--check')) writeFileSync(OUT, text);
else if (readFileSync(OUT, 'utf8') !== text) {
  console.error(
    `${OUT} is not what contracts/ say: npm --prefix web run generate, and commit it with the change`,
  );
  process.exit(1);
}
