//! Why a command to a message is rejected.

use crate::conversation::ConversationError;
use crate::error::refusals;
use crate::member::MemberError;
use crate::site::SiteError;

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
