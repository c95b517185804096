//! Shrinks a failed history by removing commands: half of them, a quarter, … one.

use std::fmt::Debug;

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Draws a list, and shrinks it to a subsequence without changing the elements.
#[derive(Debug)]
pub(crate) struct Subsequence<S>(pub(crate) S);

impl<T: Debug + Clone, S: Strategy<Value = Vec<T>>> Strategy for Subsequence<S> {
    type Tree = SubsequenceTree<T>;
    type Value = Vec<T>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(SubsequenceTree::of(self.0.new_tree(runner)?.current()))
    }
}

/// The rest of a list, and the elements that were removed last.
#[derive(Debug)]
pub(crate) struct SubsequenceTree<T> {
    list: Vec<T>,
    removed: Vec<T>,
    /// The index of the removed elements.
    at: usize,
    /// The number of elements that are removed at once.
    count: usize,
    /// Whether elements could be removed since the last pass began.
    progressed: bool,
}

impl<T> SubsequenceTree<T> {
    fn of(list: Vec<T>) -> Self {
        let count = (list.len() / 2).max(1);
        Self { list, removed: Vec::new(), at: 0, count, progressed: false }
    }

    fn remove_next(&mut self) -> bool {
        if self.at >= self.list.len() {
            if self.list.is_empty() || (self.count == 1 && !self.progressed) {
                return false;
            }
            self.count = (self.count / 2).max(1);
            (self.at, self.progressed) = (0, false);
        }
        let end = (self.at + self.count).min(self.list.len());
        self.removed = self.list.drain(self.at..end).collect();
        true
    }
}

impl<T: Debug + Clone> ValueTree for SubsequenceTree<T> {
    type Value = Vec<T>;

    fn current(&self) -> Vec<T> {
        self.list.clone()
    }

    fn simplify(&mut self) -> bool {
        self.progressed |= !std::mem::take(&mut self.removed).is_empty();
        self.remove_next()
    }

    fn complicate(&mut self) -> bool {
        if self.removed.is_empty() {
            return false;
        }
        let back = std::mem::take(&mut self.removed);
        let end = self.at + back.len();
        self.list.splice(self.at..self.at, back);
        self.at = end;
        self.remove_next()
    }
}

#[test]
fn failing_list_is_shrunk_to_the_failing_elements() {
    let mut tree = SubsequenceTree::of((0..150).collect());
    let fails = |list: &[i32]| list.contains(&17) && list.contains(&140);
    let mut runs = 0;
    let mut failed = true;
    while if failed { tree.simplify() } else { tree.complicate() } {
        failed = fails(&tree.current());
        runs += 1;
    }
    assert_eq!(tree.current(), [17, 140]);
    assert!(runs < 60, "{runs} runs");
}
