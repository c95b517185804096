//! Cursors of lists: rejected, or a position whose own cursor is the same position.
#![no_main]

use std::fmt::Debug;

use causerie_projections::conversation_list::{ListConversations, ParticipantsPage};
use causerie_projections::member_list::ListMembers;
use causerie_projections::timeline::Around;
use causerie_projections::{Cursor, InvalidCursor};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;

fuzz_target!(|text: &str| {
    names_its_place(text, ListConversations::place);
    names_its_place(text, ListMembers::place);
    names_its_place(text, ParticipantsPage::place);
    if let Ok(Around::Seq(seq)) = Around::parse(text) {
        assert_eq!(Around::parse(&Around::cursor(seq).to_string()), Ok(Around::Seq(seq)));
    }
});

fn names_its_place<T>(text: &str, place: impl Fn(&str) -> Result<T, InvalidCursor>)
where
    T: Serialize + PartialEq + Debug,
{
    if let Ok(found) = place(text) {
        assert_eq!(place(&Cursor::at(&found).to_string()), Ok(found), "{text:?}");
    }
}
