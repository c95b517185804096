//! Admins of groups.

use super::*;

fn revoked(name: &str) -> Event {
    Event::AdminRevoked(participant(name))
}

fn revoking(history: Vec<Event>, by_whom: &str, name: &str) -> Decided {
    revoking_where(history, by_whom, name, &[])
}

fn revoking_where(history: Vec<Event>, by_whom: &str, name: &str, of: &[(&str, Standing)]) -> Decided {
    decide(history, change_admin(by_whom, name, false).with_facts(standings(of)))
}

fn leaving(history: Vec<Event>, name: &str, of: &[(&str, Standing)]) -> Decided {
    decide(history, remove(name, name).with_facts(standings(of)))
}

fn appointing(history: Vec<Event>, of: &[(&str, Standing)]) -> Decided {
    decide(history, issue(by("ada"), AppointAdmin { site: acme(), conversation: conversation() }, standings(of)))
}

const INACTIVE: [Standing; 5] =
    [Standing::Unregistered, Standing::Removed, Standing::Pending, Standing::Blocked, Standing::Outside];

#[test]
fn inactive_admin_does_not_count_as_admin() {
    let two = vec![created(&["bo", "cy"]), granted("bo")];
    for standing in INACTIVE {
        let bo_is = [("bo", standing)];
        assert_eq!(revoking_where(two.clone(), "ada", "ada", &bo_is), Err(ConversationError::LastAdmin));
        assert_eq!(revoking_where(two.clone(), "ada", "bo", &bo_is), Ok(vec![revoked("bo")]));
        assert_eq!(leaving(two.clone(), "ada", &bo_is), Ok(vec![left("ada"), granted("cy")]));
    }
    let muted = [("bo", Standing::Muted)];
    assert_eq!(revoking_where(two.clone(), "ada", "ada", &muted), Ok(vec![revoked("ada")]));
    assert_eq!(leaving(two, "ada", &muted), Ok(vec![left("ada")]));
}

#[test]
fn successor_is_the_longest_standing_active_participant() {
    let club = || vec![created(&["bo", "cy", "di"])];
    for standing in INACTIVE {
        assert_eq!(leaving(club(), "ada", &[("bo", standing)]), Ok(vec![left("ada"), granted("cy")]), "{standing:?}");
    }
    let muted = [("bo", Standing::Muted), ("cy", Standing::Blocked)];
    assert_eq!(leaving(club(), "ada", &muted), Ok(vec![left("ada"), granted("di")]), "with a voice first");
    let rest = [("bo", Standing::Blocked), ("cy", Standing::Muted), ("di", Standing::Outside)];
    assert_eq!(leaving(club(), "ada", &rest), Ok(vec![left("ada"), granted("cy")]));
    let none = ["bo", "cy", "di"].map(|name| (name, Standing::Blocked));
    assert_eq!(leaving(club(), "ada", &none), Ok(vec![left("ada"), granted("bo")]), "no participant can act");
}

#[test]
fn group_without_active_admin_gets_one() {
    let club = || vec![created(&["bo", "cy"])];
    for standing in INACTIVE {
        assert_eq!(appointing(club(), &[("ada", standing)]), Ok(vec![granted("bo")]), "{standing:?}");
        assert_eq!(appointing(club(), &[("ada", standing), ("bo", standing)]), Ok(vec![granted("cy")]));
        let all = ["ada", "bo", "cy"].map(|name| (name, standing));
        assert_eq!(appointing(club(), &all), Ok(vec![]), "no participant can act");
        let two = [club(), vec![granted("cy")]].concat();
        assert_eq!(appointing(two, &[("ada", standing)]), Ok(vec![]), "another admin can");
        let deleted = [club(), vec![Event::GroupDeleted]].concat();
        assert_eq!(appointing(deleted, &[("ada", standing)]), Ok(vec![]));
        assert_eq!(appointing(vec![direct()], &[("ada", standing)]), Ok(vec![]));
    }
    assert_eq!(appointing(club(), &[("ada", Standing::Muted)]), Ok(vec![]));
}

#[test]
fn admins_and_the_owner_grant_and_revoke() {
    let two = vec![created(&["bo"]), granted("bo")];
    for who in ["ada", "owner"] {
        assert_eq!(granting(vec![created(&["bo"])], who, "bo"), Ok(vec![granted("bo")]));
        assert_eq!(granting(two.clone(), who, "bo"), Ok(vec![]));
        assert_eq!(revoking(two.clone(), who, "bo"), Ok(vec![revoked("bo")]));
        assert_eq!(revoking(vec![created(&["bo"])], who, "bo"), Ok(vec![]));
        assert_eq!(granting(two.clone(), who, "eve"), Err(ConversationError::NotAParticipant));
    }
    assert_eq!(granting(vec![created(&["bo", "cy"])], "bo", "cy"), Err(ConversationError::AdminOnly));
    assert_eq!(granting(vec![created(&["bo"])], "bo", "bo"), Err(ConversationError::AdminOnly));
    assert_eq!(revoking(vec![created(&["bo"])], "bo", "ada"), Err(ConversationError::AdminOnly));
    assert_eq!(membership(two.clone(), "bo"), Membership::Admin);
    assert_eq!(membership([two, vec![revoked("ada")]].concat(), "ada"), Membership::Participant);
}

#[test]
fn last_admin_cannot_be_revoked() {
    for who in ["ada", "owner"] {
        assert_eq!(revoking(vec![created(&["bo"])], who, "ada"), Err(ConversationError::LastAdmin));
    }
    let two = vec![created(&["bo"]), granted("bo")];
    assert_eq!(revoking(two.clone(), "ada", "ada"), Ok(vec![revoked("ada")]));
    assert_eq!(revoking([two, vec![revoked("ada")]].concat(), "bo", "bo"), Err(ConversationError::LastAdmin));
}

#[test]
fn stepping_down_again_changes_nothing() {
    let stepped_down = vec![created(&["bo"]), granted("bo"), revoked("ada")];
    assert_eq!(revoking(stepped_down.clone(), "ada", "ada"), Ok(vec![]));
    assert_eq!(revoking(stepped_down.clone(), "ada", "bo"), Err(ConversationError::AdminOnly));
    assert_eq!(revoking(stepped_down.clone(), "eve", "eve"), Err(ConversationError::NotFound));
    let closed = [stepped_down, vec![Event::GroupDeleted]].concat();
    assert_eq!(revoking(closed, "bo", "bo"), Err(ConversationError::Closed));
}

#[test]
fn former_admin_who_returns_is_a_plain_participant() {
    let back = vec![created(&["bo"]), granted("bo"), left("ada"), added("ada")];
    assert_eq!(membership(back, "ada"), Membership::Participant);
}
