//! The service's own SendMessage, as the HTTP handler calls it: guards from the cache, group commit, durable.

use std::collections::HashMap;

use causerie_api::commands::{
    Commands, CreateGroup, RegisterMember, RegisterSite, SendMessage, Sender, SwitchMemberChat,
};
use causerie_domain::Role;
use causerie_events::conversation::History;
use causerie_events::member::MemberProfile;
use causerie_events::{ConversationId, DisplayName, GroupName, MessageId, MessageText, NewGroupId, SiteId, SiteName};
use causerie_store::{Database, Wake};
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::{Sent, Subject};
use crate::fill;
use crate::load::Stop;
use crate::message::{self, MEMBERS, REQUEST, member};
use crate::rooms::{Place, Rooms};

/// Commands given at once while the site is made.
const AT_ONCE: usize = 8;

/// The commands of the service, on a site with chat on and 256 members.
pub(crate) struct Causerie {
    commands: Commands,
    database: Database,
    site: SiteId,
    /// Conversations by where they serve and how large they are; they are kept from run to run, and hold what earlier runs have sent.
    rooms: Mutex<HashMap<(Place, usize), Rooms>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Causerie {
    pub(crate) async fn start(database: &Database) -> anyhow::Result<Self> {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let commands = Commands::start(database.clone(), Wake::default(), &stop, &tasks).await?;
        let site: SiteId = "bench".parse()?;
        let register = RegisterSite {
            site: site.clone(),
            name: SiteName::parse("Bench")?,
            locale: "fr".to_owned(),
            allowed_origins: Vec::new(),
        };
        commands.execute(sender(0, Role::Operator)?, register).await?;
        commands.execute(sender(0, Role::Owner)?, SwitchMemberChat { site: site.clone(), on: true }).await?;
        let registering = (0..MEMBERS).map(async |number| {
            let profile =
                MemberProfile { display_name: DisplayName::parse(format!("Member {number}"))?, avatar_url: None };
            let register = RegisterMember {
                site: site.clone(),
                member: member(number)?,
                profile,
                profile_as_of: Timestamp::now(),
                community: Some(true),
                first_visit: false,
            };
            commands.execute(sender(0, Role::Operator)?, register).await?;
            anyhow::Ok(())
        });
        stream::iter(registering).buffered(AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(Self { commands, database: database.clone(), site, rooms: Mutex::default(), stop, tasks })
    }

    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn create_group(&self, participants: Vec<usize>) -> anyhow::Result<Uuid> {
        let id = Uuid::now_v7();
        let creator = participants.first().copied().unwrap_or_default();
        let others = participants.into_iter().skip(1).map(member);
        let create = CreateGroup {
            site: self.site.clone(),
            conversation: NewGroupId::try_from(id)?,
            name: GroupName::parse("Groupe")?,
            participants: others.collect::<anyhow::Result<_>>()?,
            history: History::SinceJoined,
        };
        let creator = sender(creator, Role::Member)?;
        self.commands.execute(creator, create).await?;
        Ok(id)
    }
}

impl Subject for Causerie {
    fn name(&self) -> &'static str {
        "causerie"
    }

    async fn open(&self, place: Place, tasks: usize) -> anyhow::Result<Rooms> {
        let mut kept = self.rooms.lock().await;
        let kind = (place, place.participants(tasks, 0).len());
        let empty = place == Place::Holding(0);
        if let Some(rooms) = kept.get(&kind).filter(|_| !empty) {
            return Ok(rooms.clone());
        }
        let creating = (0..place.conversations(tasks)).map(|index| self.create_group(place.participants(tasks, index)));
        let conversations: Vec<Uuid> = stream::iter(creating).buffered(AT_ONCE).try_collect().await?;
        let rooms = Rooms { conversations };
        if let Place::Holding(messages) = place {
            fill::log(&self.database, messages, fill::spread(&self.site, &rooms.conversations)).await?;
            // As in a database that has been there for a while.
            sqlx::query("VACUUM ANALYZE events").execute(self.database.pool()).await?;
        }
        kept.insert(kind, rooms.clone());
        Ok(rooms)
    }

    async fn send(&self, rooms: &Rooms, task: usize, count: usize, _: &Stop) -> anyhow::Result<Sent> {
        let (conversation, author) = rooms.pick(task, count);
        let send = SendMessage {
            site: self.site.clone(),
            conversation: ConversationId::from(conversation),
            message: MessageId::from(Uuid::now_v7()),
            text: MessageText::parse(message::text(count as u64))?,
            reply_to: None,
            sent_at: Timestamp::now(),
        };
        let sender = sender(author, Role::Member)?;
        self.commands.send(sender, send).await?;
        Ok(Sent::TAKEN)
    }

    async fn mark(&self) -> anyhow::Result<Option<i64>> {
        let last = "SELECT transaction_id::text::bigint FROM events ORDER BY transaction_id DESC LIMIT 1";
        Ok(sqlx::query_scalar(last).fetch_optional(self.database.pool()).await?)
    }

    async fn batch_mean(&self, mark: Option<i64>) -> anyhow::Result<Option<f64>> {
        let mean = "SELECT count(*)::float8 / nullif(count(DISTINCT transaction_id), 0) FROM events
                     WHERE transaction_id > $1::text::xid8";
        Ok(sqlx::query_scalar(mean).bind(mark).fetch_one(self.database.pool()).await?)
    }
}

fn sender(number: usize, role: Role) -> anyhow::Result<Sender> {
    Ok(Sender::new(member(number)?, role, REQUEST.to_owned()))
}
