//! Error codes that operations have in common.

use super::doc::Codes;
use crate::codes;

/// Of all requests with a token.
pub(super) const CALLER_CODES: Codes = &[
    codes::ID_INVALID,
    codes::REQUEST_INVALID,
    codes::TOKEN_MISSING,
    codes::TOKEN_INVALID,
    codes::TOKEN_OTHER_SITE,
    codes::SITE_CLOSED,
    codes::REQUEST_CONTENDED,
    codes::RATE_EXCEEDED,
    codes::INTERNAL,
    codes::SERVICE_UNAVAILABLE,
    codes::SERVICE_BUSY,
    codes::SERVICE_STOPPING,
    codes::REQUEST_TIMEOUT,
];

/// Of all requests: overload, timeout, failure.
pub(crate) const SERVICE_CODES: Codes =
    &[codes::SERVICE_BUSY, codes::REQUEST_TIMEOUT, codes::RATE_EXCEEDED, codes::REQUEST_INVALID, codes::INTERNAL];

/// Of a JSON body.
pub(super) const BODY_CODES: Codes =
    &[codes::BODY_MALFORMED, codes::BODY_INCOMPLETE, codes::BODY_TOO_LARGE, codes::BODY_NOT_JSON, codes::BODY_INVALID];

/// The caller may not read.
pub(crate) const STANDING: Codes =
    &[codes::MEMBER_NOT_REGISTERED, codes::MEMBER_PENDING, codes::MEMBER_BLOCKED, codes::MEMBER_REMOVED];

/// The caller may not write to other members now.
pub(crate) const VOICE: Codes = &[
    codes::MEMBER_MUTED,
    codes::MEMBER_NOT_IN_COMMUNITY,
    codes::MEMBER_CHAT_DISABLED,
    codes::CONVERSATION_OUT_OF_REACH,
    codes::SITE_NOT_FOUND,
];

pub(crate) const CONVERSATION: Codes = &[codes::CONVERSATION_NOT_FOUND];

/// Only group admins and the owner may do this.
pub(crate) const MANAGER: Codes =
    &[codes::CONVERSATION_NOT_FOUND, codes::CONVERSATION_NOT_A_GROUP, codes::GROUP_ADMIN_ONLY];

pub(crate) const MESSAGE_TEXT: Codes =
    &[codes::MESSAGE_TEXT_EMPTY, codes::MESSAGE_TEXT_TOO_LONG, codes::MESSAGE_TEXT_INVALID];
pub(crate) const GROUP_NAME: Codes = &[codes::GROUP_NAME_EMPTY, codes::GROUP_NAME_TOO_LONG, codes::GROUP_NAME_INVALID];
