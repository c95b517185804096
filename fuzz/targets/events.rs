//! Events from the log, in any version. The first line is `<aggregate> <type>.v<version>`, the rest
//! is JSON. Rejected, or an event that is unchanged after encoding and decoding it again.
#![no_main]

use causerie_events::{AggregateType, Event};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    let Some((head, body)) = split(input) else { return };
    let Some((aggregate, name)) = head.split_once(' ') else { return };
    let Some((event_type, version)) = name.rsplit_once(".v") else { return };
    let (Ok(aggregate), Ok(payload)) = (aggregate.parse::<AggregateType>(), serde_json::from_slice::<Value>(body))
    else {
        return;
    };
    let Ok(event) = Event::decode_parts(aggregate, event_type, version, &payload) else { return };
    let written = match &event {
        Event::Site(event) => serde_json::to_value(event),
        Event::Member(event) => serde_json::to_value(event),
        Event::Conversation(event) => serde_json::to_value(event),
        Event::Message(event) => serde_json::to_value(event),
        Event::Participation(event) => serde_json::to_value(event),
    };
    let written = written.expect("an event can be written");
    let again = Event::decode_parts(aggregate, event_type, version, &written).expect("what we write we read");
    assert_eq!(again, event);
});

fn split(input: &[u8]) -> Option<(&str, &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&input[..end]).ok()?, &input[end + 1..]))
}
