//! Who is on the two sites: the same ids on both.

/// Everybody who can be named in a command, by index. Registered members at the start, but for `ivy` and `jon`.
pub(crate) const PEOPLE: [&str; 12] =
    ["ada", "bo", "cy", "dee", "ed", "flo", "gus", "hal", "ivy", "jon", "sue", "olga"];

/// The regular members among them: `PEOPLE[..REGULARS]`.
pub(crate) const REGULARS: usize = 10;
/// Staff by a role that the owner gave her: she comes with the token of a member.
pub(crate) const SUE: usize = 10;
/// The owner, who is also a member of the community.
pub(crate) const OLGA: usize = 11;
/// Staff by her token; nobody registered her.
pub(crate) const SAM: &str = "sam";
/// The operator of all sites.
pub(crate) const OP: &str = "op";

/// Registered, but not in the community.
const OUTSIDER: &str = "hal";
/// Not registered at the start.
const LATECOMERS: [&str; 2] = ["ivy", "jon"];
/// What a member may be called instead. No two initials are equal, so that every collation sorts them alike; several
/// members may have the same name.
pub(crate) const OTHER_NAMES: [&str; 4] = ["Kim", "Léa", "Max", "Zoé"];

/// What their token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Member,
    Staff,
    Owner,
    Operator,
}

impl Token {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Staff => "staff",
            Self::Owner => "owner",
            Self::Operator => "operator",
        }
    }
}

/// Somebody who asks: their id and their token's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub(crate) id: &'static str,
    pub(crate) token: Token,
}

/// Everybody who calls the service.
pub(crate) fn viewers() -> impl Iterator<Item = Viewer> {
    PEOPLE.into_iter().chain([SAM, OP]).map(viewer)
}

/// Somebody by their id.
pub(crate) fn viewer(id: &'static str) -> Viewer {
    let token = match id {
        SAM => Token::Staff,
        OP => Token::Operator,
        _ if id == PEOPLE[OLGA] => Token::Owner,
        _ => Token::Member,
    };
    Viewer { id, token }
}

/// Who is registered before the history begins, and whether in the community.
pub(crate) fn registered_at_the_start() -> impl Iterator<Item = (&'static str, bool)> {
    let there = PEOPLE.into_iter().filter(|id| !LATECOMERS.contains(id));
    there.map(|id| (id, id != OUTSIDER))
}

/// A member's name at the start: another one on each site.
pub(crate) fn name(id: &str, site: &str) -> String {
    let (initial, rest) = id.split_at(1);
    format!("{}{rest} of {site}", initial.to_uppercase())
}
