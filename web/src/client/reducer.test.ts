import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fold } from './reducer.ts';
import { EMPTY, type State, type Timeline } from './state.ts';
import type { Conversation, Frame, Member, MessagePage, Site } from './types.ts';

/** What `scripts/record.mjs` saw of the real service. */
interface View {
  site: Site;
  members: Member[];
  self: Member;
  conversations: Conversation[];
  timelines: Record<string, MessagePage>;
}
const folds = JSON.parse(readFileSync(new URL('./fixtures/folds.json', import.meta.url), 'utf8')) as {
  name: string;
  frames: Frame[];
  before: View;
  after: View;
}[];

function stateOf(view: View): State {
  return {
    ...EMPTY,
    phase: 'ready',
    me: view.self.id,
    site: view.site,
    members: new Map([...view.members, view.self].map((each) => [each.id, each])),
    conversations: new Map(view.conversations.map((each) => [each.id, each])),
    order: view.conversations.map((each) => each.id),
    timelines: new Map(Object.entries(view.timelines).map(([id, { items, previous, next }]): [string, Timeline] => [id, { messages: items, previous, next }])),
  };
}

describe('folding an event gives what fetching anew gives', () => {
  it('has a recording of every kind', () => {
    const kinds = new Set(folds.flatMap((each) => each.frames.map((frame) => frame.kind)));
    expect([...kinds].sort()).toEqual([
      'conversation.changed', 'conversation.removed', 'member.changed', 'message.deleted', 'message.edited', 'message.reacted',
      'message.sent', 'read_marker.moved', 'site.changed', 'typing',
    ]);
  });

  for (const { name, frames, before, after } of folds) {
    it(name, () => {
      let state = stateOf(before);
      let roster = true;
      for (const frame of frames) {
        const folded = fold(state, frame);
        state = folded.state;
        // What the reducer says that it cannot know is fetched.
        if (folded.stale?.roster) roster = false;
      }
      const fetched = stateOf(after);
      expect(Object.fromEntries(state.conversations)).toEqual(Object.fromEntries(fetched.conversations));
      // A new conversation's messages are loaded when it is opened.
      for (const [id, timeline] of state.timelines) expect(timeline.messages).toEqual(fetched.timelines.get(id)?.messages);
      expect(state.order).toEqual(fetched.order);
      expect(state.site).toEqual(fetched.site);
      if (roster) expect(Object.fromEntries(state.members)).toEqual(Object.fromEntries(fetched.members));
    });
  }

  it('once more changes nothing: a message is counted once', () => {
    for (const { frames, before } of folds.filter((each) => each.name.startsWith('message.sent'))) {
      let once = stateOf(before);
      for (const frame of frames) once = fold(once, frame).state;
      let twice = once;
      for (const frame of frames) twice = fold(twice, frame).state;
      expect(twice).toEqual(once);
    }
  });
});
