//! The commands of a history. They name people, conversations and messages by small numbers, and what a number means is
//! decided when the command runs (`resolve.rs`): so any part of a history is a history, and shrinking leaves commands out.

/// A history of two sites.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// How many commands run at once.
    pub(crate) lanes: usize,
    /// Chooses among the queries that are asked in the end.
    pub(crate) seed: u64,
    /// In this order; those of one chunk of `lanes` race each other.
    pub(crate) steps: Vec<Step>,
}

/// A command on one of the two sites.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// 0 or 1.
    pub(crate) site: usize,
    pub(crate) command: Command,
}

/// A person, when the command runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Who {
    /// One of `PEOPLE`.
    Person(usize),
    /// One of those in the conversation, as far as the runner knows.
    Inside(usize),
    /// One of its admins, as far as the runner knows.
    Admin(usize),
    /// Whoever wrote the message.
    Author,
    Sam,
    Op,
}

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// The latest group that was created under this number.
    Group(usize),
    /// The lower index first.
    Direct(usize, usize),
    Business(usize),
}

/// What owner and staff do to a member.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Approve,
    Block,
    Unblock,
    Mute,
    Unmute,
    Remove,
}

/// A role or a badge.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Label {
    Role(&'static str),
    Badge(&'static str),
}

/// One command. Messages are counted back from the latest of their conversation.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    SwitchChat {
        by: Who,
        on: bool,
    },
    ChangeSettings {
        by: Who,
        manual: Option<bool>,
        staff_only: Option<bool>,
        largest: Option<u32>,
    },
    Register {
        by: Who,
        whom: usize,
        name: Option<usize>,
        picture: bool,
        community: bool,
    },
    Moderate {
        by: Who,
        whom: usize,
        act: Act,
    },
    Label {
        by: Who,
        whom: usize,
        label: Label,
        on: bool,
    },
    Community {
        by: Who,
        whom: usize,
        on: bool,
    },
    Contact {
        by: usize,
        whom: usize,
        on: bool,
    },
    CreateGroup {
        by: Who,
        group: usize,
        with: Vec<usize>,
        all_history: bool,
    },
    StartDirect {
        by: usize,
        with: usize,
    },
    StartBusiness {
        by: Who,
        of: usize,
    },
    ChangeGroup {
        by: Who,
        place: Place,
        name: Option<usize>,
        all_history: Option<bool>,
    },
    Add {
        by: Who,
        place: Place,
        whom: usize,
    },
    Remove {
        by: Who,
        place: Place,
        whom: Who,
    },
    Leave {
        by: Who,
        place: Place,
    },
    Admin {
        by: Who,
        place: Place,
        whom: Who,
        on: bool,
    },
    DeleteGroup {
        by: Who,
        place: Place,
    },
    Send {
        by: Who,
        place: Place,
        reply_to: Option<usize>,
    },
    SendAgain {
        message: usize,
        changed: bool,
    },
    /// Takes one of the latest commands back.
    Undo {
        latest: usize,
    },
    /// Gives one of the latest commands once more.
    Repeat {
        latest: usize,
    },
    Edit {
        by: Who,
        place: Place,
        message: usize,
    },
    DeleteMessage {
        by: Who,
        place: Place,
        message: usize,
    },
    React {
        by: Who,
        place: Place,
        message: usize,
        emoji: &'static str,
        on: bool,
    },
    MarkRead {
        by: Who,
        place: Place,
        message: usize,
    },
    Prefer {
        by: Who,
        place: Place,
        muted: Option<bool>,
        archived: Option<bool>,
        pinned: Option<bool>,
    },
}
