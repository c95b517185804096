/** One member's chat: loads, folds, sends. Components read `state` and are told when it has changed. */
import { api, type Api } from './api.ts';
import { Timelines } from './timelines.ts';
import { Http, Problem, claims, type Identify } from './http.ts';
import { Kept } from './kept.ts';
import { Outbox } from './outbox.ts';
import { Pictures } from './pictures.ts';
import { fold, type Stale } from './reducer.ts';
import { EMPTY, withEntry, type State } from './state.ts';
import { Stream } from './stream.ts';
import { Typing } from './typing.ts';
import type { Conversation, Frame, Kind, Participant, Preferences, SentMessage } from './types.ts';

export interface StoreOptions {
  /** Of the service, without a slash at the end. */
  server: string;
  site: string;
  identify: Identify;
  /** Only conversations of this kind: the inbox. */
  kind?: Kind;
}

/** How often somebody who waits for approval asks whether it has come. */
const ASK_AGAIN_MS = 15_000;

export class Store extends EventTarget {
  state: State = EMPTY;
  readonly api: Api;
  readonly http: Http;
  readonly outbox: Outbox;
  readonly typing: Typing;
  readonly timelines: Timelines;
  readonly pictures: Pictures;
  kept: Kept;
  private stream: Stream | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private loading = new Map<string, Promise<void>>();
  private stopped = false;
  private owner = false;
  private held: Frame[] | undefined;
  private again = false;

  constructor(private readonly options: StoreOptions) {
    super();
    this.http = new Http(
      `${options.server}/v1/sites/${encodeURIComponent(options.site)}`,
      options.identify,
    );
    this.api = api(this.http);
    this.kept = new Kept(options.site);
    this.outbox = new Outbox(this);
    this.typing = new Typing(this);
    this.timelines = new Timelines(this);
    this.pictures = new Pictures(this.http, () => this.dispatchEvent(new Event('change')));
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new Event('change'));
  }

  /** The stream first: its `ready` says from where on it tells everything, and the lists are asked for as of there. */
  async start(): Promise<void> {
    clearTimeout(this.retry);
    if (this.stopped) return;
    try {
      const { sub, role } = claims(await this.http.bearer());
      const me = String(sub ?? '');
      this.owner = role === 'owner' || role === 'operator';
      this.kept = new Kept(`${this.options.site}:${me}`);
      this.state = { ...this.state, me, outbox: this.kept.outbox() };
      this.connect();
    } catch (error) {
      // The page's own function has thrown: nobody is signed in, as far as the chat can know.
      this.cannot(error instanceof Problem ? error : new Problem(0, 'identity.unavailable'));
    }
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    this.stream?.stop();
    this.outbox.stop();
    this.typing.stop();
    this.pictures.drop();
  }

  /** Everything anew, keeping what the reader looks at in place. */
  async refetch(): Promise<void> {
    const { kind } = this.options;
    const [site, self, roster, active, archived] = await Promise.all([
      this.api.getSite(),
      // An owner need not be a member of their own site.
      this.owner ? null : this.api.getMember('me'),
      this.api.listMembers({ limit: 200 }),
      this.api.listConversations({ kind, limit: 100 }),
      this.api.listConversations({ kind, limit: 100, archived: true }),
    ]);
    const items = [...active.items, ...archived.items];
    const members = new Map(roster.items.map((each) => [each.id, each]));
    if (self) members.set(self.id, self);
    this.set({
      phase: 'ready',
      problem: null,
      site,
      members,
      conversations: new Map(items.map((each) => [each.id, each])),
      order: items.map((each) => each.id),
      more: active.next,
    });
    const open = [...this.state.timelines.keys()];
    await Promise.all(
      open.map((id) =>
        this.state.conversations.has(id) ? this.timelines.reload(id, true) : this.close(id),
      ),
    );
  }

  async loadMore(): Promise<void> {
    const { more, order, conversations } = this.state;
    if (!more) return;
    await this.once('more', async () => {
      const page = await this.api.listConversations({
        kind: this.options.kind,
        cursor: more,
        limit: 100,
      });
      const all = new Map(conversations);
      for (const each of page.items) all.set(each.id, each);
      this.set({
        conversations: all,
        order: [...new Set([...order, ...page.items.map((each) => each.id)])],
        more: page.next,
      });
    });
  }

  private async close(id: string): Promise<void> {
    this.set({ timelines: withEntry(this.state.timelines, id, undefined) });
  }

  async fetchConversation(id: string): Promise<Conversation> {
    const data = await this.api.getConversation(id);
    this.take({ kind: 'conversation.changed', data });
    return data;
  }

  async fetchParticipants(id: string): Promise<void> {
    const all: Participant[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const page = await this.api.listParticipants(id, next);
      all.push(...page.items);
      next = page.next;
    }
    this.set({ participants: withEntry(this.state.participants, id, all) });
  }

  /** Optimistic: the marker is where the reader is, whatever the network does. */
  markRead(id: string): void {
    const conversation = this.state.conversations.get(id);
    const newest = this.state.timelines.get(id)?.messages.at(-1);
    if (
      !conversation ||
      !newest ||
      newest.seq <= conversation.read_seq ||
      conversation.unread === 0
    )
      return;
    // Not of the log, so `as_of` stays: the frame of the marker sets the count again.
    this.set({
      conversations: withEntry(this.state.conversations, id, {
        ...conversation,
        read_seq: newest.seq,
        unread: 0,
      }),
    });
    // Not said aloud: the next message read says it again.
    this.api.markRead(id, newest.id).catch(() => undefined);
  }

  async prefer(id: string, change: Partial<Preferences>): Promise<void> {
    const preferences = await this.api.changePreferences(id, change);
    const now = this.state.conversations.get(id);
    if (now) this.take({ kind: 'conversation.changed', data: { ...now, ...preferences } });
  }

  /** Folds a message that a command has answered with, without waiting for the stream. */
  async change(id: string, message: string, command: Promise<SentMessage>): Promise<void> {
    const { text, deleted, reactions } = await command;
    const now = this.state.timelines.get(id)?.messages.find((each) => each.id === message);
    if (!now) return;
    // Not of the log: the frame that follows changes the counts.
    const data = { ...now, text, deleted, reactions, conversation_id: id, log_number: 0 };
    this.take({ kind: deleted ? 'message.deleted' : 'message.edited', data });
  }

  take(frame: Frame): void {
    if (frame.kind === 'reset') return this.recover();
    if (this.held) return void this.held.push(frame);
    this.dispatchEvent(new CustomEvent('frame', { detail: frame }));
    if (frame.kind === 'message.sent') {
      this.kept.dropPending(frame.data.id);
      this.dispatchEvent(new CustomEvent('message', { detail: frame.data }));
    }
    if (
      frame.kind === 'conversation.changed' &&
      this.options.kind &&
      frame.data.kind !== this.options.kind
    )
      return;
    const { state, stale } = fold(this.state, frame, Date.now());
    if (state !== this.state) {
      this.state = state;
      this.dispatchEvent(new Event('change'));
    }
    if (frame.kind === 'typing') this.typing.expireLater();
    if (stale) this.refresh(stale);
  }

  /** Who is in the roster changes with the switch and with one's own standing: no events for each of them. */
  private async refetchRoster(): Promise<void> {
    const roster = await this.api.listMembers({ limit: 200 }).catch(() => null);
    if (!roster) return;
    const members = new Map(roster.items.map((each) => [each.id, each]));
    const self = this.state.members.get(this.state.me);
    if (self) members.set(self.id, self);
    this.set({ members });
  }

  private refresh(stale: Stale): void {
    const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);
    if (stale.conversation && !this.options.kind) {
      const id = stale.conversation;
      quietly(this.once(`conversation ${id}`, async () => void (await this.fetchConversation(id))));
    }
    if (stale.roster) void this.refetchRoster();
    if (stale.participants) quietly(this.fetchParticipants(stale.participants));
    if (stale.timelines) {
      // The last message of a list may be collapsed now, too.
      this.recover();
    }
  }

  /** Fetches everything; events that come meanwhile wait, and are folded onto what was fetched. */
  private recover(): void {
    this.held ??= [];
    const release = () => {
      const held = this.held ?? [];
      this.held = undefined;
      for (const frame of held) this.take(frame);
    };
    // What was asked for before a `reset` may be older than it.
    this.again = true;
    const work = async () => {
      while (this.again) {
        this.again = false;
        await this.refetch();
      }
    };
    void this.once('everything', () => work().finally(release))
      .then(() => this.outbox.flush())
      .catch((error) =>
        this.cannot(error instanceof Problem ? error : new Problem(0, 'unexpected')),
      );
  }

  private connect(): void {
    this.stream?.stop();
    this.stream = new Stream(this.http, {
      frame: (frame) => this.take(frame),
      status: (status, problem) => {
        if (status === 'refused') return this.cannot(problem!);
        if (status === 'cut') {
          this.set({ live: false });
          // A network that lets no stream through may still answer.
          if (this.state.phase !== 'ready') this.recover();
          return;
        }
        this.set({ live: true });
        if (this.state.phase === 'ready') this.outbox.flush();
      },
    });
    void this.stream.run();
  }

  private cannot(problem: Problem): void {
    this.stream?.stop();
    if (this.stopped) return;
    const barred = problem.status === 401 || problem.status === 403 || problem.status === 404;
    // A page that has something to show keeps it through a failure that passes.
    const keep = this.state.phase === 'ready' && !barred;
    const { members, conversations, order, timelines, participants, typing } = EMPTY;
    // Who may read no more has nothing left to read, in memory either.
    if (barred) this.pictures.drop();
    const nothing = barred
      ? { members, conversations, order, timelines, participants, typing }
      : {};
    this.set({
      phase: keep ? 'ready' : barred ? 'barred' : 'failed',
      problem,
      live: false,
      ...nothing,
    });
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.start(), problem.passing ? 4_000 : ASK_AGAIN_MS);
  }

  /** The same work asked for twice at once is done once. */
  once(key: string, work: () => Promise<void>): Promise<void> {
    const under_way = this.loading.get(key);
    if (under_way) return under_way;
    const promise = work().finally(() => this.loading.delete(key));
    this.loading.set(key, promise);
    return promise;
  }
}
