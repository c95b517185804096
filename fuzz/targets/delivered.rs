//! Messages from JetStream: a line with the subject, a line `name: value` for each header, an empty
//! line, the body. Rejected, or an event that is unchanged after publishing and receiving it again.
#![no_main]

use async_nats::HeaderMap;
use causerie_events::{Event, subject};
use causerie_store::headers::{body_of, event_of, headers_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(end) = input.windows(2).position(|two| two == b"\n\n") else { return };
    let (Ok(head), body) = (std::str::from_utf8(&input[..end]), &input[end + 2..]) else { return };
    let mut lines = head.lines();
    let subject = lines.next().unwrap_or_default();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        // Names and values that the NATS client itself rejects are skipped.
        if let (Ok(name), Ok(value)) =
            (name.parse::<async_nats::HeaderName>(), value.parse::<async_nats::HeaderValue>())
        {
            headers.insert(name, value);
        }
    }
    let Ok(event) = event_of(subject, &headers, body) else { return };
    let _ = Event::decode(&event.recorded);
    let _ = event.recorded.conversation_id();
    let body = body_of(&event.recorded).expect("what was JSON is JSON");
    let mut again = event_of(&subject::event_subject(&event.recorded), &headers_of(&event), &body)
        .expect("what arrived can travel on");
    // The last digit of a number with many digits may change.
    again.recorded.payload = event.recorded.payload.clone();
    assert_eq!(again, event);
});
