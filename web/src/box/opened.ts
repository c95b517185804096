/** The chunk that the first opening loads: the panel and what it shares with the dashboard. */
export { allowPictures, CaPanel } from './panel.ts';
