//! Shrinking a failed history by leaving commands out: half of them, a quarter, … one.

use std::fmt::Debug;

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Draws a list, and shrinks it to fewer elements; the elements stay as they are.
#[derive(Debug)]
pub(crate) struct Fewer<S>(pub(crate) S);

impl<T: Debug + Clone, S: Strategy<Value = Vec<T>>> Strategy for Fewer<S> {
    type Tree = Kept<T>;
    type Value = Vec<T>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(Kept::of(self.0.new_tree(runner)?.current()))
    }
}

/// What is left of a list, and what was left out last, to try it without.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    list: Vec<T>,
    left_out: Vec<T>,
    /// Where they were.
    at: usize,
    /// How many are left out at once.
    span: usize,
    /// Whether something could be left out since the last pass began.
    less: bool,
}

impl<T> Kept<T> {
    fn of(list: Vec<T>) -> Self {
        let span = (list.len() / 2).max(1);
        Self { list, left_out: Vec::new(), at: 0, span, less: false }
    }

    fn leave_out_next(&mut self) -> bool {
        if self.at >= self.list.len() {
            if self.list.is_empty() || (self.span == 1 && !self.less) {
                return false;
            }
            self.span = (self.span / 2).max(1);
            (self.at, self.less) = (0, false);
        }
        let end = (self.at + self.span).min(self.list.len());
        self.left_out = self.list.drain(self.at..end).collect();
        true
    }
}

impl<T: Debug + Clone> ValueTree for Kept<T> {
    type Value = Vec<T>;

    fn current(&self) -> Vec<T> {
        self.list.clone()
    }

    fn simplify(&mut self) -> bool {
        self.less |= !std::mem::take(&mut self.left_out).is_empty();
        self.leave_out_next()
    }

    fn complicate(&mut self) -> bool {
        if self.left_out.is_empty() {
            return false;
        }
        let back = std::mem::take(&mut self.left_out);
        let count = back.len();
        self.list.splice(self.at..self.at, back);
        self.at += count;
        self.leave_out_next()
    }
}

#[test]
fn a_failing_list_is_shrunk_to_what_makes_it_fail() {
    let mut tree = Kept::of((0..150).collect());
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
