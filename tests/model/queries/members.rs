//! ListMembers, CountMembers, GetMember, ListBlockedContacts.

use causerie_tests::oracle::MemberFilter;
use serde_json::json;

use super::QueryCheck;
use crate::people::PEOPLE;

const FILTERS: [MemberFilter; 13] = [
    only(Some("a"), None, None, None),
    only(Some("L%C3%89"), None, None, None),
    only(Some("unknown"), None, None, None),
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

/// Without the percent-encoding.
fn decoded(q: &'static str) -> &'static str {
    match q {
        "L%C3%89" => "LÉ",
        "OF%20a" => "OF a",
        q => q,
    }
}

impl QueryCheck<'_> {
    pub(super) async fn members(&mut self) {
        let all = self.state.member_views(self.caller, &MemberFilter::default());
        let small = self.choice.below(5) + 3;
        self.list("/members?", &all, &[200, small]).await;
        for filter in self.choice.some(1, &FILTERS) {
            let query = filter.query();
            let filter = MemberFilter { q: filter.q.map(decoded), ..filter.clone() };
            let expected = self.state.member_views(self.caller, &filter);
            let limits = [1 + self.choice.below(3)];
            self.list(&format!("/members?{query}"), &expected, &limits).await;
        }
        if !self.expect_refusal("/member-counts").await {
            let counts = self.get("/member-counts").await;
            self.compare(&counts, &self.state.member_counts(), &counts.json);
        }
        for id in self.choice.some(2, &PEOPLE).into_iter().chain(["me", "unknown"].iter()) {
            let path = format!("/members/{id}");
            if self.expect_refusal(&path).await {
                continue;
            }
            let response = self.get(&path).await;
            let member = if *id == "me" { self.caller } else { id };
            let expected = json!(self.state.member_view(self.caller, member));
            self.compare(&response, &expected, &response.json);
        }
        let blocked = self.get("/members/me/blocks").await;
        self.compare(&blocked, &json!(self.state.blocked_contact_views(self.caller)), &blocked.json["items"]);
    }
}
