//! The commands of a history. They refer to members, conversations and messages by small numbers, which
//! are resolved when the command runs (`resolve.rs`). Therefore any part of a history is a history, and
//! shrinking removes commands.

/// A history of two sites.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The number of concurrent commands.
    pub(crate) concurrency: usize,
    /// Chooses among the queries at the end.
    pub(crate) seed: u64,
    /// In this order; the steps of one chunk of `concurrency` run concurrently.
    pub(crate) steps: Vec<Step>,
}

/// A command on one of the two sites.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// 0 or 1.
    pub(crate) site: usize,
    pub(crate) command: Command,
}

/// A member or caller, resolved when the command runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Person {
    /// One of `PEOPLE`.
    Member(usize),
    /// A participant of the conversation, as far as the runner knows.
    Participant(usize),
    /// An admin of the conversation, as far as the runner knows.
    Admin(usize),
    /// The author of the message.
    Author,
    Sam,
    Op,
}

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Target {
    /// The latest group that was created under this number.
    Group(usize),
    /// The lower index first.
    Direct(usize, usize),
    Business(usize),
}

/// An action of the owner or the staff on a member.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moderation {
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
        by: Person,
        on: bool,
    },
    ChangeSettings {
        by: Person,
        manual: Option<bool>,
        staff_only: Option<bool>,
        largest: Option<u32>,
    },
    Register {
        by: Person,
        member: usize,
        name: Option<usize>,
        picture: bool,
        community: bool,
    },
    Moderate {
        by: Person,
        member: usize,
        action: Moderation,
    },
    Label {
        by: Person,
        member: usize,
        label: Label,
        on: bool,
    },
    Community {
        by: Person,
        member: usize,
        on: bool,
    },
    Contact {
        by: usize,
        member: usize,
        on: bool,
    },
    CreateGroup {
        by: Person,
        group: usize,
        with: Vec<usize>,
        all_history: bool,
    },
    StartDirect {
        by: usize,
        with: usize,
    },
    StartBusiness {
        by: Person,
        of: usize,
    },
    ChangeGroup {
        by: Person,
        target: Target,
        name: Option<usize>,
        all_history: Option<bool>,
    },
    Add {
        by: Person,
        target: Target,
        member: usize,
    },
    Remove {
        by: Person,
        target: Target,
        member: Person,
    },
    Leave {
        by: Person,
        target: Target,
    },
    Admin {
        by: Person,
        target: Target,
        member: Person,
        on: bool,
    },
    DeleteGroup {
        by: Person,
        target: Target,
    },
    Send {
        by: Person,
        target: Target,
        reply_to: Option<usize>,
    },
    SendAgain {
        message: usize,
        changed: bool,
    },
    /// Undoes one of the latest commands.
    Undo {
        latest: usize,
    },
    /// Repeats one of the latest commands.
    Repeat {
        latest: usize,
    },
    Edit {
        by: Person,
        target: Target,
        message: usize,
    },
    DeleteMessage {
        by: Person,
        target: Target,
        message: usize,
    },
    React {
        by: Person,
        target: Target,
        message: usize,
        emoji: &'static str,
        on: bool,
    },
    MarkRead {
        by: Person,
        target: Target,
        message: usize,
    },
    Prefer {
        by: Person,
        target: Target,
        muted: Option<bool>,
        archived: Option<bool>,
        pinned: Option<bool>,
    },
}
