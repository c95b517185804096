//! A group: its creation, its changes and its end.

use rstest::rstest;

use super::*;
use crate::error::{Element, Refusal};

// Creating a group

#[test]
fn a_member_creates_a_group_and_is_its_admin() {
    assert_eq!(decide(vec![], group_of(&["bo", "cy"])), Ok(vec![created(&["bo", "cy"])]));
    assert_eq!(seat(vec![created(&["bo"])], "ada"), Seat::Admin);
    assert_eq!(seat(vec![created(&["bo"])], "bo"), Seat::Participant);
    assert_eq!(seat(vec![created(&["bo"])], "cy"), Seat::Outside);
}

#[test]
fn each_participant_counts_once_and_the_creator_is_not_a_participant_twice() {
    assert_eq!(decide(vec![], group_of(&["bo", "bo", "ada"])), Ok(vec![created(&["bo"])]));
    let alone = group_of(&["ada"]).knowing(|facts| facts.in_reach.clear());
    assert_eq!(decide(vec![], alone), Ok(vec![created(&[])]));
}

#[test]
fn creating_the_same_group_again_changes_nothing_even_after_it_has_changed() {
    let history = vec![created(&["bo"]), left("bo"), renamed("Chess club"), history_changed(History::All)];
    assert_eq!(decide(history.clone(), group_of(&["bo"])), Ok(vec![]));
    assert_eq!(decide(history.clone(), group_of(&["cy"])), Err(ConversationError::IdTaken));
    let renamed = group_of(&["bo"]).with(|command| command.name = name("Chess club"));
    assert_eq!(decide(history.clone(), renamed), Err(ConversationError::IdTaken));
    let by_another = group_of(&["ada"]).by(by("bo"));
    assert_eq!(decide(history, by_another), Err(ConversationError::IdTaken));
}

#[test]
fn the_id_of_another_conversation_is_taken() {
    for other in [direct(), business()] {
        assert_eq!(decide(vec![other], group_of(&["bo"])), Err(ConversationError::IdTaken));
    }
    let group = vec![created(&["bo"])];
    assert_eq!(decide(group.clone(), start_direct("ada", "bo")), Err(ConversationError::IdTaken));
    assert_eq!(decide(vec![direct()], start_direct("ada", "cy")), Err(ConversationError::IdTaken));
    assert_eq!(decide(vec![direct()], start_direct("cy", "bo")), Err(ConversationError::IdTaken));
    assert_eq!(decide(group, start_business("ada", "ada")), Err(ConversationError::IdTaken));
    assert_eq!(decide(vec![business()], start_business("bo", "bo")), Err(ConversationError::IdTaken));
}

#[rstest]
#[case(group_of(&[]).knowing(|facts| facts.member_chat = MemberChat::Off), "member_chat.disabled")]
#[case(group_of(&[]).knowing(|facts| facts.member_chat = MemberChat::NoSite), "site.not_found")]
#[case(group_of(&[]).by(standing("ada", Standing::Blocked)), "member.blocked")]
#[case(group_of(&[]).by(standing("ada", Standing::Pending)), "member.pending")]
#[case(group_of(&[]).by(standing("ada", Standing::Outside)), "member.not_in_community")]
#[case(group_of(&[]).by(standing("ada", Standing::Muted)), "member.muted")]
#[case(group_of(&[]).by(standing("owner", Standing::Unregistered)), "member.not_registered")]
#[case(group_of(&[]).knowing(|facts| facts.group_creation = GroupCreation::Staff), "group.creation_staff_only")]
#[case(group_of(&["bo", "cy", "di", "ed"]), "group.too_many_participants")]
fn a_group_is_refused(#[case] command: Issued<CreateGroup>, #[case] code: &str) {
    assert_eq!(decide(vec![], command).unwrap_err().code(), code);
}

#[test]
fn who_may_create_no_group_learns_nothing_of_an_id_that_is_taken() {
    let barred = || group_of(&["bo"]).by(standing("ada", Standing::Blocked));
    // Also of a group of one's own: who is barred learns only that.
    assert_eq!(decide(vec![created(&["bo"])], barred()).unwrap_err().code(), "member.blocked");
    assert_eq!(decide(vec![direct()], barred()).unwrap_err().code(), "member.blocked");
    let outside = group_of(&["bo"]).by(standing("cy", Standing::Outside));
    assert_eq!(decide(vec![created(&["bo"])], outside).unwrap_err().code(), "member.not_in_community");
}

#[rstest]
#[case(group_of(&["bo"]).knowing(|facts| facts.in_reach.clear()))]
#[case(group_of(&["bo", "cy", "di", "ed"]))]
fn taken_id_in_a_refused_creation_gives_the_refusal_of_a_free_id(#[case] command: Issued<CreateGroup>) {
    let free = decide(vec![], command.clone());
    assert_eq!(decide(vec![created_with(&["zoe"], History::All)], command), free);
    assert!(free.is_err());
}

#[test]
fn where_only_staff_create_groups_staff_and_the_owner_do() {
    for name in ["sue", "owner"] {
        let command = group_of(&["bo"]).by(by(name)).knowing(|facts| facts.group_creation = GroupCreation::Staff);
        assert!(decide(vec![], command).is_ok(), "{name}");
    }
}

#[test]
fn a_group_holds_as_many_as_the_site_allows() {
    assert!(decide(vec![], group_of(&["bo", "cy", "di"])).is_ok());
}

#[test]
fn who_is_out_of_reach_cannot_be_in_a_group_and_the_refusal_does_not_say_why() {
    let command = group_of(&["cy"]).with(|command| command.participants = members(&["cy", "bo"]));
    assert_eq!(
        decide(vec![], command),
        Err(ConversationError::NotInRoster(Some(Element { list: "participants", index: 1 })))
    );
    let command = add("ada", "bo").knowing(|facts| facts.in_reach = false);
    assert_eq!(decide(vec![created(&[])], command), Err(ConversationError::NotInRoster(None)));
}

// Changing a group

#[test]
fn admins_and_the_owner_change_name_and_history_and_only_what_differs_gives_events() {
    let both = |name_of, history| {
        change("ada").with(|command| {
            command.name = Some(name(name_of));
            command.history = Some(history);
        })
    };
    for who in ["ada", "owner"] {
        let command = both("Chess club", History::All).by(by(who));
        let events = vec![renamed("Chess club"), history_changed(History::All)];
        assert_eq!(decide(vec![created(&["bo"])], command.clone()), Ok(events.clone()));
        assert_eq!(decide([vec![created(&["bo"])], events].concat(), command), Ok(vec![]));
    }
    let command = both("Reading club", History::All);
    assert_eq!(decide(vec![created(&["bo"])], command), Ok(vec![history_changed(History::All)]));
    let command = both("Chess club", History::SinceJoined);
    assert_eq!(decide(vec![created(&["bo"])], command), Ok(vec![renamed("Chess club")]));
    assert_eq!(decide(vec![created(&["bo"])], change("ada")), Ok(vec![]));
}

#[test]
fn nobody_else_changes_a_group() {
    let rename = |who: &str| change(who).with(|command| command.name = Some(name("Chess club")));
    assert_eq!(decide(vec![created(&["bo"])], rename("bo")), Err(ConversationError::AdminOnly));
    assert_eq!(decide(vec![created(&["sue"])], rename("sue")), Err(ConversationError::AdminOnly));
    assert_eq!(decide(vec![created(&["bo"])], rename("sue")), Err(ConversationError::NotFound));
    let blocked = rename("ada").by(standing("ada", Standing::Blocked));
    assert_eq!(code(decide(vec![created(&["bo"])], blocked)), Err("member.blocked"));
}

#[test]
fn name_of_a_group_is_changed_by_admins_with_a_voice_and_the_owner() {
    let rename = |who: Actor| change("ada").by(who).with(|command| command.name = Some(name("Chess club")));
    let club = || vec![created(&["bo", "owner"])];
    for (of, refusal) in [(Standing::Muted, "member.muted"), (Standing::Outside, "member.not_in_community")] {
        assert_eq!(code(decide(club(), rename(standing("ada", of)))), Err(refusal));
        let to_name_and_history = rename(standing("ada", of)).with(|command| command.history = Some(History::All));
        assert_eq!(code(decide(club(), to_name_and_history)), Err(refusal), "nothing of it");
        let to_history = change("ada").by(standing("ada", of)).with(|command| command.history = Some(History::All));
        assert_eq!(decide(club(), to_history), Ok(vec![history_changed(History::All)]), "says nothing");
    }
    let off = |who| rename(by(who)).with_facts(MemberChat::Off);
    assert_eq!(code(decide(club(), off("ada"))), Err("member_chat.disabled"));
    assert_eq!(decide(club(), off("owner")), Ok(vec![renamed("Chess club")]));
    assert_eq!(decide(club(), rename(standing("owner", Standing::Muted))), Ok(vec![renamed("Chess club")]));
}

#[test]
fn only_a_group_can_be_changed_in_the_ways_of_a_group() {
    for (conversation, outsider) in [(direct(), "owner"), (business(), "bo")] {
        let given = || vec![conversation.clone()];
        let not_a_group = Err(ConversationError::NotAGroup);
        assert_eq!(decide(given(), change("ada")), not_a_group);
        assert_eq!(decide(given(), add("ada", "cy")), not_a_group);
        assert_eq!(decide(given(), remove("ada", "bo")), not_a_group);
        assert_eq!(decide(given(), remove("ada", "ada")), not_a_group);
        assert_eq!(granting(given(), "ada", "bo"), not_a_group);
        assert_eq!(deleting(given(), "ada"), not_a_group);
        assert_eq!(deleting(given(), outsider), Err(ConversationError::NotFound));
        assert_eq!(decide(given(), remove(outsider, outsider)), Err(ConversationError::NotFound));
    }
}

// The end

#[test]
fn admins_and_the_owner_delete_a_group_once() {
    let deleted = vec![created(&["bo"]), Event::GroupDeleted];
    for who in ["ada", "owner"] {
        assert_eq!(deleting(vec![created(&["bo"])], who), Ok(vec![Event::GroupDeleted]));
        assert_eq!(deleting(deleted.clone(), who), Ok(vec![]));
    }
    assert_eq!(deleting(vec![created(&["bo"])], "bo"), Err(ConversationError::AdminOnly));
    assert_eq!(deleting(deleted, "bo"), Err(ConversationError::AdminOnly));
}

#[test]
fn the_participants_of_a_deleted_group_see_it_closed_and_it_stays_as_it_was() {
    let deleted = vec![created(&["bo"]), Event::GroupDeleted];
    let seen = access(deleted.clone(), "bo");
    assert_eq!((seen.seat, seen.closed), (Seat::Participant, true));
    let rename = change("ada").with(|command| command.name = Some(name("Chess club")));
    assert_eq!(decide(deleted.clone(), rename), Err(ConversationError::Closed));
    assert_eq!(decide(deleted.clone(), add("ada", "cy")), Err(ConversationError::Closed));
    assert_eq!(granting(deleted, "ada", "bo"), Err(ConversationError::Closed));
}

#[test]
fn who_is_in_a_deleted_group_leaves_it_and_the_last_one_closes_nothing_twice() {
    let deleted = vec![created(&["bo"]), Event::GroupDeleted];
    assert_eq!(decide(deleted.clone(), remove("bo", "bo")), Ok(vec![left("bo")]));
    let alone = [deleted, vec![left("bo")]].concat();
    assert_eq!(decide(alone.clone(), remove("ada", "ada")), Ok(vec![left("ada")]));
    assert_eq!(decide([alone, vec![left("ada")]].concat(), remove("ada", "ada")), Ok(vec![]));
}
