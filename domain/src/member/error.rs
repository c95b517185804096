//! Why a member is refused.

use crate::error::refusals;
use crate::site::SiteError;

refusals! {
    /// Why a command to or by a member is refused.
    MemberError {
        NotFound => "member.not_found", NotFound, "no such member";
        OperatorOrOwnerOnly => "member.operator_or_owner_only", Forbidden,
            "only the operator or the owner may register members";
        StaffOnly => "member.staff_only", Forbidden, "only the owner and staff may do this";
        InvalidAvatar => "member.avatar_url_invalid", Invalid,
            "the avatar must be an http or https address of at most 2,048 characters";
        NotRegistered => "member.not_registered", Forbidden, "you are not registered with this site";
        Pending => "member.pending", Forbidden, "your membership waits for approval";
        Blocked => "member.blocked", Forbidden, "you are blocked on this site";
        NotInCommunity => "member.not_in_community", Forbidden, "you have not joined the community of this site";
    }
    from { Site(SiteError) }
}
