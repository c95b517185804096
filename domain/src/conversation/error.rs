//! Why a conversation refuses.

use crate::error::refusals;
use crate::member::MemberError;
use crate::site::SiteError;

refusals! {
    /// Why a command to a conversation is refused.
    ConversationError {
        NotFound => "conversation.not_found", NotFound, "no such conversation";
        IdTaken => "conversation.id_taken", Conflict, "this id already names another conversation";
        Closed => "conversation.closed", Conflict, "the group is closed";
        CreationStaffOnly => "group.creation_staff_only", Forbidden, "on this site only staff may create groups";
        AdminOnly => "group.admin_only", Forbidden, "only an admin of the group or the owner of the site may do this";
        NotInRoster => "group.participant_not_in_roster", Invalid,
            "a participant is not an active member of the community of this site";
        TooManyParticipants => "group.too_many_participants", Invalid,
            "the group would have more participants than the site allows";
    }
    from { Site(SiteError), Member(MemberError) }
}
