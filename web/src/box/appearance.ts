/**
 * What the owner of a site chose for the look of the chat, as rules for the shadow root. Custom
 * properties of the page are stronger.
 */
import type { Settings } from '../client/types.ts';
import { readableOn, textOn } from '../ui/color.ts';

/** `--ca-surface` of both themes. */
const [LIGHT, DARK] = ['#ffffff', '#15181b'] as const;

/** One for each chat, also when it starts again for another member. */
const sheets = new WeakMap<ShadowRoot, CSSStyleSheet>();

export function applyAppearance(root: ShadowRoot, appearance: Settings['appearance']): void {
  let sheet = sheets.get(root);
  if (!sheet) {
    sheets.set(root, (sheet = new CSSStyleSheet()));
    root.adoptedStyleSheets.push(sheet);
  }
  sheet.replaceSync(rules(appearance));
}

function rules({ accent, position }: Settings['appearance']): string {
  const colors = accent
    ? `:host(causerie-chat) {
        --ca-accent: var(--causerie-accent, ${accent});
        --ca-on-accent: var(--causerie-on-accent, ${textOn(accent)});
        --ca-link: var(--causerie-link,
          light-dark(${readableOn(accent, LIGHT)}, ${readableOn(accent, DARK)}));
      }
      .bubble { background: var(--ca-accent); color: var(--ca-on-accent); }`
    : '';
  const corner =
    position === 'left'
      ? `.bubble { inset-inline: 24px auto; }
         @media (min-width: 520.02px) and (min-height: 420.02px) {
           .ca-panel, .frame { inset-inline: 24px auto; }
         }`
      : '';
  return colors + corner;
}
