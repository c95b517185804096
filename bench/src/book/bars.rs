//! Bars in groups.

use super::svg::{Anchor, Drawing, WIDTH};

const LEFT: f64 = 130.0;
const RIGHT: f64 = 110.0;
const TOP: f64 = 66.0;
const BAR: f64 = 20.0;
const ROW: f64 = 26.0;
const GAP: f64 = 34.0;

/// One bar.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) value: f64,
    /// How it is written.
    pub(super) text: String,
    /// Ours stand out.
    pub(super) ours: bool,
}

/// Groups of bars on one scale from 0. What is longer than `most` runs off it, and says so.
pub(super) fn draw(title: &str, about: &str, groups: &[(String, Vec<Bar>)], most: f64) -> String {
    let mut drawing = Drawing::new(title, about);
    let mut y = TOP;
    for (group, bars) in groups {
        drawing.text((16.0, y + 10.0), Anchor::Start, "label", group);
        y += 20.0;
        for bar in bars {
            let off = bar.value > most;
            let width = (WIDTH - LEFT - RIGHT) * bar.value.min(most) / most;
            drawing.text((LEFT - 8.0, y + 15.0), Anchor::End, "quiet", &bar.name);
            drawing.bar((LEFT, y), width, BAR, if bar.ours { "s0" } else { "s2" });
            let text = if off { format!("→ {}", bar.text) } else { bar.text.clone() };
            drawing.text((LEFT + width + 6.0, y + 15.0), Anchor::Start, "label", &text);
            y += ROW;
        }
        y += GAP - 20.0;
    }
    drawing.finish(y + 4.0, title)
}
