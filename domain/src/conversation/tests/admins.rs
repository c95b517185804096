//! The admins of a group.

use super::*;

fn revoked(name: &str) -> Event {
    Event::AdminRevoked(participant(name))
}

fn revoking(history: Vec<Event>, by_whom: &str, name: &str) -> Decided {
    let command = ChangeAdmin { actor: by(by_whom), member: member(name), admin: false };
    decide::<Conversation>(history, ConversationCommand::ChangeAdmin(command))
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
    assert_eq!(seat(two.clone(), "bo"), Seat::Admin);
    assert_eq!(seat([two, vec![revoked("ada")]].concat(), "ada"), Seat::Participant);
}

#[test]
fn the_last_admin_stays_one() {
    for who in ["ada", "owner"] {
        assert_eq!(revoking(vec![created(&["bo"])], who, "ada"), Err(ConversationError::LastAdmin));
    }
    let two = vec![created(&["bo"]), granted("bo")];
    assert_eq!(revoking(two.clone(), "ada", "ada"), Ok(vec![revoked("ada")]));
    assert_eq!(revoking([two, vec![revoked("ada")]].concat(), "bo", "bo"), Err(ConversationError::LastAdmin));
}

#[test]
fn who_stepped_down_steps_down_again_without_a_change() {
    let stepped_down = vec![created(&["bo"]), granted("bo"), revoked("ada")];
    assert_eq!(revoking(stepped_down.clone(), "ada", "ada"), Ok(vec![]));
    assert_eq!(revoking(stepped_down.clone(), "ada", "bo"), Err(ConversationError::AdminOnly));
    assert_eq!(revoking(stepped_down.clone(), "eve", "eve"), Err(ConversationError::NotFound));
    let closed = [stepped_down, vec![Event::GroupDeleted]].concat();
    assert_eq!(revoking(closed, "bo", "bo"), Err(ConversationError::Closed));
}

#[test]
fn who_comes_back_is_no_admin_any_more() {
    let back = vec![created(&["bo"]), granted("bo"), left("ada"), added("ada")];
    assert_eq!(seat(back, "ada"), Seat::Participant);
}
