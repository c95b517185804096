//! Why a message is refused.

use crate::conversation::ConversationError;
use crate::error::refusals;
use crate::member::MemberError;
use crate::site::SiteError;

refusals! {
    /// Why a command to a message is refused.
    MessageError {
        IdTaken => "message.id_taken", Conflict, "this id already names another message";
        UnknownReply => "message.reply_to_unknown", Invalid, "reply_to names no message of this conversation";
    }
    from { Site(SiteError), Member(MemberError), Conversation(ConversationError) }
}
