//! Creating, changing and deleting a group.

use rstest::rstest;

use super::*;
use crate::error::{ListElement, Refusal};

#[test]
fn a_member_creates_a_group_and_is_its_admin() {
    assert_eq!(decide(vec![], group_of(&["bo", "cy"])), Ok(vec![created(&["bo", "cy"])]));
    assert_eq!(membership(vec![created(&["bo"])], "ada"), Membership::Admin);
    assert_eq!(membership(vec![created(&["bo"])], "bo"), Membership::Participant);
    assert_eq!(membership(vec![created(&["bo"])], "cy"), Membership::None);
}

#[test]
fn repeated_participants_and_creator_count_once() {
    assert_eq!(decide(vec![], group_of(&["bo", "bo", "ada"])), Ok(vec![created(&["bo"])]));
    let alone = group_of(&["ada"]).change_facts(|facts| facts.in_reach.clear());
    assert_eq!(decide(vec![], alone), Ok(vec![created(&[])]));
}

#[test]
fn repeated_creation_changes_nothing_after_later_changes() {
    let history = vec![created(&["bo"]), left("bo"), renamed("Chess club"), history_changed(History::All)];
    assert_eq!(decide(history.clone(), group_of(&["bo"])), Ok(vec![]));
    assert_eq!(decide(history.clone(), group_of(&["cy"])), Err(ConversationError::IdTaken));
    let renamed = group_of(&["bo"]).with(|command| command.name = name("Chess club"));
    assert_eq!(decide(history.clone(), renamed), Err(ConversationError::IdTaken));
    let by_another = group_of(&["ada"]).by(by("bo"));
    assert_eq!(decide(history, by_another), Err(ConversationError::IdTaken));
}

#[test]
fn id_of_another_conversation_is_taken() {
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
#[case(group_of(&[]).change_facts(|facts| facts.member_chat = MemberChat::Off), "member_chat.disabled")]
#[case(group_of(&[]).change_facts(|facts| facts.member_chat = MemberChat::NoSite), "site.not_found")]
#[case(group_of(&[]).by(standing("ada", Standing::Blocked)), "member.blocked")]
#[case(group_of(&[]).by(standing("ada", Standing::Pending)), "member.pending")]
#[case(group_of(&[]).by(standing("ada", Standing::Outside)), "member.not_in_community")]
#[case(group_of(&[]).by(standing("ada", Standing::Muted)), "member.muted")]
#[case(group_of(&[]).by(standing("owner", Standing::Unregistered)), "member.not_registered")]
#[case(group_of(&[]).change_facts(|facts| facts.group_creation = GroupCreation::Staff), "group.creation_staff_only")]
#[case(group_of(&["bo", "cy", "di", "ed"]), "group.too_many_participants")]
fn group_creation_is_rejected(#[case] command: Issued<CreateGroup>, #[case] code: &str) {
    assert_eq!(decide(vec![], command).unwrap_err().code(), code);
}

#[test]
fn unpermitted_creation_does_not_reveal_a_taken_id() {
    let blocked = || group_of(&["bo"]).by(standing("ada", Standing::Blocked));
    // Also for a group that the actor created: a blocked actor learns only of the block.
    assert_eq!(decide(vec![created(&["bo"])], blocked()).unwrap_err().code(), "member.blocked");
    assert_eq!(decide(vec![direct()], blocked()).unwrap_err().code(), "member.blocked");
    let outside = group_of(&["bo"]).by(standing("cy", Standing::Outside));
    assert_eq!(decide(vec![created(&["bo"])], outside).unwrap_err().code(), "member.not_in_community");
}

#[rstest]
#[case(group_of(&["bo"]).change_facts(|facts| facts.in_reach.clear()))]
#[case(group_of(&["bo", "cy", "di", "ed"]))]
fn rejected_creation_does_not_reveal_a_taken_id(#[case] command: Issued<CreateGroup>) {
    let free = decide(vec![], command.clone());
    assert_eq!(decide(vec![created_with(&["zoe"], History::All)], command), free);
    assert!(free.is_err());
}

#[test]
fn staff_and_owner_create_groups_on_a_staff_only_site() {
    for name in ["sue", "owner"] {
        let command = group_of(&["bo"]).by(by(name)).change_facts(|facts| facts.group_creation = GroupCreation::Staff);
        assert!(decide(vec![], command).is_ok(), "{name}");
    }
}

#[test]
fn group_of_the_maximum_size_is_created() {
    assert!(decide(vec![], group_of(&["bo", "cy", "di"])).is_ok());
}

#[test]
fn participant_out_of_reach_is_rejected_without_a_reason() {
    let command = group_of(&["cy"]).with(|command| command.participants = members(&["cy", "bo"]));
    assert_eq!(
        decide(vec![], command),
        Err(ConversationError::NotInRoster(Some(ListElement { list: "participants", index: 1 })))
    );
    let command = add("ada", "bo").change_facts(|facts| facts.in_reach = false);
    assert_eq!(decide(vec![created(&[])], command), Err(ConversationError::NotInRoster(None)));
}

#[test]
fn admins_and_owner_change_only_fields_that_differ() {
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
fn muted_admin_cannot_rename_a_group_but_the_owner_can() {
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
fn group_command_on_another_kind_is_rejected() {
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
fn deleted_group_is_closed_and_cannot_be_changed() {
    let deleted = vec![created(&["bo"]), Event::GroupDeleted];
    let seen = access(deleted.clone(), "bo");
    assert_eq!((seen.membership, seen.closed), (Membership::Participant, true));
    let rename = change("ada").with(|command| command.name = Some(name("Chess club")));
    assert_eq!(decide(deleted.clone(), rename), Err(ConversationError::Closed));
    assert_eq!(decide(deleted.clone(), add("ada", "cy")), Err(ConversationError::Closed));
    assert_eq!(granting(deleted, "ada", "bo"), Err(ConversationError::Closed));
}

#[test]
fn leaving_a_deleted_group_does_not_close_it_again() {
    let deleted = vec![created(&["bo"]), Event::GroupDeleted];
    assert_eq!(decide(deleted.clone(), remove("bo", "bo")), Ok(vec![left("bo")]));
    let alone = [deleted, vec![left("bo")]].concat();
    assert_eq!(decide(alone.clone(), remove("ada", "ada")), Ok(vec![left("ada")]));
    assert_eq!(decide([alone, vec![left("ada")]].concat(), remove("ada", "ada")), Ok(vec![]));
}
