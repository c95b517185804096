//! Runs the clients of a load: senders with a connection each, and readers with a stream each. All
//! clients share one thread, because they share the processors with the service and must cost as
//! little as possible.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, LocalSet, spawn_local};
use uuid::Uuid;

use super::client::{self, EventStream, ReadBuffer, RequestConnection};
use super::tally::{Reader, Tally};
use crate::messages;
use crate::processes::{Cores, Processes};
use crate::site::SITE;

/// From the last response until a delivery counts as lost.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(5);
const STREAMS_OPENED_AT_ONCE: usize = 32;
const MIN_PACER_SLEEP: Duration = Duration::from_micros(250);
/// A rejected stream is opened again after this delay.
const REOPEN_DELAY: Duration = Duration::from_millis(100);
/// Before the load; under load a stream is opened until it is accepted.
const OPEN_ATTEMPTS: usize = 50;
const MEMORY_INTERVAL: Duration = Duration::from_mins(1);

/// The clients, and when they do what.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// `host:port` of the service.
    pub(super) address: String,
    /// Conversations.
    pub(super) rooms: Vec<Uuid>,
    pub(super) senders: Vec<Client>,
    pub(super) readers: Vec<Client>,
    /// Sends per second of all senders together. None: each sender waits for the response to its
    /// last message.
    pub(super) rate: Option<f64>,
    /// Between the opening of the streams and the first message.
    pub(crate) idle: Duration,
    pub(super) warm_up: Duration,
    pub(super) time: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// The index of the room.
    pub(super) room: usize,
    pub(super) member: usize,
    pub(super) token: String,
}

#[derive(Debug)]
pub(crate) struct Outcome {
    pub(super) tally: Tally,
    pub(super) lost: u64,
    /// Streams that fell too far behind to be resumed.
    pub(super) reset: u64,
    pub(super) cores: Cores,
    /// From the last response to the last delivery.
    pub(super) behind: Duration,
    /// Resident memory of the service in KiB: before the streams are opened, with all of them idle,
    /// then every minute and at the end.
    pub(crate) memory: Vec<u64>,
}

type Shared<T> = Rc<RefCell<T>>;

/// On a thread and a runtime of its own.
pub(crate) async fn run(plan: Plan, processes: Processes) -> anyhow::Result<Outcome> {
    let load = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, run_clients(&plan, &processes))
    };
    tokio::task::spawn_blocking(load).await?
}

async fn run_clients(plan: &Plan, processes: &Processes) -> anyhow::Result<Outcome> {
    let mut readers_of_room = vec![0; plan.rooms.len()];
    for reader in &plan.readers {
        readers_of_room[reader.room] += 1;
    }
    let mut memory = vec![processes.service_memory()];
    let tally = Rc::new(RefCell::new(Tally::new(Duration::ZERO, Duration::ZERO, readers_of_room.clone())?));
    let address: Rc<str> = plan.address.as_str().into();
    let (readers, reading) = open_streams(plan, &address, &tally).await?;
    let mut connections = Vec::new();
    tokio::time::sleep(plan.idle).await;
    memory.push(processes.service_memory());
    for _ in &plan.senders {
        connections.push(RequestConnection::open(&address).await?);
    }

    // The clock starts when all clients are connected.
    *tally.borrow_mut() = Tally::new(plan.warm_up, plan.time, readers_of_room)?;
    let start = tally.borrow().start();
    let end = start + plan.warm_up + plan.time;
    let mut due = pace(plan, start, end).into_iter();
    let mut sending = Vec::new();
    for (client, connection) in plan.senders.iter().zip(connections) {
        let sender = Sender::new(plan, client, connection, Rc::clone(&tally));
        sending.push(spawn_local(sender.run(end, due.next())));
    }
    tokio::time::sleep_until((start + plan.warm_up).into()).await;
    let before = processes.read();
    let mut next = Instant::now() + MEMORY_INTERVAL;
    while next < end {
        tokio::time::sleep_until(next.into()).await;
        memory.push(processes.service_memory());
        next += MEMORY_INTERVAL;
    }
    tokio::time::sleep_until(end.into()).await;
    let cores = processes.read().cores_since(&before);
    for sender in sending {
        sender.await??;
    }
    let last_response = start.elapsed();
    let deadline = Instant::now() + DELIVERY_TIMEOUT;
    while tally.borrow().missing_deliveries != 0 && Instant::now() < deadline {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    memory.push(processes.service_memory());
    for reader in reading {
        reader.abort();
        let _ = reader.await;
    }
    let readers: Option<Vec<Reader>> =
        readers.into_iter().map(|reader| Rc::into_inner(reader).map(RefCell::into_inner)).collect();
    let readers = readers.context("a reader is still running")?;
    let tally = Rc::into_inner(tally).context("a client is still running")?.into_inner();
    Ok(Outcome {
        lost: tally.lost(&readers),
        reset: readers.iter().filter(|reader| reader.reset).count() as u64,
        behind: tally.last_delivery.saturating_sub(last_response),
        cores,
        memory,
        tally,
    })
}

/// With a rate, the times at which each sender has to send. They come from a thread, because the
/// timers of the runtime have a resolution of a millisecond.
fn pace(plan: &Plan, start: Instant, end: Instant) -> Vec<UnboundedReceiver<Instant>> {
    let Some(rate) = plan.rate else { return Vec::new() };
    let (senders, receivers): (Vec<UnboundedSender<_>>, Vec<_>) =
        plan.senders.iter().map(|_| unbounded_channel()).unzip();
    std::thread::spawn(move || {
        for (count, sender) in (0_u32..).zip(senders.iter().cycle()) {
            let due = start + Duration::from_secs_f64(f64::from(count) / rate);
            // The minimum makes high rates come in small batches: a wake-up per message would cost
            // more than its send.
            if due > Instant::now() {
                std::thread::sleep(due.saturating_duration_since(Instant::now()).max(MIN_PACER_SLEEP));
            }
            if due >= end || sender.send(due).is_err() {
                break;
            }
        }
    });
    receivers
}

struct Sender {
    connection: RequestConnection,
    tally: Shared<Tally>,
    room: usize,
    member: usize,
    /// The parts of the request before the message id, and between the id and the body.
    before_id: String,
    after_id: String,
}

impl Sender {
    fn new(plan: &Plan, client: &Client, connection: RequestConnection, tally: Shared<Tally>) -> Self {
        let Client { room, member, token } = client;
        let (before_id, after_id) = (
            format!("PUT /v1/sites/{SITE}/conversations/{}/messages/", plan.rooms[*room]),
            format!(
                " HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\n\r\n",
                plan.address,
                body(0).len()
            ),
        );
        Self { connection, tally, room: *room, member: *member, before_id, after_id }
    }

    async fn run(mut self, end: Instant, mut due: Option<UnboundedReceiver<Instant>>) -> anyhow::Result<()> {
        loop {
            let due = match &mut due {
                Some(due) => due.recv().await,
                None => Some(Instant::now()).filter(|now| *now < end),
            };
            let Some(due) = due else { return Ok(()) };
            let (number, id) = self.tally.borrow_mut().send(self.room, self.member, due);
            let request = format!("{}{id}{}{}", self.before_id, self.after_id, body(number));
            let sent = Instant::now();
            let status = self.connection.send(request.as_bytes()).await?;
            self.tally.borrow_mut().responded(number, status, sent.elapsed());
        }
    }
}

fn body(number: usize) -> String {
    format!(r#"{{"text":"{}"}}"#, messages::text(number as u64))
}

async fn open_streams(
    plan: &Plan,
    address: &Rc<str>,
    tally: &Shared<Tally>,
) -> anyhow::Result<(Vec<Shared<Reader>>, Vec<JoinHandle<()>>)> {
    let (mut readers, mut reading, buffer) = (Vec::new(), Vec::new(), client::read_buffer());
    for clients in plan.readers.chunks(STREAMS_OPENED_AT_ONCE) {
        let open = clients.iter().map(|client| {
            let mut reader = StreamReader {
                request: format!(
                    "GET /v1/sites/{SITE}/stream HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n",
                    client.token
                ),
                address: Rc::clone(address),
                buffer: Rc::clone(&buffer),
                tally: Rc::clone(tally),
                reader: Rc::new(RefCell::new(Reader::new(client.room, client.member))),
                last_event_id: String::new(),
            };
            async move {
                let stream = reader.open(OPEN_ATTEMPTS).await?;
                anyhow::Ok((reader, stream))
            }
        });
        for (reader, stream) in futures::future::try_join_all(open).await? {
            readers.push(Rc::clone(&reader.reader));
            reading.push(spawn_local(reader.run(stream)));
        }
    }
    Ok((readers, reading))
}

struct StreamReader {
    /// Without the empty line at its end.
    request: String,
    address: Rc<str>,
    buffer: ReadBuffer,
    tally: Shared<Tally>,
    reader: Shared<Reader>,
    last_event_id: String,
}

impl StreamReader {
    async fn try_open(&mut self) -> anyhow::Result<EventStream> {
        let resume = match self.last_event_id.as_str() {
            "" => String::new(),
            id => format!("last-event-id: {id}\r\n"),
        };
        let request = format!("{}{resume}\r\n", self.request);
        let (address, buffer) = (Rc::clone(&self.address), Rc::clone(&self.buffer));
        EventStream::open(&address, request.as_bytes(), &buffer, |event| self.receive(event)).await
    }

    async fn open(&mut self, mut attempts: usize) -> anyhow::Result<EventStream> {
        loop {
            attempts -= 1;
            match self.try_open().await {
                Err(_) if attempts > 0 => tokio::time::sleep(REOPEN_DELAY).await,
                result => return result,
            }
        }
    }

    /// Resumes the stream when the service closes it.
    async fn run(mut self, mut stream: EventStream) {
        loop {
            while stream.read(|event| self.receive(event)).await {}
            self.tally.borrow_mut().resumed += 1;
            stream = match self.open(usize::MAX).await {
                Ok(stream) => stream,
                Err(_) => return,
            };
        }
    }

    fn receive(&mut self, event: &[u8]) {
        if let Some(id) = client::sent_message_id(event) {
            self.tally.borrow_mut().delivered(&mut self.reader.borrow_mut(), id, Instant::now());
        } else if client::is_reset(event) {
            self.reader.borrow_mut().reset = true;
        }
        if let Some(id) = client::event_id(event) {
            self.last_event_id.clear();
            self.last_event_id.push_str(id);
        }
    }
}
