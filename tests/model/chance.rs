//! Chance from a seed, for what is asked in the end. Everything is asked where `MODEL_THOROUGH` is set.

/// SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Chance {
    state: u64,
    thorough: bool,
}

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self { state: seed, thorough: std::env::var_os("MODEL_THOROUGH").is_some() }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    /// A few of them, or all.
    pub(crate) fn some<T>(&mut self, count: usize, of: impl IntoIterator<Item = T>) -> Vec<T> {
        let mut all: Vec<T> = of.into_iter().collect();
        while !self.thorough && all.len() > count {
            let out = self.below(all.len());
            all.swap_remove(out);
        }
        all
    }
}
