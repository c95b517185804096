// The code blocks of the documentation, so that the tests run what a reader copies.
import { readFileSync } from 'node:fs';

/** The text of a document, or of one section of it. */
export function read(document, heading) {
  const text = readFileSync(new URL(`../../../docs/${document}`, import.meta.url), 'utf8');
  if (!heading) return text;
  const sections = text.split(/^(?=## )/m);
  const section = sections.find((one) => one.startsWith(`## ${heading}\n`));
  if (!section) throw new Error(`${document} has no section ${heading}`);
  return section;
}

/** The code blocks of a section: `{ language, text }`. */
export const codeBlocks = (document, heading) =>
  [...read(document, heading).matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language, text]) => ({
    language,
    text,
  }));

/** The only code block of a language in a section. */
export function codeBlock(document, heading, language) {
  const found = codeBlocks(document, heading).filter((block) => block.language === language);
  if (found.length !== 1)
    throw new Error(
      `${document}, ${heading}: ${found.length} blocks of ${language || 'no language'}`,
    );
  return found[0].text;
}
