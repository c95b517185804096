//! The body of a request: read with a time limit before the request is admitted, and drained if no
//! route reads it, so that the connection can be reused.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::{Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Instant, timeout, timeout_at};

use super::budget::{Budget, BudgetShare};
use super::principal::Principal;
use crate::codes;
use crate::problem::Problem;

/// A body that arrives within this time needs no share of the budget for slow bodies.
const PROMPT_BODY_TIMEOUT: Duration = Duration::from_millis(100);
/// Time limit of a body, in addition to the time for its bytes at [`MIN_BYTES_PER_SECOND`].
const BODY_TIMEOUT: Duration = Duration::from_secs(5);
const MIN_BYTES_PER_SECOND: u32 = 32 * 1024;
/// How long the rest of an unread body is read and dropped after the response.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// A body, and whether the connection can be reused if it is not read.
#[derive(Debug)]
pub(super) struct RequestBody {
    incoming: Option<Incoming>,
    declared: Option<u64>,
    /// The client waits for `100 Continue`, which is sent when the body is read.
    awaits_continue: bool,
    max_bytes: usize,
    /// The body was too large or too late; the rest is not read.
    abandoned: bool,
    lent: Option<Arc<LentBodyState>>,
}

/// The progress of a body that a route reads itself.
#[derive(Debug, Default)]
struct LentBodyState {
    polled: AtomicBool,
    ended: AtomicBool,
    bytes: AtomicUsize,
}

impl RequestBody {
    pub(super) fn new(incoming: Incoming, headers: &HeaderMap, max_bytes: usize) -> Self {
        let expected = headers.get(header::EXPECT).map(HeaderValue::as_bytes);
        let awaits_continue = expected.is_some_and(|value| value.eq_ignore_ascii_case(b"100-continue"));
        let declared = incoming.size_hint().exact();
        let incoming = Some(incoming).filter(|body| !body.is_end_stream());
        Self { incoming, declared, awaits_continue, max_bytes, abandoned: false, lent: None }
    }

    /// Reads the whole body. A slow one counts against the caller's budget until it is complete.
    pub(super) async fn read(&mut self, principal: Principal, slow: &Budget) -> Result<Bytes, Problem> {
        let Some(incoming) = &mut self.incoming else { return Ok(Bytes::new()) };
        if self.declared.is_some_and(|bytes| bytes > self.max_bytes as u64) {
            return Err(too_large(self.max_bytes));
        }
        self.awaits_continue = false;
        let mut reader = BodyReader::new(incoming, self.max_bytes);
        let read = match timeout(PROMPT_BODY_TIMEOUT, reader.read_all()).await {
            Ok(read) => read,
            Err(_) => match slow.acquire(principal, 1) {
                Ok(_share) => reader.read_all_in_time().await,
                Err(refusal) => Err(refusal),
            },
        };
        let bytes = std::mem::take(&mut reader.bytes);
        match read {
            Ok(()) => {
                self.incoming = None;
                Ok(bytes.freeze())
            }
            Err(problem) => {
                self.abandoned = true;
                Err(problem)
            }
        }
    }

    /// Hands the body to a route that reads it itself.
    pub(super) fn lend(&mut self) -> Body {
        let Some(incoming) = self.incoming.take() else { return Body::empty() };
        let state = Arc::new(LentBodyState::default());
        self.lent = Some(Arc::clone(&state));
        Body::new(LentBody { incoming: Some(incoming), max_bytes: self.max_bytes, state })
    }

    /// Whether the response must close the HTTP/1 connection instead of draining the body.
    pub(super) fn ends_connection(&self) -> bool {
        let too_long = self.declared.is_some_and(|bytes| bytes > self.max_bytes as u64);
        match &self.lent {
            Some(lent) if lent.ended.load(Ordering::Acquire) => false,
            Some(lent) => {
                let awaits_continue = self.awaits_continue && !lent.polled.load(Ordering::Acquire);
                too_long || awaits_continue || lent.bytes.load(Ordering::Acquire) > self.max_bytes
            }
            None => self.incoming.is_some() && (self.abandoned || self.awaits_continue || too_long),
        }
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Some(incoming) = self.incoming.take() {
            drain(incoming, self.max_bytes);
        }
    }
}

pub(super) fn too_large(max_bytes: usize) -> Problem {
    let detail = format!("the body is larger than {} KiB", max_bytes / 1024);
    Problem::new(codes::BODY_TOO_LARGE, detail)
}

/// Reads and drops the rest. The system would reset a connection closed with unread bytes, and the
/// client could lose the response.
fn drain(mut incoming: Incoming, max_bytes: usize) {
    if incoming.is_end_stream() {
        return;
    }
    tokio::spawn(async move {
        let mut left = max_bytes;
        let all = async {
            while let Some(Ok(frame)) = next_frame(&mut incoming).await {
                left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
                if left == 0 {
                    break;
                }
            }
        };
        let _ = timeout(DRAIN_TIMEOUT, all).await;
    });
}

async fn next_frame(incoming: &mut Incoming) -> Option<Result<Frame<Bytes>, hyper::Error>> {
    poll_fn(|cx| Pin::new(&mut *incoming).poll_frame(cx)).await
}

struct BodyReader<'a> {
    incoming: &'a mut Incoming,
    max_bytes: usize,
    bytes: BytesMut,
}

impl<'a> BodyReader<'a> {
    fn new(incoming: &'a mut Incoming, max_bytes: usize) -> Self {
        Self { incoming, max_bytes, bytes: BytesMut::new() }
    }

    async fn read_all(&mut self) -> Result<(), Problem> {
        while self.next().await? {}
        Ok(())
    }

    async fn read_all_in_time(&mut self) -> Result<(), Problem> {
        let started = Instant::now();
        loop {
            let time_for_bytes = Duration::from_secs(self.bytes.len() as u64) / MIN_BYTES_PER_SECOND;
            let deadline = started + BODY_TIMEOUT + time_for_bytes;
            match timeout_at(deadline, self.next()).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Ok(()),
                Ok(Err(problem)) => return Err(problem),
                Err(_) => {
                    let detail = "the body did not arrive in time; nothing was done";
                    return Err(Problem::new(codes::REQUEST_TIMEOUT, detail));
                }
            }
        }
    }

    /// Returns whether there was another frame.
    async fn next(&mut self) -> Result<bool, Problem> {
        match next_frame(self.incoming).await {
            None => Ok(false),
            Some(Err(_)) => Err(Problem::new(codes::BODY_INCOMPLETE, "the body could not be read to its end")),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    if self.bytes.len() + data.len() > self.max_bytes {
                        return Err(too_large(self.max_bytes));
                    }
                    self.bytes.extend_from_slice(&data);
                }
                Ok(true)
            }
        }
    }
}

/// A body that a route reads itself. The unread rest is drained on drop.
struct LentBody {
    incoming: Option<Incoming>,
    max_bytes: usize,
    state: Arc<LentBodyState>,
}

impl HttpBody for LentBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        let frame = Pin::new(incoming).poll_frame(cx);
        self.state.polled.store(true, Ordering::Release);
        match &frame {
            Poll::Ready(Some(Ok(frame))) => {
                self.state.bytes.fetch_add(frame.data_ref().map_or(0, Bytes::len), Ordering::AcqRel);
            }
            Poll::Ready(_) => self.incoming = None,
            Poll::Pending => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or_else(|| SizeHint::with_exact(0), Incoming::size_hint)
    }
}

impl Drop for LentBody {
    fn drop(&mut self) {
        match self.incoming.take() {
            Some(incoming) if !incoming.is_end_stream() => drain(incoming, self.max_bytes),
            _ => self.state.ended.store(true, Ordering::Release),
        }
    }
}

/// Ties a share of a budget to bytes: it is released when the last reference to them is dropped.
pub(super) fn with_share(bytes: Bytes, share: BudgetShare) -> Bytes {
    struct SharedBytes(Bytes, #[expect(dead_code, reason = "released on drop")] BudgetShare);
    impl AsRef<[u8]> for SharedBytes {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    Bytes::from_owner(SharedBytes(bytes, share))
}
