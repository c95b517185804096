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

/** Black or white, the one with more contrast. */
export const textOn = (color: string): '#000000' | '#ffffff' =>
  contrast(color, '#ffffff') >= contrast(color, '#000000') ? '#ffffff' : '#000000';

/** The colour, darkened until white text on it is readable. */
export function readableUnderWhite(color: string): string {
  for (let percent = 100; percent > 0; percent -= 2) {
    const darker = `#${channels(color)
      .map((channel) =>
        Math.floor((channel * percent) / 100)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`;
    if (contrast(darker, '#ffffff') >= MIN_TEXT_CONTRAST) return darker;
  }
  return '#000000';
}
