//! One reader of the log, many streams.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causerie_events::{Event, LogEvent, SiteId};
use causerie_projections::{checkpoint, conversation_list};
use causerie_store::{Database, Follower, Nats, StoreError};
use futures::StreamExt;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use super::anchor::{Anchor, Lost};
use super::detail::{Detail, Details};
use super::seqs::Seqs;
use super::typing::{self, Typing};
use crate::commands::Commands;

/// Events that a stream may lag behind before it is closed; the client resumes.
const QUEUE: usize = 256;
/// Events taken from the log at once.
const BATCH: usize = 500;
const RETRY: Duration = Duration::from_millis(250);
/// How often the log is asked whether it is still the same.
const ANCHOR: Duration = Duration::from_secs(2);

/// An event on its way to streams: decoded once.
#[derive(Debug)]
pub struct LiveEvent {
    /// As in the log.
    pub log: LogEvent,
    /// Decoded.
    pub event: Event,
    /// What it is about.
    pub(super) detail: Detail,
}

/// What is handed out to the streams of a site.
#[derive(Debug, Clone)]
pub enum Signal {
    /// An event of the log.
    Event(Arc<LiveEvent>),
    /// Somebody types.
    Typing(Arc<Typing>),
}

type Sites = HashMap<SiteId, broadcast::Sender<Signal>>;

/// Hands events out. Clones share it.
#[derive(Debug, Clone)]
pub struct Hub {
    sites: Arc<Mutex<Sites>>,
    reached: watch::Sender<Anchor>,
    lost: Lost,
    details: Details,
}

impl Hub {
    /// A hub that lets the command side know what other processes have appended.
    #[must_use]
    pub fn new(commands: Commands, database: Database) -> Self {
        let (sites, reached, lost) = (Arc::default(), watch::Sender::default(), Lost::default());
        Self { sites, reached, lost, details: Details { database, commands } }
    }

    pub(super) const fn commands(&self) -> &Commands {
        &self.details.commands
    }

    pub(super) const fn details(&self) -> &Details {
        &self.details
    }

    /// Everything that happens on a site from now on, and the log number that is behind us: each event after it arrives.
    #[must_use]
    pub fn listen(&self, site: &SiteId) -> (broadcast::Receiver<Signal>, u64) {
        let receiver = {
            let mut sites = self.lock();
            sites.entry(site.clone()).or_insert_with(|| broadcast::Sender::new(QUEUE)).subscribe()
        };
        // Read after subscribing: the hub raises the number before it hands an event out, so what is above arrives.
        (receiver, self.reached.borrow().log_number)
    }

    /// Whether the log is another one than what this process has read: Postgres was restored to an older copy.
    #[must_use]
    pub fn has_lost_the_log(&self) -> bool {
        self.lost.is_set()
    }

    /// Reads the log, and hears who types, until told to stop, or until the log is another one.
    pub async fn run(self, nats: Nats, stop: CancellationToken) {
        let both = async { tokio::join!(self.follow(nats.clone()), self.hear_typing(&nats)) };
        let anchored = async {
            tokio::select! {
                _ = both => {}
                () = self.watch_log() => {}
            }
        };
        stop.run_until_cancelled(anchored).await;
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
        self.lost.set();
        tracing::error!(
            "DIVERGED: the log no longer holds what this process has read of it. If Postgres was restored to an older copy, \
             restart this process; until then it is neither ready nor alive"
        );
        self.lock().clear();
    }

    async fn hear_typing(&self, nats: &Nats) {
        loop {
            match typing::listen(nats).await {
                Ok(mut signs) => {
                    while let Some(sign) = signs.next().await {
                        if let Some(typing) = typing::read(&sign.payload) {
                            self.send(&typing.site.clone(), Signal::Typing(Arc::new(typing)));
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, "cannot hear who types"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn follow(&self, nats: Nats) {
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
        let mut follower = Follower::new(database.clone(), nats, start);
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
        let listened_to = self.is_listened_to(&site);
        let event = match Event::decode(&log.recorded) {
            Ok(event) => event,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, log_number = log.log_number, "an event that no stream can show");
                return;
            }
        };
        match self.detail(&log, &event, listened_to, seqs).await {
            Ok(Some(detail)) => self.send(&site, Signal::Event(Arc::new(LiveEvent { log, event, detail }))),
            Ok(None) => {}
            Err(error) => {
                interrupted(&error).await;
                // The event did not go out: close the streams of the site, their clients resume from the read models.
                self.lock().remove(&site);
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

    fn is_listened_to(&self, site: &SiteId) -> bool {
        let mut sites = self.lock();
        match sites.get(site) {
            Some(sender) if sender.receiver_count() > 0 => true,
            Some(_) => {
                sites.remove(site);
                false
            }
            None => false,
        }
    }

    fn send(&self, site: &SiteId, signal: Signal) {
        if let Some(sender) = self.lock().get(site) {
            // An error means that the last stream has just gone.
            let _ = sender.send(signal);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Sites> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn interrupted(error: &StoreError) {
    tracing::warn!(error = error as &dyn std::error::Error, "live hub interrupted; goes on where it was");
    tokio::time::sleep(RETRY).await;
}
