/** Labels and colours of badges, and names of badges and roles from free texts. */
import type { Site } from '../client/types.ts';
import { locale } from '../i18n/index.ts';
import { textOn } from './color.ts';

type Badges = Site['settings']['badges'];
const MAX_NAME_LENGTH = 32;
export const MAX_LABEL_LENGTH = 40;

/** The text in the reader's language, else the other one, else the name. */
export function badgeLabel(badges: Badges | undefined, name: string): string {
  const label = badges?.[name]?.label;
  return (locale() === 'fr' ? (label?.fr ?? label?.en) : (label?.en ?? label?.fr)) ?? name;
}

/** The name of the badge with this name or with this label in any language. */
export function badgeOfText(badges: Badges | undefined, text: string): string | undefined {
  const wanted = text.trim().toLocaleLowerCase();
  return Object.entries(badges ?? {}).find(([name, { label }]) =>
    [name, label.en, label.fr].some((known) => known?.toLocaleLowerCase() === wanted),
  )?.[0];
}

/** The name of a role or badge for a free text: `VIP Gold` is `vip-gold`. */
export function nameOfText(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/-+$/, '');
  return name || `label-${hash(text)}`;
}

/** For texts without Latin letters or digits. */
const hash = (text: string): string =>
  [...text].reduce((sum, char) => (sum * 31 + char.codePointAt(0)!) % 0x7fffffff, 7).toString(36);

/** A new name for a label: not that of another badge. */
export function newBadgeName(badges: Badges, text: string): string {
  const base = nameOfText(text);
  let name = base;
  for (let n = 2; Object.hasOwn(badges, name); n += 1) {
    const end = `-${n}`;
    name = base.slice(0, MAX_NAME_LENGTH - end.length) + end;
  }
  return name;
}

/** The content policy forbids `style` attributes, but not styles set by a script. */
export const badgeStyle = (color: string | null | undefined): string =>
  color ? `background:${color};color:${textOn(color)}` : '';

/** A badge with the text as its label in the reader's language. */
export const newBadgeStyle = (text: string): Badges[string] => ({
  label: locale() === 'fr' ? { en: null, fr: text } : { en: text, fr: null },
  color: null,
});
