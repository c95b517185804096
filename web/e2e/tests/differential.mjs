// A random history, as the client's own store follows it and as a new client fetches it. Another
// history: CAUSERIE_SEED=… and CAUSERIE_STEPS=….
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Store } from '../../src/client/store.ts';
import { expect, test } from '../lib/fixtures.mjs';
import { uuid } from '../lib/world.mjs';

const STEPS = Number(process.env.CAUSERIE_STEPS ?? 200);
const STEPS_PER_CHECK = 20;
const ME = 'ana';
const OTHERS = ['bob', 'cid', 'dora', 'eve'];
const EMOJI = ['👍', '🎉', '❤️'];

/** Mulberry32. */
function randomFrom(seed) {
  let at = seed;
  const next = () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { below, coin: () => below(2) === 0, pick: (list) => list[below(list.length)] };
}

/** Cuts the streams that this process opens, and delays responses, at random. */
class Network {
  #real = globalThis.fetch;
  #streams = new Set();
  #downUntil = 0;
  constructor(random) {
    globalThis.fetch = async (url, init) => {
      const isStream = String(url).endsWith('/stream');
      if (!isStream) {
        const response = await this.#real(url, init);
        await sleep(random.below(25));
        return response;
      }
      if (performance.now() < this.#downUntil) throw new TypeError('cut');
      const cut = new AbortController();
      this.#streams.add(cut);
      const signal = AbortSignal.any([cut.signal, ...(init.signal ? [init.signal] : [])]);
      return this.#real(url, { ...init, signal });
    };
  }
  cut(forMs) {
    this.#downUntil = performance.now() + forMs;
    for (const stream of this.#streams) stream.abort();
    this.#streams.clear();
  }
  restore() {
    globalThis.fetch = this.#real;
  }
}

/** Members act on conversations; the service rejects what is not allowed. */
class History {
  conversations = [];
  groups = [];
  /** `[conversation, id, author]` */
  messages = [];
  names = 0;
  constructor(site, store, random) {
    Object.assign(this, { site, store, random });
  }

  async begin() {
    const { site } = this;
    for (const participants of [OTHERS, ['bob', 'cid'], ['eve']])
      await this.#group(ME, participants);
    for (const other of ['bob', 'cid', 'dora'])
      this.conversations.push(await site.direct(ME, other));
    this.conversations.push(await site.business(ME));
    for (const conversation of this.conversations) await this.#send(ME, conversation);
  }

  /** What causes the kinds of frames that a random history may lack. */
  async rareSteps() {
    const { site, messages, groups, conversations } = this;
    const [place, message] = messages[0];
    const path = `/conversations/${place}/messages/${message}`;
    await site.as('bob', 'POST', `/conversations/${conversations[0]}/typing`);
    await site.as('bob', 'PUT', `${path}/reactions/${encodeURIComponent(EMOJI[0])}`);
    await site.as(ME, 'PATCH', path, { text: 'Edited' });
    await site.as(ME, 'DELETE', path);
    await site.as('operator', 'PUT', '/members/bob', { display_name: 'Bob' });
    await site.as('owner', 'PATCH', '/settings', { max_participants: 40 });
    await this.#send('bob', conversations[1]);
    await this.store.fetchConversation(conversations[1]);
    await site.as(ME, 'PUT', `/conversations/${conversations[1]}/read-marker`, {
      message: messages.at(-1)[1],
    });
    await site.as(ME, 'DELETE', `/conversations/${groups[2]}/participants/${ME}`);
  }

  async #group(creator, participants) {
    const id = await this.site.group(creator, `Group ${this.names++}`, participants);
    this.groups.push(id);
    this.conversations.push(id);
  }

  async #send(actor, conversation, body = {}) {
    const id = uuid();
    const path = `/conversations/${conversation}/messages/${id}`;
    await this.site.as(actor, 'PUT', path, { text: `Text ${this.names++}`, ...body });
    this.messages.push([conversation, id, actor]);
  }

  /** One random step, as [what it is, what it does]. */
  step() {
    const { random, site, store } = this;
    const { pick, coin, below } = random;
    const conversation = pick(this.conversations);
    const group = pick(this.groups);
    const [place, message, author] = pick(this.messages);
    const other = pick(OTHERS);
    const path = `/conversations/${place}/messages/${message}`;
    const verb = coin() ? 'PUT' : 'DELETE';
    const as = (actor, method, to, body) => [
      `${actor} ${method} ${to} ${body ? JSON.stringify(body) : ''}`,
      () => site.as(actor, method, to, body),
    ];
    const mine = (name, work) => [`${ME} ${name}`, work];
    const { conversations } = store.state;
    const known = pick([...conversations.keys()]) ?? conversation;
    const steps = [
      [24, () => [`${other} sends to ${conversation}`, () => this.#send(other, conversation)]],
      [4, () => [`owner sends to ${conversation}`, () => this.#send('owner', conversation)]],
      [
        4,
        () => [
          `${other} replies to ${message}`,
          () => this.#send(other, place, { reply_to: message }),
        ],
      ],
      [
        8,
        () =>
          mine(`sends to ${known}`, async () => store.outbox.send(known, `Mine ${this.names++}`)),
      ],
      [6, () => as(author, 'PATCH', path, { text: `Edited ${this.names++}` })],
      [5, () => as(author, 'DELETE', path)],
      [6, () => as(other, verb, `${path}/reactions/${encodeURIComponent(pick(EMOJI))}`)],
      [
        4,
        () => {
          const [emoji, on] = [pick(EMOJI), coin()];
          return mine(`reacts ${on} to ${message}`, () =>
            store.applyCommand(place, message, store.api.setReaction(place, message, emoji, on)),
          );
        },
      ],
      [8, () => mine(`reads ${known}`, async () => store.markRead(known))],
      [
        6,
        () => {
          const change = { [pick(['archived', 'muted', 'pinned'])]: coin() };
          return mine(`${JSON.stringify(change)} ${known}`, () =>
            store.changePreferences(known, change),
          );
        },
      ],
      [
        4,
        () =>
          as(pick([ME, ...OTHERS]), 'PATCH', `/conversations/${group}`, {
            name: `Name ${this.names++}`,
          }),
      ],
      [
        1,
        () =>
          as(ME, 'PATCH', `/conversations/${group}`, { history: pick(['all', 'since_joined']) }),
      ],
      [
        5,
        () =>
          as(
            pick([ME, 'bob']),
            verb,
            `/conversations/${group}/participants/${pick([ME, ...OTHERS])}`,
          ),
      ],
      [2, () => as(ME, verb, `/conversations/${group}/participants/${other}/admin`)],
      [2, () => ['a new group', () => this.#group(other, coin() ? [ME] : [ME, 'eve'])]],
      [1, () => as(pick([ME, ...OTHERS]), 'DELETE', `/conversations/${group}`)],
      [3, () => as(ME, verb, `/members/me/blocks/${other}`)],
      [2, () => as(other, verb, `/members/me/blocks/${ME}`)],
      [
        4,
        () =>
          as('operator', 'PUT', `/members/${pick([ME, ...OTHERS])}`, {
            display_name: `Member ${this.names++}`,
          }),
      ],
      [2, () => as('owner', 'POST', `/members/${other}/${pick(['block', 'unblock'])}`)],
      [1, () => as('owner', 'POST', `/members/${ME}/${pick(['mute', 'unmute', 'unmute'])}`)],
      [2, () => as('owner', verb, `/members/${pick([ME, other])}/badges/bee`)],
      [1, () => as('owner', verb, `/members/${other}/roles/staff`)],
      [2, () => as(other, verb, '/members/me/community')],
      [1, () => as(ME, pick(['PUT', 'PUT', 'DELETE']), '/members/me/community')],
      [1, () => as('owner', 'POST', `/member-chat/${pick(['enable', 'enable', 'disable'])}`)],
      [1, () => as('owner', 'DELETE', `/members/${other}`)],
      [2, () => as(other, 'POST', `/conversations/${conversation}/typing`)],
      [3, () => mine('is reset', async () => store.receive({ kind: 'reset', data: {} }))],
    ];
    let at = below(steps.reduce((sum, [weight]) => sum + weight, 0));
    return steps.find(([weight]) => (at -= weight) < 0)[1]();
  }
}

/** Opens all conversations, as a reader of each. */
const openAll = (store) =>
  Promise.all(
    [...store.state.conversations.keys()].map((id) => store.timelines.open(id).catch(() => null)),
  );

async function waitFor(condition, what) {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what} in 20 s`);
    await sleep(20);
  }
}

async function startedStore(options) {
  const store = new Store(options);
  await store.start();
  await waitFor(() => store.state.phase === 'ready', 'a store is ready');
  await openAll(store);
  return store;
}

const byId = (map, view) => Object.fromEntries([...map].map(([id, one]) => [id, view(one)]));

/** What the two show; of messages the part that both have loaded. */
function shown({ state }, other) {
  const { conversations, order, timelines, participants, members, site } = state;
  const list = order.map((id) => conversations.get(id)).filter(Boolean);
  const titles = (archived) =>
    [true, false].flatMap((pinned) =>
      list.filter((one) => one.archived === archived && one.pinned === pinned).map(({ id }) => id),
    );
  const start = (id) =>
    Math.max(...[state, other.state].map((one) => one.timelines.get(id)?.messages[0]?.seq ?? 0));
  // The name of a member who is not visible is that of the last fetch.
  const isVisible = (id) => id === ME || members.has(id);
  return {
    site,
    active: titles(false),
    archived: titles(true),
    conversations: byId(conversations, ({ as_of: _, name, ...rest }) => ({
      ...rest,
      name: rest.kind !== 'direct' || rest.participants.every(isVisible) ? name : '?',
    })),
    members: byId(members, (member) => member),
    participants: byId(participants, (all) =>
      [...all]
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ admin, id, ...rest }) => ({ admin, id, ...(isVisible(id) && rest) })),
    ),
    messages: Object.fromEntries(
      [...timelines].map(([id, { messages }]) => [
        id,
        messages.filter(({ seq }) => seq >= start(id)),
      ]),
    ),
    outbox: state.outbox.filter(({ failed }) => !failed),
  };
}

/** The differences between two values, as paths. */
function differences(live, fetched, path = '') {
  if (Object.is(live, fetched)) return [];
  const isObject = (value) => typeof value === 'object' && value !== null;
  if (!isObject(live) || !isObject(fetched))
    return [`${path}: ${JSON.stringify(live)}, fetched ${JSON.stringify(fetched)}`];
  const keys = new Set([...Object.keys(live), ...Object.keys(fetched)]);
  return [...keys].flatMap((key) => differences(live[key], fetched[key], `${path}/${key}`));
}

test('the store shows after any history what a fetch shows', async ({ stack, world }) => {
  const seed = Number(process.env.CAUSERIE_SEED ?? Date.now() % 1_000_000_000);
  const random = randomFrom(seed);
  const names = Object.fromEntries([ME, ...OTHERS].map((id) => [id, id]));
  const site = await world.site(names);
  const token = await world.token({ site: site.id, member: ME });
  const options = { server: stack.service, site: site.id, identify: () => token };
  const network = new Network(randomFrom(seed + 1));
  const stores = [];
  try {
    const history = new History(site, undefined, random);
    await history.begin();
    const store = await startedStore(options);
    stores.push(store);
    history.store = store;
    const kinds = new Set();
    store.addEventListener('frame', ({ detail }) => kinds.add(detail.kind));
    await history.rareSteps();
    await waitFor(() => kinds.has('conversation.removed'), 'the last frame of the rare steps');
    const log = [];
    store.addEventListener('problem', ({ detail }) => log.push(`  problem: ${detail.code}`));
    for (let step = 1; step <= STEPS; step++) {
      const [what, work] = history.step();
      if (random.below(12) === 0) {
        log.push('cut');
        network.cut(random.below(700));
      }
      log.push(what);
      await Promise.resolve(work()).catch((error) => {
        const code = error.status ?? /: (\d{3}) /.exec(error.message)?.[1];
        if (!code || code >= 500) throw error;
        log.push(`  rejected: ${code}`);
      });
      if (step % STEPS_PER_CHECK) continue;
      let found = [];
      const deadline = performance.now() + 8_000;
      do {
        await sleep(150);
        await openAll(store);
        const fresh = await startedStore(options);
        found = differences(shown(store, fresh), shown(fresh, store));
        fresh.stop();
      } while (found.length && performance.now() < deadline);
      const report = `CAUSERIE_SEED=${seed}, step ${step}\n${log.slice(-60).join('\n')}`;
      expect(found.slice(0, 20), report).toEqual([]);
    }
    const contract = JSON.parse(await readFile('../contracts/asyncapi.json', 'utf8'));
    const expected = Object.keys(contract.channels.stream.messages);
    expect([...kinds.add('ready').add('reset')].sort()).toEqual(expected.sort());
  } finally {
    network.restore();
    for (const store of stores) store.stop();
  }
});
