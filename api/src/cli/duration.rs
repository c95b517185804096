//! Parses durations.

use std::time::Duration;

/// Parses durations such as `90s`, `15m`, `1h` and `7d`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let invalid = || format!("{text:?} is not a duration; pass one such as 90s, 15m, 1h or 7d");
    let unit = text.chars().last().ok_or_else(invalid)?;
    let number: u64 = text.strip_suffix(unit).and_then(|number| number.parse().ok()).ok_or_else(invalid)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(invalid()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(invalid)
}
