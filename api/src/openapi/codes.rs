//! The codes of problems: the status of each, and those that come together.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::doc::Codes;
use super::meanings::MEANINGS;

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
            "site.closed",
            "site.operator_only",
            "site.operator_or_owner_only",
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
            "member.is_owner",
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

/// Every request with a token.
pub(super) const OF_EVERY_CALLER: Codes = &[
    "id.invalid",
    "request.invalid",
    "token.missing",
    "token.invalid",
    "token.other_site",
    "site.closed",
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

/// What a code stands for: the resource that `type` of a problem names.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct ProblemType {
    /// The code.
    pub(crate) code: &'static str,
    /// The HTTP status that it comes with.
    pub(crate) status: u16,
    /// The name of the status.
    pub(crate) title: &'static str,
    /// What it means, and what to do about it.
    pub(crate) meaning: &'static str,
}

/// All codes, by status.
pub(crate) fn problem_types() -> impl Iterator<Item = ProblemType> {
    BY_STATUS.iter().flat_map(|(status, codes)| codes.iter().filter_map(|code| problem_type_of(*status, code)))
}

/// The code of this name.
pub(crate) fn problem_type(code: &str) -> Option<ProblemType> {
    problem_type_of(status_of(code)?, code)
}

fn problem_type_of(status: u16, code: &str) -> Option<ProblemType> {
    let (code, meaning) = *MEANINGS.iter().find(|(known, _)| *known == code)?;
    let title = StatusCode::from_u16(status).ok()?.canonical_reason()?;
    Some(ProblemType { code, status, title, meaning })
}

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

    #[test]
    fn every_code_has_one_meaning_and_every_meaning_a_code() {
        let codes: BTreeSet<&str> = BY_STATUS.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
        let described: Vec<&str> = MEANINGS.iter().map(|(code, _)| *code).collect();
        assert!(described.is_sorted(), "not in alphabetical order");
        assert_eq!(described, codes.into_iter().collect::<Vec<_>>());
        assert_eq!(problem_types().count(), described.len());
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
