//! Commands given in bulk, as the routes give them. What each benchmark begins with is in `founding.rs`.

mod founding;

use causerie_api::commands::{Command, Commands, Sender, StartBusinessConversation, StartDirectConversation};
use causerie_domain::Role;
use causerie_events::{MemberId, SiteId};
use causerie_store::{Database, Wake};
use futures::stream::{self, StreamExt, TryStreamExt};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::message::{self, REQUEST};
use crate::progress;

/// Commands given at once.
const AT_ONCE: usize = 8;

/// The command side of the service.
pub(crate) struct Office {
    commands: Commands,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Office {
    pub(crate) async fn open(database: &Database) -> anyhow::Result<Self> {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let commands = Commands::start(database.clone(), Wake::default(), &stop, &tasks).await?;
        Ok(Self { commands, stop, tasks })
    }

    /// The order to start the direct conversation of two members; its id is in it.
    pub(crate) async fn direct(
        &self,
        site: &SiteId,
        one: usize,
        other: usize,
    ) -> anyhow::Result<StartDirectConversation> {
        let (one, member) = (message::member(one)?, message::member(other)?);
        let conversation = self.commands.direct_conversation(site, &one, &member).await?;
        Ok(StartDirectConversation { site: site.clone(), conversation, member })
    }

    /// The order to start a member's conversation with the business; its id is in it.
    pub(crate) async fn business(&self, site: &SiteId, number: usize) -> anyhow::Result<StartBusinessConversation> {
        let member = message::member(number)?;
        let conversation = self.commands.business_conversation(site, &member).await?;
        Ok(StartBusinessConversation { site: site.clone(), conversation, member })
    }

    /// Gives all of them, some at once.
    pub(crate) async fn give<C: Command>(
        &self,
        what: &'static str,
        orders: impl Iterator<Item = anyhow::Result<(Sender, C)>>,
    ) -> anyhow::Result<()> {
        let orders: Vec<_> = orders.collect::<Result<_, _>>()?;
        let bar = progress::bar(orders.len() as u64, what);
        let given = stream::iter(orders).map(|(sender, command)| self.commands.execute(sender, command));
        given
            .buffer_unordered(AT_ONCE)
            .try_for_each(async |_| {
                bar.inc(1);
                Ok(())
            })
            .await?;
        bar.finish_and_clear();
        Ok(())
    }

    pub(crate) async fn close(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// A member by number.
pub(crate) fn member(number: usize) -> anyhow::Result<Sender> {
    Ok(by(message::member(number)?, Role::Member))
}

/// The owner of each site.
pub(crate) fn owner() -> anyhow::Result<Sender> {
    Ok(by("owner".parse()?, Role::Owner))
}

/// The host.
pub(crate) fn operator() -> anyhow::Result<Sender> {
    Ok(by("host".parse()?, Role::Operator))
}

fn by(member: MemberId, role: Role) -> Sender {
    Sender::new(member, role, REQUEST.to_owned())
}
