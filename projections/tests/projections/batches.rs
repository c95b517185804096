//! How a history is cut into batches leaves no trace in the rows.

use causerie_events::MemberEvent;
use causerie_events::conversation::History as Readable;
use causerie_events::{ConversationEvent, LogEvent, SiteEvent};
use causerie_projections::Projector;
use causerie_projections::conversation_list::{self, ConversationListProjector, ListConversations};
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::timeline::TimelineProjector;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use crate::disorder;
use crate::history::{History, participant, profile, profile_changed};
use crate::inbox::query;
use crate::support::{CONVERSATION_LIST, MEMBER_LIST, Models, TIMELINE};

const EVENTS: usize = 100;

#[tokio::test]
async fn one_batch_single_events_and_odd_pieces_give_the_same_rows() {
    let mut models = Models::empty().await;
    for seed in 1..=3 {
        let mut random = StdRng::seed_from_u64(seed);
        let history = Chat::new().live(&mut random);
        let events = history.events();
        let at_once = rows(&mut models, &[events]).await;
        assert_dense(&at_once, events);
        let singly = rows(&mut models, &events.chunks(1).collect::<Vec<_>>()).await;
        assert_eq!(singly, at_once, "one event at a time, seed {seed}");
        let pieces = rows(&mut models, &pieces(events, &mut random)).await;
        assert_eq!(pieces, at_once, "in odd pieces, seed {seed}");
    }
}

#[tokio::test]
async fn batches_of_impossible_histories_equal_single_events() {
    let mut models = Models::empty().await;
    let mut unread = 0;
    for seed in 1..=6 {
        let history = disorder::history(seed, 200);
        let events = history.events();
        let singly = rows(&mut models, &events.chunks(1).collect::<Vec<_>>()).await;
        let at_once = rows(&mut models, &[events]).await;
        assert_eq!(at_once, singly, "at once, seed {seed}");
        let pieces = rows(&mut models, &pieces(events, &mut StdRng::seed_from_u64(seed))).await;
        assert_eq!(pieces, singly, "in odd pieces, seed {seed}");
        unread += assert_unread(&models).await;
    }
    assert!(unread > 50, "dull histories: {unread} unread");
}

/// What each may read, counted message by message, is what the list says. How many that is in all.
async fn assert_unread(models: &Models) -> i64 {
    let mut all = 0;
    for who in disorder::MEMBERS {
        for staff in [false, true] {
            let query = ListConversations { staff, ..query(who) };
            for view in conversation_list::list(models.pool(), &query).await.unwrap().items {
                let counted: i64 = sqlx::query_scalar(
                    "SELECT count(*) FROM read_models.timeline t
                      WHERE t.conversation_id = $1 AND t.author_id <> $2 AND NOT t.deleted
                        AND t.seq >= coalesce((SELECT first_seq FROM read_models.timeline_participants p
                                                WHERE p.conversation_id = $1 AND p.member_id = $2), 1)
                        AND t.seq > coalesce((SELECT read_seq FROM read_models.timeline_readers r
                                               WHERE r.conversation_id = $1 AND r.member_id = $2), 0)
                        AND NOT EXISTS (SELECT 1 FROM read_models.member_list_blocks b
                                         WHERE (b.blocker, b.blocked) IN (($2, t.author_id), (t.author_id, $2))
                                           AND NOT EXISTS (SELECT 1 FROM read_models.member_list_labels l
                                                            WHERE l.member_id = b.blocked AND l.kind = 'role'
                                                              AND l.label = 'staff'))",
                )
                .bind(view.id)
                .bind(who)
                .fetch_one(models.pool())
                .await
                .unwrap();
                assert_eq!(view.unread, counted, "{who} in {view:?}");
                all += counted;
            }
        }
    }
    all
}

async fn rows(models: &mut Models, batches: &[&[LogEvent]]) -> Vec<(String, Value)> {
    models.clear().await;
    apply(models, MemberListProjector, batches).await;
    apply(models, ConversationListProjector, batches).await;
    apply(models, TimelineProjector, batches).await;
    models.rows(&[MEMBER_LIST, CONVERSATION_LIST, TIMELINE].concat()).await
}

async fn apply<P: Projector + Copy>(models: &mut Models, projector: P, batches: &[&[LogEvent]]) {
    for batch in batches {
        models.apply(projector, batch).await;
    }
}

fn pieces<'a>(mut events: &'a [LogEvent], random: &mut StdRng) -> Vec<&'a [LogEvent]> {
    let mut pieces = Vec::new();
    while !events.is_empty() {
        let (piece, rest) = events.split_at(random.random_range(1..=events.len().min(20)));
        pieces.push(piece);
        events = rest;
    }
    pieces
}

/// Nothing of the history got lost, and counts say what there is.
fn assert_dense(rows: &[(String, Value)], events: &[LogEvent]) {
    let table = |name: &str| rows.iter().find(|(table, _)| table == name).unwrap().1.as_array().unwrap();
    let sent = events.iter().filter(|event| event.recorded.event_type == "MessageSent").count();
    assert_eq!(table("timeline").len(), sent);
    assert!(sent > 15, "a dull history: {sent} messages");
    for conversation in table("timeline_conversations") {
        let mut seqs: Vec<_> = of(conversation, table("timeline")).map(|row| row["seq"].as_i64().unwrap()).collect();
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=conversation["last_seq"].as_i64().unwrap()).collect::<Vec<_>>());
    }
    for conversation in table("conversation_list") {
        let seated = of(conversation, table("conversation_list_participants")).count();
        assert_eq!(conversation["participant_count"].as_u64().unwrap(), seated as u64, "{conversation}");
        assert_eq!(of(conversation, table("timeline_participants")).count(), seated, "{conversation}");
    }
}

fn of<'a>(conversation: &'a Value, rows: &'a [Value]) -> impl Iterator<Item = &'a Value> {
    rows.iter().filter(|row| row["conversation_id"] == conversation["conversation_id"])
}

/// A site in motion: only what the rules of the domain allow to follow on what has happened.
struct Chat {
    history: History,
    members: Vec<String>,
    groups: Vec<Vec<String>>,
    messages: u128,
    sent: Vec<(u128, String, u128)>,
}

impl Chat {
    fn new() -> Self {
        let mut history = History::default();
        history.site_registered().site(&SiteEvent::MemberChatEnabled);
        let mut chat = Self { history, members: vec![], groups: vec![], messages: 0, sent: vec![] };
        (0..3).for_each(|_| chat.register(false));
        chat
    }

    fn live(mut self, random: &mut StdRng) -> History {
        while self.history.events().len() < EVENTS {
            self.happen(random);
        }
        self.history
    }

    fn happen(&mut self, random: &mut StdRng) {
        match random.random_range(0..23) {
            0 => self.register(random.random()),
            1 => self.change_a_member(random),
            2 | 3 => self.create_a_group(random),
            4 | 5 => self.let_one_in(random),
            6 | 7 => self.let_one_go(random),
            8 => {
                let event = [SiteEvent::MemberChatDisabled, SiteEvent::MemberChatEnabled];
                self.history.site(event.choose(random).unwrap());
            }
            9..12 => self.change_a_message(random),
            _ => self.say_something(random),
        }
    }

    fn register(&mut self, pending: bool) {
        let id = format!("m{}", self.members.len());
        self.history.registered(&id, &format!("Member {id}"), true, pending);
        self.members.push(id);
    }

    fn change_a_member(&mut self, random: &mut StdRng) {
        let events = [
            MemberEvent::CommunityJoined,
            MemberEvent::CommunityLeft,
            MemberEvent::MemberBlocked,
            MemberEvent::MemberUnblocked,
            profile_changed(profile("Another Name")),
        ];
        self.history.member(self.members.choose(random).unwrap(), events.choose(random).unwrap());
    }

    fn create_a_group(&mut self, random: &mut StdRng) {
        let count = random.random_range(1..=3);
        let members: Vec<String> = self.members.choose_multiple(random, count).cloned().collect();
        let history = if random.random() { Readable::All } else { Readable::SinceJoined };
        self.groups.push(members.clone());
        let names: Vec<&str> = members.iter().map(String::as_str).collect();
        self.history.group(self.groups.len() as u128, &names, history);
    }

    fn let_one_in(&mut self, random: &mut StdRng) {
        let Some((id, group)) = self.open_group(random) else { return };
        let outside: Vec<_> = self.members.iter().filter(|member| !self.groups[group].contains(member)).collect();
        let Some(newcomer) = outside.choose(random).map(|member| (*member).clone()) else { return };
        self.history.added(id, &newcomer);
        self.groups[group].push(newcomer);
    }

    fn let_one_go(&mut self, random: &mut StdRng) {
        let Some((id, group)) = self.open_group(random) else { return };
        let index = random.random_range(0..self.groups[group].len());
        let gone = self.groups[group].remove(index);
        if random.random() {
            self.history.left(id, &gone);
        } else {
            self.history.removed(id, &gone);
        }
        match self.groups[group].first() {
            Some(next) => self.history.conversation(id, &ConversationEvent::AdminGranted(participant(next))),
            None => self.history.conversation(id, &ConversationEvent::GroupClosed),
        };
    }

    fn say_something(&mut self, random: &mut StdRng) {
        let Some((id, group)) = self.open_group(random) else { return };
        self.messages += 1;
        let author = self.groups[group].choose(random).unwrap();
        self.history.sent(id, self.messages, author, &format!("message {}", self.messages));
        self.sent.push((id, author.clone(), self.messages));
    }

    fn change_a_message(&mut self, random: &mut StdRng) {
        let Some((id, author, message)) = self.sent.choose(random).cloned() else { return };
        let reader = self.members.choose(random).unwrap();
        match random.random_range(0..5) {
            0 => self.history.edited(id, message, "another text"),
            1 => self.history.deleted(id, message, &author),
            2 => self.history.reacted(id, message, reader, "🎉"),
            _ => self.history.read(id, reader, message),
        };
    }

    /// A group with at least one participant: its id and its index.
    fn open_group(&self, random: &mut StdRng) -> Option<(u128, usize)> {
        let open: Vec<usize> = (0..self.groups.len()).filter(|group| !self.groups[*group].is_empty()).collect();
        open.choose(random).map(|group| (*group as u128 + 1, *group))
    }
}
