/** Names of badges and roles from free texts. */
import type { Site } from '../client/types.ts';
import { locale } from '../i18n/index.ts';

type Badges = Site['settings']['badges'];
const MAX_NAME_LENGTH = 32;
export const MAX_LABEL_LENGTH = 40;

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

/** A badge with the text as its label in the reader's language. */
export const newBadgeStyle = (text: string): Badges[string] => ({
  label: locale() === 'fr' ? { en: null, fr: text } : { en: text, fr: null },
  color: null,
});
