//! ListConversations, GetConversation, ListParticipants.

use causerie_tests::oracle::{ConversationFilter, Kind};

use super::QueryCheck;

impl QueryCheck<'_> {
    pub(super) async fn conversations(&mut self) {
        let mut filters = vec![ConversationFilter::default()];
        let either = [None, Some(false), Some(true)];
        let others: Vec<_> = [None, Some(Kind::Group), Some(Kind::Direct), Some(Kind::Business)]
            .into_iter()
            .map(|kind| ConversationFilter { kind, ..ConversationFilter::default() })
            .flat_map(|filter| either.map(|archived| ConversationFilter { archived, ..filter }))
            .flat_map(|filter| either.map(|pinned| ConversationFilter { pinned, ..filter }))
            .flat_map(|filter| [false, true].map(|unread| ConversationFilter { unread, ..filter }))
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
