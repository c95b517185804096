/** The roles and badges of a member, with the labels and colours that the site gave them. */
import { html, type TemplateResult } from 'lit';
import type { Settings, Site } from '../client/types.ts';
import { localized, t } from '../i18n/index.ts';
import { textOn } from './color.ts';

interface Labelled {
  roles: readonly string[];
  badges: readonly string[];
}

export const roleName = (role: string): string => (role === 'staff' ? t('staff') : role);

/** The label, or the name of a badge without one. */
export function badgeLabel(badges: Settings['badges'] | undefined, name: string): string {
  return localized(badges?.[name]?.label) ?? name;
}

/** The content policy forbids `style` attributes, but not styles set by a script. */
export const badgeStyle = (color: string | null | undefined): string =>
  color ? `background:${color};color:${textOn(color)}` : '';

export function labelTexts(site: Site | null, member: Labelled | undefined): string[] {
  const { roles = [], badges = [] } = member ?? {};
  const known = site?.settings.badges;
  return [...roles.map(roleName), ...badges.map((badge) => badgeLabel(known, badge))];
}

export function labelTags(site: Site | null, member: Labelled | undefined): TemplateResult[] {
  const { roles = [], badges = [] } = member ?? {};
  const known = site?.settings.badges;
  return [
    ...roles.map((role) => tag(roleName(role))),
    ...badges.map((badge) => tag(badgeLabel(known, badge), known?.[badge]?.color)),
  ];
}

export const tag = (text: string, color?: string | null): TemplateResult =>
  html`<span class="ca-tag" dir="auto" .style=${badgeStyle(color)}>${text}</span>`;
