//! Tests of participations.

use causerie_events::conversation::ConversationKind;
use causerie_events::participation::ReadMarker;
use causerie_events::{ParticipationEvent, Position};
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::permission::{Access, ConversationContext, MemberChat, Membership};
use crate::testing::{Issued, Step, acme, actor, any_role, any_standing, check_laws, code, decide, fold, issue};

use ParticipationEvent as Event;

fn ada() -> Actor {
    actor("ada", Role::Member)
}

fn at(membership: Membership) -> ConversationContext {
    let access = Access { kind: ConversationKind::Group, membership, closed: false, reads_from: 0 };
    ConversationContext { access: Some(access), member_chat: MemberChat::On, peer_in_reach: true, version: 1 }
}

fn here() -> ConversationContext {
    at(Membership::Participant)
}

/// The first number is the transaction, the second the position in it.
fn marker(transaction_id: u64, position: i64) -> ReadMarker {
    let message_id = Uuid::from_u64_pair(transaction_id, position.unsigned_abs()).into();
    ReadMarker { message_id, position: Position { epoch: 0, transaction_id, position } }
}

fn mark_read(target: Option<ReadMarker>) -> Issued<MarkRead> {
    let command =
        MarkRead { site: acme(), conversation: Uuid::from_u128(1).into(), message: Uuid::from_u128(2).into() };
    issue(ada(), command, MarkReadFacts { context: here(), target })
}

fn prefer(muted: Option<bool>, archived: Option<bool>, pinned: Option<bool>) -> Issued<ChangePreferences> {
    let conversation = Uuid::from_u128(1).into();
    let command = ChangePreferences { site: acme(), conversation, muted, archived, pinned };
    issue(ada(), command, PreferencesFacts { context: here(), brought_back: false })
}

#[test]
fn a_participant_reads_up_to_a_message() {
    let target = marker(5, 9);
    assert_eq!(decide(vec![], mark_read(Some(target.clone()))), Ok(vec![Event::ReadMarkerMoved(target)]));
}

#[rstest]
#[case::further_in_the_log(marker(6, 1), true)]
#[case::further_in_the_same_transaction(marker(5, 10), true)]
#[case::the_same_message(marker(5, 9), false)]
#[case::earlier_in_the_same_transaction(marker(5, 8), false)]
#[case::earlier_in_the_log_though_numbered_later(marker(4, 99), false)]
fn the_marker_never_moves_back(#[case] target: ReadMarker, #[case] moves: bool) {
    let history = vec![Event::ReadMarkerMoved(marker(5, 9))];
    let expected = if moves { vec![Event::ReadMarkerMoved(target.clone())] } else { vec![] };
    assert_eq!(decide(history, mark_read(Some(target))), Ok(expected));
}

#[test]
fn unreadable_message_cannot_be_marked_read() {
    assert_eq!(code(decide(vec![], mark_read(None))), Err("message.not_found"));
    assert_eq!(code(decide(vec![Event::ReadMarkerMoved(marker(5, 9))], mark_read(None))), Err("message.not_found"));
}

#[test]
fn each_preference_is_switched_on_and_off() {
    let all = prefer(Some(true), Some(true), Some(true));
    let on = vec![Event::ConversationMuted, Event::ConversationArchived, Event::ConversationPinned];
    assert_eq!(decide(vec![], all.clone()), Ok(on.clone()));
    assert_eq!(decide(on.clone(), all), Ok(vec![]));

    let none = prefer(Some(false), Some(false), Some(false));
    let off = vec![Event::ConversationUnmuted, Event::ConversationUnarchived, Event::ConversationUnpinned];
    assert_eq!(decide(on.clone(), none.clone()), Ok(off.clone()));
    assert_eq!(decide(vec![], none), Ok(vec![]));
    assert_eq!(fold::<Participation>([on, off].concat()), Participation::default());
}

#[test]
fn only_changed_preferences_yield_events() {
    let history = vec![Event::ConversationMuted, Event::ConversationPinned];
    let command = prefer(Some(true), Some(true), None);
    assert_eq!(decide(history.clone(), command), Ok(vec![Event::ConversationArchived]));
    let command = prefer(None, None, Some(false));
    assert_eq!(decide(history.clone(), command), Ok(vec![Event::ConversationUnpinned]));
    assert_eq!(decide(history, prefer(None, None, None)), Ok(vec![]));
}

#[test]
fn conversation_relisted_by_a_message_can_be_archived() {
    let back = |command: Issued<ChangePreferences>| command.change_facts(|facts| facts.brought_back = true);
    let archive = || prefer(None, Some(true), None);
    let history = || vec![Event::ConversationArchived];
    assert_eq!(decide(history(), archive()), Ok(vec![]));
    assert_eq!(decide(history(), back(archive())), Ok(vec![Event::ConversationArchived]));
    let take_back = back(prefer(None, Some(false), None));
    assert_eq!(decide(history(), take_back), Ok(vec![]), "it is in the list already");
    let pin = back(prefer(None, None, Some(true)));
    assert_eq!(decide(history(), pin), Ok(vec![Event::ConversationPinned]));
}

#[test]
fn read_marker_and_preferences_are_independent() {
    let history = [Event::ReadMarkerMoved(marker(5, 9)), Event::ConversationMuted, Event::ConversationPinned];
    let expected = Participation { marker: Some(marker(5, 9)), muted: true, archived: false, pinned: true };
    assert_eq!(fold::<Participation>(history), expected);
}

#[rstest]
#[case::who_is_not_in_it(ada(), at(Membership::None), "conversation.not_found")]
#[case::the_owner_who_is_not_in_it(actor("owner", Role::Owner), at(Membership::None), "conversation.not_found")]
#[case::of_a_conversation_that_is_not_there(ada(), ConversationContext { access: None, ..here() }, "conversation.not_found")]
#[case::who_is_blocked(Actor { standing: Standing::Blocked, ..ada() }, here(), "member.blocked")]
fn participation_command_is_rejected(
    #[case] actor: Actor,
    #[case] context: ConversationContext,
    #[case] expected: &str,
) {
    let read = mark_read(Some(marker(5, 9))).by(actor.clone()).change_facts(|facts| facts.context = context);
    assert_eq!(code(decide(vec![], read)), Err(expected));
    let prefer = prefer(Some(true), None, None).by(actor).change_facts(|facts| facts.context = context);
    assert_eq!(code(decide(vec![], prefer)), Err(expected));
}

#[test]
fn read_only_participant_changes_own_participation() {
    let muted = Actor { standing: Standing::Muted, ..ada() };
    let locked = ConversationContext { member_chat: MemberChat::Off, ..here() };
    let command = mark_read(Some(marker(5, 9))).by(muted).change_facts(|facts| facts.context = locked);
    assert!(decide(vec![], command).is_ok());
}

fn any_command() -> impl Strategy<Value = Step<Participation>> {
    let any_actor = (any_role(), any_standing()).prop_map(|(role, standing)| Actor { standing, ..actor("ada", role) });
    let membership =
        prop_oneof![4 => Just(Membership::Participant), 1 => Just(Membership::Admin), 1 => Just(Membership::None)];
    let context = membership.prop_map(at);
    let target = prop::option::weighted(0.9, (0..4_u64, 0..4_i64).prop_map(|(xid, position)| marker(xid, position)));
    let given = || prop::option::of(any::<bool>());
    prop_oneof![
        (any_actor.clone(), context.clone(), target).prop_map(|(actor, context, target)| {
            mark_read(target).by(actor).change_facts(|facts| facts.context = context).into()
        }),
        (any_actor, context, given(), given(), given()).prop_map(|(actor, context, muted, archived, pinned)| {
            prefer(muted, archived, pinned).by(actor).change_facts(|facts| facts.context = context).into()
        }),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..20)) {
        check_laws::<Participation>(commands);
    }

    #[test]
    fn the_marker_only_grows(commands in prop::collection::vec(any_command(), 0..20)) {
        let mut state = Participation::default();
        for command in commands {
            let before = state.marker.clone().map(|marker| marker.position);
            for event in command.decide(&state).unwrap_or_default() {
                causerie_events::Aggregate::apply(&mut state, event);
            }
            prop_assert!(before <= state.marker.clone().map(|marker| marker.position));
        }
    }
}
