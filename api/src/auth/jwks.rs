//! The source of published keys: a file or a URL. They are loaded at the start, regularly, and when a token has an unknown
//! key id, as after a rotation.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::keys::{self, Key, Keys};

const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_RESPONSE_BYTES: usize = 256 * 1024;
/// The minimum time between fetches for unknown key ids, because any client can send a token with any key id.
const MIN_FETCH_INTERVAL: Duration = Duration::from_mins(1);
/// How often the keys are refreshed, so that withdrawn keys are removed.
pub const REFRESH: Duration = Duration::from_mins(10);

#[derive(Debug)]
pub enum Source {
    /// A file, refreshed like a URL.
    File(PathBuf),
    Url(reqwest::Url),
}

/// The keys as last loaded.
pub struct PublishedKeys {
    source: Source,
    http: reqwest::Client,
    keys: RwLock<Keys>,
    edition: AtomicU64,
    /// The time of the last load. The lock is held during a load, so that there is one at a time.
    last_load: Mutex<Option<Instant>>,
}

impl std::fmt::Debug for PublishedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Published").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Source {
    /// Accepts HTTPS, and HTTP to this machine only, so that the keys cannot be changed in transit.
    pub fn url(url: &str) -> anyhow::Result<Self> {
        let url = reqwest::Url::parse(url).with_context(|| format!("auth.jwks_url: invalid URL {url}"))?;
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        anyhow::ensure!(url.scheme() == "https" || (url.scheme() == "http" && here), "auth.jwks_url must be https");
        Ok(Self::Url(url))
    }
}

impl PublishedKeys {
    /// Loads the keys of a source. A file must exist; a URL may become available later.
    pub async fn of(source: Source) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(FETCH_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("no HTTP client")?;
        let published =
            Self { source, http, keys: RwLock::default(), edition: AtomicU64::default(), last_load: Mutex::default() };
        match published.refresh().await {
            Err(error) if matches!(published.source, Source::File(_)) => Err(error),
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "failed to load the JSON Web Key Set; retrying later");
                Ok(published)
            }
            Ok(()) => Ok(published),
        }
    }

    /// The key with this id. Loads the keys for an unknown id, at most once per `MIN_FETCH_INTERVAL`.
    pub(super) async fn key(&self, kid: &str) -> Option<Key> {
        if let Some(key) = self.known(kid) {
            return Some(key);
        }
        {
            let mut last_load = self.last_load.lock().await;
            // Another request may have loaded the keys in the meantime.
            if let Some(key) = self.known(kid) {
                return Some(key);
            }
            if last_load.is_some_and(|at| at.elapsed() < MIN_FETCH_INTERVAL) {
                return None;
            }
            *last_load = Some(Instant::now());
            if let Err(error) = self.load().await {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "failed to refresh the JSON Web Key Set; using the cached keys"
                );
            }
        }
        self.known(kid)
    }

    /// Changes when the keys may have changed.
    pub(super) fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Loads the keys again. The previous keys remain if that fails.
    pub async fn refresh(&self) -> anyhow::Result<()> {
        *self.last_load.lock().await = Some(Instant::now());
        self.load().await
    }

    async fn load(&self) -> anyhow::Result<()> {
        let keys = self.read().await?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        // After the keys, so that a reader of the new edition sees the new keys.
        self.edition.fetch_add(1, Ordering::Release);
        Ok(())
    }

    async fn read(&self) -> anyhow::Result<Keys> {
        let json = match &self.source {
            Source::File(path) => {
                tokio::fs::read(path).await.with_context(|| format!("cannot read {}", path.display()))?
            }
            Source::Url(url) => self.fetch(url).await.with_context(|| format!("cannot fetch {url}"))?,
        };
        keys::read(&json).context("invalid JSON Web Key Set")
    }

    async fn fetch(&self, url: &reqwest::Url) -> anyhow::Result<Vec<u8>> {
        let mut response = self.http.get(url.clone()).send().await?.error_for_status()?;
        let mut json = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            json.extend_from_slice(&chunk);
            anyhow::ensure!(json.len() <= MAX_RESPONSE_BYTES, "the response is larger than 256 KiB");
        }
        Ok(json)
    }

    fn known(&self, kid: &str) -> Option<Key> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(kid).cloned()
    }
}
