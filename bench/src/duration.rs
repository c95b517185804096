//! How long a measurement may last.

/// An argument.
pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= 600.0 => Ok(seconds),
        _ => Err("must be more than 0 and at most 600".to_owned()),
    }
}
