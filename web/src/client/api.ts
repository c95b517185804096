/** Every command and query, under its `operationId`. */
import type { Http } from './http.ts';
import type {
  Conversation, History, Kind, Member, Message, MessagePage, Page, Participant, Preferences, Settings, Site,
} from './types.ts';

type Query = Record<string, string | number | boolean | undefined>;

const e = encodeURIComponent;

function query(values: Query): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return pairs.length ? '?' + pairs.map(([key, value]) => `${key}=${e(String(value))}`).join('&') : '';
}

export interface MemberFilter extends Query {
  q?: string;
  status?: string;
  role?: string;
  badge?: string;
  cursor?: string;
  limit?: number;
}

export function api(http: Http) {
  const get = <T>(path: string, values: Query = {}) => http.json<T>('GET', path + query(values));
  const put = <T>(path: string, body?: unknown) => http.json<T>('PUT', path, body);
  const post = <T>(path: string) => http.json<T>('POST', path);
  const patch = <T>(path: string, body: unknown) => http.json<T>('PATCH', path, body);
  const del = <T>(path: string) => http.json<T>('DELETE', path);
  const at = (conversation: string, rest = '') => `/conversations/${e(conversation)}${rest}`;
  const seat = (conversation: string, member: string) => at(conversation, `/participants/${e(member)}`);
  const said = (conversation: string, message: string) => at(conversation, `/messages/${e(message)}`);
  const set = <T>(on: boolean, path: string) => (on ? put<T>(path) : del<T>(path));

  return {
    getSite: () => get<Site>(''),
    switchMemberChat: (on: boolean) => post<Site>(`/member-chat/${on ? 'enable' : 'disable'}`),
    changeSettings: (settings: Partial<Settings>) => patch<Site>('/settings', settings),

    listMembers: (filter: MemberFilter = {}) => get<Page<Member>>('/members', filter),
    getMember: (member: string) => get<Member>(`/members/${e(member)}`),
    moderate: (member: string, verb: 'approve' | 'block' | 'unblock' | 'mute' | 'unmute') =>
      post<Member>(`/members/${e(member)}/${verb}`),
    removeMember: (member: string) => del<Member>(`/members/${e(member)}`),
    setRole: (member: string, role: string, on: boolean) => set<Member>(on, `/members/${e(member)}/roles/${e(role)}`),
    setBadge: (member: string, badge: string, on: boolean) => set<Member>(on, `/members/${e(member)}/badges/${e(badge)}`),
    setCommunity: (on: boolean) => set<Member>(on, '/members/me/community'),
    listBlockedContacts: () => get<Page<Member>>('/members/me/blocks'),
    setContactBlocked: (member: string, on: boolean) => set<unknown>(on, `/members/me/blocks/${e(member)}`),

    listConversations: (values: { kind?: Kind; archived?: boolean; cursor?: string; limit?: number }) =>
      get<Page<Conversation>>('/conversations', values),
    getConversation: (conversation: string) => get<Conversation>(at(conversation)),
    createGroup: (id: string, name: string, participants: string[]) =>
      put<{ id: string }>(`/groups/${e(id)}`, { name, participants }),
    startDirectConversation: (member: string) => put<{ id: string }>(`/direct/${e(member)}`),
    startBusinessConversation: (member = 'me') => put<{ id: string }>(`/business/${e(member)}`),
    changeGroup: (conversation: string, change: { name?: string; history?: History }) =>
      patch<unknown>(at(conversation), change),
    changeGroupImage: (conversation: string, image: Blob) => put<unknown>(at(conversation, '/image'), image),
    deleteGroup: (conversation: string) => del<unknown>(at(conversation)),
    listParticipants: (conversation: string, cursor?: string) =>
      get<Page<Participant>>(at(conversation, '/participants'), { cursor, limit: 200 }),
    setParticipant: (conversation: string, member: string, on: boolean) => set<unknown>(on, seat(conversation, member)),
    setAdmin: (conversation: string, member: string, on: boolean) =>
      set<unknown>(on, `${seat(conversation, member)}/admin`),

    listMessages: (
      conversation: string,
      values: { before?: string; after?: string; around?: string; limit?: number } = {},
    ) => get<MessagePage>(at(conversation, '/messages'), values),
    sendMessage: (conversation: string, id: string, text: string, reply_to?: string) =>
      put<Message>(said(conversation, id), reply_to ? { text, reply_to } : { text }),
    editMessage: (conversation: string, id: string, text: string) => patch<Message>(said(conversation, id), { text }),
    deleteMessage: (conversation: string, id: string) => del<Message>(said(conversation, id)),
    setReaction: (conversation: string, id: string, emoji: string, on: boolean) =>
      set<Message>(on, `${said(conversation, id)}/reactions/${e(emoji)}`),
    markRead: (conversation: string, message: string) => put<unknown>(at(conversation, '/read-marker'), { message }),
    changePreferences: (conversation: string, change: Partial<Preferences>) =>
      patch<Preferences>(at(conversation, '/preferences'), change),
    showTyping: (conversation: string) => post<void>(at(conversation, '/typing')),
  };
}

export type Api = ReturnType<typeof api>;
