//! The grammars: ids, labels, streams, texts, emoji. An accepted value is within its limits, and
//! cannot be mistaken for a part of a subject or of another stream's name.
#![no_main]

use causerie_events::text::is_blank;
use causerie_events::{
    ConversationId, DisplayName, Emoji, GroupName, ImageId, Label, MemberId, MessageId, MessageText, SiteId, SiteName,
    StreamId, subject,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(site) = text.parse::<SiteId>() {
        assert!(text.len() <= 63 && !text.contains(['.', '*', '>', '/', ' ']), "{text:?}");
        assert_eq!(subject::site_subjects(&site).split('.').count(), 4);
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
    // An accepted text is within its limits, and parsing the stored text returns it unchanged.
    macro_rules! texts {
        ($($kind:ident),+) => {
            $(if let Ok(parsed) = $kind::parse(text) {
                let stored = parsed.as_str();
                assert!(stored.chars().count() <= $kind::MAX_CHARS && !stored.contains('\0'), "{text:?}");
                assert!(!is_blank(stored), "{text:?}");
                assert_eq!($kind::parse(stored).as_ref(), Ok(&parsed), "{text:?}");
            })+
        };
    }
    texts!(MessageText, GroupName, SiteName, DisplayName, Emoji);
    // Every emoji of the table is accepted.
    assert!(emojis::get(text).is_none() || Emoji::parse(text).is_ok(), "{text:?}");
});
