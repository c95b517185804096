/** Drawn here, so that none is fetched. 24 × 24, stroke in the colour of the text. */
import { svg, html, type TemplateResult } from 'lit';

const paths = {
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  plus: 'M12 5v14M5 12h14',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  send: 'M5 12l14-7-5 15-3-6.5L5 12z',
  smile: 'M12 21a9 9 0 100-18 9 9 0 000 18zM8.5 14.5c1.8 2.2 5.200 2.200 7 0M9 9.500v.01M15 9.500v.01',
  reply: 'M9 7L4 12l5 5M4 12h9c4 0 7 2 7 6',
  down: 'M6 10l6 6 6-6',
  group: 'M9 11a3.200 3.200 0 100-6.400A3.200 3.200 0 009 11zM3.500 19c.3-3.500 2.500-5 5.500-5s5.200 1.500 5.500 5M16 5.200a3 3 0 010 5.600M17 14.200c2 .5 3.200 2 3.500 4.800',
  people: 'M12 11.500a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM5 20c.4-4 3-6 7-6s6.600 2 7 6',
  bell_off: 'M6 16v-5a6 6 0 019-5.200M18 11v5M4 16.500h13M10 20h4M4 4l16 16',
  pin: 'M9 4h6l-1 6 3 3H7l3-3-1-6zM12 13v7',
  clock: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 7.500V12l3 2',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  alert: 'M12 8v5M12 16.500v.01M12 3l9.500 17h-19L12 3z',
  lock: 'M7 11V8a5 5 0 0110 0v3M5.500 11h13v9h-13z',
  chat: 'M4 5h16v11H9l-5 4V5z',
  store: 'M4 10l1.500-5.500h13L20 10M4 10v10h16V10M4 10c0 2.500 4 2.500 4 0 0 2.500 4 2.500 4 0 0 2.500 4 2.500 4 0 0 2.500 4 2.500 4 0M10 20v-5h4v5',
  search: 'M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l4.500 4.500',
  ban: 'M12 21a9 9 0 100-18 9 9 0 000 18zM5.700 5.700l12.600 12.600',
  wifi_off: 'M4 9.500a12 12 0 014-2.500M12 6c3 0 6 1.200 8 3.500M7.500 13a7 7 0 013-1.700M14 12c1 .3 2 1 2.600 1.600M12 17.500v.01M4 4l16 16',
  camera: 'M4 8h3.500L9 5.500h6L16.500 8H20v11H4V8zM12 16.500a3.300 3.300 0 100-6.600 3.300 3.300 0 000 6.600z',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 4.500v5M8 14.500v5',
  inbox: 'M4 13l2.500-8h11L20 13v6H4v-6zM4 13h5l1 2.500h4l1-2.500h5',
  pencil: 'M5 19l1-4.500L15.500 5l3.500 3.500L9.500 18 5 19zM13.500 7l3.500 3.500',
  trash: 'M5 7h14M9.500 7V4.500h5V7M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5',
  leave: 'M13.500 5H6v14h7.500M11 12h9M16.500 8.500L20 12l-3.500 3.500',
  copy: 'M9 9h10v11H9zM15 9V4.500H5V15h4',
} as const;

export type Icon = keyof typeof paths;

export const icon = (name: Icon): TemplateResult => html`<svg class=${`ca-icon${name === 'more' ? ' ca-more' : ''}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">${svg`<path d=${paths[name]} />`}</svg>`;
