//! The grammars: ids, labels, streams, texts, emoji. What is taken is within its limits, and nothing of it can be mistaken
//! for a part of a subject or of another stream's name.
#![no_main]

use causerie_events::{
    ConversationId, DisplayName, Emoji, GroupName, ImageId, Label, MemberId, MessageId, MessageText, SiteId, SiteName,
    StreamId, subject,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(site) = text.parse::<SiteId>() {
        assert!(text.len() <= 63 && !text.contains(['.', '*', '>', '/', ' ']), "{text:?}");
        assert_eq!(subject::of_site(&site).split('.').count(), 4);
        assert_eq!(StreamId::parse("site", text), Ok(StreamId::site(&site)));
    }
    if let Ok(member) = text.parse::<MemberId>() {
        assert!(text.len() <= 64 && !text.contains(['/', ' ', '\0']), "{text:?}");
        let (site, conversation) = ("acme".parse().expect("a site"), ConversationId::from(uuid::Uuid::nil()));
        let stream = StreamId::participation(&site, conversation, &member);
        assert_eq!(stream.participant(), Some((conversation, member)));
    }
    if text.parse::<Label>().is_ok() {
        assert!(text.len() <= 32 && !text.contains(['/', ' ', '\0']), "{text:?}");
    }
    if let Some((kind, id)) = text.split_once(':')
        && let Ok(stream) = StreamId::parse(kind, id)
    {
        assert_eq!(stream.to_string(), text);
        let _ = (stream.participant(), stream.local_id());
    }
    if let Ok(id) = text.parse::<ConversationId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(text.parse::<MessageId>().is_ok() && text.parse::<ImageId>().is_ok());
    }
    let within = |longest: usize| text.chars().count() <= longest && !text.contains('\0') && !text.trim().is_empty();
    assert_eq!(MessageText::parse(text).is_ok(), within(MessageText::MAX_CHARS), "{text:?}");
    assert_eq!(GroupName::parse(text).is_ok(), within(GroupName::MAX_CHARS), "{text:?}");
    assert_eq!(SiteName::parse(text).is_ok(), within(SiteName::MAX_CHARS), "{text:?}");
    assert_eq!(DisplayName::parse(text).is_ok(), within(DisplayName::MAX_CHARS), "{text:?}");
    assert_eq!(Emoji::parse(text).is_ok(), within(Emoji::MAX_CHARS), "{text:?}");
    // Whatever is an emoji by the table fits in.
    assert!(emojis::get(text).is_none() || Emoji::parse(text).is_ok(), "{text:?}");
});
