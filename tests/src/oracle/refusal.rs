//! The refusals: status, code, and the rule of the brief.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub rule: &'static str,
}

const fn refusal(status: u16, code: &'static str, rule: &'static str) -> Refusal {
    Refusal { status, code, rule }
}

/// The first refusal that applies.
pub(super) fn first<const N: usize>(refusals: [Option<Refusal>; N]) -> Option<Refusal> {
    refusals.into_iter().flatten().next()
}

impl Refusal {
    pub(super) const fn when(self, applies: bool) -> Option<Self> {
        if applies { Some(self) } else { None }
    }
}

macro_rules! refusals {
    ($($name:ident = $status:literal $code:literal, $rule:literal;)+) => {
        $(pub(super) const $name: Refusal = refusal($status, $code, $rule);)+
    };
}

refusals! {
    TOKEN_MISSING = 401 "token.missing", "Identity: every request carries a token";
    TOKEN_OTHER_SITE = 403 "token.other_site", "P12: two sites never see each other";
    ID_INVALID = 400 "id.invalid", "The service derives ids, clients draw them";

    SITE_OPERATOR_ONLY = 403 "site.operator_only", "S1: sites are registered, closed and listed by the operator";
    SITE_OPERATOR_OR_OWNER_ONLY = 403 "site.operator_or_owner_only", "S1: changed by the operator or the owner";
    SITE_OWNER_ONLY = 403 "site.owner_only", "S2, S3, C4, D2: the owner decides, replays and lists all groups";
    MEMBER_CHAT_OFF = 403 "member_chat.disabled", "S2: off, members can only write to the business";

    NOT_REGISTERED = 403 "member.not_registered", "M1: an unregistered caller is not a member";
    PENDING = 403 "member.pending", "M1: where approval is manual, a member waits";
    BLOCKED = 403 "member.blocked", "M2: a blocked member can read and send nothing";
    REMOVED = 403 "member.removed", "M2: nor can a removed one";
    MUTED = 403 "member.muted", "M3: a muted member cannot write to members";
    NOT_IN_COMMUNITY = 403 "member.not_in_community", "M5: members outside the community can write to the business";
    MEMBER_NOT_FOUND = 404 "member.not_found", "M2, M5, M6: a hidden member does not exist";
    OPERATOR_OR_OWNER_ONLY = 403 "member.operator_or_owner_only", "M1: registered by the operator or owner";
    STAFF_ONLY = 403 "member.staff_only", "M2, M3, M4: by owner or staff";
    STAFF_ROLE_BY_OWNER = 403 "role.owner_only", "M4: the owner appoints staff";
    MEMBER_ONLY = 403 "member.oneself_only", "M5, M6, C1: only the member";
    WAS_REMOVED = 409 "member.was_removed", "M2: only the owner undoes a removal";
    IS_STAFF = 409 "member.is_staff", "M2, M6: staff lose their role first";
    IS_OWNER = 409 "member.is_owner", "M2: never against the owner";
    NOT_YOURSELF = 409 "member.oneself", "M2, M6: never against yourself";
    BLOCKED_AS_STAFF = 409 "role.member_blocked", "M2: a blocked member does not return as staff";

    CONVERSATION_NOT_FOUND = 404 "conversation.not_found", "Private stays private: to others it does not exist";
    CONVERSATION_ID_TAKEN = 409 "conversation.id_taken", "An id names one conversation";
    DIRECT_WITH_YOURSELF = 422 "direct.with_oneself", "C2: a direct conversation has two members";
    CREATION_STAFF_ONLY = 403 "group.creation_staff_only", "S3: only staff create groups where the owner says so";
    NOT_IN_ROSTER = 422 "group.participant_not_in_roster", "C3, C5: participants are of the roster";
    TOO_MANY = 422 "group.too_many_participants", "S3: a group has a maximum";
    NOT_A_GROUP = 409 "conversation.not_a_group", "C3 to C8 are about groups";
    IMAGE_NOT_FOUND = 404 "group.image_not_found", "G8: only a group has an image, until it is closed";
    ADMIN_ONLY = 403 "group.admin_only", "C4, C5, C7, C8, G2: admins and the owner manage";
    OUT_OF_REACH = 403 "conversation.out_of_reach", "M6: no direct conversation continues across a block";
    CLOSED = 409 "conversation.closed", "C8: a deleted group is closed";
    NOT_A_PARTICIPANT = 404 "group.not_a_participant", "C7: only participants are admins";
    LAST_ADMIN = 409 "group.last_admin", "C7: a group has an active admin";

    MESSAGE_NOT_FOUND = 404 "message.not_found", "G4: an earlier message does not exist";
    MESSAGE_ID_TAKEN = 409 "message.id_taken", "G1: an id with other content is refused";
    UNKNOWN_REPLY = 422 "message.reply_to_unknown", "G3: replies are to visible messages";
    AUTHOR_ONLY = 403 "message.author_only", "G2: edited by the author";
    DELETED = 409 "message.deleted", "G2: a deleted message stays empty";
}
