//! Closes connections and HTTP/2 streams whose client does not read: unread bytes use memory.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::rt::Executor;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How long a write may make no progress.
const WRITE_STALL_TIMEOUT: Duration = Duration::from_secs(20);
/// The slowest rate at which a client may read while the connection is full.
const MIN_BYTES_PER_SECOND: u32 = 4 * 1024;
const STALL_CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// Bytes handed to HTTP/2 at once. HTTP/2 buffers those for which the client has no window.
const CHUNK_BYTES: usize = 16 * 1024;
/// Bytes of a body that HTTP/2 may buffer without tracking. The number of streams limits them.
const MAX_UNTRACKED_BYTES: usize = 1024;

#[derive(Debug)]
pub(super) struct StallLimited<S> {
    stream: S,
    /// Set while the connection is full.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<S> StallLimited<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self { stream, deadline: None }
    }

    fn limited(
        &mut self,
        cx: &mut Context<'_>,
        requested: usize,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => {
                let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(WRITE_STALL_TIMEOUT)));
                ready!(deadline.as_mut().poll(cx));
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
            }
            Poll::Ready(Ok(bytes)) if bytes < requested => {
                if let Some(deadline) = &mut self.deadline {
                    let earned = Duration::from_secs(bytes as u64) / MIN_BYTES_PER_SECOND;
                    let next = (deadline.deadline() + earned).min(Instant::now() + WRITE_STALL_TIMEOUT);
                    deadline.as_mut().reset(next);
                }
                written
            }
            Poll::Ready(_) => {
                self.deadline = None;
                written
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for StallLimited<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for StallLimited<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buffer);
        self.limited(cx, buffer.len(), written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, buffers);
        self.limited(cx, buffers.iter().map(|buffer| buffer.len()).sum(), written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

tokio::task_local! {
    /// The progress of the HTTP/2 stream that the task serves.
    static PROGRESS: Arc<Progress>;
}

/// Since when an HTTP/2 stream waits for its client, in milliseconds after `started`; else 0.
#[derive(Debug)]
struct Progress {
    started: Instant,
    stalled_since: AtomicU64,
}

impl Progress {
    fn new() -> Self {
        Self { started: Instant::now(), stalled_since: AtomicU64::new(0) }
    }

    fn start_waiting(&self) {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.stalled_since.store(now.saturating_add(1), Ordering::Relaxed);
    }

    fn stop_waiting(&self) {
        self.stalled_since.store(0, Ordering::Relaxed);
    }

    /// Completes when the client has read nothing for [`WRITE_STALL_TIMEOUT`].
    async fn stalled(&self) {
        loop {
            sleep(STALL_CHECK_INTERVAL).await;
            let since = self.stalled_since.load(Ordering::Relaxed);
            if since > 0 && self.started.elapsed() > Duration::from_millis(since) + WRITE_STALL_TIMEOUT {
                return;
            }
        }
    }
}

/// Runs HTTP/2 streams, and resets those whose client does not read. The other streams of the
/// connection continue, because a proxy may multiplex many clients on one connection.
#[derive(Debug, Clone)]
pub(super) struct StreamExecutor;

impl<F> Executor<F> for StreamExecutor
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let progress = Arc::new(Progress::new());
        let watched = Arc::clone(&progress);
        tokio::spawn(PROGRESS.scope(progress, async move {
            // Dropping an unfinished stream resets it.
            tokio::select! {
                biased;
                _ = stream => {}
                () = watched.stalled() => tracing::debug!("a client does not read its response; resetting the stream"),
            }
        }));
    }
}

/// Tracks an HTTP/2 response. For HTTP/1, [`StallLimited`] does this.
pub(super) fn track_progress(response: Response) -> Response {
    let Ok(progress) = PROGRESS.try_with(Arc::clone) else { return response };
    let splits_end = !is_event_stream(response.headers());
    response.map(|inner| Body::new(TrackedBody { inner, rest: Bytes::new(), progress, splits_end }))
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"))
}

/// A body in small chunks. HTTP/2 polls for the next chunk when the client has a window for the
/// previous one, so a body that is not polled has stalled.
struct TrackedBody {
    inner: Body,
    rest: Bytes,
    progress: Arc<Progress>,
    /// Whether the last byte is a separate chunk: HTTP/2 polls for it when the client has a window
    /// for all others, and until then the stream is tracked.
    splits_end: bool,
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        this.progress.stop_waiting();
        if this.rest.is_empty() {
            match ready!(Pin::new(&mut this.inner).poll_frame(cx)).map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => this.rest = data,
                Some(Ok(Err(other))) => return Poll::Ready(Some(Ok(other))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        let length = match this.rest.len() {
            longer if longer > CHUNK_BYTES => CHUNK_BYTES,
            last if this.splits_end && last > MAX_UNTRACKED_BYTES => last - 1,
            last => last,
        };
        this.progress.start_waiting();
        Poll::Ready(Some(Ok(Frame::data(this.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (mut hint, rest) = (self.inner.size_hint(), self.rest.len() as u64);
        match hint.exact() {
            Some(exact) => hint.set_exact(exact + rest),
            None => hint.set_lower(hint.lower() + rest),
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn connection_fails_when_its_client_reads_nothing() {
        let (_client, server) = duplex(1024);
        let (mut limited, started) = (StallLimited::new(server), Instant::now());
        let error = limited.write_all(&[0; 2048]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(started.elapsed().as_secs(), WRITE_STALL_TIMEOUT.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn client_must_read_at_the_minimum_rate() {
        for (per_second, whole) in [(8 * 1024, true), (512, false)] {
            let (mut client, server) = duplex(1024);
            let mut limited = StallLimited::new(server);
            let reading = tokio::spawn(async move {
                let mut buffer = vec![0; per_second / 8];
                while client.read_exact(&mut buffer).await.is_ok() {
                    sleep(Duration::from_millis(125)).await;
                }
            });
            let written = limited.write_all(&vec![0; 512 * 1024]).await;
            assert_eq!(written.is_ok(), whole, "{per_second} bytes a second");
            reading.abort();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn body_is_stalled_while_its_chunk_is_not_read() {
        let progress = Arc::new(Progress::new());
        let inner = Body::from(vec![0; CHUNK_BYTES + 5_000]);
        let mut body = TrackedBody { inner, rest: Bytes::new(), progress: Arc::clone(&progress), splits_end: true };
        let mut lengths = Vec::new();
        let mut frame = async || std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        while let Some(next) = frame().await {
            lengths.push(next.unwrap().into_data().unwrap().len());
            assert!(progress.stalled().now_or_never().is_none());
        }
        assert_eq!(lengths, [CHUNK_BYTES, 4_999, 1]);
        // A finished body no longer waits for its client.
        assert_eq!(progress.stalled_since.load(Ordering::Relaxed), 0);
        progress.start_waiting();
        let (started, ()) = (Instant::now(), progress.stalled().await);
        assert!(started.elapsed() >= WRITE_STALL_TIMEOUT, "{:?}", started.elapsed());
    }
}
