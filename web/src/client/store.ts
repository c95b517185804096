/**
 * The chat of one member: loads, folds events, sends. Components render `state` on each `change`
 * event.
 */
import { api, type Api } from './api.ts';
import { ConversationList } from './conversation-list.ts';
import { Timelines } from './timelines.ts';
import { backoff } from './backoff.ts';
import { Http } from './http.ts';
import { Problem } from './problem.ts';
import { claims, type Identify } from './tokens.ts';
import { BrowserStorage } from './storage.ts';
import { MemberLookup } from './member-lookup.ts';
import { Outbox } from './outbox.ts';
import { Pictures } from './pictures.ts';
import { fold, type Stale } from './reducer.ts';
import { SharedStream } from './shared-stream.ts';
import { EMPTY, NO_CONTENT, withEntry, type State } from './state.ts';
import { Typing } from './typing.ts';
import type { Conversation, Frame, Kind, Preferences, SentMessage } from './types.ts';

export interface StoreOptions {
  /** The origin of the service, without a trailing slash. */
  server: string;
  site: string;
  identify: Identify;
  /** The page's function returned another member's token, or the member signed out elsewhere. */
  memberChanged?(): void;
  /** Limits the store to conversations of this kind, as the inbox does. */
  kind?: Kind;
}

/** How often a client without access, such as a member who waits for approval, tries again. */
const BARRED_RETRY_MS = 15_000;
/** Shorter interruptions of the stream are not shown. */
const INTERRUPTION_MS = 2_000;
/** How often ages and days on screen are computed again. */
const CLOCK_INTERVAL_MS = 60_000;

type Timer = ReturnType<typeof setTimeout>;

export class Store extends EventTarget {
  state: State = EMPTY;
  readonly api: Api;
  readonly http: Http;
  readonly outbox: Outbox;
  readonly typing: Typing;
  readonly members: MemberLookup;
  readonly conversations: ConversationList;
  readonly timelines: Timelines;
  readonly pictures: Pictures;
  storage: BrowserStorage;
  #stream: SharedStream | undefined;
  #retry: Timer | undefined;
  #interruption: Timer | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #attempt = 0;
  #reported = '';
  #loading = new Map<string, Promise<void>>();
  #stopped = false;
  #isOwner = false;
  #heldFrames: Frame[] | undefined;
  #refetchNeeded = false;

  constructor(private readonly options: StoreOptions) {
    super();
    this.http = new Http(
      `${options.server}/v1/sites/${encodeURIComponent(options.site)}`,
      options.identify,
      () => this.#memberChanged(),
    );
    this.api = api(this.http);
    this.storage = new BrowserStorage(options.site, '');
    const state = () => this.state;
    const update = (change: Partial<State>) => this.update(change);
    this.typing = new Typing({ state, update, showTyping: (id) => this.api.showTyping(id) });
    this.members = new MemberLookup({ state, update, getMember: (id) => this.api.getMember(id) });
    this.conversations = new ConversationList(options.kind, {
      state,
      update,
      listConversations: (values) => this.api.listConversations(values),
      runOnce: (key, work) => this.runOnce(key, work),
    });
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
    if (this.#stopped) return;
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
    this.#clock ??= setInterval(() => this.update({}), CLOCK_INTERVAL_MS);
    globalThis.addEventListener?.('online', this.#restartFailed);
    this.http.tokens.retryNow();
    try {
      const { sub, role } = claims(await this.http.tokens.current());
      if (this.#stopped) return;
      const me = String(sub ?? '');
      this.#isOwner = role === 'owner' || role === 'operator';
      if (this.storage.member !== me) {
        this.storage = new BrowserStorage(this.options.site, me);
        this.update({ me, outbox: this.storage.pendingMessages() });
      }
      this.#connect(`${me} ${role}`);
    } catch (error) {
      this.#fail(error instanceof Problem ? error : new Problem(0, 'identity.unavailable'));
    }
  }

  /** Nothing of this store is sent, fetched or shown any more. What is pending stays stored. */
  stop(): void {
    this.#stopped = true;
    globalThis.removeEventListener?.('online', this.#restartFailed);
    clearTimeout(this.#retry);
    clearTimeout(this.#interruption);
    clearInterval(this.#clock);
    this.http.stop();
    this.#stream?.stop();
    this.outbox.stop();
    this.typing.stop();
    this.pictures.clear();
  }

  /** Stops and removes what the browser keeps for the member, in all tabs. */
  signOut(): void {
    this.#stream?.signOut();
    this.stop();
    this.storage.clear();
  }

  #memberChanged(): void {
    this.stop();
    this.options.memberChanged?.();
  }

  #restartFailed = (): void => {
    if (this.state.problem) void this.start();
  };

  /** Fetches the site, the members, the conversations and what is loaded of them. */
  async refetch(): Promise<void> {
    const [site, self, roster, listed] = await Promise.all([
      this.api.getSite(),
      // An owner may not be a member of the site.
      this.#isOwner ? null : this.api.getMember('me'),
      this.api.listMembers({ limit: 200 }),
      this.conversations.fetchFirst(),
    ]);
    const members = new Map(roster.items.map((member) => [member.id, member]));
    this.members.clear();
    if (self) members.set(self.id, self);
    this.update({
      phase: 'ready',
      problem: null,
      site,
      members,
      ...listed,
    });
    await this.timelines.reloadAll();
  }

  async fetchConversation(id: string): Promise<Conversation> {
    const data = await this.api.getConversation(id);
    this.receive({ kind: 'conversation.changed', data });
    return data;
  }

  async fetchParticipants(id: string): Promise<void> {
    const all = await this.api.listAllParticipants(id);
    this.update({ participants: withEntry(this.state.participants, id, all) });
  }

  /** Optimistic: the state changes before the service responds. */
  markRead(id: string): void {
    const conversation = this.state.conversations.get(id);
    const newest = this.state.timelines.get(id)?.messages.at(-1);
    if (!conversation?.unread || !newest || newest.seq <= conversation.read_seq) return;
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
    if (this.#stopped) return;
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
    const { state, stale } = fold(this.state, frame, performance.now());
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
    this.members.clear();
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
    // Responses requested before a `reset` may be older than it.
    this.#refetchNeeded = true;
    void this.runOnce('everything', () =>
      this.#refetchUntilCurrent().finally(() => this.#releaseHeldFrames()),
    )
      .then(() => this.outbox.flush())
      .catch((error) =>
        this.#fail(error instanceof Problem ? error : new Problem(0, 'unexpected')),
      );
  }

  async #refetchUntilCurrent(): Promise<void> {
    while (this.#refetchNeeded) {
      this.#refetchNeeded = false;
      await this.refetch();
      // A held event may require another fetch, during which the events after it are held.
      if (!this.#refetchNeeded) this.#releaseHeldFrames();
    }
  }

  #releaseHeldFrames(): void {
    const held = this.#heldFrames ?? [];
    this.#heldFrames = undefined;
    for (const frame of held) this.receive(frame);
  }

  #connect(member: string): void {
    this.#stream?.stop();
    this.#stream = new SharedStream(this.http, `causerie:${this.http.base} ${member}`, {
      frame: (frame) => this.receive(frame),
      status: (status, problem) => {
        if (status === 'refused') return this.#fail(problem!);
        if (status === 'disconnected') return this.#interrupt(problem);
        clearTimeout(this.#interruption);
        this.#interruption = undefined;
        this.#attempt = 0;
        if (this.state.live) return;
        this.#reported = '';
        this.update({ live: true });
        if (this.state.phase === 'ready') this.outbox.flush();
      },
      signedOut: () => {
        this.storage.clear();
        this.#memberChanged();
      },
    });
    this.#stream.run();
  }

  #interrupt(problem?: Problem): void {
    if (problem) this.report(problem);
    this.#interruption ??= setTimeout(() => this.update({ live: false }), INTERRUPTION_MS);
    // A network that blocks streams may still let requests through.
    if (this.state.phase !== 'ready') this.#recover();
  }

  /** Reports a problem to the page, once until it has passed. */
  report(problem: Problem): void {
    if (this.#reported === problem.code) return;
    this.#reported = problem.code;
    this.dispatchEvent(new CustomEvent('problem', { detail: problem }));
  }

  #fail(problem: Problem): void {
    this.#stream?.stop();
    if (this.#stopped) return;
    this.report(problem);
    // Without the service's own refusal the loaded content stays on screen.
    const { bars } = problem;
    const keepScreen = this.state.phase === 'ready' && !bars;
    // A member without access keeps no content, not even in memory.
    if (bars) this.pictures.clear();
    clearTimeout(this.#interruption);
    this.update({
      ...(bars ? NO_CONTENT : {}),
      phase: keepScreen ? 'ready' : bars ? 'barred' : 'failed',
      problem,
      live: false,
    });
    clearTimeout(this.#retry);
    const wait = problem.transient
      ? Math.max(problem.retryAfter * 1000, backoff(1 + this.#attempt++))
      : BARRED_RETRY_MS;
    this.#retry = setTimeout(() => void this.start(), wait);
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
