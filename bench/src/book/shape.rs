//! How a cost grows: in a word.

/// Less than this much more from the first point to the last is none.
const FLAT: f64 = 1.35;

/// `flat`, `linear`, or the power; by the first and the last point, and where it has only begun to grow there by the last two.
pub(super) fn of(points: &[(f64, f64)]) -> String {
    let ([first, ..], [.., before, last]) = (points, points) else { return "not measured".to_owned() };
    let growth = last.1 / first.1;
    if growth < FLAT {
        return format!("flat (× {growth:.2} from {} to {})", size(first.0), size(last.0));
    }
    let power = (last.1 / before.1).ln() / (last.0.max(1.0) / before.0.max(1.0)).ln();
    let how = match power {
        power if power < 0.8 => "less than linear",
        power if power <= 1.2 => "linear",
        _ => "more than linear",
    };
    format!("{how} (× {growth:.1} from {} to {})", size(first.0), size(last.0))
}

fn size(number: f64) -> String {
    crate::report::thousands(number)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn growth_has_a_name() {
        assert_eq!(of(&[(0.0, 1.0), (1_000.0, 1.1), (1e6, 1.2)]), "flat (× 1.20 from 0 to 1,000,000)");
        assert_eq!(of(&[(1.0, 1.0), (100.0, 2.0), (1_000.0, 20.0)]), "linear (× 20.0 from 1 to 1,000)");
        assert_eq!(of(&[(1.0, 1.0), (10.0, 100.0)]), "more than linear (× 100.0 from 1 to 10)");
        assert_eq!(of(&[(1.0, 1.0), (100.0, 2.0)]), "less than linear (× 2.0 from 1 to 100)");
        assert_eq!(of(&[(1.0, 1.0)]), "not measured");
    }
}
