/** A picture, or initials on a colour derived from the id. */
import { html, css, type TemplateResult } from 'lit';
import { graphemes } from './graphemes.ts';
import { icon, type Icon } from './icons.ts';

/**
 * Pictures load only from the page's host, the service's host and the hosts the page allows, so
 * that no other host learns who reads.
 */
let pictureHosts = new Set<string>([location.origin]);

export function allowPictures(origins: string[]): void {
  pictureHosts = new Set([location.origin, ...origins]);
}

export function allowedPictureUrl(url: string | null | undefined): string | undefined {
  if (!url) return undefined;
  try {
    const parsed = new URL(url, location.href);
    return pictureHosts.has(parsed.origin) || parsed.protocol === 'blob:' ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

function hue(id: string): number {
  let sum = 7;
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)!) % 9973;
  return sum % 8;
}

export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /\p{L}|\p{N}/u.test(word));
  const chosen = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return (
    chosen
      .map((word) => graphemes(word.replace(/^[^\p{L}\p{N}]+/u, '')).next().value ?? '')
      .join('')
      .toLocaleUpperCase() || '?'
  );
}

export function avatar(
  id: string,
  name: string,
  url?: string | null,
  symbol?: Icon,
): TemplateResult {
  const picture = allowedPictureUrl(url);
  const hide = (event: Event) => (event.target as HTMLElement).remove();
  return html`<span class="ca-avatar ca-hue-${hue(id)}" part="avatar" aria-hidden="true"
    >${symbol ? icon(symbol) : initials(name)}${
      picture ? html`<img src=${picture} alt="" loading="lazy" @error=${hide} />` : null
    }</span
  >`;
}

export const avatarStyles = css`
  .ca-avatar {
    position: relative;
    flex: none;
    display: inline-grid;
    place-items: center;
    overflow: hidden;
    inline-size: var(--ca-avatar, 40px);
    block-size: var(--ca-avatar, 40px);
    border-radius: 50%;
    font-size: calc(var(--ca-avatar, 40px) * 0.36);
    font-weight: 600;
    letter-spacing: 0.02em;
    user-select: none;
    background: light-dark(hsl(var(--ca-h) 42% 90%), hsl(var(--ca-h) 26% 26%));
    color: light-dark(hsl(var(--ca-h) 55% 26%), hsl(var(--ca-h) 60% 86%));
  }
  .ca-avatar img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .ca-avatar .ca-icon {
    inline-size: 52%;
    block-size: 52%;
  }
  .ca-hue-0 {
    --ca-h: 172;
  }
  .ca-hue-1 {
    --ca-h: 205;
  }
  .ca-hue-2 {
    --ca-h: 238;
  }
  .ca-hue-3 {
    --ca-h: 275;
  }
  .ca-hue-4 {
    --ca-h: 330;
  }
  .ca-hue-5 {
    --ca-h: 12;
  }
  .ca-hue-6 {
    --ca-h: 38;
  }
  .ca-hue-7 {
    --ca-h: 95;
  }
`;
