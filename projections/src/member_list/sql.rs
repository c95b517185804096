//! SQL expressions for blocks and labels. A block between two members has effect in either
//! direction, but not against staff, so a block against a member who became staff later does not
//! count. The domain decides sends by the same rule (`Member::has_block_with`).
//!
//! The aliases inside end in `_`, so that they do not hide those of the statement.

/// The condition that a block exists between the members of two SQL expressions. Two index look-ups
/// in each direction.
macro_rules! blocked {
    ($site:literal, $one:literal, $other:literal) => {
        concat!(
            "(",
            $crate::member_list::sql::blocks!($site, $one, $other),
            " OR ",
            $crate::member_list::sql::blocks!($site, $other, $one),
            ")"
        )
    };
}

/// The condition that the first member blocks the second one, who is not staff.
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

/// The roles or badges of a member, by name.
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

pub(crate) use {blocked, blocks, labels};
