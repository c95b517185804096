/**
 * The chat of one member: loads, folds events, sends. Components render `state` on each `change`
 * event.
 */
import { api, type Api } from './api.ts';
import { Timelines } from './timelines.ts';
import { Http, Problem, claims, type Identify } from './http.ts';
import { BrowserStorage } from './storage.ts';
import { Outbox } from './outbox.ts';
import { Pictures } from './pictures.ts';
import { fold, type Stale } from './reducer.ts';
import { EMPTY, withEntry, type State } from './state.ts';
import { Stream } from './stream.ts';
import { Typing } from './typing.ts';
import type {
  Conversation,
  Frame,
  Kind,
  Member,
  Participant,
  Preferences,
  SentMessage,
} from './types.ts';

export interface StoreOptions {
  /** The origin of the service, without a trailing slash. */
  server: string;
  site: string;
  identify: Identify;
  /** Limits the store to conversations of this kind, as the inbox does. */
  kind?: Kind;
}

/** How often a client without access, such as a member who waits for approval, tries again. */
const BARRED_RETRY_MS = 15_000;

export class Store extends EventTarget {
  state: State = EMPTY;
  readonly api: Api;
  readonly http: Http;
  readonly outbox: Outbox;
  readonly typing: Typing;
  readonly timelines: Timelines;
  readonly pictures: Pictures;
  storage: BrowserStorage;
  #stream: Stream | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #loading = new Map<string, Promise<void>>();
  #stopped = false;
  #isOwner = false;
  #heldFrames: Frame[] | undefined;
  #refetchNeeded = false;
  /** Null while a member is fetched; undefined if the service does not show them. */
  #unknownMembers = new Map<string, null | undefined>();
  #fetchingMembers: Promise<void> = Promise.resolve();

  constructor(private readonly options: StoreOptions) {
    super();
    this.http = new Http(
      `${options.server}/v1/sites/${encodeURIComponent(options.site)}`,
      options.identify,
    );
    this.api = api(this.http);
    this.storage = new BrowserStorage(options.site);
    const state = () => this.state;
    const update = (change: Partial<State>) => this.update(change);
    this.typing = new Typing({ state, update, showTyping: (id) => this.api.showTyping(id) });
    this.timelines = new Timelines({
      state,
      update,
      listMessages: (id, range) => this.api.listMessages(id, range),
      fetchConversation: (id) => this.fetchConversation(id),
      fetchParticipants: (id) => this.fetchParticipants(id),
      runOnce: (key, work) => this.runOnce(key, work),
    });
    this.outbox = new Outbox({
      state,
      update,
      storage: () => this.storage,
      sendMessage: (...message) => this.api.sendMessage(...message),
      reloadTimeline: (conversation) => this.timelines.reload(conversation),
    });
    this.pictures = new Pictures(this.http, () => this.dispatchEvent(new Event('change')));
  }

  update(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Connects the stream first. Its `ready` event has the position from which it is complete, and
   * the lists are then fetched as of that position.
   */
  async start(): Promise<void> {
    clearTimeout(this.#retry);
    if (this.#stopped) return;
    try {
      const { sub, role } = claims(await this.http.bearer());
      const me = String(sub ?? '');
      this.#isOwner = role === 'owner' || role === 'operator';
      this.storage = new BrowserStorage(`${this.options.site}:${me}`);
      this.state = { ...this.state, me, outbox: this.storage.pendingMessages() };
      this.#connect();
    } catch (error) {
      // The page's `identify` function failed, so no member is signed in.
      this.#fail(error instanceof Problem ? error : new Problem(0, 'identity.unavailable'));
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#stream?.stop();
    this.outbox.stop();
    this.typing.stop();
    this.pictures.clear();
  }

  /** Fetches the site, the members, the conversations and the open timelines. */
  async refetch(): Promise<void> {
    const { kind } = this.options;
    const [site, self, roster, active, archived] = await Promise.all([
      this.api.getSite(),
      // An owner may not be a member of the site.
      this.#isOwner ? null : this.api.getMember('me'),
      this.api.listMembers({ limit: 200 }),
      this.api.listConversations({ kind, limit: 100 }),
      this.api.listConversations({ kind, limit: 100, archived: true }),
    ]);
    const items = [...active.items, ...archived.items];
    const members = new Map(roster.items.map((member) => [member.id, member]));
    this.#unknownMembers.clear();
    if (self) members.set(self.id, self);
    this.update({
      phase: 'ready',
      problem: null,
      site,
      members,
      conversations: new Map(items.map((conversation) => [conversation.id, conversation])),
      order: items.map((conversation) => conversation.id),
      more: active.next,
    });
    const open = [...this.state.timelines.keys()];
    await Promise.all(
      open.map((id) =>
        this.state.conversations.has(id)
          ? this.timelines.reload(id, true)
          : this.#closeTimeline(id),
      ),
    );
  }

  async loadMore(): Promise<void> {
    const { more, order, conversations } = this.state;
    if (!more) return;
    await this.runOnce('more', async () => {
      const page = await this.api.listConversations({
        kind: this.options.kind,
        cursor: more,
        limit: 100,
      });
      const all = new Map(conversations);
      for (const conversation of page.items) all.set(conversation.id, conversation);
      this.update({
        conversations: all,
        order: [...new Set([...order, ...page.items.map((conversation) => conversation.id)])],
        more: page.next,
      });
    });
  }

  async #closeTimeline(id: string): Promise<void> {
    this.update({ timelines: withEntry(this.state.timelines, id, undefined) });
  }

  async fetchConversation(id: string): Promise<Conversation> {
    const data = await this.api.getConversation(id);
    this.receive({ kind: 'conversation.changed', data });
    return data;
  }

  async fetchParticipants(id: string): Promise<void> {
    const all: Participant[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const page = await this.api.listParticipants(id, next);
      all.push(...page.items);
      next = page.next;
    }
    this.update({ participants: withEntry(this.state.participants, id, all) });
  }

  /**
   * The member of this id, who may not be on the first page of the roster. Null while they are
   * fetched; undefined if this member may not see them.
   */
  member(id: string): Member | null | undefined {
    const known = this.state.members.get(id);
    if (known || this.state.phase !== 'ready') return known;
    const isAsked = this.#unknownMembers.has(id);
    if (!isAsked) {
      this.#unknownMembers.set(id, null);
      this.#fetchingMembers = this.#fetchingMembers.then(() => this.#fetchMember(id));
    }
    return isAsked ? this.#unknownMembers.get(id) : null;
  }

  /** One at a time: a list may have many unknown authors. */
  async #fetchMember(id: string): Promise<void> {
    const found = await this.api.getMember(id).catch(() => undefined);
    this.#unknownMembers.set(id, undefined);
    this.update(found ? { members: withEntry(this.state.members, id, found) } : {});
  }

  /** Optimistic: the state changes before the service responds. */
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
    // `as_of` stays, because this change is not from the log. The frame of the marker sets the
    // count again.
    this.update({
      conversations: withEntry(this.state.conversations, id, {
        ...conversation,
        read_seq: newest.seq,
        unread: 0,
      }),
    });
    // A failure needs no message: reading the next message marks both.
    this.api.markRead(id, newest.id).catch(() => undefined);
  }

  async changePreferences(id: string, change: Partial<Preferences>): Promise<void> {
    const preferences = await this.api.changePreferences(id, change);
    const current = this.state.conversations.get(id);
    if (current)
      this.receive({ kind: 'conversation.changed', data: { ...current, ...preferences } });
  }

  /** Folds the message in a command's response without waiting for the stream. */
  async applyCommand(id: string, message: string, command: Promise<SentMessage>): Promise<void> {
    const changed = await command;
    const current = this.state.timelines
      .get(id)
      ?.messages.find((candidate) => candidate.id === message);
    if (!current) return;
    // Not from the log: the frame that follows changes the counts.
    const data = { ...current, ...changed, log_number: 0 };
    this.receive({ kind: changed.deleted ? 'message.deleted' : 'message.edited', data });
  }

  receive(frame: Frame): void {
    if (frame.kind === 'reset') return this.#recover();
    if (this.#heldFrames) return void this.#heldFrames.push(frame);
    this.dispatchEvent(new CustomEvent('frame', { detail: frame }));
    if (frame.kind === 'message.sent') {
      this.storage.removePending(frame.data.id);
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
    if (frame.kind === 'typing') this.typing.scheduleExpiry();
    if (stale) this.#refetchStale(stale);
  }

  /**
   * The roster depends on the member chat setting and on this member's own status. No event lists
   * the members that appear or disappear.
   */
  async #refetchRoster(): Promise<void> {
    const roster = await this.api.listMembers({ limit: 200 }).catch(() => null);
    if (!roster) return;
    const members = new Map(roster.items.map((member) => [member.id, member]));
    this.#unknownMembers.clear();
    const self = this.state.members.get(this.state.me);
    if (self) members.set(self.id, self);
    this.update({ members });
  }

  #refetchStale(stale: Stale): void {
    const ignoreErrors = (work: Promise<unknown>) => void work.catch(() => undefined);
    if (stale.conversation && !this.options.kind) {
      const id = stale.conversation;
      ignoreErrors(
        this.runOnce(`conversation ${id}`, async () => void (await this.fetchConversation(id))),
      );
    }
    if (stale.roster) void this.#refetchRoster();
    if (stale.participants) ignoreErrors(this.fetchParticipants(stale.participants));
    if (stale.timelines) {
      // The last message of a conversation in the list may be collapsed now, too.
      this.#recover();
    }
  }

  /** Fetches everything. Events that arrive meanwhile are held and folded afterwards. */
  #recover(): void {
    this.#heldFrames ??= [];
    const releaseHeldFrames = () => {
      const held = this.#heldFrames ?? [];
      this.#heldFrames = undefined;
      for (const frame of held) this.receive(frame);
    };
    // Responses requested before a `reset` may be older than it.
    this.#refetchNeeded = true;
    const refetchUntilCurrent = async () => {
      while (this.#refetchNeeded) {
        this.#refetchNeeded = false;
        await this.refetch();
      }
    };
    void this.runOnce('everything', () => refetchUntilCurrent().finally(releaseHeldFrames))
      .then(() => this.outbox.flush())
      .catch((error) =>
        this.#fail(error instanceof Problem ? error : new Problem(0, 'unexpected')),
      );
  }

  #connect(): void {
    this.#stream?.stop();
    this.#stream = new Stream(this.http, {
      frame: (frame) => this.receive(frame),
      status: (status, problem) => {
        if (status === 'refused') return this.#fail(problem!);
        if (status === 'disconnected') {
          this.update({ live: false });
          // A network that blocks streams may still let requests through.
          if (this.state.phase !== 'ready') this.#recover();
          return;
        }
        this.update({ live: true });
        if (this.state.phase === 'ready') this.outbox.flush();
      },
    });
    void this.#stream.run();
  }

  #fail(problem: Problem): void {
    this.#stream?.stop();
    if (this.#stopped) return;
    const barred = problem.status === 401 || problem.status === 403 || problem.status === 404;
    // During a transient failure the loaded content stays on screen.
    const keepScreen = this.state.phase === 'ready' && !barred;
    const { members, conversations, order, timelines, participants, typing } = EMPTY;
    // A member without access keeps no content, not even in memory.
    if (barred) this.pictures.clear();
    const cleared = barred
      ? { members, conversations, order, timelines, participants, typing }
      : {};
    this.update({
      phase: keepScreen ? 'ready' : barred ? 'barred' : 'failed',
      problem,
      live: false,
      ...cleared,
    });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.start(), problem.transient ? 4_000 : BARRED_RETRY_MS);
  }

  /** Runs work once per key at a time. Concurrent callers share the promise. */
  runOnce(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.#loading.get(key);
    if (running) return running;
    const promise = work().finally(() => this.#loading.delete(key));
    this.#loading.set(key, promise);
    return promise;
  }
}
