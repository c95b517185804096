//! Why a command to or by a member is rejected.

use crate::error::refusals;
use crate::site::SiteError;

refusals! {
    MemberError {
        NotFound => "member.not_found", NotFound, "no such member";
        OperatorOrOwnerOnly => "member.operator_or_owner_only", Forbidden,
            "only the operator or the owner of the site may register members";
        StaffOnly => "member.staff_only", Forbidden, "only the owner of the site and staff may do this";
        SelfOnly => "member.oneself_only", Forbidden, "only the member may do this";
        RoleOwnerOnly => "role.owner_only", Forbidden, "only the owner of the site may assign this role";
        ReservedRole => "role.reserved", Invalid, "this role cannot be assigned";
        TooManyLabels => "member.too_many_labels", Conflict, "a member has at most 20 roles and 20 badges";
        RoleMemberBlocked => "role.member_blocked", Conflict, "a blocked member cannot be staff";
        IsStaff => "member.is_staff", Conflict, "staff cannot be blocked or removed; unassign the role first";
        IsOwner => "member.is_owner", Conflict, "staff cannot block, mute or remove the owner of the site";
        NotSelf => "member.oneself", Conflict, "you cannot do this to yourself";
        WasRemoved => "member.was_removed", Conflict,
            "the member was removed; only the owner can register them again";
        TooManyBlocked => "contact.too_many_blocked", Conflict, "a member can block at most 1,000 others";
        InvalidAvatar => "member.avatar_url_invalid", Invalid,
            "the avatar must be an http or https address of at most 2,048 characters";
        NotRegistered => "member.not_registered", Forbidden, "you are not registered with this site";
        Removed => "member.removed", Forbidden, "you were removed from this site";
        Pending => "member.pending", Forbidden, "your membership is waiting for approval";
        Blocked => "member.blocked", Forbidden, "you are blocked on this site";
        Muted => "member.muted", Forbidden, "you may write to the business only";
        NotInCommunity => "member.not_in_community", Forbidden, "you have not joined the community of this site";
    }
    from { Site(SiteError) }
}
