// What a site does to have the box: one element, and one function that gets a token.
const asked = new URL(location.href).searchParams;
document.documentElement.lang = asked.get('lang') ?? 'en';
document.documentElement.dir = asked.get('dir') ?? 'ltr';
document.documentElement.dataset.theme = asked.get('theme') ?? 'light';

const identify = async () => {
  const answer = await fetch(
    `/host/token?${new URLSearchParams({ site: asked.get('site'), member: asked.get('member'), name: asked.get('name') ?? '' })}`,
  );
  return (await answer.json()).token;
};
if (asked.has('member')) window.causerie = { q: [identify] };

const FRENCH = {
  a: 'Jardins de Saint-Amand',
  h1: 'Quarante parcelles au bord de l’eau',
  button: 'Demander aux autres',
  p: 'On y partage graines, outils et conseils. Le code du portail change le premier du mois.',
};

addEventListener('DOMContentLoaded', () => {
  if (document.documentElement.lang === 'fr')
    for (const [name, text] of Object.entries(FRENCH))
      document.querySelector(name).textContent = text;
  const box = document.createElement('causerie-chat');
  box.setAttribute('site', asked.get('site'));
  box.setAttribute('theme', asked.get('theme') ?? 'light');
  document.body.append(box);
  document.getElementById('ask').onclick = () => window.causerie.open();
});
