//! Why commands are rejected: one enum for each aggregate. The code of a refusal is stable, and its kind
//! determines the HTTP status.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The command itself breaks a rule, whatever the state.
    Invalid,
    /// The actor lacks the permission.
    Forbidden,
    /// The target does not exist, or the actor may not know that it exists.
    NotFound,
    /// The command contradicts the current state.
    Conflict,
}

/// The element of a list in the command that a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListElement {
    /// The name of the field.
    pub list: &'static str,
    /// From 0.
    pub index: usize,
}

impl ListElement {
    pub(crate) fn first_failing<T>(list: &'static str, items: &[T], check: impl Fn(&T) -> bool) -> Option<Self> {
        items.iter().position(|item| !check(item)).map(|index| Self { list, index })
    }
}

pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// Stable, `<aggregate>.<what>`.
    fn code(&self) -> &'static str;
    fn kind(&self) -> RefusalKind;
    /// The offending element, if the refusal is about one element of a list.
    fn element(&self) -> Option<ListElement> {
        None
    }
}

/// Defines an error enum. Each variant has a code, a kind and a message for users. After `from` come the
/// refusals of other aggregates that commands of this one can return. A variant marked `of ListElement`
/// holds the offending element of a list, if there is one.
macro_rules! refusals {
    (
        $(#[$doc:meta])* $name:ident { $($variant:ident $(of $element:ident)? => $code:literal, $kind:ident, $sentence:literal;)* }
        $(from { $($wrapper:ident($inner:ty)),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum $name {
            $(#[doc = concat!("`", $code, "`: `", $sentence, "`.")] #[error($sentence)] $variant $((Option<$element>))?,)*
            $($(#[doc = concat!("A refusal of [`", stringify!($inner), "`].")] #[error(transparent)] $wrapper(#[from] $inner),)+)?
        }

        impl $name {
            /// The code and kind of each refusal that is not one of another aggregate.
            pub const REASONS: &[(&'static str, RefusalKind)] = &[$(($code, RefusalKind::$kind)),*];

            #[must_use]
            pub const fn reason(self) -> (&'static str, RefusalKind) {
                match self {
                    $(Self::$variant { .. } => ($code, RefusalKind::$kind),)*
                    $($(Self::$wrapper(inner) => inner.reason(),)+)?
                }
            }
        }

        impl Refusal for $name {
            fn code(&self) -> &'static str {
                self.reason().0
            }

            fn kind(&self) -> RefusalKind {
                self.reason().1
            }

            fn element(&self) -> Option<ListElement> {
                $($(
                    if let Self::$variant(element) = self {
                        let element: &Option<$element> = element;
                        return *element;
                    }
                )?)*
                $($(
                    if let Self::$wrapper(inner) = self {
                        return inner.element();
                    }
                )+)?
                None
            }
        }
    };
}

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
        TooManyBadges => "site.too_many_badges", Invalid, "a site can set the look of at most 100 badges";
        TooManyOrigins => "site.too_many_origins", Invalid, "a site can have at most 20 allowed origins";
    }
}

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

refusals! {
    MessageError {
        NotFound => "message.not_found", NotFound, "no such message";
        IdTaken => "message.id_taken", Conflict, "this id already names another message";
        UnknownReply => "message.reply_to_unknown", Invalid, "reply_to is not a message of this conversation";
        AuthorOnly => "message.author_only", Forbidden, "only the author may edit a message";
        Deleted => "message.deleted", Conflict, "the message was deleted";
        NotAnEmoji => "reaction.not_an_emoji", Invalid, "a reaction must be exactly one emoji";
        TooManyEmoji => "reaction.too_many_emoji", Conflict, "a message can have at most 20 different emoji";
    }
    from { Site(SiteError), Member(MemberError), Conversation(ConversationError) }
}

refusals! {
    ParticipationError {}
    from { Conversation(ConversationError), Message(MessageError) }
}
