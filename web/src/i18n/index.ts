/** Texts in the page's language. A page loads only the language it shows. */
import type { Texts } from './en.ts';
import type { ScreenTexts } from './screens.en.ts';
import { isolate } from './text.ts';

export type TextKey = keyof Texts | keyof ScreenTexts;
/** Each text of a list is isolated from the others. */
export type Values = Record<string, string | number | readonly string[]>;

let texts: Partial<Texts & ScreenTexts> = {};
let hasScreenTexts = false;
let language = 'en';
let plurals = new Intl.PluralRules('en');
let numbers = new Intl.NumberFormat('en');

export const locale = (): string => language;

/** A number with its digits grouped. */
export const number = (value: number): string => numbers.format(value);

/** The text in the reader's language, else the other one. */
export function localized(
  text: { en?: string | null; fr?: string | null } | undefined,
): string | null | undefined {
  return language === 'fr' ? (text?.fr ?? text?.en) : (text?.en ?? text?.fr);
}

/** The language declared by the page, else the browser's: French, or English for all others. */
export function languageOf(element: Element): 'fr' | 'en' {
  const declared =
    element.closest('[lang]')?.getAttribute('lang') ||
    document.documentElement.lang ||
    navigator.language;
  return declared.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}

export async function useLanguage(code: string): Promise<void> {
  const own = code === 'fr' ? (await import('./fr.ts')).fr : (await import('./en.ts')).en;
  texts = hasScreenTexts ? { ...own, ...(await screenTexts(code)) } : own;
  language = code;
  plurals = new Intl.PluralRules(code);
  numbers = new Intl.NumberFormat(code);
}

/** Adds the texts of the menus and of the screens that load on demand. */
export async function loadScreenTexts(): Promise<void> {
  if (hasScreenTexts) return;
  await screenTexts(language);
  hasScreenTexts = true;
  await useLanguage(language);
}

const screenTexts = async (code: string): Promise<ScreenTexts> =>
  code === 'fr'
    ? (await import('./screens.fr.ts')).screensFr
    : (await import('./screens.en.ts')).screensEn;

/**
 * Fills the placeholders of a text. Right-to-left values do not change the direction around them.
 */
export function fill(text: string, values: Values = {}): string {
  const forms = text.split('|');
  const form =
    forms.length > 1 && plurals.select(Number(values['n'])) !== 'one' ? forms[1]! : forms[0]!;
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    if (typeof value === 'number') return number(value);
    return typeof value === 'string' ? isolate(value) : value.map(isolate).join(', ');
  });
}

export const t = (key: TextKey, values?: Values): string => fill(texts[key] ?? '', values);
