//! Why a command to a conversation is rejected.

use crate::error::refusals;
use crate::member::MemberError;
use crate::site::SiteError;

refusals! {
    ConversationError {
        NotFound => "conversation.not_found", NotFound, "no such conversation";
        IdTaken => "conversation.id_taken", Conflict, "this id already names another conversation";
        Closed => "conversation.closed", Conflict, "the group is closed";
        NotAGroup => "conversation.not_a_group", Conflict, "only groups can be changed in this way";
        OutOfReach => "conversation.out_of_reach", Forbidden, "the other member cannot receive messages at the moment";
        DirectWithSelf => "direct.with_oneself", Invalid, "you cannot start a direct conversation with yourself";
        CreationStaffOnly => "group.creation_staff_only", Forbidden, "on this site only staff may create groups";
        AdminOnly => "group.admin_only", Forbidden, "only an admin of the group or the owner of the site may do this";
        LastAdmin => "group.last_admin", Conflict, "a group needs at least one active admin; make another participant an admin first";
        NotAParticipant => "group.not_a_participant", NotFound, "this member is not in the group";
        NotInRoster of ListElement => "group.participant_not_in_roster", Invalid,
            "a participant is not an active member of the community of this site";
        TooManyParticipants => "group.too_many_participants", Invalid,
            "the group would exceed the maximum number of active participants on this site";
    }
    from { Site(SiteError), Member(MemberError) }
}
