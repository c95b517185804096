//! The image of a group.

use causerie_events::ImageId;

use super::*;

fn imaging(history: Vec<Event>, who: Actor, image: Option<GroupImage>) -> Decided {
    let command = ChangeGroupImage { site: acme(), conversation: conversation(), image };
    decide(history, issue(who, command, MemberChat::On))
}

fn shows(id: u128, content: &str) -> Event {
    Event::GroupImageChanged(image(id, content))
}

/// The image that a group has, and the one that it has no more.
fn images(history: Vec<Event>) -> (Option<ImageId>, Option<ImageId>) {
    let Conversation::Group(group) = fold::<Conversation>(history) else { panic!("no group") };
    (group.image.map(|image| image.image), group.former_image)
}

fn id(id: u128) -> ImageId {
    image(id, "").image
}

#[test]
fn admins_and_the_owner_give_a_group_an_image_and_take_it_away_once() {
    let shown = vec![created(&["bo"]), shows(1, "beach")];
    for who in ["ada", "owner"] {
        let given = Some(image(1, "beach"));
        assert_eq!(imaging(vec![created(&["bo"])], by(who), given), Ok(vec![shows(1, "beach")]));
        assert_eq!(imaging(shown.clone(), by(who), None), Ok(vec![Event::GroupImageRemoved]));
        assert_eq!(imaging(vec![created(&["bo"])], by(who), None), Ok(vec![]));
    }
    let muted = || standing("ada", Standing::Muted);
    assert_eq!(code(imaging(shown.clone(), muted(), Some(image(2, "forest")))), Err("member.muted"));
    assert_eq!(imaging(shown, muted(), None), Ok(vec![Event::GroupImageRemoved]), "says nothing");
}

#[test]
fn the_same_image_again_changes_nothing_though_it_comes_under_another_id() {
    let shown = vec![created(&[]), shows(1, "beach")];
    assert_eq!(imaging(shown.clone(), by("ada"), Some(image(2, "beach"))), Ok(vec![]));
    let changed = [shown, vec![shows(2, "forest")]].concat();
    assert_eq!(imaging(changed, by("ada"), Some(image(3, "beach"))), Ok(vec![shows(3, "beach")]));
}

#[test]
fn nobody_else_changes_the_image_and_only_a_group_has_one() {
    let given = || Some(image(1, "beach"));
    assert_eq!(imaging(vec![created(&["bo"])], by("bo"), given()), Err(ConversationError::AdminOnly));
    assert_eq!(imaging(vec![created(&["sue"])], by("sue"), given()), Err(ConversationError::AdminOnly));
    assert_eq!(imaging(vec![created(&["bo"])], by("cy"), given()), Err(ConversationError::NotFound));
    assert_eq!(imaging(vec![direct()], by("ada"), given()), Err(ConversationError::NotAGroup));
    assert_eq!(imaging(vec![direct()], by("owner"), given()), Err(ConversationError::NotFound));
    let blocked = standing("ada", Standing::Blocked);
    assert_eq!(code(imaging(vec![created(&[])], blocked, given())), Err("member.blocked"));
    let deleted = vec![created(&["bo"]), Event::GroupDeleted];
    assert_eq!(imaging(deleted, by("ada"), given()), Err(ConversationError::Closed));
}

#[test]
fn who_may_not_change_a_group_is_told_before_an_image_is_looked_at() {
    let asked =
        |history: Event, who: Actor, chat| code(fold::<Conversation>([history]).require_image_change(&who, chat));
    let club = || created(&["bo"]);
    assert_eq!(asked(club(), by("ada"), MemberChat::On), Ok(()));
    assert_eq!(asked(club(), by("bo"), MemberChat::On), Err("group.admin_only"));
    assert_eq!(asked(club(), by("cy"), MemberChat::On), Err("conversation.not_found"));
    assert_eq!(asked(club(), standing("ada", Standing::Outside), MemberChat::On), Err("member.not_in_community"));
    assert_eq!(asked(club(), by("ada"), MemberChat::Off), Err("member_chat.disabled"));
    assert_eq!(asked(club(), by("owner"), MemberChat::Off), Ok(()));
    assert_eq!(asked(direct(), by("ada"), MemberChat::On), Err("conversation.not_a_group"));
}

#[test]
fn what_a_group_showed_before_can_go_and_its_end_takes_the_image_along() {
    let shown = vec![created(&["bo"]), shows(1, "beach")];
    assert_eq!(images(shown.clone()), (Some(id(1)), None));
    assert_eq!(images([shown.clone(), vec![shows(2, "forest")]].concat()), (Some(id(2)), Some(id(1))));
    for end in [Event::GroupImageRemoved, Event::GroupDeleted, Event::GroupClosed] {
        let ended = [shown.clone(), vec![end, Event::GroupClosed]].concat();
        assert_eq!(images(ended), (None, Some(id(1))));
    }
}
