//! The codes of problems: the status of each, and those that come together.

use super::doc::Codes;

/// Every code by its status. `docs/api.md` has the same table, and a test compares them.
const BY_STATUS: &[(u16, Codes)] = &[
    (
        400,
        &[
            "body.incomplete",
            "body.malformed",
            "cursor.invalid",
            "id.invalid",
            "if_match.invalid",
            "position.invalid",
            "query.invalid",
            "request.invalid",
        ],
    ),
    (401, &["ticket.invalid", "token.invalid", "token.missing"]),
    (
        403,
        &[
            "conversation.out_of_reach",
            "group.admin_only",
            "group.creation_staff_only",
            "member.blocked",
            "member.muted",
            "member.not_in_community",
            "member.not_registered",
            "member.oneself_only",
            "member.operator_or_owner_only",
            "member.pending",
            "member.removed",
            "member.staff_only",
            "member_chat.disabled",
            "message.author_only",
            "role.owner_only",
            "site.operator_only",
            "site.owner_only",
            "token.other_site",
        ],
    ),
    (
        404,
        &[
            "conversation.not_found",
            "group.image_not_found",
            "group.not_a_participant",
            "member.not_found",
            "message.not_found",
            "route.not_found",
            "site.not_found",
        ],
    ),
    (405, &["route.method_not_allowed"]),
    (
        409,
        &[
            "contact.too_many_blocked",
            "conversation.closed",
            "conversation.id_taken",
            "conversation.not_a_group",
            "group.last_admin",
            "member.is_staff",
            "member.oneself",
            "member.too_many_labels",
            "member.was_removed",
            "message.deleted",
            "message.id_taken",
            "position.lost",
            "reaction.too_many_emoji",
            "request.contended",
            "role.member_blocked",
            "site.registered_differently",
        ],
    ),
    (412, &["if_match.moved"]),
    (413, &["body.too_large"]),
    (415, &["body.not_json", "group.image_unsupported"]),
    (
        422,
        &[
            "body.invalid",
            "direct.with_oneself",
            "group.image_too_large",
            "group.image_unreadable",
            "group.name_empty",
            "group.name_invalid",
            "group.name_too_long",
            "group.participant_not_in_roster",
            "group.too_many_participants",
            "member.avatar_url_invalid",
            "member.display_name_empty",
            "member.display_name_invalid",
            "member.display_name_too_long",
            "message.reply_to_unknown",
            "message.text_empty",
            "message.text_invalid",
            "message.text_too_long",
            "reaction.emoji_empty",
            "reaction.emoji_invalid",
            "reaction.emoji_too_long",
            "reaction.not_an_emoji",
            "role.reserved",
            "site.locale_invalid",
            "site.max_participants_invalid",
            "site.name_empty",
            "site.name_invalid",
            "site.name_too_long",
            "site.origin_invalid",
            "site.too_many_origins",
        ],
    ),
    (429, &["rate.exceeded", "stream.too_many"]),
    (500, &["internal"]),
    (
        503,
        &[
            "metrics.none",
            "read_model.behind",
            "request.timeout",
            "service.busy",
            "service.stopping",
            "service.unavailable",
            "ticket.too_many",
        ],
    ),
];

/// Whoever asks with a token: also the refusals of their first visit, which registers them.
pub(super) const OF_EVERY_CALLER: Codes = &[
    "id.invalid",
    "request.invalid",
    "token.missing",
    "token.invalid",
    "token.other_site",
    "member.display_name_empty",
    "member.display_name_too_long",
    "member.display_name_invalid",
    "member.avatar_url_invalid",
    "request.contended",
    "rate.exceeded",
    "internal",
    "service.unavailable",
    "service.busy",
    "service.stopping",
    "request.timeout",
];

/// Whatever is asked: too much at once, too slow, or a failure.
pub(crate) const OF_THE_SERVICE: Codes =
    &["service.busy", "request.timeout", "rate.exceeded", "request.invalid", "internal"];

/// A JSON body.
pub(super) const OF_A_BODY: Codes =
    &["body.malformed", "body.incomplete", "body.too_large", "body.not_json", "body.invalid"];

/// The caller may not even read.
pub(crate) const STANDING: Codes = &["member.not_registered", "member.pending", "member.blocked", "member.removed"];

/// The caller may not write to other members, or not now.
pub(crate) const VOICE: Codes =
    &["member.muted", "member.not_in_community", "member_chat.disabled", "conversation.out_of_reach", "site.not_found"];

/// The caller may not know of the conversation.
pub(crate) const CONVERSATION: Codes = &["conversation.not_found"];

/// Only those who run a group may do it.
pub(crate) const MANAGER: Codes = &["conversation.not_found", "conversation.not_a_group", "group.admin_only"];

/// A text of the body.
pub(crate) const MESSAGE_TEXT: Codes = &["message.text_empty", "message.text_too_long", "message.text_invalid"];
/// A text of the body.
pub(crate) const GROUP_NAME: Codes = &["group.name_empty", "group.name_too_long", "group.name_invalid"];

/// The status that goes with a code; none where there is no such code.
pub(super) fn status_of(code: &str) -> Option<u16> {
    BY_STATUS.iter().find(|(_, codes)| codes.contains(&code)).map(|(status, _)| *status)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    type Table = BTreeMap<u16, BTreeSet<String>>;

    #[test]
    fn the_table_in_the_handbook_names_the_same_codes() {
        let book = include_str!("../../../docs/api.md");
        let ours: Table = BY_STATUS
            .iter()
            .filter(|(status, _)| *status != 500)
            .map(|(status, codes)| (*status, codes.iter().map(|code| (*code).to_owned()).collect()))
            .collect();
        assert_eq!(written(book), ours);
    }

    /// The rows `| 400 | … |` under "Errors"; a row of two statuses names one code for each, and `…_too_long` after
    /// `x.y_empty` is `x.y_too_long`.
    fn written(book: &str) -> Table {
        let mut table = Table::new();
        let errors = book.split("## Errors").nth(1).unwrap();
        for row in errors.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit()) {
            let mut cells = row.split('|').map(str::trim).skip(1);
            let statuses: Vec<u16> = cells.next().unwrap().split(", ").map(|status| status.parse().unwrap()).collect();
            let codes = codes(cells.next().unwrap());
            for (index, status) in statuses.iter().enumerate() {
                let of_status = if statuses.len() == 1 { codes.clone() } else { vec![codes[index].clone()] };
                table.insert(*status, of_status.into_iter().collect());
            }
        }
        table
    }

    fn codes(cell: &str) -> Vec<String> {
        let quoted: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        quoted.into_iter().filter(|name| name.contains('.')).map(str::to_owned).collect()
    }
}
