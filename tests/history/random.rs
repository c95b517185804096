//! Chance from a seed, which a failed test prints.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// From `HISTORY_SEED`, else from the clock; printed.
    pub(crate) fn seeded() -> Self {
        let given = std::env::var("HISTORY_SEED").ok();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seed = match given {
            Some(seed) => seed.parse().expect("HISTORY_SEED is a number"),
            None => u64::from(now.subsec_nanos()),
        };
        eprintln!("HISTORY_SEED={seed}");
        Self(seed)
    }

    /// Chance of its own for one of several.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    /// One of them.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Up to so many milliseconds.
    pub(crate) fn pause(&mut self, milliseconds: usize) -> Duration {
        Duration::from_micros(self.below(milliseconds * 1000 + 1) as u64)
    }

    /// How long somebody waits for an answer: mostly less than it takes, now and then enough.
    pub(crate) fn patience(&mut self) -> Duration {
        let most = *self.pick(&[8, 8, 8, 300]);
        self.pause(most)
    }
}
