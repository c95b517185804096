//! Whether two members are apart, in SQL: a block stands between them, in either direction. A block does not hold against
//! staff, so one against a member who has become staff since does not count. The domain decides sends by the same rule
//! (`Member::is_apart_from`).
//!
//! The aliases inside end in `_`, so that they hide none of the statement around.

/// The condition that the members of two SQL expressions are apart. Two probes of an index each way.
macro_rules! apart {
    ($site:literal, $one:literal, $other:literal) => {
        concat!(
            "(",
            $crate::member_list::apart::blocks!($site, $one, $other),
            " OR ",
            $crate::member_list::apart::blocks!($site, $other, $one),
            ")"
        )
    };
}

/// The condition that the first member blocks the second with effect.
macro_rules! blocks {
    ($site:literal, $blocker:literal, $blocked:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM read_models.member_list_blocks block_ WHERE block_.site_id = ",
            $site,
            " AND block_.blocker = ",
            $blocker,
            " AND block_.blocked = ",
            $blocked,
            " AND NOT EXISTS (SELECT 1 FROM read_models.member_list_labels role_ WHERE role_.site_id = ",
            $site,
            " AND role_.member_id = ",
            $blocked,
            " AND role_.kind = 'role' AND role_.label = 'staff'))"
        )
    };
}

/// The roles or badges of the member of an SQL expression, by name.
macro_rules! labels {
    ($kind:literal, $site:literal, $member:literal) => {
        concat!(
            "ARRAY(SELECT label_.label FROM read_models.member_list_labels label_ WHERE label_.site_id = ",
            $site,
            " AND label_.member_id = ",
            $member,
            " AND label_.kind = '",
            $kind,
            "' ORDER BY label_.label)"
        )
    };
}

pub(crate) use {apart, blocks, labels};
