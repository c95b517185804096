/** Every command and query of the API. Their types follow from method and path, by the contract. */
import type { Http } from './http.ts';
import type {
  ResponseBody,
  History,
  Input,
  Kind,
  Method,
  Participant,
  PathValues,
  Preferences,
  Route,
  Settings,
} from './types.ts';

const encode = encodeURIComponent;

function query(values: object = {}): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return pairs.length
    ? '?' + pairs.map(([key, value]) => `${key}=${encode(String(value))}`).join('&')
    : '';
}

interface Page<T> {
  items: T[];
  next?: string | null;
}

export async function allPages<T>(
  fetchPage: (cursor: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await fetchPage(cursor);
    all.push(...page.items);
    cursor = page.next ?? null;
  }
  return all;
}

export type MemberFilter = NonNullable<Input<'get', '/members'>[0]>;

export function api(http: Http) {
  const call = <M extends Method, R extends Route<M>>(
    method: M,
    route: R,
    pathValues: PathValues<R>,
    ...[input]: Input<M, R>
  ) => {
    const values: string[] = [...pathValues];
    const path = route.replace(/{\w+}/g, () => encode(values.shift()!));
    const isQuery = method === 'get';
    return http.json<ResponseBody<M, R>>(
      method.toUpperCase(),
      isQuery ? path + query(input as object) : path,
      isQuery ? undefined : input,
    );
  };
  /** PUT sets a relation, DELETE removes it. */
  const setOrUnset = <R extends Route<'put'> & Route<'delete'>>(
    on: boolean,
    route: R,
    ...pathValues: PathValues<R>
  ) => call(on ? 'put' : 'delete', route, pathValues, ...([] as Input<'put' | 'delete', R>));

  return {
    getSite: () => call('get', '', []),
    switchMemberChat: (on: boolean) =>
      call('post', `/member-chat/${on ? 'enable' : 'disable'}`, []),
    changeSettings: (settings: Partial<Settings>) => call('patch', '/settings', [], settings),

    listMembers: (filter: MemberFilter = {}) => call('get', '/members', [], filter),
    getMember: (member: string) => call('get', '/members/{member}', [member]),
    countMembers: () => call('get', '/member-counts', []),
    moderate: (member: string, verb: 'approve' | 'block' | 'unblock' | 'mute' | 'unmute') =>
      call('post', `/members/{member}/${verb}`, [member]),
    removeMember: (member: string) => call('delete', '/members/{member}', [member]),
    setRole: (member: string, role: string, on: boolean) =>
      setOrUnset(on, '/members/{member}/roles/{role}', member, role),
    setBadge: (member: string, badge: string, on: boolean) =>
      setOrUnset(on, '/members/{member}/badges/{badge}', member, badge),
    setCommunity: (on: boolean) => setOrUnset(on, '/members/{member}/community', 'me'),
    listBlockedContacts: () => call('get', '/members/me/blocks', []),
    setContactBlocked: (member: string, on: boolean) =>
      setOrUnset(on, '/members/me/blocks/{member}', member),

    listGroups: (values: { cursor?: string; limit?: number } = {}) =>
      call('get', '/groups', [], values),
    listConversations: (values: {
      kind?: Kind;
      archived?: boolean;
      pinned?: boolean;
      unread?: boolean;
      cursor?: string;
      limit?: number;
    }) => call('get', '/conversations', [], values),
    getConversation: (id: string) => call('get', '/conversations/{conversation}', [id]),
    createGroup: (id: string, name: string, participants: string[]) =>
      call('put', '/groups/{conversation}', [id], { name, participants }),
    startDirectConversation: (member: string) => call('put', '/direct/{member}', [member]),
    startBusinessConversation: (member = 'me') => call('put', '/business/{member}', [member]),
    changeGroup: (id: string, change: { name?: string; history?: History }) =>
      call('patch', '/conversations/{conversation}', [id], change),
    changeGroupImage: (id: string, image: Blob) =>
      call('put', '/conversations/{conversation}/image', [id], image),
    removeGroupImage: (id: string) => call('delete', '/conversations/{conversation}/image', [id]),
    deleteGroup: (id: string) => call('delete', '/conversations/{conversation}', [id]),
    listAllParticipants: (id: string) =>
      allPages<Participant>((cursor) =>
        call('get', '/conversations/{conversation}/participants', [id], { cursor, limit: 200 }),
      ),
    setParticipant: (id: string, member: string, on: boolean) =>
      setOrUnset(on, '/conversations/{conversation}/participants/{member}', id, member),
    setAdmin: (id: string, member: string, on: boolean) =>
      setOrUnset(on, '/conversations/{conversation}/participants/{member}/admin', id, member),

    listMessages: (
      id: string,
      values: { before?: string; after?: string; around?: string; limit?: number } = {},
    ) => call('get', '/conversations/{conversation}/messages', [id], values),
    sendMessage: (id: string, message: string, text: string, reply_to?: string) =>
      call('put', '/conversations/{conversation}/messages/{message}', [id, message], {
        text,
        ...(reply_to && { reply_to }),
      }),
    editMessage: (id: string, message: string, text: string) =>
      call('patch', '/conversations/{conversation}/messages/{message}', [id, message], { text }),
    deleteMessage: (id: string, message: string) =>
      call('delete', '/conversations/{conversation}/messages/{message}', [id, message]),
    setReaction: (id: string, message: string, emoji: string, on: boolean) =>
      setOrUnset(
        on,
        '/conversations/{conversation}/messages/{message}/reactions/{emoji}',
        id,
        message,
        emoji,
      ),
    markRead: (id: string, message: string) =>
      call('put', '/conversations/{conversation}/read-marker', [id], { message }),
    changePreferences: (id: string, change: Partial<Preferences>) =>
      call('patch', '/conversations/{conversation}/preferences', [id], change),
    showTyping: (id: string) => call('post', '/conversations/{conversation}/typing', [id]),
  };
}

export type Api = ReturnType<typeof api>;
