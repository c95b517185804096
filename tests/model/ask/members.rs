//! ListMembers, GetMember, blocks.

use serde_json::json;

use super::Asker;
use crate::expect::{self, MemberFilter};
use crate::people::PEOPLE;

const FILTERS: [MemberFilter; 13] = [
    only(Some("a"), None, None, None),
    only(Some("L%C3%89"), None, None, None),
    only(Some("nobody"), None, None, None),
    only(Some("zoe"), None, None, None),
    only(Some("OF%20a"), None, None, None),
    only(None, Some("active"), None, None),
    only(None, Some("pending"), None, None),
    only(None, Some("blocked"), None, None),
    only(None, Some("removed"), None, None),
    only(None, None, Some("staff"), None),
    only(None, None, Some("helper"), None),
    only(None, None, None, Some("early-bird")),
    only(Some("e"), Some("active"), None, Some("patron")),
];

const fn only(
    q: Option<&'static str>,
    status: Option<&'static str>,
    role: Option<&'static str>,
    badge: Option<&'static str>,
) -> MemberFilter {
    MemberFilter { q, status, role, badge }
}

/// As it is read out of the address.
fn written(q: &'static str) -> &'static str {
    match q {
        "L%C3%89" => "LÉ",
        "OF%20a" => "OF a",
        q => q,
    }
}

impl Asker<'_> {
    pub(super) async fn members(&mut self) {
        let everybody = expect::members(self.model, self.viewer, &MemberFilter::default());
        let small = self.choice.below(5) + 3;
        self.list("/members?", &everybody, &[200, small]).await;
        for filter in self.choice.some(1, &FILTERS) {
            let query = filter.query();
            let filter = MemberFilter { q: filter.q.map(written), ..filter.clone() };
            let expected = expect::members(self.model, self.viewer, &filter);
            let limits = [1 + self.choice.below(3)];
            self.list(&format!("/members?{query}"), &expected, &limits).await;
        }
        for id in self.choice.some(2, &PEOPLE).into_iter().chain(["me", "nobody"].iter()) {
            let path = format!("/members/{id}");
            let asked_for = if *id == "me" { self.viewer.id } else { id };
            match expect::member(self.model, self.viewer, asked_for) {
                None => self.refused(&path, 404, Some("member.not_found")).await,
                Some(expected) => {
                    let answer = self.get(&path).await;
                    self.same(&answer, &expected, &answer.json);
                }
            }
        }
        self.blocks().await;
    }

    async fn blocks(&mut self) {
        let answer = self.get("/members/me/blocks").await;
        let expected = json!(expect::blocks(self.model, self.viewer));
        self.same(&answer, &expected, &answer.json["items"]);
    }
}
