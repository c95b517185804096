//! Position tokens, and the `until` of a replay: rejected, or equal after formatting and parsing
//! again.
#![no_main]

use causerie_api::log_bound::LogBound;
use causerie_events::Position;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(position) = text.parse::<Position>() {
        assert_eq!(position.to_string().parse(), Ok(position), "{text:?}");
        assert_eq!(text.parse(), Ok(LogBound::Position(position)), "{text:?}");
    }
    if let Ok(LogBound::Time(time)) = text.parse() {
        assert_eq!(time.to_string().parse(), Ok(LogBound::Time(time)), "{text:?}");
    }
});
