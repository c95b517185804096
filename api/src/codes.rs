//! The codes of error responses: one table of code, HTTP status and meaning. The OpenAPI document, `/problems/<code>`, `/docs`
//! and `contracts/problems.md` are generated from it.
//!
//! The codes of refusals and of invalid texts are defined where they are decided, in `causerie_domain` and `causerie_events`;
//! the table adds their meaning. The compiler warns of an unused constant, and a refusal without a row fails a test.

use axum::http::StatusCode;
use causerie_domain::site::Origin;
use causerie_domain::{ConversationError, MemberError, MessageError, Refusal, RefusalKind, SiteError};
use causerie_events::{BadgeLabel, DisplayName, Emoji, GroupName, InvalidText, MessageText, SiteName, WelcomeText};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    name: &'static str,
    status: u16,
}

/// The meaning of a code: the resource at the `type` of a problem.
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

impl Code {
    pub(crate) fn of_refusal(refused: &dyn Refusal) -> Self {
        refusal((refused.code(), refused.kind())).in_table()
    }

    pub(crate) fn of_text(invalid: InvalidText) -> Self {
        text(invalid).in_table()
    }

    pub(crate) const fn name(self) -> &'static str {
        self.name
    }

    pub(crate) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn in_table(self) -> Self {
        debug_assert!(MEANINGS.iter().any(|(code, _)| *code == self), "{self:?} has no row in api/src/codes.rs");
        self
    }
}

/// The meaning of each code, by status and then by code.
pub(crate) fn problem_types() -> Vec<ProblemType> {
    let mut rows: Vec<(Code, &str)> = MEANINGS.to_vec();
    rows.sort_by_key(|(code, _)| (code.status, code.name));
    let of = |(code, meaning): (Code, &'static str)| ProblemType {
        code: code.name,
        status: code.status,
        title: code.status().canonical_reason().unwrap_or("Error"),
        meaning,
    };
    rows.into_iter().map(of).collect()
}

const fn code(status: u16, name: &'static str) -> Code {
    Code { name, status }
}

const fn refusal((name, kind): (&'static str, RefusalKind)) -> Code {
    match kind {
        RefusalKind::Invalid => code(422, name),
        RefusalKind::Forbidden => code(403, name),
        RefusalKind::NotFound => code(404, name),
        RefusalKind::Conflict => code(409, name),
    }
}

const fn text(invalid: InvalidText) -> Code {
    code(422, invalid.code)
}

/// Declares a constant for each row, and the table. The table repeats the expressions instead of naming the constants, so that
/// the compiler reports a constant that nothing else uses.
macro_rules! codes {
    ($($constant:ident = $code:expr, $meaning:literal;)+) => {
        $(pub(crate) const $constant: Code = $code;)+
        const MEANINGS: &[(Code, &str)] = &[$(($code, $meaning)),+];
    };
}

codes! {
    BADGE_LABEL_EMPTY = text(BadgeLabel::EMPTY), "The label of a badge must have at least one visible character.";
    BADGE_LABEL_INVALID = text(BadgeLabel::INVALID), "The label of the badge contains a character that is not allowed.";
    BADGE_LABEL_TOO_LONG = text(BadgeLabel::TOO_LONG), "The label of a badge has at most 40 characters.";
    BODY_INCOMPLETE = code(400, "body.incomplete"),
        "The connection ended before the whole body had arrived. Nothing was done. Send the request again.";
    BODY_INVALID = code(422, "body.invalid"),
        "The body is JSON, but a field is missing, unknown or of the wrong type. `errors[].pointer` names the field, \
        as far as it is known.";
    BODY_MALFORMED = code(400, "body.malformed"), "The body is not valid JSON.";
    BODY_NOT_JSON = code(415, "body.not_json"), "The body was not sent as `Content-Type: application/json`.";
    BODY_TOO_LARGE = code(413, "body.too_large"),
        "The body is larger than this operation accepts: 64 KiB, or 5 MiB for an image.";
    CONTACT_TOO_MANY_BLOCKED = refusal(MemberError::TooManyBlocked.reason()),
        "A member can block at most 1,000 other members. Unblock some of them first.";
    CONVERSATION_CLOSED = refusal(ConversationError::Closed.reason()),
        "The group was deleted, or its last participant has left. It can be read, not changed.";
    CONVERSATION_ID_TAKEN = refusal(ConversationError::IdTaken.reason()),
        "This id already names another conversation. Create the group under a new UUID.";
    CONVERSATION_NOT_A_GROUP = refusal(ConversationError::NotAGroup.reason()),
        "The operation applies to groups; this is a direct or a business conversation.";
    CONVERSATION_NOT_FOUND = refusal(ConversationError::NotFound.reason()),
        "The conversation does not exist, or the caller does not take part in it. The response is the same in both \
        cases.";
    CONVERSATION_OUT_OF_REACH = refusal(ConversationError::OutOfReach.reason()),
        "The other member of this direct conversation cannot be written to: they have left the community, or one of \
        the two has blocked the other. The response does not say which.";
    CURSOR_INVALID = code(400, "cursor.invalid"),
        "The cursor was not returned by this list. Pass `next` or `previous` of a page unchanged, or begin without a \
        cursor.";
    DIRECT_WITH_ONESELF = refusal(ConversationError::DirectWithSelf.reason()),
        "A direct conversation needs another member than the caller.";
    GROUP_ADMIN_ONLY = refusal(ConversationError::AdminOnly.reason()),
        "Only an admin of the group or the owner of the site can do this.";
    GROUP_CREATION_STAFF_ONLY = refusal(ConversationError::CreationStaffOnly.reason()),
        "On this site only staff can create groups (the setting `group_creation`).";
    GROUP_IMAGE_NOT_FOUND = code(404, "group.image_not_found"),
        "The group does not show an image under this id. Read `image_url` of the conversation again.";
    GROUP_IMAGE_TOO_LARGE = code(422, "group.image_too_large"),
        "The image has too many pixels: at most 8,192 on a side and 16 million in all.";
    GROUP_IMAGE_UNREADABLE = code(422, "group.image_unreadable"),
        "The upload looks like an image, but cannot be decoded. It may be cut short.";
    GROUP_IMAGE_UNSUPPORTED = code(415, "group.image_unsupported"), "The upload is not a PNG, JPEG or WebP image.";
    GROUP_LAST_ADMIN = refusal(ConversationError::LastAdmin.reason()),
        "A group needs an admin. Make another participant an admin first.";
    GROUP_NAME_EMPTY = text(GroupName::EMPTY), "The name of a group must have at least one visible character.";
    GROUP_NAME_INVALID = text(GroupName::INVALID), "The name of the group contains a character that is not allowed.";
    GROUP_NAME_TOO_LONG = text(GroupName::TOO_LONG), "The name of a group has at most 100 characters.";
    GROUP_NOT_A_PARTICIPANT = refusal(ConversationError::NotAParticipant.reason()),
        "This member is not a participant of the group.";
    GROUP_PARTICIPANT_NOT_IN_ROSTER = refusal(ConversationError::NotInRoster(None).reason()),
        "A participant is not an active member of the site's community, or is out of the caller's reach. \
        `errors[].pointer` names the first such element of `participants`.";
    GROUP_TOO_MANY_PARTICIPANTS = refusal(ConversationError::TooManyParticipants.reason()),
        "The group would have more participants than the setting `max_participants` allows.";
    ID_INVALID = code(400, "id.invalid"),
        "An id in the path does not have the required form. The parameters of the operation show each form.";
    IF_MATCH_INVALID = code(400, "if_match.invalid"),
        "`If-Match` must be one ETag as the service returned it, or `*`.";
    IF_MATCH_MOVED = code(412, "if_match.moved"),
        "The resource has another version than `If-Match` names. Nothing was done. Read it again and decide again.";
    INTERNAL = code(500, "internal"),
        "The service failed. Send the request again: commands are idempotent. The operator finds the cause in the \
        log by `trace_id`.";
    MEMBER_AVATAR_URL_INVALID = refusal(MemberError::InvalidAvatar.reason()),
        "The picture must be an absolute `http` or `https` address of at most 2,048 characters.";
    MEMBER_BLOCKED = refusal(MemberError::Blocked.reason()),
        "The caller is blocked on this site. Only staff or the owner can unblock them.";
    MEMBER_DISPLAY_NAME_EMPTY = text(DisplayName::EMPTY),
        "The name of a member must have at least one visible character.";
    MEMBER_DISPLAY_NAME_INVALID = text(DisplayName::INVALID),
        "The name of the member contains a character that is not allowed.";
    MEMBER_DISPLAY_NAME_TOO_LONG = text(DisplayName::TOO_LONG), "The name of a member has at most 100 characters.";
    MEMBER_IS_OWNER = refusal(MemberError::IsOwner.reason()),
        "Staff do not block, mute or remove the owner of the site, nor a member whose latest token says so.";
    MEMBER_IS_STAFF = refusal(MemberError::IsStaff.reason()),
        "Staff cannot be blocked or removed. Take the role `staff` away first.";
    MEMBER_MUTED = refusal(MemberError::Muted.reason()),
        "The caller is muted: they can read everything, and write to the business only.";
    MEMBER_NOT_FOUND = refusal(MemberError::NotFound.reason()),
        "The member does not exist, or the caller cannot see them. The response is the same in both cases.";
    MEMBER_NOT_IN_COMMUNITY = refusal(MemberError::NotInCommunity.reason()),
        "The caller has not joined the site's community, and can write to the business only.";
    MEMBER_NOT_REGISTERED = refusal(MemberError::NotRegistered.reason()),
        "The caller is not registered with this site. A token with the claim `name` registers them at the first \
        visit; RegisterMember does so too.";
    MEMBER_ONESELF = refusal(MemberError::NotSelf.reason()), "A member cannot do this to themselves.";
    MEMBER_ONESELF_ONLY = refusal(MemberError::SelfOnly.reason()), "Only the member themselves can do this.";
    MEMBER_OPERATOR_OR_OWNER_ONLY = refusal(MemberError::OperatorOrOwnerOnly.reason()),
        "Only the operator or the owner of the site can register members.";
    MEMBER_PENDING = refusal(MemberError::Pending.reason()),
        "The caller waits for the approval of staff or the owner.";
    MEMBER_REMOVED = refusal(MemberError::Removed.reason()), "The caller was removed from this site.";
    MEMBER_STAFF_ONLY = refusal(MemberError::StaffOnly.reason()), "Only staff and the owner can do this.";
    MEMBER_TOO_MANY_LABELS = refusal(MemberError::TooManyLabels.reason()),
        "A member has at most 20 roles and 20 badges. Take one away first.";
    MEMBER_WAS_REMOVED = refusal(MemberError::WasRemoved.reason()),
        "The member was removed. Only the owner can register them again.";
    MEMBER_CHAT_DISABLED = refusal(SiteError::MemberChatDisabled.reason()),
        "Member chat is switched off on this site. Conversations with the business go on.";
    MESSAGE_AUTHOR_ONLY = refusal(MessageError::AuthorOnly.reason()), "Only its author can edit a message.";
    MESSAGE_DELETED = refusal(MessageError::Deleted.reason()),
        "The message was deleted, and can no longer be changed.";
    MESSAGE_ID_TAKEN = refusal(MessageError::IdTaken.reason()),
        "This id already names another message, or one with another content. Send under a new UUID.";
    MESSAGE_NOT_FOUND = refusal(MessageError::NotFound.reason()),
        "The message does not exist in this conversation, or the caller cannot read it.";
    MESSAGE_REPLY_TO_UNKNOWN = refusal(MessageError::UnknownReply.reason()),
        "`reply_to` does not name a message of this conversation that the caller can read.";
    MESSAGE_TEXT_EMPTY = text(MessageText::EMPTY), "The text of a message must have at least one visible character.";
    MESSAGE_TEXT_INVALID = text(MessageText::INVALID),
        "The text of the message contains a character that is not allowed.";
    MESSAGE_TEXT_TOO_LONG = text(MessageText::TOO_LONG), "The text of a message has at most 4,000 characters.";
    METRICS_NONE = code(503, "metrics.none"), "This process keeps no metrics.";
    POSITION_INVALID = code(400, "position.invalid"),
        "The value is not a position token. Pass one unchanged as the service returned it.";
    POSITION_LOST = code(409, "position.lost"),
        "The log does not contain this position: the database was restored or has failed over since. Fetch \
        everything again, without a position.";
    QUERY_INVALID = code(400, "query.invalid"),
        "A parameter of the query is unknown, repeated, or has an invalid value. `errors[].pointer` is `/` and its \
        name.";
    RATE_EXCEEDED = code(429, "rate.exceeded"),
        "The caller sends too many requests. `Retry-After` says when to send the next one.";
    REACTION_EMOJI_EMPTY = text(Emoji::EMPTY), "A reaction needs an emoji.";
    REACTION_EMOJI_INVALID = text(Emoji::INVALID), "The reaction contains a character that is not allowed.";
    REACTION_EMOJI_TOO_LONG = text(Emoji::TOO_LONG), "The reaction is longer than an emoji can be.";
    REACTION_NOT_AN_EMOJI = refusal(MessageError::NotAnEmoji.reason()), "A reaction is exactly one emoji.";
    REACTION_TOO_MANY_EMOJI = refusal(MessageError::TooManyEmoji.reason()),
        "A message has at most 20 different emoji. Use one that is there already.";
    READ_MODEL_BEHIND = code(503, "read_model.behind"),
        "The read model has not reached the requested position within a second. Send the request again after \
        `Retry-After`.";
    REQUEST_CONTENDED = code(409, "request.contended"),
        "Too many changes met at the same place. Nothing was done. Send the request again.";
    REQUEST_INVALID = code(400, "request.invalid"), "The request is not valid HTTP for this address.";
    REQUEST_TIMEOUT = code(503, "request.timeout"),
        "The request took longer than 15 s. Send it again: commands are idempotent.";
    ROLE_MEMBER_BLOCKED = refusal(MemberError::RoleMemberBlocked.reason()),
        "A blocked member cannot become staff. Unblock them first.";
    ROLE_OWNER_ONLY = refusal(MemberError::RoleOwnerOnly.reason()),
        "Only the owner of the site can assign or take away this role.";
    ROLE_RESERVED = refusal(MemberError::ReservedRole.reason()), "This name cannot be assigned as a role.";
    ROUTE_METHOD_NOT_ALLOWED = code(405, "route.method_not_allowed"),
        "The address exists, but not for this method. The header `Allow` names its methods.";
    ROUTE_NOT_FOUND = code(404, "route.not_found"), "There is nothing at this address.";
    SERVICE_BUSY = code(503, "service.busy"),
        "The service works on as many requests as it can. Nothing was done. Send the request again after \
        `Retry-After`.";
    SERVICE_STOPPING = code(503, "service.stopping"),
        "This process is stopping. Send the request again; another process will take it.";
    SERVICE_UNAVAILABLE = code(503, "service.unavailable"),
        "The service cannot reach its storage. Whether a command took effect is not known: send it again, with the \
        same id. Commands are idempotent.";
    SITE_CLOSED = refusal(SiteError::Closed.reason()),
        "The operator has closed the site: only operators read and change it. Nothing is deleted; the operator can \
        reopen it.";
    SITE_LOCALE_INVALID = refusal(SiteError::InvalidLocale.reason()),
        "The locale is not a language tag such as `fr` or `en-GB`.";
    SITE_MAX_PARTICIPANTS_INVALID = refusal(SiteError::InvalidMaxParticipants.reason()),
        "`max_participants` must be from 2 to 1,000.";
    SITE_NAME_EMPTY = text(SiteName::EMPTY), "The name of a site must have at least one visible character.";
    SITE_NAME_INVALID = text(SiteName::INVALID), "The name of the site contains a character that is not allowed.";
    SITE_NAME_TOO_LONG = text(SiteName::TOO_LONG), "The name of a site has at most 100 characters.";
    SITE_NOT_FOUND = refusal(SiteError::NotFound.reason()),
        "The site does not exist. The operator registers it with RegisterSite.";
    SITE_OPERATOR_ONLY = refusal(SiteError::OperatorOnly.reason()), "Only the operator can register a site.";
    SITE_OPERATOR_OR_OWNER_ONLY = refusal(SiteError::OperatorOrOwnerOnly.reason()),
        "Only an operator or the owner of the site may do this.";
    SITE_ORIGIN_INVALID = code(422, Origin::INVALID_CODE),
        "An allowed origin must look like `https://example.com`, without a path. `errors[].pointer` names the first \
        element of `allowed_origins` that does not.";
    SITE_OWNER_ONLY = refusal(SiteError::OwnerOnly.reason()), "Only the owner of the site can do this.";
    SITE_REGISTERED_DIFFERENTLY = refusal(SiteError::RegisteredDifferently.reason()),
        "The site is registered with another name, locale or origins.";
    SITE_TOO_MANY_BADGES = refusal(SiteError::TooManyBadges.reason()), "A site can set the look of at most 100 badges.";
    SITE_TOO_MANY_ORIGINS = refusal(SiteError::TooManyOrigins.reason()), "A site has at most 20 allowed origins.";
    SITE_WELCOME_EMPTY = text(WelcomeText::EMPTY), "The welcome text must have at least one visible character.";
    SITE_WELCOME_INVALID = text(WelcomeText::INVALID), "The welcome text contains a character that is not allowed.";
    SITE_WELCOME_TOO_LONG = text(WelcomeText::TOO_LONG), "The welcome text has at most 200 characters.";
    STREAM_TOO_MANY = code(429, "stream.too_many"),
        "The member has as many live streams open as the limit allows. Close one, or wait.";
    TICKET_INVALID = code(401, "ticket.invalid"),
        "The ticket is unknown, used, expired, or of another site. Ask for a new one with GiveStreamTicket.";
    TICKET_TOO_MANY = code(503, "ticket.too_many"),
        "Too many stream tickets are waiting to be used. Ask again after `Retry-After`.";
    TOKEN_INVALID = code(401, "token.invalid"),
        "The token is malformed, expired, signed with another key, or lacks a claim. Let your back end sign a new \
        one, and compare its claims with the section Authentication of `/docs`.";
    TOKEN_MISSING = code(401, "token.missing"), "The request has no token. Send `Authorization: Bearer <token>`.";
    TOKEN_OTHER_SITE = code(403, "token.other_site"), "The token is for another site than the one in the path.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusal_of_the_domain_has_one_row_with_its_status() {
        let domain = [SiteError::REASONS, MemberError::REASONS, ConversationError::REASONS, MessageError::REASONS];
        for reason in domain.into_iter().flatten() {
            let rows = MEANINGS.iter().filter(|(code, _)| *code == refusal(*reason)).count();
            assert_eq!(rows, 1, "{reason:?}");
        }
    }

    #[test]
    fn codes_are_in_order_and_distinct() {
        let names: Vec<&str> = MEANINGS.iter().map(|(code, _)| code.name).collect();
        assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
    }

    #[test]
    fn every_status_is_known_to_http() {
        for (code, _) in MEANINGS {
            assert_eq!(code.status().as_u16(), code.status, "{code:?}");
            assert!(code.status().canonical_reason().is_some(), "{code:?}");
        }
    }
}
