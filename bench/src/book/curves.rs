//! Curves over sizes that grow by powers of ten, both ways logarithmic: what is flat is a level line, what is linear goes
//! up by a power with each power.

use super::svg::{Anchor, Drawing, WIDTH};
use crate::report::thousands;

const LEFT: f64 = 70.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 70.0;
const HEIGHT: f64 = 240.0;
/// The room of a number below the curves.
const LABEL: f64 = 60.0;

/// One curve.
pub(super) struct Curve {
    pub(super) name: String,
    /// Size and cost.
    pub(super) points: Vec<(f64, f64)>,
}

/// The scale of one side: what is at its two ends, as powers of ten.
#[derive(Clone, Copy)]
struct Scale {
    from: f64,
    to: f64,
}

impl Scale {
    /// From a power of ten to a power of ten.
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min).log10().floor();
        let most = values.fold(f64::NEG_INFINITY, f64::max).log10().ceil();
        Self { from: least, to: most.max(least + 1.0) }
    }

    fn place(self, value: f64) -> f64 {
        (value.log10() - self.from) / (self.to - self.from)
    }

    fn powers(self) -> impl Iterator<Item = f64> {
        let steps = (0..20).map(move |step| self.from + f64::from(step));
        steps.take_while(move |power| *power <= self.to).map(|power| 10_f64.powf(power))
    }
}

/// `size` says what grows; the unit of the cost stands in `about`.
pub(super) fn draw(title: &str, about: &str, size: &str, curves: &[Curve]) -> String {
    let mut drawing = Drawing::new(title, about);
    let all = || curves.iter().flat_map(|curve| &curve.points).copied();
    // None at all is drawn where one is.
    let across = Scale::of(all().map(|(size, _)| size.max(1.0)));
    let up = Scale::of(all().map(|(_, cost)| cost));
    let at = |(size, cost): (f64, f64)| {
        (LEFT + across.place(size.max(1.0)) * (WIDTH - LEFT - RIGHT), TOP + HEIGHT * (1.0 - up.place(cost)))
    };
    for power in up.powers() {
        let (_, y) = at((1.0, power));
        drawing.line((LEFT, y), (WIDTH - RIGHT, y));
        drawing.text((LEFT - 8.0, y + 4.0), Anchor::End, "quiet", &written(power));
    }
    let mut sizes: Vec<f64> = all().map(|(size, _)| size).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let mut free = 0.0;
    for number in sizes {
        let (x, _) = at((number, 1.0));
        if x >= free {
            drawing.text((x, TOP + HEIGHT + 20.0), Anchor::Middle, "quiet", &thousands(number));
            free = x + LABEL;
        }
    }
    drawing.text((LEFT, TOP + HEIGHT + 42.0), Anchor::Start, "quiet", size);
    let mut labels: Vec<f64> = Vec::new();
    for (index, curve) in curves.iter().enumerate() {
        let class = format!("s{}", index % 4);
        let points: Vec<_> = curve.points.iter().map(|point| at(*point)).collect();
        drawing.curve(&points, &class);
        if let Some((_, y)) = points.last() {
            // Two that end at one place must both be read.
            let mut y = y + 4.0;
            while labels.iter().any(|other| (other - y).abs() < 15.0) {
                y += 15.0;
            }
            labels.push(y);
            drawing.text((WIDTH - RIGHT + 10.0, y), Anchor::Start, &format!("label {class}"), &curve.name);
        }
    }
    drawing.finish(TOP + HEIGHT + 58.0, title)
}

fn written(power: f64) -> String {
    if power < 1.0 { format!("{power}") } else { thousands(power) }
}
