// Writes src/ui/emoji-en.json and emoji-fr.json from the package emojibase-data 17.0.0 (MIT, with
// the Unicode CLDR's names). The package weighs 50 MB unpacked, so it is not a dependency:
// `npm pack emojibase-data@17.0.0`, unpack it, `node scripts/emoji.mjs <its folder>`.
import { readFileSync, writeFileSync } from 'node:fs';

const folder = process.argv[2];
const read = (path) => JSON.parse(readFileSync(`${folder}/${path}`, 'utf8'));

/** Skin tones and hair, which are parts of other emoji. */
const COMPONENTS = 2;
/** The fonts of older systems lack later ones. */
const MAX_VERSION = 15;
const MAX_TAGS = 3;

for (const language of ['en', 'fr']) {
  const emoji = read(`${language}/data.json`)
    .filter(({ group, version }) => group !== undefined && version <= MAX_VERSION)
    .sort((a, b) => a.order - b.order);
  const line = ({ emoji: character, label, tags = [] }) => {
    const more = tags.filter((tag) => !label.includes(tag)).slice(0, MAX_TAGS);
    return [character, label, ...more].join('|').replaceAll('\u202f', '\u00a0');
  };
  const groups = read(`${language}/messages.json`)
    .groups.filter(({ order }) => order !== COMPONENTS)
    .map(({ message, order }) => ({
      name: message[0].toLocaleUpperCase(language) + message.slice(1),
      emoji: emoji.filter(({ group }) => group === order).map(line),
    }));
  writeFileSync(`src/ui/emoji-${language}.json`, `${JSON.stringify(groups, null, 2)}\n`);
}
