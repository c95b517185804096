//! The members and callers of the two sites: the same ids on both.

use causerie_tests::oracle::Role;

/// The members that commands refer to by index. Registered at the start, except `ivy` and `jon`.
pub(crate) const PEOPLE: [&str; 12] =
    ["ada", "bo", "cy", "dee", "ed", "flo", "gus", "hal", "ivy", "jon", "sue", "olga"];

/// The regular members among them: `PEOPLE[..REGULARS]`.
pub(crate) const REGULARS: usize = 10;
/// Staff by an assigned role, with the token of a member.
pub(crate) const SUE: usize = 10;
/// The owner, who is a member of the community too.
pub(crate) const OLGA: usize = 11;
/// Staff by the token; not registered.
pub(crate) const SAM: &str = "sam";
pub(crate) const OP: &str = "op";

/// Registered outside the community.
const OUTSIDER: &str = "hal";
const LATECOMERS: [&str; 2] = ["ivy", "jon"];
/// Other names of members. All initials differ, so that all collations agree on the order. Several
/// members may have the same name.
pub(crate) const OTHER_NAMES: [&str; 4] = ["Kim", "Léa", "Max", "Zoé"];

/// The callers whose tokens have another role than `member`.
pub(crate) const TOKEN_ROLES: [(&str, Role); 3] =
    [(SAM, Role::Staff), (OP, Role::Operator), (PEOPLE[OLGA], Role::Owner)];

pub(crate) fn callers() -> impl Iterator<Item = &'static str> {
    PEOPLE.into_iter().chain([SAM, OP])
}

/// The members who are registered at the start, and whether they are in the community.
pub(crate) fn registered_at_the_start() -> impl Iterator<Item = (&'static str, bool)> {
    let registered = PEOPLE.into_iter().filter(|id| !LATECOMERS.contains(id));
    registered.map(|id| (id, id != OUTSIDER))
}

/// The name of a member at the start, different on each site.
pub(crate) fn name(id: &str, site: &str) -> String {
    let (initial, rest) = id.split_at(1);
    format!("{}{rest} of {site}", initial.to_uppercase())
}
