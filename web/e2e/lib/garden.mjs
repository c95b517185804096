// A site with typical content in either language, for screenshots and axe. Its members are those of the demo.
import { readFileSync } from 'node:fs';

const DEMO = new URL('../../../api/src/demo/demo.json', import.meta.url);
const MEMBERS = Object.fromEntries(
  JSON.parse(readFileSync(DEMO, 'utf8')).members.map(({ id, display_name }) => [id, display_name]),
);

const TALK = {
  fr: {
    site: 'Jardins de Saint-Amand',
    market: 'Troc aux plants 🌱',
    water: 'Tour d’arrosage',
    long: 'Compost et broyat, parcelles du bas',
    said: [
      [
        'camille',
        'Bonjour à toutes et à tous ! Le troc aux plants aura lieu samedi de 10 h à 16 h, sous la halle.',
      ],
      ['camille', 'Qui peut tenir la table d’accueil ?'],
      ['nadia', 'Moi le matin, jusqu’à 13 h. J’apporterai les godets vides.'],
      ['james', 'Je prends l’après-midi, et j’ai une vingtaine de pieds de tomates à donner.'],
      [
        'theo',
        'Le plan de la halle est là : https://example.org/halle/plan.pdf (la prise est au fond à gauche)',
      ],
      ['maelle', '🎉'],
      ['nadia', 'Quelqu’un a-t-il une balance ? La mienne a rendu l’âme.'],
    ],
    edited:
      'Je prends l’après-midi, et j’ai une vingtaine de pieds de tomates à donner, plus des courges.',
    reply: 'J’en ai une, je la laisse dans la cabane jeudi soir.',
    direct: ['Tu as encore des semis de basilic ?', 'Oui, une dizaine. Je te les garde.'],
    business: [
      'Bonjour, le cadenas du portail nord ne ferme plus. Pouvez-vous regarder ?',
      'Merci, nous passons demain matin avec un neuf.',
    ],
    draft: 'Je peux venir dès 9 h pour',
    badge: 'abeilles',
    role: 'referente',
  },
  en: {
    site: 'Saint-Amand Gardens',
    market: 'Plant swap 🌱',
    water: 'Watering rota',
    long: 'Compost and wood chips, the lower plots',
    said: [
      [
        'camille',
        'Good morning everybody! The plant swap is on Saturday, 10 am to 4 pm, in the market hall.',
      ],
      ['camille', 'Who can look after the welcome table?'],
      ['nadia', 'Me in the morning, until one. I will bring the empty pots.'],
      ['james', 'I take the afternoon, and I have twenty tomato plants to give away.'],
      [
        'theo',
        'Here is the plan of the hall: https://example.org/hall/plan.pdf (the socket is at the back, on the left)',
      ],
      ['maelle', '🎉'],
      ['nadia', 'Does anybody have scales? Mine have given up.'],
    ],
    edited:
      'I take the afternoon, and I have twenty tomato plants to give away, and some squashes.',
    reply: 'I do, I will leave them in the shed on Thursday evening.',
    direct: ['Do you have basil seedlings left?', 'Yes, about ten. I will keep them for you.'],
    business: [
      'Hello, the padlock of the north gate does not close any more. Could you have a look?',
      'Thank you, we will come by tomorrow morning with a new one.',
    ],
    draft: 'I can be there from nine to',
    badge: 'beekeeper',
    role: 'coordinator',
  },
};

export async function garden(world, lang) {
  const talk = TALK[lang];
  const site = await world.site(MEMBERS, { name: talk.site });
  const market = await site.group('camille', talk.market, [
    'theo',
    'nadia',
    'james',
    'maelle',
    'ines',
    'yusuf',
    'priya',
  ]);
  const water = await site.group('james', talk.water, ['theo', 'anselme', 'hannah']);
  const long = await site.group('maelle', talk.long, ['theo', 'zoe', 'bjorn']);
  await site.as('owner', 'PUT', `/members/camille/badges/${talk.badge}`);
  await site.as('owner', 'PUT', `/members/nadia/roles/${talk.role}`);
  await site.as('owner', 'PUT', '/members/james/roles/staff');
  const ids = [];
  for (const [actor, text] of talk.said) ids.push(await site.send(actor, market, text));
  const at = (index) => `/conversations/${market}/messages/${ids[index]}`;
  await site.as('james', 'PATCH', at(3), { text: talk.edited });
  for (const actor of ['camille', 'theo', 'maelle'])
    await site.as(actor, 'PUT', `${at(3)}/reactions/${encodeURIComponent('🍅')}`);
  await site.as('nadia', 'PUT', `${at(4)}/reactions/${encodeURIComponent('👍')}`);
  await site.as(
    'theo',
    'PUT',
    `/conversations/${market}/messages/019b0000-0000-7000-8000-00000000000${lang === 'fr' ? 1 : 2}`,
    { text: talk.reply, reply_to: ids[6] },
  );
  await site.as('theo', 'PUT', `/conversations/${market}/read-marker`, { message: ids[4] });
  await site.send(
    'anselme',
    water,
    ...(lang === 'fr' ? ['Je prends mardi et vendredi.'] : ['I take Tuesday and Friday.']),
  );
  await site.send(
    'zoe',
    long,
    ...(lang === 'fr'
      ? ['Le tas de gauche est mûr, servez-vous !']
      : ['The heap on the left is ready, help yourselves!']),
  );
  await site.as('theo', 'PATCH', `/conversations/${water}/preferences`, { muted: true });
  await site.as('theo', 'PATCH', `/conversations/${market}/preferences`, { pinned: true });
  const direct = await site.direct('nadia', 'theo');
  await site.send('theo', direct, talk.direct[0]);
  await site.send('nadia', direct, talk.direct[1]);
  for (const actor of ['theo', 'ines']) {
    const business = await site.business(actor);
    await site.send(actor, business, talk.business[0]);
    if (actor === 'theo') await site.send('owner', business, talk.business[1]);
  }
  return Object.assign(site, { talk, market, water, long, direct });
}
