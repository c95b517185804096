//! Conversations with the business.

use super::*;

#[test]
fn a_member_has_one_conversation_with_the_business_started_by_them_or_by_staff() {
    for name in ["ada", "sue", "owner"] {
        assert_eq!(decide(vec![], start_business(name, "ada")), Ok(vec![business()]), "{name}");
        assert_eq!(decide(vec![business()], start_business(name, "ada")), Ok(vec![]), "{name}");
    }
    assert_eq!(code(decide(vec![], start_business("bo", "ada"))), Err("member.oneself_only"));
    assert_eq!(code(decide(vec![business()], start_business("bo", "ada"))), Err("member.oneself_only"));
}

#[test]
fn staff_and_the_member_are_in_it_and_nobody_else() {
    for name in ["ada", "sue", "owner"] {
        assert_eq!(seat(vec![business()], name), Seat::Participant, "{name}");
        assert!(reads(vec![business()], name, 0));
    }
    assert_eq!(seat(vec![business()], "bo"), Seat::Outside);
    let was_staff = actor("sue", Role::Member);
    assert_eq!(fold::<Conversation>([business()]).access(&was_staff).unwrap().seat, Seat::Outside);
}

#[test]
fn any_active_member_talks_to_the_business_muted_and_outside_the_community_too() {
    for of in STANDINGS {
        let own = start_business("ada", "ada").by(standing("ada", of)).with_facts(of);
        let active = matches!(of, Standing::Outside | Standing::Muted | Standing::InRoster);
        assert_eq!(decide(vec![], own).is_ok(), active, "{of:?}");

        let by_staff = start_business("sue", "ada").with_facts(of);
        let expected = if active { Ok(vec![business()]) } else { Err("member.not_found") };
        assert_eq!(code(decide(vec![], by_staff)), expected, "{of:?}");
    }
}
