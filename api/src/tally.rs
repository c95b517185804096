//! A number per key. A key with 0 uses no memory.

use std::collections::HashMap;
use std::hash::Hash;

#[derive(Debug)]
pub(crate) struct Tally<K>(HashMap<K, usize>);

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Tally<K> {
    pub(crate) fn of(&self, key: &K) -> usize {
        self.0.get(key).copied().unwrap_or_default()
    }

    pub(crate) fn add(&mut self, key: K, amount: usize) {
        *self.0.entry(key).or_default() += amount;
    }

    pub(crate) fn subtract(&mut self, key: &K, amount: usize) {
        if let Some(left) = self.0.get_mut(key) {
            *left -= amount;
            if *left == 0 {
                self.0.remove(key);
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_with_an_amount_of_zero_is_removed() {
        let mut tally = Tally::default();
        tally.add("ada", 2);
        tally.add("bo", 1);
        tally.subtract(&"ada", 1);
        assert_eq!((tally.of(&"ada"), tally.of(&"bo"), tally.of(&"cem")), (1, 1, 0));
        tally.subtract(&"ada", 1);
        tally.subtract(&"bo", 1);
        assert!(tally.is_empty());
    }
}
