/** Contrast of colours such as `#0b6b62`, as WCAG 2 defines it. */

/** The contrast that text needs. */
export const MIN_TEXT_CONTRAST = 4.5;

const channels = (color: string): number[] =>
  [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 to 21. */
export function contrast(one: string, two: string): number {
  const [dark, light] = [luminance(one), luminance(two)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, the one with more contrast: at least 4.5. */
export const textOn = (color: string): '#000000' | '#ffffff' =>
  contrast(color, '#ffffff') >= contrast(color, '#000000') ? '#ffffff' : '#000000';

/** The colour, mixed with black or white until it is readable as text on the surface. */
export function readableOn(color: string, surface: string): string {
  const end = textOn(surface);
  for (let percent = 0; percent < 100; percent += 2) {
    const mixed = mix(color, end, percent / 100);
    if (contrast(mixed, surface) >= MIN_TEXT_CONTRAST) return mixed;
  }
  return end;
}

function mix(one: string, two: string, share: number): string {
  const other = channels(two);
  const mixed = channels(one).map((channel, at) => channel + (other[at]! - channel) * share);
  return `#${mixed.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}
