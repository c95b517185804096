//! P9, P12: who saw what.

use causerie_tests::At;
use uuid::Uuid;

use super::{Evidence, Finding};
use crate::fold::Membership;
use crate::history::Kind;

pub(super) fn nothing_visible_to_others(evidence: &Evidence) -> Finding {
    let mut finding =
        Finding::new("P9", "nothing visible to a non-participant, at any time", "things shown, and questions");
    let conversation = |site: usize, id| evidence.fold.sites.get(site).and_then(|site| site.conversations.get(&id));
    let in_it =
        |site, member: &str, id| conversation(site, id).is_some_and(|of| of.memberships_of(member).next().is_some());
    // A membership counts no longer for a stream that was asked for after the acknowledgement of its end.
    let over = |membership: &Membership, asked: u64| {
        let known = membership.left.and_then(|(left, _)| evidence.history.known.get(&left));
        known.is_some_and(|known| *known < asked)
    };
    // A message that was theirs to read in one of their memberships, and told of while that lasted.
    let readable = |site, member: &str, id: Uuid, told: Option<At>, asked: u64| {
        let Some((of_site, of, _, message)) = evidence.fold.message(id) else { return false };
        of_site == site
            && conversation(site, of).is_some_and(|of| {
                of.memberships_of(member).any(|membership| {
                    membership.covers(message.at)
                        && told.is_none_or(|told| membership.covers(told))
                        && !over(membership, asked)
                })
            })
    };
    for stream in &evidence.history.streams {
        let (site, member) = (stream.site, stream.member);
        for frame in &stream.frames {
            let asked = stream.connections.get(frame.connection).map_or(0, |connection| connection.asked);
            let right = match frame.kind {
                Kind::Sent | Kind::Changed => readable(site, member, frame.message, frame.at, asked),
                Kind::Conversation | Kind::Marker => conversation(site, frame.conversation).is_some_and(|of| {
                    let at = frame.at.unwrap_or_default();
                    // Or they came back before they resumed: the conversation is shown as it is now.
                    of.memberships_of(member)
                        .any(|membership| membership.left.is_none_or(|(left, _)| at < left) && !over(membership, asked))
                }),
                Kind::Gone => in_it(site, member, frame.conversation),
                Kind::Ready | Kind::Reset | Kind::Other => true,
            };
            finding.look(right, || {
                let memberships: Vec<_> = conversation(site, frame.conversation)
                    .map(|of| {
                        of.memberships_of(member).map(|membership| (membership.reads_from, membership.left)).collect()
                    })
                    .unwrap_or_default();
                let connection = stream.connections.get(frame.connection);
                format!("live to {member} of site {site}: {frame:?} over {connection:?}; was there {memberships:?}")
            });
        }
    }
    for page in &evidence.history.pages {
        finding.look(in_it(page.site, page.member, page.conversation), || format!("a page to a stranger: {page:?}"));
        for item in &page.items {
            finding.look(readable(page.site, page.member, item.id, None, 0), || {
                format!("on a page of {} of site {}: {item:?}", page.member, page.site)
            });
        }
    }
    for listed in &evidence.history.lists {
        let last = listed.last.is_none_or(|(id, _)| readable(listed.site, listed.member, id, None, 0));
        finding.look(last && in_it(listed.site, listed.member, listed.conversation), || format!("{listed:?}"));
    }
    for probe in &evidence.history.probes {
        finding.look(probe.right, || probe.what.clone());
    }
    finding
}

pub(super) fn sites_are_separate(evidence: &Evidence) -> Finding {
    let mut finding =
        Finding::new("P12", "two sites with the same member ids never see each other", "messages, and questions");
    let home = |site, id| evidence.fold.message(id).is_some_and(|(of, ..)| of == site);
    for stream in &evidence.history.streams {
        for frame in stream.frames.iter().filter(|frame| frame.kind == Kind::Sent) {
            finding.look(home(stream.site, frame.message), || format!("live on site {}: {frame:?}", stream.site));
        }
    }
    for page in &evidence.history.pages {
        for item in &page.items {
            finding.look(home(page.site, item.id), || format!("on a page of site {}: {item:?}", page.site));
        }
    }
    for probe in &evidence.history.cross_site_probes {
        finding.look(probe.right, || probe.what.clone());
    }
    finding
}
