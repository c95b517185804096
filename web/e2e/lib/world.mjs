// Creates sites, members and conversations over the API.
import { randomUUID } from 'node:crypto';

export class World {
  #sites = 0;
  #tokens = new Map();
  constructor(stack, worker = 0) {
    this.stack = stack;
    this.run = `${worker}-${Date.now().toString(36)}`;
  }

  token(actor) {
    const key = JSON.stringify(actor);
    if (!this.#tokens.has(key)) this.#tokens.set(key, this.stack.token(actor));
    return this.#tokens.get(key);
  }

  /** A site with its members: `{ ana: 'Ana Ruiz' }`. Member chat is on by default. */
  async site(
    members = {},
    { name = 'Allotments of Saint-Amand', chat = true, settings, origins = [] } = {},
  ) {
    const site = new Site(this, `t${++this.#sites}-${this.run}`, name);
    await site.as('operator', 'PUT', '', { name, locale: 'en', allowed_origins: origins });
    for (const [id, display_name] of Object.entries(members)) await site.register(id, display_name);
    if (chat) await site.as('owner', 'POST', '/member-chat/enable');
    if (settings) await site.as('owner', 'PATCH', '/settings', settings);
    return site;
  }
}

/** UUIDv7 ids in the order of creation. */
let created = 0;
export const uuid = () => {
  const time = (Date.now() - 60_000 + created++).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};

class Site {
  #position;
  constructor(world, id, name) {
    Object.assign(this, { world, id, name });
  }

  async as(actor, method, path, body) {
    const role = actor === 'owner' || actor === 'operator' ? actor : 'member';
    const token = await this.world.token({
      site: role === 'operator' ? '*' : this.id,
      member: actor,
      role,
    });
    const headers = { Authorization: `Bearer ${token}` };
    if (body) headers['Content-Type'] = 'application/json';
    if (method === 'GET' && this.#position) headers['Causerie-Min-Position'] = this.#position;
    const response = await fetch(`${this.world.stack.service}/v1/sites/${this.id}${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`${actor}: ${method} ${path}: ${response.status} ${await response.text()}`);
    if (method !== 'GET')
      this.#position = response.headers.get('Causerie-Position') ?? this.#position;
    return response.status === 204 ? undefined : response.json();
  }

  register(id, display_name, community = true) {
    return this.as('operator', 'PUT', `/members/${id}`, { display_name, community });
  }

  async direct(one, two) {
    return (await this.as(one, 'PUT', `/direct/${two}`)).id;
  }

  async business(member) {
    return (await this.as(member, 'PUT', '/business/me')).id;
  }

  async group(creator, name, participants) {
    const id = uuid();
    await this.as(creator, 'PUT', `/groups/${id}`, { name, participants });
    return id;
  }

  async send(actor, conversation, ...texts) {
    let id;
    for (const text of texts)
      await this.as(actor, 'PUT', `/conversations/${conversation}/messages/${(id = uuid())}`, {
        text,
      });
    return id;
  }

  /** All messages, as `actor` reads them. */
  async readAll(actor, conversation) {
    const items = [];
    for (let before = ''; before !== null;) {
      const page = await this.as(
        actor,
        'GET',
        `/conversations/${conversation}/messages?limit=200${before && `&before=${before}`}`,
      );
      items.unshift(...page.items);
      before = page.previous;
    }
    return items;
  }
}
