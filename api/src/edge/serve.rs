//! Connections: taken one by one, each with a limit on how long its headers may take, all with a limit on how many they are.
//! The server of axum has neither.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::shed::{Gate, let_in};

/// How long the headers of a request may take, and how long a connection may wait for its next request.
const HEADERS: Duration = Duration::from_secs(10);
/// How often a connection of HTTP/2 is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);
/// Requests at once on one connection of HTTP/2.
const STREAMS: u32 = 200;
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
pub async fn serve(listener: TcpListener, gate: Gate, routes: Router, connections: usize, ending: Ending) {
    let stop = ending.stop.clone();
    let talk = Arc::new(Talk { gate, routes, http1: http1_builder(), http2: http2_builder(), ending });
    let places = Arc::new(Semaphore::new(connections));
    let open = TaskTracker::new();
    loop {
        // What is beyond the limit waits in the kernel's queue.
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((accept(&listener).await, place))
        };
        let Some(Some((stream, place))) = stop.run_until_cancelled(next).await else { break };
        let talk = Arc::clone(&talk);
        open.spawn(async move {
            talk.until_the_end(stream).await;
            drop(place);
        });
    }
    for stream in queued(listener) {
        open.spawn(Arc::clone(&talk).until_the_end(stream));
    }
    open.close();
    open.wait().await;
}

/// The connections that the kernel has established and queued. Closing the listener would reset them, with the requests that
/// clients have sent on them. Closes it.
fn queued(listener: TcpListener) -> Vec<TcpStream> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let mut queued = Vec::new();
    // It does not block: an error says that the queue is empty.
    while let Ok((stream, _)) = listener.accept() {
        if stream.set_nonblocking(true).is_ok()
            && let Ok(stream) = TcpStream::from_std(stream)
        {
            let _ = stream.set_nodelay(true);
            queued.push(stream);
        }
    }
    queued
}

/// What all connections share.
struct Talk {
    gate: Gate,
    routes: Router,
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    ending: Ending,
}

impl Talk {
    async fn until_the_end(self: Arc<Self>, stream: TcpStream) {
        if let Err(error) = self.with(stream).await {
            tracing::debug!(error, "a connection has ended early");
        }
    }

    /// Until the connection's end. Which HTTP it is we look at ourselves: a server that reads the beginning apart from the
    /// rest has buffers of twice the size for as long as the connection is open (measured: 16 KiB each).
    async fn with(self: Arc<Self>, stream: TcpStream) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let http2 = tokio::select! {
            biased;
            begun = timeout(HEADERS, speaks_http2(&stream)) => begun??,
            () = self.last_call() => return Ok(()),
        };
        if http2 {
            // Its state is the larger one, and its connections are the fewer ones.
            return Box::pin(self.over_http2(stream)).await;
        }
        let talk = Arc::clone(&self);
        let service = service_fn(move |request| {
            let talk = Arc::clone(&talk);
            async move {
                let mut response = talk.respond(request).await;
                if talk.ending.draining.is_cancelled() {
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response)
            }
        });
        let mut connection = pin!(self.http1.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            // What has arrived is read before the connection is closed.
            biased;
            ended = &mut connection => return Ok(ended?),
            () = self.last_call() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }

    async fn over_http2(self: Arc<Self>, stream: TcpStream) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let (talk, asked) = (Arc::clone(&self), AtomicBool::new(false));
        let service = service_fn(|request| {
            asked.store(true, Ordering::Relaxed);
            let talk = Arc::clone(&talk);
            async move { Ok::<_, Infallible>(talk.respond(request).await) }
        });
        let mut connection = pin!(self.http2.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            biased;
            ended = &mut connection => return Ok(ended?),
            () = silence(&asked) => return Err("nothing was asked".into()),
            // GOAWAY names the last request that is answered, so that none is lost.
            () = self.ending.stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }

    async fn respond(&self, request: Request<Incoming>) -> Response {
        let_in(&self.gate, request.map(Body::new), self.routes.clone()).await
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

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Events of a stream are small and must not wait for each other.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                sleep(EXHAUSTED).await;
            }
        }
    }
}

fn http1_builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEADER_BYTES as usize);
    builder
}

fn http2_builder() -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(HEADERS)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_BYTES);
    builder
}
