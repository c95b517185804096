// Ajv, in its strict mode, takes every schema of the contract, and the samples are valid.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const [contracts, samples] = process.argv.slice(2);
const read = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));
const strict = () => addFormats.default(new Ajv2020({ allErrors: true }));

const events = strict();
let checked = 0;
for (const file of readdirSync(join(contracts, "schemas"))) {
  const validate = events.compile(read(contracts, "schemas", file));
  const type = file.split(".")[0];
  for (const folder of readdirSync(samples, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const sample of readdirSync(join(samples, folder.name)).filter((name) => name.startsWith(`${type}.`))) {
      const event = read(samples, folder.name, sample);
      if (!validate(event)) throw new Error(`${sample}: ${events.errorsText(validate.errors)}`);
      checked += 1;
    }
  }
}
if (checked === 0) throw new Error(`no sample of an event in ${samples}`);

// A schema of a document may refer to others of it, so the document is a schema too. Only these words are not JSON Schema.
for (const name of ["openapi.json", "asyncapi.json"]) {
  const { components } = read(contracts, name);
  const document = strict();
  document.addVocabulary(["components", "schemas"]);
  document.addSchema({ $id: name, components });
  for (const schema of Object.keys(components.schemas)) {
    document.compile({ $ref: `${name}#/components/schemas/${schema}` });
    checked += 1;
  }
}
console.log(`${checked} checked`);
