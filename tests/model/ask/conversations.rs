//! ListConversations, GetConversation, ListParticipants.

use super::Asker;
use crate::expect::{self, ListFilter};
use crate::fold::Kind;

impl Asker<'_> {
    pub(super) async fn conversations(&mut self) {
        let mut filters = vec![ListFilter::default()];
        let (group, direct, business) = (Some(Kind::Group), Some(Kind::Direct), Some(Kind::Business));
        let others: Vec<_> = [None, group, direct, business]
            .into_iter()
            .flat_map(|kind| [None, Some(false), Some(true)].map(|archived| (kind, archived)))
            .flat_map(|(kind, archived)| {
                [None, Some(false), Some(true)].map(|pinned| ListFilter { kind, archived, pinned })
            })
            .collect();
        filters.extend(self.choice.some(2, &others));
        for (n, filter) in filters.into_iter().enumerate() {
            let expected = expect::conversations(self.model, self.viewer, filter);
            let small = self.choice.below(4) + 1;
            let limits: &[usize] = if n == 0 { &[200, small] } else { &[small] };
            self.list(&format!("/conversations?{}", filter.query()), &expected, limits).await;
        }
        let model = self.model;
        for conversation in self.choice.some(2, model.conversations.values()) {
            let path = format!("/conversations/{}", conversation.id);
            if expect::may_get(model, self.viewer, conversation) {
                let answer = self.get(&path).await;
                self.same(&answer, &expect::conversation(model, self.viewer, conversation), &answer.json);
                let limits = [1 + self.choice.below(4)];
                self.list(&format!("{path}/participants?"), &expect::participants(model, conversation), &limits).await;
            } else {
                self.refused(&path, 404, Some("conversation.not_found")).await;
                self.refused(&format!("{path}/participants"), 404, Some("conversation.not_found")).await;
            }
        }
    }
}
