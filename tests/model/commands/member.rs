//! Commands to members.

use proptest::bool::weighted as chance;
use proptest::option::of;
use proptest::prelude::{Just, any, prop_oneof};
use reqwest::Method;
use serde_json::json;

use super::{Call, Weighted, command, put_or_delete};
use crate::generate::{contact, registrar, staff};
use crate::people::{OLGA, OP, OTHER_NAMES, PEOPLE, REGULARS, SUE, name};

pub(super) fn commands() -> Vec<Weighted> {
    let action = prop_oneof![
        2 => Just((Method::POST, "/block")),
        4 => Just((Method::POST, "/unblock")),
        2 => Just((Method::POST, "/mute")),
        2 => Just((Method::POST, "/unmute")),
        2 => Just((Method::POST, "/approve")),
        1 => Just((Method::DELETE, "")),
    ];
    let label = prop_oneof![
        2 => Just("roles/staff"),
        2 => Just("roles/helper"),
        2 => Just("badges/early-bird"),
        1 => Just("badges/patron"),
    ];
    vec![
        // RegisterMember
        command(
            7,
            (registrar(), 0..PEOPLE.len(), of(0..OTHER_NAMES.len()), any::<bool>(), chance(0.8)),
            |(by, member, named, picture, community), targets| {
                let (id, site) = (PEOPLE[member], targets.site());
                let display_name = named.map_or_else(|| name(id, site), |n| OTHER_NAMES[n].to_owned());
                let mut body = json!({ "display_name": display_name, "community": community });
                if picture {
                    body["avatar_url"] = json!(format!("https://{site}.example/{id}.png"));
                }
                Call::new(by.id(), Method::PUT, format!("/members/{id}")).with_body(body)
            },
        ),
        // BlockMember, UnblockMember, MuteMember, UnmuteMember, ApproveMember, RemoveMember
        command(12, (staff(), 0..=SUE, action), |(by, member, (method, action)), _| {
            Call::new(by.id(), method, format!("/members/{}{action}", PEOPLE[member]))
        }),
        // AssignRole, UnassignRole, AssignBadge, UnassignBadge
        command(8, (staff(), 0..=SUE, label, chance(0.6)), |(by, member, label, on), _| {
            Call::new(by.id(), put_or_delete(on), format!("/members/{}/{label}", PEOPLE[member]))
        }),
        // AssignRole, UnassignRole, of the role that only the owner assigns.
        command(4, (0..=SUE, any::<bool>()), |(member, on), _| {
            Call::new(PEOPLE[OLGA], put_or_delete(on), format!("/members/{}/roles/staff", PEOPLE[member]))
        }),
        // JoinCommunity, LeaveCommunity
        command(5, (0..REGULARS, chance(0.7), chance(0.8)), |(member, on, by_member), _| {
            let by = if by_member { PEOPLE[member] } else { OP };
            Call::new(by, put_or_delete(on), format!("/members/{}/community", PEOPLE[member]))
        }),
        // BlockContact, UnblockContact
        command(8, (contact(), contact(), chance(0.8)), |(by, member, on), _| {
            Call::new(PEOPLE[by], put_or_delete(on), format!("/members/me/blocks/{}", PEOPLE[member]))
        }),
    ]
}
