import { describe, expect, it } from 'vitest';
import { fold } from './reducer.ts';
import { EMPTY, type State } from './state.ts';
import type { Conversation, Frame, Member } from './types.ts';

type LiveMessage = Extract<Frame, { kind: 'message.sent' }>['data'];

const SENT = {
  id: 'm',
  author: 'bob',
  text: 'hi',
  seq: 4,
  sent_at: '',
  deleted: false,
  reactions: [],
  collapsed: false,
  conversation_id: 'c',
} as Omit<LiveMessage, 'log_number'>;

it('keeps only what participants show of a changed member', () => {
  const participant = { id: 'bob', display_name: 'Bob', avatar_url: null, roles: [], badges: [] };
  const start: State = {
    ...EMPTY,
    me: 'me',
    participants: new Map([['c', [{ ...participant, admin: true }]]]),
  };
  const data = { ...participant, display_name: 'Rob', status: 'active', muted: false } as Member;
  const { state } = fold(start, { kind: 'member.changed', data });
  expect(state.participants.get('c')).toEqual([
    { ...participant, display_name: 'Rob', admin: true },
  ]);
});

describe('the archive', () => {
  const archivedConversation = (muted: boolean) => ({
    id: 'c',
    kind: 'group',
    participants: ['me', 'bob'],
    last_message: null,
    unread: 0,
    as_of: 10,
    activity: 8,
    archived: true,
    muted,
  });
  const after = (muted: boolean, log_number: number) => {
    const start: State = {
      ...EMPTY,
      me: 'me',
      conversations: new Map([['c', archivedConversation(muted) as unknown as Conversation]]),
      order: ['c'],
    };
    const data = { ...SENT, log_number };
    const { archived, activity } = fold(start, {
      kind: 'message.sent',
      data,
    }).state.conversations.get('c')!;
    return { archived, activity };
  };

  it('restores a conversation on a message, unless it is muted', () => {
    expect(after(false, 11)).toEqual({ archived: false, activity: 11 });
    expect(after(false, 9)).toEqual({ archived: false, activity: 9 });
    expect(after(false, 7)).toEqual({ archived: false, activity: 8 });
    expect(after(true, 11)).toEqual({ archived: true, activity: 11 });
  });
});

describe('counts', () => {
  const conversation = {
    id: 'c',
    kind: 'group',
    participants: ['me', 'bob'],
    last_message: null,
    last_seq: 3,
    read_seq: 1,
    unread: 2,
    as_of: 10,
  };
  const start: State = {
    ...EMPTY,
    me: 'me',
    conversations: new Map([['c', conversation as unknown as Conversation]]),
    order: ['c'],
  };
  const counts = (frames: Frame[]) => {
    const { unread, last_seq, as_of } = frames
      .reduce((state, frame) => fold(state, frame).state, start)
      .conversations.get('c')!;
    return { unread, last_seq, as_of };
  };
  const sent = (log_number: number, deleted = false): Frame => ({
    kind: 'message.sent',
    data: { ...SENT, deleted, log_number },
  });
  const deleted = (log_number: number, seq = 3): Frame => ({
    kind: 'message.deleted',
    data: { ...SENT, seq, deleted: true, log_number },
  });
  const marker = (log_number: number): Frame => ({
    kind: 'read_marker.moved',
    data: { conversation_id: 'c', message: 'm', seq: 3, unread: 0, log_number },
  });
  const changed = (as_of: number, unread: number): Frame => ({
    kind: 'conversation.changed',
    data: { ...conversation, unread, as_of, name: 'New' } as unknown as Conversation,
  });

  it('change with a newer frame', () => {
    expect(counts([sent(11)])).toEqual({ unread: 3, last_seq: 4, as_of: 11 });
    expect(counts([deleted(11)])).toEqual({ unread: 1, last_seq: 3, as_of: 11 });
    expect(counts([marker(11)])).toEqual({ unread: 0, last_seq: 3, as_of: 11 });
    expect(counts([changed(11, 7)])).toEqual({ unread: 7, last_seq: 3, as_of: 11 });
  });

  it('change once if a frame arrives twice', () => {
    expect(counts([sent(11), sent(11)])).toEqual({ unread: 3, last_seq: 4, as_of: 11 });
  });

  it('ignore a frame that a fetch has counted', () => {
    for (const frame of [sent(10), deleted(9), marker(10), changed(9, 7)])
      expect(counts([frame])).toEqual({ unread: 2, last_seq: 3, as_of: 10 });
    expect(fold(start, changed(9, 7)).state.conversations.get('c')!.name).toBe('New');
  });

  it('exclude collapsed messages', () => {
    const hidden = (frame: Frame): Frame =>
      ({ ...frame, data: { ...frame.data, collapsed: true } }) as Frame;
    expect(counts([hidden(sent(11))])).toEqual({ unread: 2, last_seq: 4, as_of: 11 });
    expect(counts([hidden(deleted(11))])).toEqual({ unread: 2, last_seq: 3, as_of: 11 });
  });

  it('exclude deleted and read messages', () => {
    expect(counts([sent(11, true)])).toEqual({ unread: 2, last_seq: 4, as_of: 11 });
    expect(counts([deleted(11, 1)])).toEqual({ unread: 2, last_seq: 3, as_of: 11 });
    expect(counts([sent(11), deleted(12, 4), deleted(12, 4)])).toEqual({
      unread: 2,
      last_seq: 4,
      as_of: 12,
    });
  });
});

it('refetches when the author of collapsed messages reappears', () => {
  const last = { author: 'bob', collapsed: true };
  const state: State = {
    ...EMPTY,
    me: 'me',
    conversations: new Map([
      ['c', { id: 'c', participants: [], last_message: last } as unknown as Conversation],
    ]),
  };
  const bob = { id: 'bob', display_name: 'Bob', avatar_url: null, roles: [], badges: [] };
  expect(fold(state, { kind: 'member.changed', data: bob }).stale).toEqual({ timelines: true });
  expect(
    fold(state, { kind: 'member.changed', data: { ...bob, id: 'cid' } }).stale,
  ).toBeUndefined();
});
