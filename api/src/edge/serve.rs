//! Accepts connections, with a time limit for request headers and a limit on open connections,
//! neither of which the server of axum has.

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
#[cfg(target_os = "linux")]
use socket2::SockFilter;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::shed::FAIR_SHARE_FACTOR;
use super::stall::{StallLimited, StreamExecutor};
use crate::address::network_of;
use crate::tally::Tally;

/// Time limit for the headers of a request, and for an idle connection.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(20);
const HTTP2_MAX_STREAMS: u32 = 200;
/// Bytes of a response that HTTP/2 buffers for a stream whose client does not read.
const HTTP2_SEND_BUFFER_BYTES: usize = 64 * 1024;
/// Bytes of unread bodies that a client may send on one stream, and on a connection.
const HTTP2_STREAM_WINDOW: u32 = 256 * 1024;
const HTTP2_CONNECTION_WINDOW: u32 = 512 * 1024;
/// Idle time before a keepalive probe and between probes. With [`TCP_USER_TIMEOUT`], the limit for
/// unacknowledged bytes, a dead client is detected within a minute.
const TCP_KEEPALIVE_INTERVAL: Duration = Duration::from_secs(15);
#[cfg(target_os = "linux")]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_HEADER_BYTES: u32 = 32 * 1024;
/// How long to wait after a failed accept, for example because the process has too many open files.
const ACCEPT_RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// How long connections that were being opened when new ones are dropped have time to open.
#[cfg(target_os = "linux")]
const HANDSHAKE_WAIT: Duration = Duration::from_millis(50);
/// A packet filter that drops the first packet of a connection: the flags of the TCP header have SYN
/// and not ACK.
#[cfg(target_os = "linux")]
const DROP_NEW_CONNECTIONS: [SockFilter; 5] = [
    SockFilter::new(0x30, 0, 0, 13),       // load the byte of the flags
    SockFilter::new(0x54, 0, 0, 0x12),     // and SYN | ACK
    SockFilter::new(0x15, 0, 1, 0x02),     // equals SYN
    SockFilter::new(0x06, 0, 0, 0),        // drop
    SockFilter::new(0x06, 0, 0, u32::MAX), // keep
];
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";
/// How long to wait for the rest of the preface between two looks.
const PREFACE_POLL_INTERVAL: Duration = Duration::from_millis(10);
/// How long an idle connection stays open after the listener is closed, so that requests which are
/// already on the network are still handled.
const IDLE_CLOSE_DELAY: Duration = Duration::from_secs(1);

pub trait Respond: Send + Sync + 'static {
    /// Connections from a trusted proxy are not counted together.
    fn is_trusted_proxy(&self, peer: IpAddr) -> bool;

    fn respond(&self, peer: IpAddr, request: Request<Incoming>) -> impl Future<Output = Response> + Send;
}

/// Routes without admission, for a port that is not public.
impl Respond for Router {
    fn is_trusted_proxy(&self, _: IpAddr) -> bool {
        true
    }

    async fn respond(&self, _: IpAddr, request: Request<Incoming>) -> Response {
        let Ok(response) = self.clone().oneshot(request.map(Body::new)).await;
        response
    }
}

#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    /// The server still accepts requests, and closes HTTP/1 connections after each response.
    pub draining: CancellationToken,
    /// The server accepts no more connections and finishes the requests in flight.
    pub stop: CancellationToken,
}

/// Raises the limit of open files to the maximum that the system allows: each connection uses one.
pub fn raise_file_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE)
        .and_then(|(_, most)| setrlimit(Resource::RLIMIT_NOFILE, most, most).map(|()| most));
    match raised {
        Ok(files) => tracing::debug!(files, "limit of open files"),
        Err(error) => tracing::warn!(%error, "failed to raise the limit of open files; keeping the current one"),
    }
}

/// Serves until `shutdown.stop`, then finishes the requests in flight.
pub async fn serve<R: Respond>(listener: TcpListener, responder: R, max_connections: usize, shutdown: Shutdown) {
    let stop = shutdown.stop.clone();
    let handler = Arc::new(ConnectionHandler { responder, http1: http1_builder(), http2: http2_builder(), shutdown });
    let permits = Arc::new(Semaphore::new(max_connections));
    let networks = ConnectionsByNetwork::default();
    // Registers the counter, so that it is exported before the first rejection.
    metrics::counter!("causerie_connections_refused_total").increment(0);
    let open = TaskTracker::new();
    loop {
        // Connections beyond the limit wait in the kernel's queue.
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await.ok()?;
            Some((accept(&listener).await, permit))
        };
        let Some(Some(((stream, peer), permit))) = stop.run_until_cancelled(next).await else { break };
        let network = Some(network_of(peer)).filter(|_| !handler.responder.is_trusted_proxy(peer));
        let Ok(network_connection) =
            network.map(|network| networks.add(network, permits.available_permits())).transpose()
        else {
            metrics::counter!("causerie_connections_refused_total").increment(1);
            continue;
        };
        let handler = Arc::clone(&handler);
        open.spawn(async move {
            handler.serve_and_log(stream, peer).await;
            drop((permit, network_connection));
        });
    }
    for (stream, peer) in close(listener).await {
        open.spawn(Arc::clone(&handler).serve_and_log(stream, peer));
    }
    open.close();
    open.wait().await;
}

/// Closes the listener without resetting a connection, which closing alone does to those in its
/// queue, with the requests that clients have sent on them. Returns these connections.
async fn close(listener: TcpListener) -> Vec<(TcpStream, IpAddr)> {
    // A client whose first packet is dropped repeats it after a second and is then refused.
    #[cfg(target_os = "linux")]
    match SockRef::from(&listener).attach_filter(&DROP_NEW_CONNECTIONS) {
        Ok(()) => sleep(HANDSHAKE_WAIT).await,
        Err(error) => tracing::debug!(%error, "failed to filter new connections; some may be reset"),
    }
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let mut queued = Vec::new();
    // The listener is non-blocking: an error means that the queue is empty.
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

/// Shared by all connections.
struct ConnectionHandler<R> {
    responder: R,
    http1: http1::Builder,
    http2: http2::Builder<StreamExecutor>,
    shutdown: Shutdown,
}

impl<R: Respond> ConnectionHandler<R> {
    async fn serve_and_log(self: Arc<Self>, stream: TcpStream, peer: IpAddr) {
        if let Err(error) = self.serve_connection(stream, peer).await {
            tracing::debug!(error, "connection failed");
        }
    }

    /// Detects the version of HTTP without reading from the connection, because the automatic
    /// detection of hyper-util doubles the read buffer for the lifetime of the connection.
    async fn serve_connection(
        self: Arc<Self>,
        stream: TcpStream,
        peer: IpAddr,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let http2 = tokio::select! {
            biased;
            begun = timeout(HEADER_TIMEOUT, speaks_http2(&stream)) => begun??,
            () = self.idle_shutdown() => return Ok(()),
        };
        let stream = TokioIo::new(StallLimited::new(stream));
        if http2 {
            // Boxed, because its state is larger and its connections are fewer.
            return Box::pin(self.serve_http2(stream, peer)).await;
        }
        let handler = Arc::clone(&self);
        let service = service_fn(move |request| {
            let handler = Arc::clone(&handler);
            async move {
                let mut response = handler.responder.respond(peer, request).await;
                if handler.shutdown.draining.is_cancelled() {
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response)
            }
        });
        let mut connection = pin!(self.http1.serve_connection(stream, service));
        tokio::select! {
            // Requests that have arrived are read before the connection is closed.
            biased;
            ended = &mut connection => return Ok(ended?),
            () = self.idle_shutdown() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }

    async fn serve_http2(
        self: Arc<Self>,
        stream: TokioIo<StallLimited<TcpStream>>,
        peer: IpAddr,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let (handler, has_request) = (Arc::clone(&self), AtomicBool::new(false));
        let service = service_fn(|request| {
            has_request.store(true, Ordering::Relaxed);
            let handler = Arc::clone(&handler);
            async move { Ok::<_, Infallible>(handler.responder.respond(peer, request).await) }
        });
        let mut connection = pin!(self.http2.serve_connection(stream, service));
        tokio::select! {
            biased;
            ended = &mut connection => return Ok(ended?),
            () = first_request_timeout(&has_request) => return Err("no request in time".into()),
            // GOAWAY names the last handled request, so the client knows which ones to repeat.
            () = self.shutdown.stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }

    async fn idle_shutdown(&self) {
        self.shutdown.stop.cancelled().await;
        sleep(IDLE_CLOSE_DELAY).await;
    }
}

/// Whether a connection starts with the HTTP/2 preface, without consuming it.
async fn speaks_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut beginning = [0; HTTP2_PREFACE.len()];
    loop {
        let available = stream.peek(&mut beginning).await?;
        let beginning = beginning.get(..available).unwrap_or_default();
        // Empty if the client has disconnected.
        if beginning == HTTP2_PREFACE || beginning.is_empty() || !HTTP2_PREFACE.starts_with(beginning) {
            return Ok(beginning == HTTP2_PREFACE);
        }
        sleep(PREFACE_POLL_INTERVAL).await;
    }
}

/// Completes if the first request is late, for which HTTP/2 has no limit.
async fn first_request_timeout(has_request: &AtomicBool) {
    sleep(HEADER_TIMEOUT).await;
    if has_request.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = prepare(&stream) {
                    tracing::debug!(%error, "failed to configure a connection; using the defaults of the system");
                }
                return (stream, peer.ip());
            }
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection; retrying");
                sleep(ACCEPT_RETRY_INTERVAL).await;
            }
        }
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    // Small events of a stream must be sent immediately.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let keepalive =
        TcpKeepalive::new().with_time(TCP_KEEPALIVE_INTERVAL).with_interval(TCP_KEEPALIVE_INTERVAL).with_retries(2);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(TCP_USER_TIMEOUT))?;
    Ok(())
}

/// Counts connections by network, except those of trusted proxies. They are limited by the same
/// rule as requests (`shed.rs`).
#[derive(Debug, Clone, Default)]
struct ConnectionsByNetwork(Arc<Mutex<Tally<IpAddr>>>);

/// A counted connection, released on drop.
#[derive(Debug)]
struct NetworkConnection(ConnectionsByNetwork, IpAddr);

impl ConnectionsByNetwork {
    fn add(&self, network: IpAddr, free: usize) -> Result<NetworkConnection, TooManyConnections> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.of(&network) > free.saturating_mul(FAIR_SHARE_FACTOR) {
            return Err(TooManyConnections);
        }
        open.add(network, 1);
        drop(open);
        Ok(NetworkConnection(self.clone(), network))
    }
}

#[derive(Debug)]
struct TooManyConnections;

impl Drop for NetworkConnection {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).subtract(&self.1, 1);
    }
}

fn http1_builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(MAX_HEADER_BYTES as usize);
    builder
}

fn http2_builder() -> http2::Builder<StreamExecutor> {
    let mut builder = http2::Builder::new(StreamExecutor);
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(HTTP2_PING_INTERVAL)
        .keep_alive_timeout(HEADER_TIMEOUT)
        .max_concurrent_streams(HTTP2_MAX_STREAMS)
        .max_send_buf_size(HTTP2_SEND_BUFFER_BYTES)
        .initial_stream_window_size(HTTP2_STREAM_WINDOW)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
        .max_header_list_size(MAX_HEADER_BYTES);
    builder
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, SocketAddr, TcpStream};

    use axum::routing::get;

    use super::*;

    /// Sends requests, each on its own connection, until the server refuses a connection.
    fn requests_until_refused(server: SocketAddr) -> io::Result<()> {
        while let Ok(mut stream) = TcpStream::connect(server) {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut response = String::new();
            stream.read_to_string(&mut response)?;
            assert!(response.starts_with("HTTP/1.1 200"), "{response:?}");
        }
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_stopped_server_responds_on_each_accepted_connection() {
        for _ in 0..5 {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let (server, shutdown) = (listener.local_addr().unwrap(), Shutdown::default());
            let clients: Vec<_> =
                (0..8).map(|_| tokio::task::spawn_blocking(move || requests_until_refused(server))).collect();
            let routes = Router::new().route("/", get(|| async { "" }));
            let serving = tokio::spawn(serve(listener, routes, 100, shutdown.clone()));
            sleep(Duration::from_millis(20)).await;
            shutdown.stop.cancel();
            for client in clients {
                client.await.unwrap().unwrap();
            }
            serving.await.unwrap();
        }
    }
}
