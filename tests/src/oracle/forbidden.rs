//! P13: events that the log must not contain, because the events before them forbid the request that
//! appended them.

use super::state::{Role, SiteState};
use super::{group, message, site};
use crate::LogEvent;
use crate::log::at;

/// The events of one site that the events before them forbid, each with the reason.
pub fn forbidden_events(token_roles: &[(&str, Role)], log: &[LogEvent]) -> Vec<String> {
    let mut state = SiteState::new(token_roles);
    let mut found = Vec::new();
    for event in log {
        found.extend(state.forbids(event).map(|reason| format!("{reason}: {event:?}")));
        state.apply(event);
    }
    found
}

impl SiteState {
    /// Why the next event must not be in the log.
    pub fn forbids(&self, event: &LogEvent) -> Option<String> {
        if event.kind == "ReadMarkerMoved" && self.is_behind_marker(event) {
            return Some("the marker moves back".to_owned());
        }
        let request = [message::request_of, group::request_of, site::request_of].iter().find_map(|of| of(event))?;
        let refusal = self.refusal(request.as_request())?;
        Some(format!("{} ({})", refusal.code, refusal.rule))
    }

    fn is_behind_marker(&self, event: &LogEvent) -> bool {
        let id = event.id.split_once('/').map(|(conversation, member)| (conversation.to_owned(), member.to_owned()));
        let marker = id.and_then(|id| self.participations.get(&id)?.marker.as_ref());
        marker.is_some_and(|(_, before)| at(event.text("position")).is_none_or(|position| position <= *before))
    }
}
