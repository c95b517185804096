//! What was measured: a line of JSON each, and a table at the end.

mod measurement;
mod spread;
mod table;

pub(crate) use measurement::Measurement;
pub(crate) use spread::Spread;
pub(crate) use table::print_commands;

use std::io::Write;

use serde::Serialize;

/// One line on stdout.
pub(crate) fn line(value: &impl Serialize) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    serde_json::to_writer(&mut stdout, value)?;
    writeln!(stdout)?;
    Ok(stdout.flush()?)
}

/// One line on stderr.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stderr(), "{text}")?)
}

/// A count, for rates and ratios.
#[expect(clippy::cast_precision_loss, reason = "nothing is counted beyond 2^52")]
pub(crate) const fn float(count: u64) -> f64 {
    count as f64
}

/// `18,204`; `0.3` of what is less than ten.
pub(crate) fn thousands(number: f64) -> String {
    if number < 9.95 && number.fract() != 0.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(super::thousands(0.33), "0.3");
        assert_eq!(super::thousands(7.0), "7");
        assert_eq!(super::thousands(18_204.0), "18,204");
        assert_eq!(super::thousands(1_000_000.0), "1,000,000");
    }
}
