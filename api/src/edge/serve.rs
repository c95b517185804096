//! Connections: taken one by one, each with a limit on how long its headers may take, all with a limit on how many they are.
//! The server of axum has neither.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::address::network_of;
use super::shed::SHARE;
use super::stall::{StallLimited, StreamExecutor};
use crate::tally::Tally;

/// How long the headers of a request may take, and how long a connection may wait for its next request.
const HEADERS: Duration = Duration::from_secs(10);
/// How often a connection of HTTP/2 is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);
/// Requests at once on one connection of HTTP/2.
const STREAMS: u32 = 200;
/// Bytes of a response that HTTP/2 holds for a stream whose client does not read.
const HTTP2_BUFFER: usize = 64 * 1024;
/// Bytes of a body that a client may send ahead on one stream, and on a connection.
const HTTP2_STREAM_WINDOW: u32 = 256 * 1024;
const HTTP2_CONNECTION_WINDOW: u32 = 512 * 1024;
/// When the system asks whether the other side of a silent connection is still there, how often, and for how long what was
/// sent may stay without an acknowledgement: together a dead client is found within a minute.
const TCP_KEEPALIVE: Duration = Duration::from_secs(15);
#[cfg(target_os = "linux")]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of headers of one request.
const HEADER_BYTES: u32 = 32 * 1024;
/// How long to wait when the process has no file left for a connection.
const EXHAUSTED: Duration = Duration::from_millis(100);
/// How a client begins that speaks HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";
/// How long to wait for the rest of it.
const GLANCE: Duration = Duration::from_millis(10);
/// How long an idle connection stays open after the listener is closed: a request that was sent before its client could see
/// the end is answered.
const LAST_CALL: Duration = Duration::from_millis(250);

/// What stands behind the connections.
pub trait Respond: Send + Sync + 'static {
    /// Whether connections from this address are not counted together, as those of a trusted proxy.
    fn trusts(&self, peer: IpAddr) -> bool;

    /// Responds to a request that came over a connection from `peer`.
    fn respond(&self, peer: IpAddr, request: Request<Incoming>) -> impl Future<Output = Response> + Send;
}

/// Routes without admission, on a port of their own that is not public.
impl Respond for Router {
    fn trusts(&self, _: IpAddr) -> bool {
        true
    }

    async fn respond(&self, _: IpAddr, request: Request<Incoming>) -> Response {
        let Ok(response) = self.clone().oneshot(request.map(Body::new)).await;
        response
    }
}

/// How a server ends.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    /// It will stop: it serves on, and lets no client rely on its connection.
    pub draining: CancellationToken,
    /// It stops.
    pub stop: CancellationToken,
}

/// As many files as the system lets a process have open: a connection is one.
pub fn raise_file_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE)
        .and_then(|(_, most)| setrlimit(Resource::RLIMIT_NOFILE, most, most).map(|()| most));
    match raised {
        Ok(files) => tracing::debug!(files, "limit of open files"),
        Err(error) => tracing::warn!(%error, "the limit of open files stays as it is"),
    }
}

/// Serves until told to stop, and then until what is in flight is answered.
pub async fn serve<R: Respond>(listener: TcpListener, behind: R, connections: usize, ending: Ending) {
    let stop = ending.stop.clone();
    let talk = Arc::new(Talk { behind, http1: http1_builder(), http2: http2_builder(), ending });
    let places = Arc::new(Semaphore::new(connections));
    let networks = Networks::default();
    // Shown from the start.
    metrics::counter!("causerie_connections_refused_total").increment(0);
    let open = TaskTracker::new();
    loop {
        // What is beyond the limit waits in the kernel's queue.
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((accept(&listener).await, place))
        };
        let Some(Some(((stream, peer), place))) = stop.run_until_cancelled(next).await else { break };
        let network = Some(network_of(peer)).filter(|_| !talk.behind.trusts(peer));
        let Ok(of_network) = network.map(|network| networks.take(network, places.available_permits())).transpose()
        else {
            metrics::counter!("causerie_connections_refused_total").increment(1);
            continue;
        };
        let talk = Arc::clone(&talk);
        open.spawn(async move {
            talk.until_the_end(stream, peer).await;
            drop((place, of_network));
        });
    }
    for (stream, peer) in queued(listener) {
        open.spawn(Arc::clone(&talk).until_the_end(stream, peer));
    }
    open.close();
    open.wait().await;
}

/// The connections that the kernel has established and queued. Closing the listener would reset them, with the requests that
/// clients have sent on them. Closes it.
fn queued(listener: TcpListener) -> Vec<(TcpStream, IpAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let mut queued = Vec::new();
    // It does not block: an error says that the queue is empty.
    while let Ok((stream, peer)) = listener.accept() {
        if stream.set_nonblocking(true).is_ok()
            && let Ok(stream) = TcpStream::from_std(stream)
        {
            let _ = prepare(&stream);
            queued.push((stream, peer.ip()));
        }
    }
    queued
}

/// What all connections share.
struct Talk<R> {
    behind: R,
    http1: http1::Builder,
    http2: http2::Builder<StreamExecutor>,
    ending: Ending,
}

impl<R: Respond> Talk<R> {
    async fn until_the_end(self: Arc<Self>, stream: TcpStream, peer: IpAddr) {
        if let Err(error) = self.with(stream, peer).await {
            tracing::debug!(error, "a connection has ended early");
        }
    }

    /// Until the connection's end. Which HTTP it is we look at ourselves: a server that reads the beginning apart from the
    /// rest has buffers of twice the size for as long as the connection is open (measured: 16 KiB each).
    async fn with(
        self: Arc<Self>,
        stream: TcpStream,
        peer: IpAddr,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let http2 = tokio::select! {
            biased;
            begun = timeout(HEADERS, speaks_http2(&stream)) => begun??,
            () = self.last_call() => return Ok(()),
        };
        let stream = TokioIo::new(StallLimited::new(stream));
        if http2 {
            // Its state is the larger one, and its connections are the fewer ones.
            return Box::pin(self.over_http2(stream, peer)).await;
        }
        let talk = Arc::clone(&self);
        let service = service_fn(move |request| {
            let talk = Arc::clone(&talk);
            async move {
                let mut response = talk.behind.respond(peer, request).await;
                if talk.ending.draining.is_cancelled() {
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response)
            }
        });
        let mut connection = pin!(self.http1.serve_connection(stream, service));
        tokio::select! {
            // What has arrived is read before the connection is closed.
            biased;
            ended = &mut connection => return Ok(ended?),
            () = self.last_call() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }

    async fn over_http2(
        self: Arc<Self>,
        stream: TokioIo<StallLimited<TcpStream>>,
        peer: IpAddr,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let (talk, asked) = (Arc::clone(&self), AtomicBool::new(false));
        let service = service_fn(|request| {
            asked.store(true, Ordering::Relaxed);
            let talk = Arc::clone(&talk);
            async move { Ok::<_, Infallible>(talk.behind.respond(peer, request).await) }
        });
        let mut connection = pin!(self.http2.serve_connection(stream, service));
        tokio::select! {
            biased;
            ended = &mut connection => return Ok(ended?),
            () = silence(&asked) => return Err("nothing was asked".into()),
            // GOAWAY names the last request that is answered, so that none is lost.
            () = self.ending.stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }

    async fn last_call(&self) {
        self.ending.stop.cancelled().await;
        sleep(LAST_CALL).await;
    }
}

/// Whether a connection begins as HTTP/2 does. Nothing of it is read.
async fn speaks_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut beginning = [0; PREFACE.len()];
    loop {
        let there = stream.peek(&mut beginning).await?;
        let beginning = beginning.get(..there).unwrap_or_default();
        // Nothing is there when the other side has hung up.
        if beginning == PREFACE || beginning.is_empty() || !PREFACE.starts_with(beginning) {
            return Ok(beginning == PREFACE);
        }
        sleep(GLANCE).await;
    }
}

/// Ends when the first request has not come in time: HTTP/2 has no limit of its own for that.
async fn silence(asked: &AtomicBool) {
    sleep(HEADERS).await;
    if asked.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = prepare(&stream) {
                    tracing::debug!(%error, "a connection keeps the settings of the system");
                }
                return (stream, peer.ip());
            }
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                sleep(EXHAUSTED).await;
            }
        }
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    // Events of a stream are small and must not wait for each other.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(TCP_KEEPALIVE).with_interval(TCP_KEEPALIVE).with_retries(2);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(TCP_USER_TIMEOUT))?;
    Ok(())
}

/// The connections of each network, but those of trusted proxies. One that opens too many leaves room for the others, by
/// the same rule as requests (`shed.rs`).
#[derive(Debug, Clone, Default)]
struct Networks(Arc<Mutex<Tally<IpAddr>>>);

/// One connection of a network.
#[derive(Debug)]
struct OfNetwork(Networks, IpAddr);

impl Networks {
    fn take(&self, network: IpAddr, free: usize) -> Result<OfNetwork, TooMany> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.of(&network) > free.saturating_mul(SHARE) {
            return Err(TooMany);
        }
        open.add(network, 1);
        drop(open);
        Ok(OfNetwork(self.clone(), network))
    }
}

/// A network has too many connections.
#[derive(Debug)]
struct TooMany;

impl Drop for OfNetwork {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).subtract(&self.1, 1);
    }
}

fn http1_builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEADER_BYTES as usize);
    builder
}

fn http2_builder() -> http2::Builder<StreamExecutor> {
    let mut builder = http2::Builder::new(StreamExecutor);
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(HEADERS)
        .max_concurrent_streams(STREAMS)
        .max_send_buf_size(HTTP2_BUFFER)
        .initial_stream_window_size(HTTP2_STREAM_WINDOW)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
        .max_header_list_size(HEADER_BYTES);
    builder
}
