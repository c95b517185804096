/** The filters of the member table, and the number of members that they show. */
import { html, type TemplateResult } from 'lit';
import type { MemberFilter } from '../client/api.ts';
import type { MemberCounts } from '../client/types.ts';
import { number } from '../i18n/index.ts';
import { memberTotal } from './member-counts.ts';
import { dashboardText } from './texts.ts';

export type FilterKey = 'status' | 'role' | 'badge';

/** The number of members by value; removed members are not counted. */
function numbersOf(counts: MemberCounts | undefined, key: FilterKey): Record<string, number> {
  if (!counts) return {};
  const { active, pending, blocked, roles, badges } = counts;
  return { status: { active, pending, blocked }, role: roles, badge: badges }[key];
}

export function filterSelect(
  key: FilterKey,
  all: string,
  options: readonly [value: string, label: string][],
  counts: MemberCounts | undefined,
  onChange: (event: Event) => void,
): TemplateResult {
  const numbers = numbersOf(counts, key);
  return html`<select class="ca-field" aria-label=${dashboardText(key)} @change=${onChange}>
    <option value="">${all}</option>
    ${options.map(([value, label]) => {
      const count = numbers[value];
      return html`<option value=${value}>
        ${label}${count === undefined ? '' : ` (${number(count)})`}
      </option>`;
    })}
  </select>`;
}

/** Without a filter it counts all members, by status. */
export function memberSummary(
  counts: MemberCounts | undefined,
  { q, status, role, badge }: MemberFilter,
  shown: number,
  hasMore: boolean,
): string {
  const [only, ...others] = Object.entries({ q, status, role, badge }).filter(([, value]) => value);
  if (!only && counts)
    return [
      dashboardText('count', { n: memberTotal(counts) }),
      ...(['active', 'pending', 'blocked'] as const).map((key) =>
        dashboardText(`${key}_of`, { n: counts[key] }),
      ),
    ].join(' · ');
  const [key, value] = only ?? [];
  const known =
    key && key !== 'q' && !others.length
      ? numbersOf(counts, key as FilterKey)[value ?? '']
      : undefined;
  return hasMore
    ? dashboardText(known ? 'count' : 'count_more', { n: known ?? shown })
    : dashboardText('count', { n: shown });
}
