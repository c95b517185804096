/** Names, pictures and texts for conversations, participants and authors. */
import { t, type TextKey } from '../i18n/index.ts';
import type { State } from '../client/state.ts';
import type { Store } from '../client/store.ts';
import type { Code, Conversation, Member, Participant } from '../client/types.ts';
import type { Icon } from '../ui/icons.ts';

export function personOf(
  state: State,
  id: string,
  conversation?: string,
): Member | Participant | undefined {
  const participant = conversation
    ? state.participants.get(conversation)?.find((member) => member.id === id)
    : undefined;
  return participant ?? state.members.get(id);
}

/** Fetches a member who is not known yet; until then their name is an ellipsis. */
export function nameOf(store: Store, id: string, conversation?: Conversation): string {
  const { state } = store;
  // Staff who write for the business may not be members, so they are not requested.
  const person =
    personOf(state, id, conversation?.id) ??
    (conversation?.kind === 'business' ? undefined : store.members.get(id));
  if (person) return person.display_name;
  if (conversation?.kind === 'business')
    return conversation.participants.includes(id)
      ? (conversation.name ?? '')
      : (state.site?.name ?? '');
  return person === null ? '…' : t('former');
}

/** For the list, which has little space. */
export function shortNameOf(store: Store, id: string, conversation: Conversation): string {
  const name = nameOf(store, id, conversation);
  return personOf(store.state, id, conversation.id) ? name.split(' ')[0]! : name;
}

export const titleOf = (state: State, conversation: Conversation): string =>
  conversation.name || (conversation.kind === 'business' ? state.site?.name : '') || t('former');

export function otherOf(state: State, conversation: Conversation): string | undefined {
  if (conversation.kind === 'group') return undefined;
  return conversation.participants.find((id) => id !== state.me);
}

/** The icon of a conversation without a picture. A group has the initials of its title. */
export function symbolOf(state: State, conversation: Conversation): Icon | undefined {
  return conversation.kind === 'business' && conversation.participants.includes(state.me)
    ? 'store'
    : undefined;
}

export function pictureOf(
  { state, pictures }: Store,
  conversation: Conversation,
): string | null | undefined {
  if (conversation.kind === 'group') return pictures.blobUrlOf(conversation.image_url);
  const other = otherOf(state, conversation);
  return other && !symbolOf(state, conversation)
    ? personOf(state, other, conversation.id)?.avatar_url
    : conversation.image_url;
}

/** Why the conversation is read-only; null if it is writable. */
export function whyReadOnly(state: State, conversation: Conversation): string | null {
  if (conversation.closed) return t('closed');
  if (conversation.kind === 'business') return null;
  if (conversation.locked) return t('locked');
  const me = state.members.get(state.me);
  if (me?.muted) return t('muted_member');
  return me?.community === false ? t('not_in_community') : null;
}

const REFUSAL_TEXTS: { [code in Code]?: TextKey } = {
  'member_chat.disabled': 'locked',
  'member.muted': 'muted_member',
  'member.not_in_community': 'not_in_community',
  'conversation.out_of_reach': 'out_of_reach',
  'conversation.closed': 'closed',
  'conversation.not_found': 'gone',
  'group.not_a_participant': 'gone',
  'rate.exceeded': 'rate',
  'group.creation_staff_only': 'staff_only',
};

/** The text for an error code. */
export const refusalText = (code?: Code): string => t((code && REFUSAL_TEXTS[code]) ?? 'error');
