//! Which benchmarks, with which arguments, and how long each takes.

/// One of them.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) arguments: Vec<&'static str>,
    /// About, on two cores.
    pub(super) seconds: u64,
}

/// In the order in which they are run: first what is compared with other servers, on a fresh machine.
pub(super) fn all(quick: bool) -> Vec<Step> {
    let steps = [
        ("chat", "--runs 4 --seconds 8", 150, 20),
        ("overload", "--runs 3 --seconds 6", 70, 20),
        ("growth", "", 600, 25),
        ("streams", "--streams 1000 --minutes 1", 110, 40),
        ("start", "", 20, 10),
        ("commands", "--seconds 1.5", 300, 15),
        ("replay", "--runs 3", 30, 5),
        ("relay", "--runs 3", 45, 5),
        ("projections", "--messages 100000 --runs 2", 60, 15),
        ("queries", "--messages 300000", 110, 15),
    ];
    let step = |(name, full, seconds, quick_seconds): (_, &'static str, _, _)| {
        let arguments = if quick { "--quick" } else { full };
        Step {
            name,
            arguments: std::iter::once(name).chain(arguments.split_whitespace()).collect(),
            seconds: if quick { quick_seconds } else { seconds },
        }
    };
    steps.into_iter().map(step).collect()
}
