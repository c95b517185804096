//! ListConversations, GetConversation, ListParticipants.

use causerie_tests::oracle::{ConversationFilter, Kind};

use super::QueryCheck;

impl QueryCheck<'_> {
    pub(super) async fn conversations(&mut self) {
        let mut filters = vec![ConversationFilter::default()];
        let (group, direct, business) = (Some(Kind::Group), Some(Kind::Direct), Some(Kind::Business));
        let others: Vec<_> = [None, group, direct, business]
            .into_iter()
            .flat_map(|kind| [None, Some(false), Some(true)].map(|archived| (kind, archived)))
            .flat_map(|(kind, archived)| {
                [None, Some(false), Some(true)].map(|pinned| ConversationFilter { kind, archived, pinned })
            })
            .collect();
        filters.extend(self.choice.some(2, &others));
        for (n, filter) in filters.into_iter().enumerate() {
            let expected = self.state.conversation_views(self.caller, filter);
            let small = self.choice.below(4) + 1;
            let limits: &[usize] = if n == 0 { &[200, small] } else { &[small] };
            self.list(&format!("/conversations?{}", filter.query()), &expected, limits).await;
        }
        let state = self.state;
        for conversation in self.choice.some(2, state.conversations.values()) {
            let path = format!("/conversations/{}", conversation.id);
            let participants = format!("{path}/participants");
            let refused = self.expect_refusal(&path).await;
            if self.expect_refusal(&participants).await || refused {
                continue;
            }
            let response = self.get(&path).await;
            self.compare(&response, &state.conversation_view(self.caller, conversation), &response.json);
            let limits = [1 + self.choice.below(4)];
            self.list(&format!("{participants}?"), &state.participant_views(conversation), &limits).await;
        }
    }
}
