//! Group images.

use causerie_events::ImageId;

use super::*;

fn imaging(history: Vec<Event>, who: Actor, image: Option<GroupImage>) -> Decided {
    let command = ChangeGroupImage { site: acme(), conversation: conversation(), image };
    decide(history, issue(who, command, MemberChat::On))
}

fn shows(id: u128, content: &str) -> Event {
    Event::GroupImageChanged(image(id, content))
}

fn images(history: Vec<Event>) -> (Option<ImageId>, Option<ImageId>) {
    let Conversation::Group(group) = fold::<Conversation>(history) else { panic!("no group") };
    (group.image.map(|image| image.image), group.previous_image)
}

fn id(id: u128) -> ImageId {
    image(id, "").image
}

#[test]
fn admins_and_owner_set_and_remove_the_image() {
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
fn same_upload_with_another_id_changes_nothing() {
    let shown = vec![created(&[]), shows(1, "beach")];
    assert_eq!(imaging(shown.clone(), by("ada"), Some(image(2, "beach"))), Ok(vec![]));
    let changed = [shown, vec![shows(2, "forest")]].concat();
    assert_eq!(imaging(changed, by("ada"), Some(image(3, "beach"))), Ok(vec![shows(3, "beach")]));
}

#[test]
fn only_admins_and_owner_change_the_image_of_a_group() {
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
fn image_permission_is_checked_before_the_upload() {
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
fn previous_image_is_released_and_closing_removes_the_image() {
    let shown = vec![created(&["bo"]), shows(1, "beach")];
    assert_eq!(images(shown.clone()), (Some(id(1)), None));
    assert_eq!(images([shown.clone(), vec![shows(2, "forest")]].concat()), (Some(id(2)), Some(id(1))));
    for end in [Event::GroupImageRemoved, Event::GroupDeleted, Event::GroupClosed] {
        let ended = [shown.clone(), vec![end, Event::GroupClosed]].concat();
        assert_eq!(images(ended), (None, Some(id(1))));
    }
}
