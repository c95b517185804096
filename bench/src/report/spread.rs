//! Several runs of one measurement.

use std::fmt;

/// Their median, least and most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// None of none.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
        Some(Self { median, min, max })
    }

    /// `median (min..max)`, each written by `write`.
    pub(crate) fn text(&self, write: impl Fn(f64) -> String) -> String {
        format!("{} ({}..{})", write(self.median), write(self.min), write(self.max))
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(super::thousands))
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert!((Spread::of([4.0, 1.0, 3.0, 2.0]).unwrap().median - 2.5).abs() < f64::EPSILON);
        assert_eq!(Spread::of([5.0, 1.0, 2.0]).unwrap().to_string(), "2 (1..5)");
        assert!(Spread::of([]).is_none());
    }
}
