//! Joining and leaving a group.

use rstest::rstest;

use super::*;

#[test]
fn admins_and_the_owner_add_participants() {
    for who in ["ada", "owner"] {
        assert_eq!(decide(vec![created(&["bo"])], add(who, "cy")), Ok(vec![added("cy")]));
        assert_eq!(decide(vec![created(&["bo"])], add(who, "bo")), Ok(vec![]));
    }
    assert_eq!(decide(vec![created(&["bo"])], add("bo", "cy")), Err(ConversationError::AdminOnly));
    assert_eq!(decide(vec![created(&["bo"])], add("bo", "bo")), Err(ConversationError::AdminOnly));
}

#[test]
fn adding_a_participant_again_changes_nothing() {
    let full = vec![created(&["bo", "cy", "di"])];
    let command = add("ada", "bo").change_facts(|facts| {
        facts.in_reach = false;
        facts.max_participants = 2;
    });
    assert_eq!(decide(full, command), Ok(vec![]));
}

#[test]
fn full_group_rejects_another_participant() {
    let full = vec![created(&["bo", "cy", "di"])];
    assert_eq!(decide(full.clone(), add("ada", "ed")), Err(ConversationError::TooManyParticipants));
    assert_eq!(decide([full, vec![left("bo")]].concat(), add("ada", "ed")), Ok(vec![added("ed")]));
}

#[test]
fn inactive_participants_do_not_count_towards_the_maximum() {
    for of in STANDINGS {
        let command = add("ada", "ed").change_facts(|facts| facts.standings = standings(&[("bo", of)]));
        let decided = decide(vec![created(&["bo", "cy", "di"])], command);
        let counts = matches!(of, Standing::Outside | Standing::Muted | Standing::InRoster);
        let expected = if counts { Err(ConversationError::TooManyParticipants) } else { Ok(vec![added("ed")]) };
        assert_eq!(decided, expected, "{of:?}");
    }
}

#[rstest]
#[case(add("ada", "cy").change_facts(|facts| facts.member_chat = MemberChat::Off), "member_chat.disabled")]
#[case(add("owner", "cy").change_facts(|facts| facts.member_chat = MemberChat::Off), "member_chat.disabled")]
#[case(add("ada", "cy").by(standing("ada", Standing::Muted)), "member.muted")]
#[case(add("ada", "cy").by(standing("ada", Standing::Outside)), "member.not_in_community")]
#[case(add("ada", "cy").by(standing("ada", Standing::Blocked)), "member.blocked")]
fn adding_is_rejected(#[case] command: Issued<AddParticipant>, #[case] expected: &str) {
    assert_eq!(code(decide(vec![created(&["bo"])], command)), Err(expected));
}

#[test]
fn owner_adds_participants_in_any_standing() {
    for of in STANDINGS {
        let of_owner = |name| add("owner", name).by(standing("owner", of));
        assert_eq!(decide(vec![created(&["bo"])], of_owner("cy")), Ok(vec![added("cy")]), "{of:?}");
        let inside = vec![created(&["bo"]), added("owner")];
        assert_eq!(decide(inside.clone(), of_owner("owner")), Ok(vec![]), "{of:?}");
        assert_eq!(decide(inside, of_owner("cy")), Ok(vec![added("cy")]), "{of:?}");
    }
}

#[test]
fn group_is_not_found_for_non_participants() {
    let given = || vec![created(&["bo"])];
    for who in ["eve", "sue"] {
        assert_eq!(decide(given(), add(who, "cy")), Err(ConversationError::NotFound));
        assert_eq!(decide(given(), remove(who, "bo")), Err(ConversationError::NotFound));
        assert_eq!(decide(given(), remove(who, who)), Err(ConversationError::NotFound));
        assert_eq!(decide(given(), change(who)), Err(ConversationError::NotFound));
        assert_eq!(granting(given(), who, "bo"), Err(ConversationError::NotFound));
        assert_eq!(deleting(given(), who), Err(ConversationError::NotFound));
    }
    assert_eq!(decide(vec![], add("ada", "cy")), Err(ConversationError::NotFound));
    assert_eq!(fold::<Conversation>([]).access(&by("ada")), None);
}

#[test]
fn admins_and_the_owner_remove_participants() {
    for who in ["ada", "owner"] {
        assert_eq!(decide(vec![created(&["bo"])], remove(who, "bo")), Ok(vec![removed("bo")]));
        assert_eq!(decide(vec![created(&["bo"])], remove(who, "cy")), Ok(vec![]));
    }
    assert_eq!(decide(vec![created(&["bo", "cy"])], remove("bo", "cy")), Err(ConversationError::AdminOnly));
}

#[test]
fn leaving_again_changes_nothing() {
    let gone = vec![created(&["bo"]), left("bo")];
    assert_eq!(decide(vec![created(&["bo"])], remove("bo", "bo")), Ok(vec![left("bo")]));
    assert_eq!(decide(gone.clone(), remove("bo", "bo")), Ok(vec![]));
    assert_eq!(decide(vec![created(&["bo"]), removed("bo")], remove("bo", "bo")), Ok(vec![]));
    assert_eq!(membership(gone.clone(), "bo"), Membership::None);
    let back = [gone, vec![added("bo")]].concat();
    assert_eq!(decide(back, remove("bo", "bo")), Ok(vec![left("bo")]));
}

#[test]
fn blocked_participant_cannot_leave() {
    for history in [vec![created(&["bo"])], vec![created(&["bo"]), left("bo")]] {
        let command = remove("bo", "bo").by(standing("bo", Standing::Blocked));
        assert_eq!(code(decide(history, command)), Err("member.blocked"));
    }
}

#[test]
fn owner_outside_a_group_cannot_leave_it() {
    assert_eq!(decide(vec![created(&["bo"])], remove("owner", "owner")), Err(ConversationError::NotFound));
    assert_eq!(decide(vec![created(&["owner"])], remove("owner", "owner")), Ok(vec![left("owner")]));
}

#[test]
fn last_admin_leaving_promotes_the_longest_standing() {
    // bo is first by name, but rejoined after cy.
    let history = vec![created(&["bo", "cy"]), left("bo"), added("bo")];
    assert_eq!(decide(history, remove("ada", "ada")), Ok(vec![left("ada"), granted("cy")]));
}

#[test]
fn first_participants_are_ordered_as_given() {
    let history = vec![created(&["di", "bo", "cy"])];
    assert_eq!(decide(history, remove("ada", "ada")), Ok(vec![left("ada"), granted("di")]));
}

#[test]
fn leaving_with_other_admins_present_promotes_no_participant() {
    let history = vec![created(&["bo", "cy"]), granted("cy")];
    assert_eq!(decide(history.clone(), remove("ada", "ada")), Ok(vec![left("ada")]));
    assert_eq!(decide(history, remove("cy", "ada")), Ok(vec![removed("ada")]));
}

#[test]
fn last_admin_removed_by_the_owner_is_succeeded() {
    let expected = vec![removed("ada"), granted("bo")];
    assert_eq!(decide(vec![created(&["bo"])], remove("owner", "ada")), Ok(expected));
}

#[test]
fn last_participant_leaving_closes_the_group() {
    let expected = vec![left("ada"), Event::GroupClosed];
    assert_eq!(decide(vec![created(&[])], remove("ada", "ada")), Ok(expected.clone()));
    let by_owner = vec![removed("ada"), Event::GroupClosed];
    assert_eq!(decide(vec![created(&[])], remove("owner", "ada")), Ok(by_owner));

    let closed = [vec![created(&[])], expected].concat();
    assert!(access(closed.clone(), "ada").closed);
    assert_eq!(decide(closed.clone(), add("owner", "bo")), Err(ConversationError::Closed));
    assert_eq!(decide(closed, remove("ada", "ada")), Ok(vec![]));
}
