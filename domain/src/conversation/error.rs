//! Why a command to a conversation is rejected.

use crate::error::refusals;
use crate::member::MemberError;
use crate::site::SiteError;

refusals! {
    /// Why a command to a conversation, or to a message in it, is refused.
    ConversationError {
        NotFound => "conversation.not_found", NotFound, "no such conversation";
        IdTaken => "conversation.id_taken", Conflict, "this id already names another conversation";
        Closed => "conversation.closed", Conflict, "the group is closed";
        NotAGroup => "conversation.not_a_group", Conflict, "only a group can be changed in this way";
        OutOfReach => "conversation.out_of_reach", Forbidden, "the other cannot be reached at the moment";
        DirectWithOneself => "direct.with_oneself", Invalid, "a direct conversation is with another member";
        CreationStaffOnly => "group.creation_staff_only", Forbidden, "on this site only staff may create groups";
        AdminOnly => "group.admin_only", Forbidden, "only an admin of the group or the owner of the site may do this";
        LastAdmin => "group.last_admin", Conflict, "a group has at least one admin who can act; make another participant one first";
        NotAParticipant => "group.not_a_participant", NotFound, "this member is not in the group";
        NotInRoster of Element => "group.participant_not_in_roster", Invalid,
            "a participant is not an active member of the community of this site";
        TooManyParticipants => "group.too_many_participants", Invalid,
            "the group would have more participants who can take part than the site allows";
    }
    from { Site(SiteError), Member(MemberError) }
}
