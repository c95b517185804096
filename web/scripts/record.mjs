// Records stream events and fetched responses for every kind of event:
// src/client/fixtures/folds.json. CAUSERIE_URL is the service. CAUSERIE_TOKEN_COMMAND prints a
// token, given --site, --member, --name and --role.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const SERVICE = process.env.CAUSERIE_URL ?? 'http://127.0.0.1:8080';
const [command, ...args] = (process.env.CAUSERIE_TOKEN_COMMAND ?? 'causerie token').split(' ');
const site = `fold-${Date.now().toString(36)}`;
const base = `${SERVICE}/v1/sites/${site}`;
const token = (member, role, at = site) =>
  execFileSync(command, [...args, '--site', at, '--member', member, '--role', role, '--ttl', '24h'])
    .toString()
    .trim();

const tokens = {
  root: token('root', 'operator', '*'),
  boss: token('boss', 'owner'),
  ana: token('ana', 'member'),
  bob: token('bob', 'member'),
  cid: token('cid', 'member'),
};
let position;
async function call(who, method, path, body) {
  const headers = {
    Authorization: `Bearer ${tokens[who]}`,
    ...(body ? { 'Content-Type': 'application/json' } : {}),
    ...(position && method === 'GET' ? { 'Causerie-Min-Position': position } : {}),
  };
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  if (method !== 'GET') position = answer.headers.get('Causerie-Position') ?? position;
  return answer.status === 204 ? undefined : answer.json();
}
const id = (n) => `019b0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const send = (who, conversation, n, text, reply_to) =>
  call(who, 'PUT', `/conversations/${conversation}/messages/${id(n)}`, { text, reply_to });

const frames = [];
let resume;
async function listen(ready) {
  const answer = await fetch(`${base}/stream`, {
    headers: { Authorization: `Bearer ${tokens.ana}` },
  });
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const field = (name) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      if (field('event') === 'ready') ready();
      else if (field('event'))
        frames.push({ kind: field('event'), data: JSON.parse(field('data')) });
      resume?.();
    }
  }
}
async function view() {
  const [here, members, active, archived] = await Promise.all([
    call('ana', 'GET', ''),
    call('ana', 'GET', '/members?limit=200'),
    call('ana', 'GET', '/conversations?limit=200'),
    call('ana', 'GET', '/conversations?limit=200&archived=true'),
  ]);
  const self = await call('ana', 'GET', '/members/me');
  const conversations = [...active.items, ...archived.items];
  const timelines = {};
  for (const { id } of conversations)
    timelines[id] = await call('ana', 'GET', `/conversations/${id}/messages?limit=200`);
  return { site: here, members: members.items, self, conversations, timelines };
}

const GROUP = id(1),
  OTHER = id(2);
await call('root', 'PUT', '', { name: 'Folded', locale: 'fr', allowed_origins: [] });
for (const [member, name] of [
  ['ana', 'Ana'],
  ['bob', 'Bob'],
  ['cid', 'Cid'],
  ['dora', 'Dora'],
])
  await call('root', 'PUT', `/members/${member}`, { display_name: name, community: true });
await call('boss', 'POST', '/member-chat/enable');
await call('bob', 'PUT', `/groups/${GROUP}`, { name: 'One', participants: ['ana', 'cid'] });
await call('cid', 'PUT', `/groups/${OTHER}`, { name: 'Two', participants: ['ana'] });
const direct = (await call('ana', 'PUT', '/direct/bob')).id;
await call('ana', 'PUT', '/business/me');
await send('bob', GROUP, 10, 'hello');
await send('cid', OTHER, 11, 'hi');
await send('ana', GROUP, 12, 'mine', id(10));
await new Promise((ready) => void listen(ready));

const scenes = [
  ['message.sent by another', () => send('cid', OTHER, 20, 'news')],
  ['message.sent by me', () => send('ana', direct, 21, 'from another tab')],
  ['message.sent in answer', () => send('bob', GROUP, 22, 'quoted', id(12))],
  [
    'message.edited',
    () => call('bob', 'PATCH', `/conversations/${GROUP}/messages/${id(22)}`, { text: 'edited' }),
  ],
  [
    'message.reacted',
    () =>
      call(
        'cid',
        'PUT',
        `/conversations/${GROUP}/messages/${id(22)}/reactions/${encodeURIComponent('🎉')}`,
      ),
  ],
  [
    'message.reacted, taken back',
    () =>
      call(
        'cid',
        'DELETE',
        `/conversations/${GROUP}/messages/${id(22)}/reactions/${encodeURIComponent('🎉')}`,
      ),
  ],
  [
    'message.deleted, unread and last',
    () => call('bob', 'DELETE', `/conversations/${GROUP}/messages/${id(22)}`),
  ],
  [
    'message.deleted, quoted by another',
    () => call('bob', 'DELETE', `/conversations/${GROUP}/messages/${id(10)}`),
  ],
  [
    'read_marker.moved',
    () => call('ana', 'PUT', `/conversations/${OTHER}/read-marker`, { message: id(20) }),
  ],
  [
    'message.deleted, read already',
    () => call('cid', 'DELETE', `/conversations/${OTHER}/messages/${id(20)}`),
  ],
  [
    'conversation.changed by a new name',
    () => call('bob', 'PATCH', `/conversations/${GROUP}`, { name: 'Renamed' }),
  ],
  [
    'conversation.changed by a preference',
    () =>
      call('ana', 'PATCH', `/conversations/${GROUP}/preferences`, { pinned: true, muted: true }),
  ],
  [
    'conversation.changed by another participant',
    () => call('bob', 'PUT', `/conversations/${GROUP}/participants/dora`),
  ],
  [
    'conversation.changed by coming into it',
    () => call('cid', 'PUT', `/groups/${id(3)}`, { name: 'Three', participants: ['ana'] }),
  ],
  ['conversation.removed', () => call('cid', 'DELETE', `/conversations/${OTHER}/participants/ana`)],
  [
    'member.changed by a name',
    () => call('root', 'PUT', '/members/bob', { display_name: 'Robert', community: true }),
  ],
  ['member.changed by a badge', () => call('boss', 'PUT', '/members/cid/badges/helper')],
  ['member.changed by being muted', () => call('boss', 'POST', '/members/ana/mute')],
  [
    'member.changed by leaving the community',
    () => call('root', 'PUT', '/members/dora', { display_name: 'Dora', community: false }),
  ],
  [
    'member.changed by coming back',
    () => call('root', 'PUT', '/members/dora', { display_name: 'Dora', community: true }),
  ],
  ['site.changed by the switch', () => call('boss', 'POST', '/member-chat/disable')],
  ['site.changed by switching back', () => call('boss', 'POST', '/member-chat/enable')],
  ['site.changed by settings', () => call('boss', 'PATCH', '/settings', { max_participants: 40 })],
  ['typing', () => call('bob', 'POST', `/conversations/${GROUP}/typing`)],
];

const folds = [];
let before = await view();
for (const [name, act] of scenes) {
  const from = frames.length;
  await act();
  const kind = name.split(/[ ,]/)[0];
  for (let tries = 0; !frames.slice(from).some((frame) => frame.kind === kind); tries++) {
    if (tries > 50)
      throw new Error(`${name}: no ${kind}, but ${frames.slice(from).map((frame) => frame.kind)}`);
    await new Promise((resolve) => {
      resume = resolve;
      setTimeout(resolve, 200);
    });
  }
  // The others of the same event, where it has several.
  await new Promise((resolve) => setTimeout(resolve, 400));
  const after = await view();
  folds.push({ name, frames: frames.slice(from), before, after });
  before = after;
}
writeFileSync(
  new URL('../src/client/fixtures/folds.json', import.meta.url),
  JSON.stringify(folds, null, 1) + '\n',
);
console.log(`${folds.length} folds, ${frames.length} frames`);
process.exit(0);
