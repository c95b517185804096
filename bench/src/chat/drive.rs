//! The load: members who send, each over a connection of their own, and members who listen. All of it on one thread: the
//! clients share the processors with what is measured, and so cost the least.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, LocalSet, spawn_local};

use super::connection::{Asking, Listening, Room, room};
use super::tally::{Reader, Tally};
use super::wire;
use crate::message;
use crate::stage::{Cores, Crew};

/// How long what was accepted may take to reach everybody, after the last answer.
const SETTLE: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(5);
/// Streams opened at once.
const AT_ONCE: usize = 32;
/// For how long whoever tells when to send sleeps at least.
const NAP: Duration = Duration::from_micros(250);
/// How long a listener waits who is refused.
const AGAIN: Duration = Duration::from_millis(100);

/// Who takes part, with their tokens.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// `host:port` of the service, and the path of the site.
    pub(super) address: String,
    pub(super) site: String,
    /// Conversations.
    pub(super) rooms: Vec<uuid::Uuid>,
    /// By the room's index, and the member.
    pub(super) senders: Vec<Member>,
    pub(super) readers: Vec<Member>,
    /// Sends a second of all together; none: each sends when the last is answered.
    pub(super) rate: Option<f64>,
    pub(super) warm_up: Duration,
    pub(super) time: Duration,
}

#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) room: usize,
    pub(super) number: usize,
    pub(super) token: String,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Driven {
    pub(super) tally: Tally,
    pub(super) accepted: u64,
    pub(super) lost: u64,
    /// Streams that fell too far behind to be gone on with.
    pub(super) reset: u64,
    pub(super) cores: Cores,
    /// From the last answer to the last delivery.
    pub(super) behind: Duration,
}

type Shared<T> = Rc<RefCell<T>>;

/// On a thread of its own, so that the load has a runtime of its own.
pub(super) async fn drive(plan: Plan, crew: Crew) -> anyhow::Result<Driven> {
    tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, run(&plan, &crew))
    })
    .await?
}

async fn run(plan: &Plan, crew: &Crew) -> anyhow::Result<Driven> {
    let mut listeners = vec![0; plan.rooms.len()];
    for reader in &plan.readers {
        listeners[reader.room] += 1;
    }
    let tally = Rc::new(RefCell::new(Tally::new(Duration::ZERO, Duration::ZERO, listeners.clone())?));
    let address: Rc<str> = plan.address.as_str().into();
    let (readers, listening) = listen(plan, &address, &tally).await?;
    let mut connections = Vec::new();
    for _ in &plan.senders {
        connections.push(Asking::open(&address).await?);
    }

    // The clock starts when everybody is there.
    *tally.borrow_mut() = Tally::new(plan.warm_up, plan.time, listeners)?;
    let start = tally.borrow().start();
    let end = start + plan.warm_up + plan.time;
    let mut turns = turns(plan, start, end).into_iter();
    let mut sending = Vec::new();
    for (member, connection) in plan.senders.iter().zip(connections) {
        let sender = Sender { request: Request::new(plan, member), tally: Rc::clone(&tally), room: member.room, end };
        sending.push(spawn_local(sender.send_on(member.number, connection, turns.next())));
    }
    tokio::time::sleep_until((start + plan.warm_up).into()).await;
    let before = crew.read();
    tokio::time::sleep_until(end.into()).await;
    let cores = before.and_then(|before| Some(crew.read()?.cores_since(before))).unwrap_or_default();
    for sender in sending {
        sender.await??;
    }
    let answered = start.elapsed();
    let limit = Instant::now() + SETTLE;
    while tally.borrow().owed != 0 && Instant::now() < limit {
        tokio::time::sleep(LOOK).await;
    }
    for listener in listening {
        listener.abort();
        let _ = listener.await;
    }
    let readers: Vec<Reader> =
        readers.into_iter().filter_map(|reader| Some(Rc::into_inner(reader)?.into_inner())).collect();
    anyhow::ensure!(readers.len() == plan.readers.len(), "a listener is still at work");
    let tally = Rc::into_inner(tally).map(RefCell::into_inner);
    let tally = tally.ok_or_else(|| anyhow::anyhow!("somebody still counts"))?;
    Ok(Driven {
        accepted: tally.accepted(),
        lost: tally.lost(&readers),
        reset: readers.iter().filter(|reader| reader.reset).count() as u64,
        behind: tally.last_delivery.saturating_sub(answered),
        cores,
        tally,
    })
}

/// When each sender is to send, where that is given: a thread tells, as the runtime's own clock only knows milliseconds.
fn turns(plan: &Plan, start: Instant, end: Instant) -> Vec<UnboundedReceiver<Instant>> {
    let Some(rate) = plan.rate else { return Vec::new() };
    let (tell, hear): (Vec<UnboundedSender<_>>, Vec<_>) = plan.senders.iter().map(|_| unbounded_channel()).unzip();
    std::thread::spawn(move || {
        for (count, sender) in (0_u32..).zip(tell.iter().cycle()) {
            let due = start + Duration::from_secs_f64(f64::from(count) / rate);
            // Of many a second some are told at once: to wake for each would cost more than to send it.
            if due > Instant::now() {
                std::thread::sleep(due.saturating_duration_since(Instant::now()).max(NAP));
            }
            if due >= end || sender.send(due).is_err() {
                break;
            }
        }
    });
    hear
}

/// A message of a member, but for its id and number.
struct Request {
    head: String,
    after: String,
}

impl Request {
    fn new(plan: &Plan, member: &Member) -> Self {
        let Plan { address, site, rooms, .. } = plan;
        let length = body(0).len();
        Self {
            head: format!("PUT /v1/sites/{site}/conversations/{}/messages/", rooms[member.room]),
            after: format!(
                " HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\n\r\n",
                member.token
            ),
        }
    }

    fn of(&self, id: uuid::Uuid, number: usize) -> String {
        format!("{}{id}{}{}", self.head, self.after, body(number))
    }
}

fn body(number: usize) -> String {
    format!(r#"{{"text":"{}"}}"#, message::text(number as u64))
}

struct Sender {
    request: Request,
    tally: Shared<Tally>,
    room: usize,
    end: Instant,
}

impl Sender {
    async fn send_on(
        self,
        member: usize,
        mut connection: Asking,
        mut turns: Option<UnboundedReceiver<Instant>>,
    ) -> anyhow::Result<()> {
        loop {
            let due = match &mut turns {
                Some(turns) => turns.recv().await,
                None => Some(Instant::now()).filter(|now| *now < self.end),
            };
            let Some(due) = due else { return Ok(()) };
            let (number, id) = self.tally.borrow_mut().send(self.room, member, due);
            let asked = Instant::now();
            let status = connection.ask(self.request.of(id, number).as_bytes()).await?;
            self.tally.borrow_mut().answered(number, status, asked.elapsed());
        }
    }
}

/// Opens all streams.
async fn listen(
    plan: &Plan,
    address: &Rc<str>,
    tally: &Shared<Tally>,
) -> anyhow::Result<(Vec<Shared<Reader>>, Vec<JoinHandle<()>>)> {
    let (mut readers, mut listening, room) = (Vec::new(), Vec::new(), room());
    for members in plan.readers.chunks(AT_ONCE) {
        let open = members.iter().map(|member| {
            let listener = Listener {
                request: format!(
                    "GET /v1/sites/{}/stream HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n",
                    plan.site, plan.address, member.token
                ),
                address: Rc::clone(address),
                room: Rc::clone(&room),
                tally: Rc::clone(tally),
                reader: Rc::new(RefCell::new(Reader::new(member.room, member.number))),
                last: String::new(),
            };
            async move {
                let mut listener = listener;
                let stream = listener.open().await?;
                anyhow::Ok((listener, stream))
            }
        });
        for (listener, stream) in futures::future::try_join_all(open).await? {
            readers.push(Rc::clone(&listener.reader));
            listening.push(spawn_local(listener.listen_on(stream)));
        }
    }
    Ok((readers, listening))
}

struct Listener {
    request: String,
    address: Rc<str>,
    room: Room,
    tally: Shared<Tally>,
    reader: Shared<Reader>,
    /// Where it would go on.
    last: String,
}

impl Listener {
    fn open(&mut self) -> impl Future<Output = anyhow::Result<Listening>> + '_ {
        let resume = if self.last.is_empty() { String::new() } else { format!("last-event-id: {}\r\n", self.last) };
        let request = format!("{}{resume}\r\n", self.request);
        async move {
            let (address, room) = (Rc::clone(&self.address), Rc::clone(&self.room));
            Listening::open(&address, request.as_bytes(), &room, |event| self.take(event, Instant::now())).await
        }
    }

    /// A stream that the service has closed is gone on with, as every client does.
    async fn listen_on(mut self, mut stream: Listening) {
        loop {
            while stream.next(|event| self.take(event, Instant::now())).await {}
            self.tally.borrow_mut().resumed += 1;
            stream = loop {
                match self.open().await {
                    Ok(stream) => break stream,
                    Err(_) => tokio::time::sleep(AGAIN).await,
                }
            };
        }
    }

    fn take(&mut self, event: &[u8], at: Instant) {
        if let Some(id) = wire::sent_message(event) {
            self.tally.borrow_mut().delivered(&mut self.reader.borrow_mut(), id, at);
        } else if wire::is_reset(event) {
            self.reader.borrow_mut().reset = true;
        }
        if let Some(position) = wire::position(event) {
            self.last.clear();
            self.last.push_str(position);
        }
    }
}
