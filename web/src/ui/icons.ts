/** Inline icons, so that none is fetched: 24 × 24, stroked in the text colour. */
import { svg, html, type TemplateResult } from 'lit';

const paths = {
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  plus: 'M12 5v14M5 12h14',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  send: 'M5 12l14-7-5 15-3-6.5L5 12z',
  smile: 'M12 21a9 9 0 100-18 9 9 0 000 18zM8.5 14.5c1.8 2.2 5.2 2.2 7 0M9 9.5v.01M15 9.5v.01',
  reply: 'M9 7L4 12l5 5M4 12h9c4 0 7 2 7 6',
  down: 'M6 10l6 6 6-6',
  group:
    'M9 11a3.2 3.2 0 100-6.4A3.2 3.2 0 009 11zM3.5 19c.3-3.5 2.5-5 5.5-5s5.2 1.5 5.5 5M16 5.2a3 3 0 010 5.6M17 14.2c2 .5 3.2 2 3.5 4.8',
  people: 'M12 11.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM5 20c.4-4 3-6 7-6s6.6 2 7 6',
  bell_off: 'M6 16v-5a6 6 0 019-5.2M18 11v5M4 16.5h13M10 20h4M4 4l16 16',
  pin: 'M9 4h6l-1 6 3 3H7l3-3-1-6zM12 13v7',
  clock: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 7.5V12l3 2',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  alert: 'M12 8v5M12 16.5v.01M12 3l9.5 17h-19L12 3z',
  lock: 'M7 11V8a5 5 0 0110 0v3M5.5 11h13v9h-13z',
  chat: 'M4 5h16v11H9l-5 4V5z',
  store:
    'M4 10l1.5-5.5h13L20 10M4 10v10h16V10M4 10c0 2.5 4 2.5 4 0 0 2.5 4 2.5 4 0 0 2.5 4 2.5 4 0 0 2.5 4 2.5 4 0M10 20v-5h4v5',
  search: 'M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l4.5 4.5',
  ban: 'M12 21a9 9 0 100-18 9 9 0 000 18zM5.7 5.7l12.6 12.6',
  wifi_off:
    'M4 9.5a12 12 0 014-2.5M12 6c3 0 6 1.2 8 3.5M7.5 13a7 7 0 013-1.7M14 12c1 .3 2 1 2.6 1.6M12 17.5v.01M4 4l16 16',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4V8zM12 16.5a3.3 3.3 0 100-6.6 3.3 3.3 0 000 6.6z',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5',
  inbox: 'M4 13l2.5-8h11L20 13v6H4v-6zM4 13h5l1 2.5h4l1-2.5h5',
  pencil: 'M5 19l1-4.5L15.5 5l3.5 3.5L9.5 18 5 19zM13.5 7l3.5 3.5',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  leave: 'M13.5 5H6v14h7.5M11 12h9M16.5 8.5L20 12l-3.5 3.5',
  copy: 'M9 9h10v11H9zM15 9V4.5H5V15h4',
} as const;

export type Icon = keyof typeof paths;

export const icon = (name: Icon): TemplateResult =>
  html`<svg
    class=${`ca-icon${name === 'more' ? ' ca-more' : ''}`}
    viewBox="0 0 24 24"
    aria-hidden="true"
    focusable="false"
  >
    ${svg`<path d=${paths[name]} />`}
  </svg>`;
