//! One reader of the log, many streams.

use std::sync::Arc;
use std::time::Duration;

use causerie_domain::Role;
use causerie_events::{Event, LogEvent, MemberId, SiteId};
use causerie_projections::{checkpoint, conversation_list};
use causerie_store::follower::LastRead;
use causerie_store::{Database, Feed, Follower, Nats, StoreError};
use futures::StreamExt;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::anchor::Anchor;
use super::detail::{Detail, Details};
use super::listeners::{Listeners, Listening};
use super::seqs::Seqs;
use super::typing::{self, Typing};
use crate::commands::Commands;

/// Events taken from the log at once.
const BATCH: usize = 500;
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
    /// What it is about.
    pub(super) detail: Detail,
}

/// What is handed out to the streams of a site.
#[derive(Debug, Clone)]
pub(super) enum Signal {
    /// An event of the log.
    Event(Arc<LiveEvent>),
    /// Somebody types.
    Typing(Arc<Typing>),
}

/// Hands events out. Clones share it.
#[derive(Debug, Clone)]
pub struct Hub {
    listeners: Listeners,
    reached: watch::Sender<Anchor>,
    /// Set when the log is another one than what was read.
    lost: CancellationToken,
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
            lost: CancellationToken::new(),
            last_read: LastRead::default(),
            details: Details { database, commands },
        }
    }

    pub(super) const fn commands(&self) -> &Commands {
        &self.details.commands
    }

    pub(super) const fn details(&self) -> &Details {
        &self.details
    }

    /// What concerns a member from now on, and the log number that is behind us: each event after it arrives.
    pub(super) fn listen(&self, site: &SiteId, member: &MemberId, token_role: Role) -> (Listening, u64) {
        let listening = self.listeners.add(site, member, token_role);
        // Read after joining: the hub raises the number before it hands an event out, so what is above arrives.
        (listening, self.reached.borrow().log_number)
    }

    /// When the hub last heard from the log.
    #[must_use]
    pub const fn last_read(&self) -> &LastRead {
        &self.last_read
    }

    /// Whether the log is another one than what this process has read: Postgres was restored to an older copy.
    #[must_use]
    pub fn has_lost_the_log(&self) -> bool {
        self.lost.is_cancelled()
    }

    /// Reads the log, and hears who types, until told to stop, or until the log is another one.
    pub async fn run(self, nats: Nats, feed: Feed, stop: CancellationToken) {
        let both = async { tokio::join!(self.follow(nats.clone(), &feed), self.hear_typing(&nats)) };
        let anchored = async {
            tokio::select! {
                _ = both => {}
                () = self.watch_log() => {}
            }
        };
        stop.run_until_cancelled(Box::pin(anchored)).await;
    }

    /// Ends when the log no longer holds what was read of it, and all streams with it.
    async fn watch_log(&self) {
        loop {
            tokio::time::sleep(ANCHOR).await;
            let anchor = *self.reached.borrow();
            match anchor.holds(&self.details.database).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => tracing::debug!(%error, "cannot ask whether the log is still the same"),
            }
        }
        self.lost.cancel();
        tracing::error!(
            "DIVERGED: the log no longer holds what this process has read of it. If Postgres was restored to an older copy, \
             restart this process; until then it is neither ready nor alive"
        );
        self.listeners.close_all();
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

    async fn follow(&self, nats: Nats, feed: &Feed) {
        let database = &self.details.database;
        // Streams start from the read model, so what lies behind its checkpoint need not be handed out.
        let start = loop {
            match checkpoint::load(database.pool(), conversation_list::NAME).await {
                Ok(checkpoint) => break checkpoint,
                Err(error) => interrupted(&error.into()).await,
            }
        };
        self.reached.send_replace(Anchor::start(start));
        let mut seqs = Seqs::new(database.clone());
        let mut follower = Follower::new(database.clone(), nats, feed, start).noting(self.last_read.clone());
        loop {
            match follower.next_batch(BATCH).await {
                Err(error) => interrupted(&error).await,
                Ok(events) => {
                    for log in events {
                        self.hand_out(log, &mut seqs).await;
                    }
                }
            }
        }
    }

    async fn hand_out(&self, log: LogEvent, seqs: &mut Seqs) {
        self.details.commands.observe(&log.recorded);
        let site = log.recorded.stream.site_id().clone();
        // Before the event goes out, and before asking who listens: see `listen`.
        self.reached.send_replace(Anchor::at(&log));
        let listened_to = self.listeners.has(&site);
        let event = match Event::decode(&log.recorded) {
            Ok(event) => event,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, log_number = log.log_number, "an event that no stream can show");
                return;
            }
        };
        match self.detail(&log, &event, listened_to, seqs).await {
            Ok(Some(detail)) => self.listeners.tell(&site, LiveEvent { log, event, detail }),
            Ok(None) => {}
            Err(error) => {
                interrupted(&error).await;
                // The event did not go out: close the streams of the site, their clients resume from the read models.
                self.listeners.close(&site);
            }
        }
    }

    /// What streams need of an event; none where nobody listens.
    async fn detail(
        &self,
        log: &LogEvent,
        event: &Event,
        listened_to: bool,
        seqs: &mut Seqs,
    ) -> Result<Option<Detail>, StoreError> {
        let seq = seqs.number(log, event, listened_to).await?;
        if listened_to { self.details.of(log, event, seq).await.map(Some) } else { Ok(None) }
    }
}

async fn interrupted(error: &StoreError) {
    tracing::warn!(error = error as &dyn std::error::Error, "live hub interrupted; goes on where it was");
    tokio::time::sleep(RETRY).await;
}
