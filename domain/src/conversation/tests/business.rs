//! Conversations with the business.

use super::*;

#[test]
fn member_or_staff_starts_the_one_business_conversation() {
    for name in ["ada", "sue", "owner"] {
        assert_eq!(decide(vec![], start_business(name, "ada")), Ok(vec![business()]), "{name}");
        assert_eq!(decide(vec![business()], start_business(name, "ada")), Ok(vec![]), "{name}");
    }
    assert_eq!(code(decide(vec![], start_business("bo", "ada"))), Err("member.oneself_only"));
    assert_eq!(code(decide(vec![business()], start_business("bo", "ada"))), Err("member.oneself_only"));
}

#[test]
fn only_staff_and_the_member_are_participants() {
    for name in ["ada", "sue", "owner"] {
        assert_eq!(membership(vec![business()], name), Membership::Participant, "{name}");
        assert!(reads(vec![business()], name, 0));
    }
    assert_eq!(membership(vec![business()], "bo"), Membership::None);
    let was_staff = actor("sue", Role::Member);
    assert_eq!(fold::<Conversation>([business()]).access(&was_staff).unwrap().membership, Membership::None);
}

#[test]
fn any_active_member_starts_a_business_conversation() {
    for of in STANDINGS {
        let own = start_business("ada", "ada").by(standing("ada", of)).with_facts(of);
        let active = matches!(of, Standing::Outside | Standing::Muted | Standing::InRoster);
        assert_eq!(decide(vec![], own).is_ok(), active, "{of:?}");

        let by_staff = start_business("sue", "ada").with_facts(of);
        let expected = if active { Ok(vec![business()]) } else { Err("member.not_found") };
        assert_eq!(code(decide(vec![], by_staff)), expected, "{of:?}");
    }
}
