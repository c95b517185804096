//! Histories in which anything happens at any time, also what no log holds: changes of messages not
//! sent yet, markers in conversations that do not exist, participants who come twice. Only that a
//! message is sent once, and that what starts is new, the log itself sees to.

use causerie_events::conversation::{GroupRenamed, History as Readable, HistoryChanged};
use causerie_events::{ConversationEvent, GroupName, MemberEvent, ParticipationEvent, SiteEvent};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use crate::history::{History, participant, profile, profile_changed};

pub(crate) const MEMBERS: [&str; 4] = ["ada", "bob", "cleo", "dan"];
/// Groups, then a direct conversation, then one with the business.
pub(crate) const CONVERSATIONS: std::ops::RangeInclusive<u128> = 1..=4;
const MESSAGES: u128 = 60;

pub(crate) fn history(seed: u64, events: usize) -> History {
    let mut disorder = Disorder { random: StdRng::seed_from_u64(seed), history: History::default(), sent: 0, begun: 0 };
    while disorder.history.events().len() < events {
        disorder.happen();
    }
    disorder.history
}

fn at(message: u128) -> u128 {
    message % 4 + 1
}

struct Disorder {
    random: StdRng,
    history: History,
    sent: u128,
    begun: u128,
}

impl Disorder {
    fn happen(&mut self) {
        let (one, other) = (self.member(), self.member());
        let message = self.random.random_range(1..=(self.sent + 2).min(MESSAGES));
        // Mostly the conversation that the message is in.
        let id = if self.random.random_ratio(3, 4) { at(message) } else { self.random.random_range(CONVERSATIONS) };
        let emoji = self.emoji();
        match self.random.random_range(0..24) {
            0 => self.begin(one),
            1 | 2 => {
                self.history.added(id, one);
            }
            3 => {
                self.history.removed(id, one);
            }
            4 => {
                self.history.left(id, one);
            }
            5 => self.change(id, one),
            6 => self.standing(one, other),
            7 => self.site(),
            8 => self.keep(id, one),
            9 => {
                self.history.edited(id, message, "edited");
            }
            10 => {
                self.history.deleted(id, message, one);
            }
            11 | 12 => {
                self.history.reacted(id, message, one, emoji);
            }
            13 => {
                self.history.took_back(id, message, one, emoji);
            }
            14..17 => {
                self.history.read(id, one, message);
            }
            _ => self.say(one, message),
        }
    }

    /// The next of the conversations starts.
    fn begin(&mut self, who: &'static str) {
        self.begun += 1;
        let readable = self.readable();
        match self.begun {
            id @ (1 | 2) => {
                self.history.group(id, &[who, "bob"], readable);
            }
            3 => {
                self.history.direct(3, "ada", "bob");
            }
            4 => {
                self.history.business(4, "cleo");
            }
            _ => {}
        }
    }

    fn say(&mut self, who: &str, to: u128) {
        if self.sent == MESSAGES {
            return;
        }
        self.sent += 1;
        let id = at(self.sent);
        if self.random.random() {
            self.history.sent(id, self.sent, who, "hello");
        } else {
            self.history.replied(id, self.sent, who, to);
        }
    }

    fn change(&mut self, id: u128, who: &str) {
        let renamed = GroupRenamed { name: GroupName::parse("Renamed").unwrap() };
        let event = match self.random.random_range(0..10) {
            0..3 => ConversationEvent::AdminGranted(participant(who)),
            3..5 => ConversationEvent::AdminRevoked(participant(who)),
            5 => ConversationEvent::GroupRenamed(renamed),
            6 => ConversationEvent::GroupDeleted,
            _ => ConversationEvent::HistoryChanged(HistoryChanged { history: self.readable() }),
        };
        self.history.conversation(id, &event);
    }

    fn standing(&mut self, who: &str, whom: &str) {
        match self.random.random_range(0..8) {
            0 | 1 => self.history.registered(who, who, self.random.random(), self.random.random()),
            2 => self.history.blocks(who, whom),
            3 => self.history.unblocks(who, whom),
            4 => self.history.role(who, "staff"),
            5 => self.history.badge(who, "gold"),
            6 => self.history.member(who, &MemberEvent::MemberRemoved),
            _ => self.history.member(who, &profile_changed(profile("Another Name"))),
        };
    }

    fn site(&mut self) {
        match self.random.random_range(0..3) {
            0 => self.history.site_registered(),
            1 => self.history.site(&SiteEvent::MemberChatEnabled),
            _ => self.history.site(&SiteEvent::MemberChatDisabled),
        };
    }

    fn keep(&mut self, id: u128, who: &str) {
        let events = [
            ParticipationEvent::ConversationMuted,
            ParticipationEvent::ConversationUnmuted,
            ParticipationEvent::ConversationArchived,
            ParticipationEvent::ConversationPinned,
        ];
        self.history.participation(id, who, events.choose(&mut self.random).unwrap());
    }

    fn member(&mut self) -> &'static str {
        MEMBERS.choose(&mut self.random).unwrap()
    }

    fn emoji(&mut self) -> &'static str {
        ["👍", "🎉"].choose(&mut self.random).unwrap()
    }

    fn readable(&mut self) -> Readable {
        if self.random.random() { Readable::All } else { Readable::SinceJoined }
    }
}
