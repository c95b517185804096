//! Random choices from a seed, so that a run can be repeated.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::distr::uniform::SampleUniform;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, IteratorRandom, SliceRandom};
use rand::{Rng, RngCore, SeedableRng};

/// A seeded generator of random choices.
#[derive(Debug, Clone)]
pub struct Chance(StdRng);

impl Chance {
    pub fn of(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// From the seed in this environment variable, or from the clock. Prints the seed.
    #[expect(clippy::print_stderr, reason = "the seed of a failed test must be visible")]
    pub fn seeded(variable: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let given = std::env::var(variable).ok().map(|seed| seed.parse().expect("a seed is a number"));
        let seed = given.unwrap_or_else(|| u64::from(now.subsec_nanos()));
        eprintln!("{variable}={seed}");
        Self::of(seed)
    }

    /// An independent generator for one of several tasks.
    pub fn fork(&mut self) -> Self {
        Self::of(self.number())
    }

    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to below `bound`, which is above 0.
    pub fn below<N: SampleUniform + PartialOrd + Default>(&mut self, bound: N) -> N {
        self.0.random_range(N::default()..bound)
    }

    /// True once in `n` times on average.
    pub fn one_in(&mut self, n: u32) -> bool {
        self.0.random_ratio(1, n)
    }

    /// One of the items, of which there is at least one.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        of.choose(&mut self.0).expect("there is an item")
    }

    /// Up to `count` of the items.
    pub fn sample<T>(&mut self, count: usize, of: impl IntoIterator<Item = T>) -> Vec<T> {
        of.into_iter().choose_multiple(&mut self.0, count)
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        items.shuffle(&mut self.0);
    }

    /// A time between two limits in milliseconds.
    pub fn between(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_micros(self.0.random_range(least * 1000..=most * 1000))
    }
}
