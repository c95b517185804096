//! A proxy to Postgres that records the statements of a process, so that tests can check them.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The code of a request for TLS. A Postgres without TLS responds with one byte, and the client
/// continues with the start message.
const SSL_REQUEST: u32 = 80_877_103;

/// The proxy. It accepts no more connections once dropped.
#[derive(Debug)]
pub struct Statements {
    pub port: u16,
    seen: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Statements {
    /// Starts a proxy to this port on localhost.
    pub async fn to(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::default();
        let accepting = tokio::spawn(accept(listener, target, Arc::clone(&seen)));
        Self { port, seen, accepting }
    }

    /// The statements executed since the last call, with their placeholders.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Statements {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: u16, seen: Arc<Mutex<Vec<String>>>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else { continue };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let ((from_client, mut to_client), (mut from_server, to_server)) = (client.into_split(), server.into_split());
        tokio::spawn(forward(from_client, to_server, Arc::clone(&seen)));
        tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
    }
}

/// Forwards each message of the client and records the statements in them.
async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, seen: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut prepared: HashMap<Vec<u8>, String> = HashMap::new();
    let mut started = false;
    loop {
        let tag = if started { Some(from.read_u8().await.ok()?) } else { None };
        let length = from.read_u32().await.ok()?;
        let mut body = vec![0; length.checked_sub(4)? as usize];
        from.read_exact(&mut body).await.ok()?;
        let mut fields = body.split(|byte| *byte == 0);
        let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        let executed = match tag {
            None => {
                started = body.first_chunk().is_none_or(|code| u32::from_be_bytes(*code) != SSL_REQUEST);
                None
            }
            // Parse: the name of a prepared statement, then its text.
            Some(b'P') => {
                let name = fields.next()?.to_vec();
                prepared.insert(name, text(fields.next()));
                None
            }
            // Bind: the name of the portal, then that of the statement.
            Some(b'B') => fields.nth(1).and_then(|name| prepared.get(name).cloned()),
            Some(b'Q') => Some(text(fields.next())),
            Some(_) => None,
        };
        // Before it is forwarded, so that it is recorded when the client has the response.
        if let Some(statement) = executed {
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
        }
        if let Some(tag) = tag {
            to.write_u8(tag).await.ok()?;
        }
        to.write_u32(length).await.ok()?;
        to.write_all(&body).await.ok()?;
    }
}
