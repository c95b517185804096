//! docs/benchmarks.md and its figures, out of the results kept in a folder: written as often as one likes.
//!
//! Start at [`page`] for what it says, at [`figures`] for what it shows, at [`results`] for where the numbers come from.

mod bars;
mod curves;
mod figures;
mod kept;
mod others;
mod page;
mod parts;
mod results;
mod shape;
mod svg;

pub(crate) use self::kept::{RUN, Ran, Run};

use std::fs;
use std::path::Path;

use self::results::Results;
use crate::report::say;

/// Writes `benchmarks.md` and `figures/` into `out`.
pub(crate) fn write(folder: &Path, out: &Path) -> anyhow::Result<()> {
    let results = Results::of(folder)?;
    let figures = out.join("figures");
    fs::create_dir_all(&figures)?;
    let mut shown = Vec::new();
    for figure in figures::all(&results) {
        fs::write(figures.join(format!("{}.svg", figure.name)), figure.svg)?;
        shown.push(figure.name);
    }
    fs::write(out.join("benchmarks.md"), page::write(&results, &shown))?;
    say(&format!("written: {} and {} figures", out.join("benchmarks.md").display(), shown.len()))
}
