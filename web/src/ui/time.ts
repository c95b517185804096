/** Relative and exact times in the page's language. */
import { serviceNow } from '../client/clock.ts';
import { locale, t } from '../i18n/index.ts';

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(options: Intl.DateTimeFormatOptions, date: Date): string {
  const key = locale() + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), options));
  return formats.get(key)!.format(date);
}

const midnight = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const daysAgo = (date: Date, now: Date): number =>
  Math.round((midnight(now) - midnight(date)) / DAY_MS);

export const exactTime = (iso: string): string =>
  format({ dateStyle: 'full', timeStyle: 'medium' }, new Date(iso));
export const timeOfDay = (iso: string): string =>
  format({ hour: 'numeric', minute: '2-digit' }, new Date(iso));

const now = (): Date => new Date(serviceNow());

/** For lists: the time today, the weekday within a week, else the date. */
export function shortTime(iso: string, at = now()): string {
  const date = new Date(iso);
  const days = daysAgo(date, at);
  const age = at.getTime() - date.getTime();
  // The sender's clock may be ahead.
  if (age < 60_000 && age > -120_000) return t('now');
  if (days === 0) return timeOfDay(iso);
  if (days === 1) return t('yesterday');
  if (days > 0 && days < 7) return format({ weekday: 'short' }, date);
  return format(
    { day: 'numeric', month: 'short', ...(Math.abs(days) > 300 ? { year: 'numeric' } : {}) },
    date,
  );
}

/** For the separator between two days. */
export function day(iso: string, at = now()): string {
  const date = new Date(iso);
  const days = daysAgo(date, at);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  return format(
    {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      ...(Math.abs(days) > 300 ? { year: 'numeric' } : {}),
    },
    date,
  );
}

export const isSameDay = (one: string, two: string): boolean =>
  midnight(new Date(one)) === midnight(new Date(two));
