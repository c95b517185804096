/**
 * A demo site with the chat box and a switch between its members. Two windows make a conversation.
 */
interface Causerie {
  identify(how: () => Promise<string>): void;
  open(): void;
}
type WithCauserie = Window & { causerie?: Causerie | { q: (() => Promise<string>)[] } };

const MEMBERS: Record<string, string> = {
  camille: 'Camille Moreau',
  theo: 'Théo Lefèvre',
  nadia: 'Nadia Benhaddou',
  james: 'James O’Connell',
  ines: 'Inês Carvalho',
  yusuf: 'Yusuf Demirel',
  maelle: 'Maëlle Kerbrat',
  priya: 'Priya Raghavan',
  anselme: 'Anselme Dufour',
  hannah: 'Hannah Weiss',
  zoe: 'Zoé Nguyễn',
  bjorn: 'Björn Lindqvist',
};

const en: Record<string, string> = {
  demo: 'Demo',
  as: 'You are',
  dashboard: 'Dashboard',
  dark: 'Dark',
  light: 'Light',
  nav1: 'Classes',
  nav2: 'The kiln',
  nav3: 'Dates',
  over: 'Shared ceramics · Paris',
  h1: 'A workshop to throw, glaze and chat.',
  lead: 'Twelve wheels, two kilns and a greenhouse on the roof. Members come when they like, and help each other between two firings.',
  talk: 'Talk with the members',
  c1: 'Thursday class',
  c1t: 'Throwing for beginners, 7 to 9.30 pm. Clay and firings are included.',
  c2: 'Kiln schedule',
  c2t: 'Bisque on Tuesdays, glaze on Fridays. Put your pieces on the blue rack the evening before.',
  c3: 'Spring market',
  c3t: '25 and 26 April in the courtyard: bowls, plants and lemonade. Free entry.',
  end: 'Atelier Belleville is an imaginary site, to try Causerie.',
  other: 'Another window: {name}',
};
const fr: Record<string, string> = { light: 'Clair', other: 'Autre fenêtre : {name}' };
for (const element of document.querySelectorAll<HTMLElement>('[data-t]'))
  fr[element.dataset['t']!] = element.textContent!;

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const params = new URL(location.href).searchParams;
let member = params.get('member') ?? 'camille';

function setLanguage(language: string): void {
  const texts = language === 'fr' ? fr : en;
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll<HTMLElement>('[data-t]'))
    element.textContent = texts[element.dataset['t']!] ?? '';
  byId('language').textContent = language === 'fr' ? 'English' : 'Français';
  const other = member === 'theo' ? 'camille' : 'theo';
  byId<HTMLAnchorElement>('other').href = `/demo?member=${other}&lang=${language}`;
  byId('other').textContent = texts['other']!.replace('{name}', MEMBERS[other]!);
}

function setTheme(dark: boolean): void {
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  document.querySelector('causerie-chat')!.setAttribute('theme', dark ? 'dark' : 'light');
  const key = dark ? 'light' : 'dark';
  byId('theme').dataset['t'] = key;
  byId('theme').textContent = (document.documentElement.lang === 'fr' ? fr : en)[key]!;
}

async function token(): Promise<string> {
  const response = await fetch(
    `/demo/token?member=${encodeURIComponent(member)}&name=${encodeURIComponent(MEMBERS[member] ?? member)}`,
  );
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return (await response.json()).token;
}

function identify(): void {
  const page = window as WithCauserie;
  if (page.causerie && 'identify' in page.causerie) page.causerie.identify(token);
  else page.causerie = { q: [token] };
}

const select = byId<HTMLSelectElement>('member');
for (const [id, name] of Object.entries(MEMBERS))
  select.add(new Option(name, id, id === member, id === member));
select.onchange = () => {
  member = select.value;
  history.replaceState(null, '', `?member=${member}&lang=${document.documentElement.lang}`);
  setLanguage(document.documentElement.lang);
  identify();
};
byId('language').onclick = () => setLanguage(document.documentElement.lang === 'fr' ? 'en' : 'fr');
byId('theme').onclick = () => setTheme(document.documentElement.dataset['theme'] !== 'dark');
byId('talk').onclick = () => (window as { causerie?: Causerie }).causerie?.open();

setLanguage((params.get('lang') ?? navigator.language).startsWith('fr') ? 'fr' : 'en');
setTheme(
  params.get('theme')
    ? params.get('theme') === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches,
);
identify();
