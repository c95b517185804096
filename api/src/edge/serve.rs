//! Connections: taken one by one, each with a limit on how long its headers may take, all with a limit on how many they are.
//! The server of axum has neither.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

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
pub async fn serve(listener: TcpListener, router: Router, connections: usize, stop: CancellationToken) {
    let builder = Arc::new(builder());
    let places = Arc::new(Semaphore::new(connections));
    let graceful = GracefulShutdown::new();
    loop {
        // What is beyond the limit waits in the kernel's queue.
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((accept(&listener).await, place))
        };
        let Some(Some((stream, place))) = stop.run_until_cancelled(next).await else { break };
        let asked = Arc::new(AtomicBool::new(false));
        let service = router.clone().map_request({
            let asked = Arc::clone(&asked);
            move |request: Request<Incoming>| {
                asked.store(true, Ordering::Relaxed);
                request.map(Body::new)
            }
        });
        let builder = Arc::clone(&builder);
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
            tokio::select! {
                ended = watcher.watch(connection) => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection has ended early");
                    }
                }
                () = silence(&asked) => tracing::debug!("nothing was asked on a connection"),
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Ends when the first request has not come in time: before the server knows which HTTP it is, its own limit does not hold.
async fn silence(asked: &AtomicBool) {
    tokio::time::sleep(HEADERS).await;
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
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEADER_BYTES as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(HEADERS)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_BYTES);
    builder
}
