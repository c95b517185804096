//! The open streams. Of each message that comes, how long ago it was sent: its text begins with when.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

use super::town::Town;
use crate::progress;
use crate::stage::Service;

/// Streams opened at once.
const AT_ONCE: usize = 32;
const TRIES: u32 = 20;
const SENT: &[u8] = b"event: message.sent";
/// How a text begins; then microseconds since the start, and a blank.
pub(super) const MARK: &str = "@";

/// All streams. They are closed when it is dropped.
pub(super) struct Watching {
    _streams: JoinSet<()>,
    ended: Arc<AtomicU64>,
}

impl Watching {
    /// How many the service has closed.
    pub(super) fn ended(&self) -> u64 {
        self.ended.load(Relaxed)
    }
}

/// Opens a stream for each member. What they see goes to `told`.
pub(super) async fn open(
    town: &Arc<Town>,
    service: &Service,
    epoch: Instant,
    told: &UnboundedSender<Duration>,
) -> anyhow::Result<Watching> {
    let bar = progress::bar(town.tokens.len() as u64, "streams opened");
    let (mut opening, mut streams, ended) = (JoinSet::new(), JoinSet::new(), Arc::new(AtomicU64::new(0)));
    let mut waiting = town.tokens.iter().cloned();
    loop {
        while opening.len() < AT_ONCE
            && let Some(token) = waiting.next()
        {
            opening.spawn(opened(service.clone(), token));
        }
        let Some(response) = opening.join_next().await else { break };
        let (response, told, ended) = (response??, told.clone(), Arc::clone(&ended));
        streams.spawn(async move {
            // An error is a stream that has ended.
            let _ = follow(response, epoch, &told).await;
            ended.fetch_add(1, Relaxed);
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Watching { _streams: streams, ended })
}

/// Open and ready.
async fn opened(service: Service, token: String) -> anyhow::Result<Response> {
    for _ in 0..TRIES {
        let mut response = service.request(Method::GET, "/stream", &token).send().await?;
        if response.status().is_success() {
            anyhow::ensure!(response.chunk().await?.is_some(), "a stream ended before it was ready");
            return Ok(response);
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    anyhow::bail!("a stream could not be opened")
}

async fn follow(mut response: Response, epoch: Instant, told: &UnboundedSender<Duration>) -> anyhow::Result<()> {
    let mut buffer = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let now = epoch.elapsed();
        buffer.extend_from_slice(&chunk);
        while let Some(end) = buffer.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = buffer.drain(..end + 2).collect();
            if let Some(sent) = sent_at(&block) {
                told.send(now.saturating_sub(sent))?;
            }
        }
    }
    Ok(())
}

fn sent_at(block: &[u8]) -> Option<Duration> {
    if !block.windows(SENT.len()).any(|window| window == SENT) {
        return None;
    }
    let text = std::str::from_utf8(block).ok()?;
    let (_, after) = text.split_once(&format!("\"text\":\"{MARK}"))?;
    let (micros, _) = after.split_once(' ')?;
    Some(Duration::from_micros(micros.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_message_that_was_sent_says_when() {
        let block = b"id: 1-2\nevent: message.sent\ndata: {\"id\":\"x\",\"text\":\"@1500 Bonjour\"}\n\n";
        assert_eq!(sent_at(block), Some(Duration::from_micros(1500)));
        assert_eq!(sent_at(b": heartbeat\n\n"), None);
        assert_eq!(sent_at(b"event: conversation.changed\ndata: {\"text\":\"@1500 Bonjour\"}\n\n"), None);
    }
}
