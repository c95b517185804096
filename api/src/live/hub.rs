//! One reader of the log, many streams.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use causerie_domain::Role;
use causerie_events::{Event, LogEvent, MemberId, Position, SiteId};
use causerie_projections::{checkpoint, conversation_list};
use causerie_store::follower::LastRead;
use causerie_store::{Database, Feed, Follower, Nats, StoreError, StoreErrorKind};
use futures::StreamExt;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::anchor::Anchor;
use super::detail::{Detail, Details};
use super::listeners::{Listeners, Listening};
use super::places::{Numbered, Places};
use super::shared::{Shared, limited};
use super::show::Views;
use super::typing::{self, Typing};
use crate::commands::Commands;

/// Events taken from the log at once: twice what came the time before, within these bounds.
const BATCH: std::ops::RangeInclusive<usize> = 500..=5_000;
const RETRY: Duration = Duration::from_millis(250);
/// How often the log is asked whether it is still the same.
const ANCHOR: Duration = Duration::from_secs(2);

/// An event on its way to streams: decoded once.
#[derive(Debug)]
pub(super) struct LiveEvent {
    /// As in the log.
    pub(super) log: LogEvent,
    /// Decoded.
    pub(super) event: Event,
    /// The number of a sent message.
    pub(super) numbered: Option<Numbered>,
    /// Of a message, whether it is in a conversation with the business; none where that is not known.
    pub(super) business: Option<bool>,
    /// The members whose streams it is handed to, where those need [`Self::views`].
    pub(super) members: HashSet<MemberId>,
    /// What it is about.
    pub(super) detail: Shared<Detail>,
    /// The conversation that it changes, as each of `members` sees it.
    pub(super) views: Shared<Views>,
}

impl LiveEvent {
    pub(super) fn new(log: LogEvent, event: Event, numbered: Option<Numbered>, business: Option<bool>) -> Self {
        let detail = Details::at_once(&log, &event, numbered, business).map_or_else(Shared::pending, Shared::known);
        Self { log, event, numbered, business, members: HashSet::new(), detail, views: Shared::pending() }
    }
}

/// What is handed out to the streams of a site.
#[derive(Debug, Clone)]
pub(super) enum Signal {
    /// An event of the log.
    Event(Arc<LiveEvent>),
    /// Somebody types.
    Typing(Arc<Typing>),
    /// What was handed out counts no more: the log lost some of it.
    Reset,
}

/// Hands events out. Clones share it.
#[derive(Debug, Clone)]
pub struct Hub {
    listeners: Listeners,
    /// None until it is known from where on events are handed out.
    reached: watch::Sender<Option<Anchor>>,
    last_read: LastRead,
    details: Details,
}

impl Hub {
    /// A hub that lets the command side know what other processes have appended.
    #[must_use]
    pub fn new(commands: Commands, database: Database) -> Self {
        Self {
            listeners: Listeners::default(),
            reached: watch::Sender::default(),
            last_read: LastRead::default(),
            details: Details { database, commands, places: Places::new() },
        }
    }

    pub(super) const fn commands(&self) -> &Commands {
        &self.details.commands
    }

    pub(super) const fn details(&self) -> &Details {
        &self.details
    }

    /// What concerns a member from now on, and the log number that is behind us: each event after it arrives.
    pub(super) async fn listen(
        &self,
        site: &SiteId,
        member: &MemberId,
        token_role: Role,
    ) -> Result<(Listening, u64), StoreError> {
        let listening = self.listeners.add(site, member, token_role);
        // Read after joining: the hub raises the number before it hands an event out, so what is above arrives. Before the hub
        // has begun, a stream could begin before the first event that is handed out.
        let mut reached = self.reached.subscribe();
        let reached = reached.wait_for(Option::is_some).await;
        let reached = reached.map_err(|gone| StoreError::unavailable("waiting for the live hub", gone))?;
        Ok((listening, reached.map_or(0, |anchor| anchor.log_number)))
    }

    /// When the hub last heard from the log.
    #[must_use]
    pub const fn last_read(&self) -> &LastRead {
        &self.last_read
    }

    /// How far it has handed the log out; none before it has begun.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.reached.borrow().map(|anchor| anchor.position)
    }

    /// Reads the log, and hears who types, until told to stop.
    pub async fn run(self, nats: Nats, feed: Feed, stop: CancellationToken) {
        let following = async {
            loop {
                tokio::select! {
                    () = self.follow(nats.clone(), &feed) => {}
                    () = self.watch_log() => {}
                }
                self.start_over();
            }
        };
        let both = async { tokio::join!(following, self.hear_typing(&nats)) };
        stop.run_until_cancelled(Box::pin(both)).await;
    }

    /// The log lost events that this process has read: after a failover, or a restore to an older state. Nothing that was
    /// derived from them counts any more. Each stream ends with `reset`.
    fn start_over(&self) {
        tracing::error!(
            "the log does not contain events that this process has read: a failover or a restore lost them. Caches are \
             dropped, streams end with a reset, and the process goes on from the log"
        );
        self.reached.send_replace(None);
        self.details.commands.drop_caches();
        self.details.places.clear();
        self.listeners.reset_all();
    }

    /// Ends when the log no longer holds what was read of it.
    async fn watch_log(&self) {
        loop {
            tokio::time::sleep(ANCHOR).await;
            let Some(anchor) = *self.reached.borrow() else { continue };
            match anchor.holds(&self.details.database).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::debug!(%error, "cannot ask whether the log is still the same"),
            }
        }
    }

    async fn hear_typing(&self, nats: &Nats) {
        loop {
            match typing::listen(nats).await {
                Ok(mut signs) => {
                    while let Some(sign) = signs.next().await {
                        if let Some(typing) = typing::read(&sign.payload) {
                            self.listeners.show_typing(typing);
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, "cannot hear who types"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Hands out what comes. Ends when the log lost what was read of it.
    async fn follow(&self, nats: Nats, feed: &Feed) {
        let database = &self.details.database;
        // Before the checkpoint: its number is right in this epoch.
        let mut epoch = loop {
            match database.enter_epoch().await {
                Ok(epoch) => break epoch,
                Err(error) => interrupted(&error).await,
            }
        };
        // Streams start from the read model, so what lies behind its checkpoint need not be handed out.
        let start = loop {
            match checkpoint::load(database.pool(), conversation_list::NAME).await {
                Ok(checkpoint) => break checkpoint,
                Err(error) => interrupted(&error.into()).await,
            }
        };
        self.reached.send_replace(Some(Anchor::start(start)));
        let mut follower = Follower::new(database.clone(), nats, feed, start).noting(self.last_read.clone());
        let mut limit = *BATCH.start();
        loop {
            match follower.next_batch(limit).await {
                Err(error) if error.kind == StoreErrorKind::PositionLost => return,
                Err(error) => interrupted(&error).await,
                Ok(events) => {
                    limit = (events.len() * 2).clamp(*BATCH.start(), *BATCH.end());
                    for log in events {
                        if log.recorded.position.epoch > epoch {
                            epoch = log.recorded.position.epoch;
                            if !self.has_lost_nothing().await {
                                return;
                            }
                        }
                        self.hand_out(log).await;
                    }
                }
            }
        }
    }

    /// Whether the log still has all that was handed out, at the beginning of an epoch.
    async fn has_lost_nothing(&self) -> bool {
        let Some(anchor) = *self.reached.borrow() else { return false };
        loop {
            match anchor.has_its_number(&self.details.database).await {
                Ok(same) => return same,
                Err(error) => interrupted(&error).await,
            }
        }
    }

    /// Reads no read model: a look-up that a stream needs is made by the stream.
    async fn hand_out(&self, log: LogEvent) {
        self.details.commands.observe(&log.recorded);
        let site = log.recorded.stream.site_id().clone();
        // Before the event goes out, and before asking who listens: see `listen`.
        self.reached.send_replace(Some(Anchor::at(&log)));
        let event = match Event::decode(&log.recorded) {
            Ok(event) => event,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, log_number = log.log_number, "an event that no stream can show");
                return;
            }
        };
        let numbered = self.details.places.take_in(&log, &event);
        if self.listeners.has(&site) {
            let business = self.business(&log, &event).await;
            self.listeners.tell(&site, LiveEvent::new(log, event, numbered, business));
        }
    }

    /// Whether a message is in a conversation with the business: cached, or loaded from the log.
    async fn business(&self, log: &LogEvent, event: &Event) -> Option<bool> {
        let Event::Message(event) = event else { return None };
        match limited(self.details.is_business(log, event.conversation_id())).await {
            Ok(business) => Some(business),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the conversation of a message could not be loaded; its streams try again"
                );
                None
            }
        }
    }
}

async fn interrupted(error: &StoreError) {
    tracing::warn!(error = error as &dyn std::error::Error, "live hub interrupted; goes on where it was");
    tokio::time::sleep(RETRY).await;
}
