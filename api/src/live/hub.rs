//! Reads the log once per process and dispatches its events to the streams.

use std::time::Duration;

use causerie_domain::Role;
use causerie_events::{Event, LogEvent, MemberId, Position, SiteId};
use causerie_projections::{checkpoint, conversation_list};
use causerie_store::follower::LastRead;
use causerie_store::{Database, Feed, Follower, Nats, StoreError, StoreErrorKind};
use futures::StreamExt;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::anchor::LogAnchor;
use super::detail::DetailLoader;
use super::event::LiveEvent;
use super::listeners::{ListenerHandle, Listeners};
use super::message_numbers::MessageNumbers;
use super::shared::with_timeout;
use super::typing;
use crate::commands::Commands;

/// The batch size: twice the size of the previous batch, within these limits.
const BATCH_EVENTS: std::ops::RangeInclusive<usize> = 500..=5_000;
const RETRY_INTERVAL: Duration = Duration::from_millis(250);
/// How often the hub checks that the log still contains the last event it has read.
const LOG_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// Dispatches events to streams. Clones share it.
#[derive(Debug, Clone)]
pub struct Hub {
    listeners: Listeners,
    /// The last dispatched event; `None` until the start position is known.
    reached: watch::Sender<Option<LogAnchor>>,
    last_read: LastRead,
    details: DetailLoader,
}

impl Hub {
    /// The hub notifies `commands` of events that other processes have appended.
    #[must_use]
    pub fn new(commands: Commands, database: Database) -> Self {
        Self {
            listeners: Listeners::default(),
            reached: watch::Sender::default(),
            last_read: LastRead::default(),
            details: DetailLoader { database, commands, numbers: MessageNumbers::new() },
        }
    }

    pub(super) const fn commands(&self) -> &Commands {
        &self.details.commands
    }

    pub(super) const fn details(&self) -> &DetailLoader {
        &self.details
    }

    /// Registers a stream, which receives every event after the returned log number.
    pub(super) async fn listen(
        &self,
        site: &SiteId,
        member: &MemberId,
        token_role: Role,
    ) -> Result<(ListenerHandle, u64), StoreError> {
        let listening = self.listeners.add(site, member, token_role);
        // Read after registering: the hub raises the number before it dispatches an event, so every
        // later event arrives. Waits for the start of the hub, because an earlier stream could miss
        // events before the first dispatched one.
        let mut reached = self.reached.subscribe();
        let reached = reached.wait_for(Option::is_some).await;
        let reached = reached.map_err(|closed| StoreError::unavailable("waiting for the live hub", closed))?;
        Ok((listening, reached.map_or(0, |anchor| anchor.log_number)))
    }

    #[must_use]
    pub const fn last_read(&self) -> &LastRead {
        &self.last_read
    }

    /// The position of the last dispatched event; `None` before the start.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.reached.borrow().map(|anchor| anchor.position)
    }

    /// Dispatches events and typing notifications until `stop`.
    pub async fn run(self, nats: Nats, feed: Feed, stop: CancellationToken) {
        let following = async {
            loop {
                tokio::select! {
                    () = self.follow(nats.clone(), &feed) => {}
                    () = self.watch_log() => {}
                }
                self.reset();
            }
        };
        let both = async { tokio::join!(following, self.receive_typing(&nats)) };
        stop.run_until_cancelled(Box::pin(both)).await;
    }

    /// Drops everything that was derived from events that the log has lost, after a failover or a
    /// restore to an older state. Each stream ends with `reset`.
    fn reset(&self) {
        tracing::error!(
            "the log does not contain events that this process has read: a failover or a restore lost them; dropping \
             caches, ending streams with a reset, and continuing from the log"
        );
        self.reached.send_replace(None);
        self.details.commands.drop_caches();
        self.details.numbers.clear();
        self.listeners.reset_all();
    }

    /// Completes when the log no longer contains the last event that the hub has read.
    async fn watch_log(&self) {
        loop {
            tokio::time::sleep(LOG_CHECK_INTERVAL).await;
            let Some(anchor) = *self.reached.borrow() else { continue };
            match anchor.holds(&self.details.database).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::debug!(%error, "failed to check the log; retrying"),
            }
        }
    }

    async fn receive_typing(&self, nats: &Nats) {
        loop {
            match typing::listen(nats).await {
                Ok(mut notifications) => {
                    while let Some(notification) = notifications.next().await {
                        if let Some(typing) = typing::decode(&notification.payload) {
                            self.listeners.dispatch_typing(typing);
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, "failed to subscribe to typing notifications; retrying"),
            }
            tokio::time::sleep(RETRY_INTERVAL).await;
        }
    }

    /// Dispatches new events. Completes when the log has lost events that the hub has read.
    async fn follow(&self, nats: Nats, feed: &Feed) {
        let database = &self.details.database;
        // Before the checkpoint, because its log number is valid in this epoch.
        let mut epoch = loop {
            match database.enter_epoch().await {
                Ok(epoch) => break epoch,
                Err(error) => interrupted(&error).await,
            }
        };
        // Streams start from the read model, so the hub skips events before its checkpoint.
        let start = loop {
            match checkpoint::load(database.pool(), conversation_list::NAME).await {
                Ok(checkpoint) => break checkpoint,
                Err(error) => interrupted(&error.into()).await,
            }
        };
        self.reached.send_replace(Some(LogAnchor::start(start)));
        let mut follower = Follower::new(database.clone(), nats, feed, start).noting(self.last_read.clone());
        let mut limit = *BATCH_EVENTS.start();
        loop {
            match follower.next_batch(limit).await {
                Err(error) if error.kind == StoreErrorKind::PositionLost => return,
                Err(error) => interrupted(&error).await,
                Ok(events) => {
                    limit = (events.len() * 2).clamp(*BATCH_EVENTS.start(), *BATCH_EVENTS.end());
                    for log in events {
                        if log.recorded.position.epoch > epoch {
                            epoch = log.recorded.position.epoch;
                            if !self.is_log_unchanged().await {
                                return;
                            }
                        }
                        self.dispatch(log).await;
                    }
                }
            }
        }
    }

    /// Whether the log still contains all dispatched events at the start of an epoch.
    async fn is_log_unchanged(&self) -> bool {
        let Some(anchor) = *self.reached.borrow() else { return false };
        loop {
            match anchor.has_same_number(&self.details.database).await {
                Ok(same) => return same,
                Err(error) => interrupted(&error).await,
            }
        }
    }

    /// Queries no read model: the streams make the lookups that they need.
    async fn dispatch(&self, log: LogEvent) {
        self.details.commands.observe(&log.recorded);
        let site = log.recorded.stream.site_id().clone();
        // Before the event is dispatched and before the check for listeners: see `listen`.
        self.reached.send_replace(Some(LogAnchor::at(&log)));
        let event = match Event::decode(&log.recorded) {
            Ok(event) => event,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, log_number = log.log_number, "failed to decode an event; no stream shows it");
                return;
            }
        };
        let number = self.details.numbers.observe(&log, &event);
        if self.listeners.has(&site) {
            let business = self.business(&log, &event).await;
            self.listeners.dispatch(&site, LiveEvent::new(log, event, number, business));
        }
    }

    /// Whether a message belongs to a conversation with the business, from the cache or the log.
    async fn business(&self, log: &LogEvent, event: &Event) -> Option<bool> {
        let Event::Message(event) = event else { return None };
        match with_timeout(self.details.is_business(log, event.conversation_id())).await {
            Ok(business) => Some(business),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "failed to load the conversation of a message; its streams retry"
                );
                None
            }
        }
    }
}

async fn interrupted(error: &StoreError) {
    tracing::warn!(error = error as &dyn std::error::Error, "live hub interrupted; retrying");
    tokio::time::sleep(RETRY_INTERVAL).await;
}
