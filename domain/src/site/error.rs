//! Why a command to a site is rejected.

use crate::error::refusals;

refusals! {
    SiteError {
        NotFound => "site.not_found", NotFound, "no such site";
        RegisteredDifferently => "site.registered_differently", Conflict,
            "the site is registered with another name, locale or origins";
        OperatorOnly => "site.operator_only", Forbidden, "only the operator may do this";
        OperatorOrOwnerOnly => "site.operator_or_owner_only", Forbidden,
            "only the operator or the owner of the site may do this";
        Closed => "site.closed", Forbidden, "the site is closed";
        MemberChatDisabled => "member_chat.disabled", Forbidden, "member chat is switched off on this site";
        OwnerOnly => "site.owner_only", Forbidden, "only the owner of the site may do this";
        InvalidLocale => "site.locale_invalid", Invalid, "invalid locale; use a language tag such as fr or en-GB";
        InvalidMaxParticipants => "site.max_participants_invalid", Invalid,
            "max_participants must be 2 to 1,000";
        TooManyOrigins => "site.too_many_origins", Invalid, "a site can have at most 20 allowed origins";
    }
}
