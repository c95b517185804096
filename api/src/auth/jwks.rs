//! Where published keys come from: a file, or an address that is asked at the start, now and then, and when a token names a
//! key that is not there yet, as after a rotation. That is the only call the service makes to the outside.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::keys::{self, Key, Keys};

/// How long an answer may take, and how long it may be.
const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST: usize = 256 * 1024;
/// How often the keys are asked for at most, whatever tokens say: anybody can send a token that names any key.
const AT_MOST_EVERY: Duration = Duration::from_mins(1);
/// How often they are asked for without a reason: a key that was withdrawn must go.
pub const REFRESH: Duration = Duration::from_mins(10);

/// Who publishes the keys.
#[derive(Debug)]
pub enum Source {
    /// A file, read again as an address is asked again.
    File(PathBuf),
    /// An address.
    Url(reqwest::Url),
}

/// The keys as last published.
pub struct Published {
    source: Source,
    http: reqwest::Client,
    keys: RwLock<Keys>,
    /// How often they were taken over.
    edition: AtomicU64,
    /// When they were last asked for; held while they are.
    asked: Mutex<Option<Instant>>,
}

impl std::fmt::Debug for Published {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Published").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Source {
    /// An address that nobody on the way can change: HTTPS, or this machine.
    pub fn url(url: &str) -> anyhow::Result<Self> {
        let url = reqwest::Url::parse(url).with_context(|| format!("auth.jwks_url: {url} is no address"))?;
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        anyhow::ensure!(url.scheme() == "https" || (url.scheme() == "http" && here), "auth.jwks_url must be https");
        Ok(Self::Url(url))
    }
}

impl Published {
    /// The keys of a source. A file must be there; an address may answer later.
    pub async fn of(source: Source) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("no HTTP client")?;
        let published =
            Self { source, http, keys: RwLock::default(), edition: AtomicU64::default(), asked: Mutex::default() };
        match published.refresh().await {
            Err(error) if matches!(published.source, Source::File(_)) => Err(error),
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "the published keys are not there yet");
                Ok(published)
            }
            Ok(()) => Ok(published),
        }
    }

    /// A key by its name. An unknown name is looked up once more where keys are published, but not for every such token.
    pub(super) async fn key(&self, kid: &str) -> Option<Key> {
        if let Some(key) = self.known(kid) {
            return Some(key);
        }
        {
            let mut asked = self.asked.lock().await;
            // Somebody else may have asked while this one waited.
            if let Some(key) = self.known(kid) {
                return Some(key);
            }
            if asked.is_some_and(|at| at.elapsed() < AT_MOST_EVERY) {
                return None;
            }
            *asked = Some(Instant::now());
            if let Err(error) = self.take_over().await {
                tracing::warn!(error = format!("{error:#}"), "cannot learn which keys are published now");
            }
        }
        self.known(kid)
    }

    /// Another number means that other keys may be published.
    pub(super) fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Takes over what is published now. What was known stays while nobody answers.
    pub async fn refresh(&self) -> anyhow::Result<()> {
        *self.asked.lock().await = Some(Instant::now());
        self.take_over().await
    }

    async fn take_over(&self) -> anyhow::Result<()> {
        let keys = self.ask().await?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        // Behind the keys: who has seen this number finds them.
        self.edition.fetch_add(1, Ordering::Release);
        Ok(())
    }

    async fn ask(&self) -> anyhow::Result<Keys> {
        let json = match &self.source {
            Source::File(path) => {
                tokio::fs::read(path).await.with_context(|| format!("cannot read {}", path.display()))?
            }
            Source::Url(url) => self.fetch(url).await.with_context(|| format!("cannot fetch {url}"))?,
        };
        keys::read(&json).context("the published keys are not valid")
    }

    async fn fetch(&self, url: &reqwest::Url) -> anyhow::Result<Vec<u8>> {
        let mut answer = self.http.get(url.clone()).send().await?.error_for_status()?;
        let mut json = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            json.extend_from_slice(&chunk);
            anyhow::ensure!(json.len() <= LARGEST, "the answer is too long");
        }
        Ok(json)
    }

    fn known(&self, kid: &str) -> Option<Key> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(kid).cloned()
    }
}
