//! ListMessages, by the busy member.

use causerie_events::{ConversationId, MessageId};
use causerie_projections::timeline::{Around, ListMessages, Window};

use super::Case;
use crate::message;
use crate::queries::ask::Ask;
use crate::queries::settle::BUSY;
use crate::queries::town::{Part, Town, message_id};

/// Different places in the middle of a conversation.
const PLACES: u64 = 100;
const LIMITS: [u32; 2] = [50, 200];

/// In the large group and in the long one.
pub(super) fn all(town: &Town) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (part, participants) in [(&town.crowd, town.shape.crowd), (&town.long, 32)] {
        for limit in LIMITS {
            let title =
                |what| format!("{what}, {limit} of {}, group of {participants}", part.held(town.shape.messages));
            let ask = |windows| windows_of(town, part, limit, windows);
            cases.push(Case::full(title("latest"), ask(vec![Window::Latest])?, limit));
            cases.push(Case::full(title("before the middle"), ask(middle(town, part, before))?, limit));
            cases.push(Case::full(title("around the middle"), ask(middle(town, part, around))?, limit));
        }
    }
    Ok(cases)
}

fn windows_of(town: &Town, part: &Part, limit: u32, windows: Vec<Window>) -> anyhow::Result<Ask> {
    let (site, member) = (&town.site, message::member(BUSY)?);
    let conversation = ConversationId::from(part.conversation());
    let query =
        |window| ListMessages { site: site.clone(), conversation, member: member.clone(), staff: false, window, limit };
    Ok(Ask::Messages(windows.into_iter().map(query).collect()))
}

/// Windows at places between the first and the last quarter.
fn middle(town: &Town, part: &Part, window: fn(&Part, u64) -> Window) -> Vec<Window> {
    let held = part.held(town.shape.messages);
    (0..PLACES).map(|place| window(part, held / 4 + held / 2 * place / PLACES)).collect()
}

fn before(_: &Part, place: u64) -> Window {
    Window::Before(Around::Seq(i64::try_from(place).unwrap_or(i64::MAX)))
}

fn around(part: &Part, place: u64) -> Window {
    Window::Around(Around::Message(MessageId::from(message_id(part.number(0, place)))))
}
