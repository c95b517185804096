//! What other chat servers did with the same work on the same kind of machine: measured once, elsewhere, and not again here.

/// A server, and its figures.
pub(super) struct Other {
    pub(super) name: &'static str,
    /// Messages accepted a second: one room of 32, 8 rooms of 4.
    pub(super) accepted: [f64; 2],
    /// From send to another member's screen at 20 sends a second into a room of 32, in ms: p50, p99.
    pub(super) shown: [f64; 2],
}

pub(super) const OTHERS: [Other; 3] = [
    Other { name: "ejabberd", accepted: [636.0, 2_149.0], shown: [2.5, 4.0] },
    Other { name: "Prosody", accepted: [323.0, 580.0], shown: [5.3, 10.6] },
    Other { name: "Synapse", accepted: [27.0, 27.0], shown: [1_035.0, 1_617.0] },
];
