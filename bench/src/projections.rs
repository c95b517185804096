//! `causerie-bench projections`: each read model updated by the service's runner and
//! rebuilt as `causerie projections rebuild` does, compared with a COPY of the resulting rows.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::Bytes;
use causerie_events::SiteId;
use causerie_projections::conversation_list::ConversationListProjector;
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::target::{self, READ_MODELS};
use causerie_projections::timeline::TimelineProjector;
use causerie_projections::{Projection, Projector, checkpoint, runner};
use causerie_store::{Database, Feed, Nats};
use clap::Args;
use futures::TryStreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::arguments::LogSize;
use crate::messages::{self, StoredMessage};
use crate::servers::Servers;
use crate::site::{SITE, Site};
use crate::throughput::Recorder;

const CHECKPOINTS: &str = "read_models.projection_checkpoints";
const TIMEOUT: Duration = Duration::from_mins(5);
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The log: one large group, many small groups and direct conversations, with the messages spread
/// evenly over them.
const MEMBERS: usize = 1_000;
const LARGE_GROUP: usize = 500;
const SMALL_GROUPS: usize = 300;
const SMALL_GROUP: usize = 8;
const DIRECTS: usize = 300;
/// Every fifth message is a reply; every hundredth gets a reaction, is read by its author, and is
/// then deleted.
const REPLY_EVERY: usize = 5;
const CHANGE_EVERY: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct Projections {
    #[command(flatten)]
    log: LogSize,
}

impl Projections {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        Servers::run(async |servers| self.measure(servers).await).await?.print()
    }

    async fn measure(&self, servers: &Servers) -> anyhow::Result<Recorder> {
        // The service relays the log to JetStream.
        let site = Site::create(servers).await?;
        Box::pin(fill(&site, usize::try_from(self.log.messages())?)).await?;
        site.wait_until_idle().await?;
        site.close().await?;
        let nats = servers.connect_nats().await?;
        let mut recorder = Recorder::new(servers).await?;
        for run in self.log.runs() {
            let mut each = Each { servers, nats: &nats, recorder: &mut recorder, run };
            Box::pin(each.measure(MemberListProjector, Projection::MemberList)).await?;
            Box::pin(each.measure(ConversationListProjector, Projection::ConversationList)).await?;
            Box::pin(each.measure(TimelineProjector, Projection::Timeline)).await?;
        }
        Ok(recorder)
    }
}

/// One run over all read models.
struct Each<'a> {
    servers: &'a Servers,
    nats: &'a Nats,
    recorder: &'a mut Recorder,
    run: u32,
}

impl Each<'_> {
    async fn measure<P: Projector + 'static>(&mut self, projector: P, projection: Projection) -> anyhow::Result<()> {
        let (database, run, events) = (&self.servers.database, self.run, self.recorder.events());
        clear::<P>(database).await?;
        let live = keep_up(projector, database, self.nats, events);
        self.recorder.measure(P::NAME, "live", run, live).await?;
        let rebuild = async { Ok(projection.rebuild(database, &CancellationToken::new(), |_| {}).await?) };
        self.recorder.measure(P::NAME, "rebuild", run, rebuild).await?;
        let mut connection = database.connection().await?;
        // The projectors do not wait for the disk either.
        target::prepare(&mut connection, READ_MODELS).await?;
        let mut tables = Vec::new();
        for (number, table) in P::TABLES.iter().enumerate() {
            tables.push(Rows::copy_out(&mut connection, table, format!("copy_{number}")).await?);
        }
        let copy = async {
            for rows in &tables {
                rows.copy_in(&mut connection).await?;
            }
            Ok(())
        };
        self.recorder.measure(P::NAME, "COPY of the rows", run, copy).await?;
        for Rows { copy, .. } in tables {
            sqlx::query(&format!("DROP TABLE {copy}")).execute(&mut connection).await?;
        }
        Ok(connection.close().await?)
    }
}

/// Empties a read model, so that its runner starts with the first event.
async fn clear<P: Projector>(database: &Database) -> anyhow::Result<()> {
    let mut connection = database.connection().await?;
    target::write_to(&mut connection, READ_MODELS).await?;
    sqlx::query(&format!("TRUNCATE {}", P::TABLES.join(", "))).execute(&mut connection).await?;
    let delete = format!("DELETE FROM {CHECKPOINTS} WHERE projection = $1");
    sqlx::query(&delete).bind(P::NAME).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Follows JetStream until the read model has all events.
async fn keep_up<P: Projector + 'static>(
    projector: P,
    database: &Database,
    nats: &Nats,
    events: u64,
) -> anyhow::Result<()> {
    let (stop, start) = (CancellationToken::new(), Instant::now());
    let running = tokio::spawn(runner::run(projector, database.clone(), nats.clone(), Feed::default(), stop.clone()));
    let mut reached = 0;
    while reached < events {
        ensure!(start.elapsed() < TIMEOUT, "{} has only {reached} of {events} events", P::NAME);
        tokio::time::sleep(POLL_INTERVAL).await;
        reached = checkpoint::load(database.pool(), P::NAME).await?.log_number;
    }
    stop.cancel();
    running.await.context("the runner ended early")
}

/// The rows of a table in Postgres' binary form, and an empty table with the same columns and
/// indexes.
struct Rows {
    copy: String,
    rows: Vec<Bytes>,
}

impl Rows {
    async fn copy_out(connection: &mut PgConnection, table: &str, copy: String) -> anyhow::Result<Self> {
        let out = connection.copy_out_raw(&format!("COPY {table} TO STDOUT (FORMAT binary)")).await?;
        let rows = out.try_collect().await?;
        sqlx::query(&format!("CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)")).execute(connection).await?;
        Ok(Self { copy, rows })
    }

    async fn copy_in(&self, connection: &mut PgConnection) -> anyhow::Result<()> {
        let mut copy = connection.copy_in_raw(&format!("COPY {} FROM STDIN (FORMAT binary)", self.copy)).await?;
        for piece in &self.rows {
            copy.send(piece.clone()).await?;
        }
        copy.finish().await?;
        Ok(())
    }
}

async fn fill(site: &Site<'_>, count: usize) -> anyhow::Result<()> {
    site.register_members((0..MEMBERS).map(|number| (SITE, number))).await?;
    let small = |group: usize| (0..SMALL_GROUP).map(|seat| (group * 3 + seat * 7) % MEMBERS).collect();
    let groups: Vec<(Uuid, Vec<usize>)> = std::iter::once((0..LARGE_GROUP).collect())
        .chain((0..SMALL_GROUPS).map(small))
        .map(|participants| (Uuid::now_v7(), participants))
        .collect();
    site.create_groups(groups.iter().cloned()).await?;
    let directs = site.create_directs((1..=DIRECTS).map(|peer| (SITE, 0, peer))).await?;
    let pairs = (1..).map(|peer| vec![0, peer]);
    let conversations: Vec<(Uuid, Vec<usize>)> = groups.into_iter().chain(directs.into_iter().zip(pairs)).collect();

    let bench: SiteId = SITE.parse()?;
    let ids: Vec<Uuid> = (0..count).map(|_| Uuid::now_v7()).collect();
    let message = |number: usize| {
        let (conversation, participants) = &conversations[number % conversations.len()];
        let author = participants[number / conversations.len() % participants.len()];
        let previous = number.checked_sub(conversations.len()).filter(|_| number.is_multiple_of(REPLY_EVERY));
        let (site, reply_to) = (bench.clone(), previous.map(|previous| ids[previous]));
        StoredMessage { id: ids[number], site, conversation: *conversation, author, reply_to }
    };
    messages::append(&site.servers.database, (0..count).map(message)).await?;
    let react = |id| (Method::PUT, format!("messages/{id}/reactions/%F0%9F%91%8D"), Value::Null);
    let read = |id| (Method::PUT, "read-marker".to_owned(), json!({ "message": id }));
    let delete = |id| (Method::DELETE, format!("messages/{id}"), Value::Null);
    let changes: [&dyn Fn(Uuid) -> (Method, String, Value); 3] = [&react, &read, &delete];
    for change in changes {
        let commands = (0..count).step_by(CHANGE_EVERY).map(message).map(|message| {
            let (method, path, body) = change(message.id);
            let path = format!("conversations/{}/{path}", message.conversation);
            site.command(message.author, method, &path, body)
        });
        site.send_all(commands).await?;
    }
    Ok(())
}
