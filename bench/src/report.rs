//! Statistics and output: JSON lines on stdout, notes and tables on stderr.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// Prints one JSON object as a line on stdout.
pub(crate) fn json_line(value: &impl Serialize) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    serde_json::to_writer(&mut stdout, value)?;
    writeln!(stdout)?;
    Ok(stdout.flush()?)
}

/// Prints one line on stderr.
pub(crate) fn note(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stderr(), "{text}")?)
}

/// A histogram of microseconds up to ten minutes, with three digits.
pub(crate) fn histogram() -> anyhow::Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, 600_000_000, 3)?)
}

pub(crate) fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "no count exceeds 2^52")]
pub(crate) const fn float(count: u64) -> f64 {
    count as f64
}

/// `18,204`; fractions below ten as `0.3`.
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

/// The median of several runs, with the smallest and the largest value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    min: f64,
    max: f64,
}

impl Spread {
    /// NaN if there are no values.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (Some(&min), Some(&max)) = (values.first(), values.last()) else {
            return Self { median: f64::NAN, min: f64::NAN, max: f64::NAN };
        };
        let middle = values.len() / 2;
        let median = f64::midpoint(values[middle], values[(values.len() - 1) / 2]);
        Self { median, min, max }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}..{})", thousands(self.median), thousands(self.min), thousands(self.max))
    }
}

pub(crate) struct Table {
    lines: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<const N: usize>(header: [&str; N]) -> Self {
        Self { lines: vec![header.map(str::to_owned).to_vec()] }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.lines.push(cells.into());
    }

    /// An indented line without columns.
    pub(crate) fn note(&mut self, text: &str) {
        self.lines.push(vec![format!("  {text}")]);
    }

    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let rows = || self.lines.iter().filter(|line| line.len() > 1);
        let width = |column: usize| rows().map(|row| row[column].chars().count()).max().unwrap_or_default();
        note("")?;
        for line in &self.lines {
            let text: Vec<String> = match line.as_slice() {
                [text] => vec![text.clone()],
                cells => {
                    (0..).zip(cells).map(|(column, cell)| format!("{cell:<width$}", width = width(column))).collect()
                }
            };
            note(text.join("  ").trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_by_commas() {
        assert_eq!(thousands(0.33), "0.3");
        assert_eq!(thousands(7.0), "7");
        assert_eq!(thousands(18_204.0), "18,204");
        assert_eq!(thousands(1_000_000.0), "1,000,000");
    }

    #[test]
    fn median_of_an_even_number_of_values_is_the_midpoint() {
        assert!((Spread::of([4.0, 1.0, 3.0, 2.0]).median - 2.5).abs() < f64::EPSILON);
        assert_eq!(Spread::of([5.0, 1.0, 2.0]).to_string(), "2 (1..5)");
        assert!(Spread::of([]).median.is_nan());
    }
}
