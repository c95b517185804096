//! All read models by name, for commands that name one.

use std::str::FromStr;

use causerie_store::follower::Checkpoint;
use causerie_store::{Database, Session};
use tokio_util::sync::CancellationToken;

use crate::conversation_list::{self, ConversationListProjector};
use crate::member_list::{self, MemberListProjector};
use crate::parked::{RetryOutcome, retry};
use crate::projector::ApplyError;
use crate::rebuild::{RebuildError, RebuildProgress, rebuild};
use crate::target::{READ_MODELS, write_to};
use crate::timeline::{self, TimelineProjector};

const RETRYING: &str = "retrying parked events";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Projection {
    MemberList,
    ConversationList,
    Timeline,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown read model; use member_list, conversation_list or timeline")]
pub struct NoSuchProjection;

impl FromStr for Projection {
    type Err = NoSuchProjection;

    fn from_str(name: &str) -> Result<Self, NoSuchProjection> {
        Self::ALL.into_iter().find(|projection| projection.name() == name).ok_or(NoSuchProjection)
    }
}

impl Projection {
    pub const ALL: [Self; 3] = [Self::MemberList, Self::ConversationList, Self::Timeline];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MemberList => member_list::NAME,
            Self::ConversationList => conversation_list::NAME,
            Self::Timeline => timeline::NAME,
        }
    }

    pub async fn rebuild(
        self,
        database: &Database,
        stop: &CancellationToken,
        progress: impl FnMut(RebuildProgress) + Send,
    ) -> Result<Checkpoint, RebuildError> {
        match self {
            Self::MemberList => Box::pin(rebuild(&MemberListProjector, database, stop, progress)).await,
            Self::ConversationList => Box::pin(rebuild(&ConversationListProjector, database, stop, progress)).await,
            Self::Timeline => Box::pin(rebuild(&TimelineProjector, database, stop, progress)).await,
        }
    }

    pub async fn retry(self, database: &Database) -> Result<RetryOutcome, ApplyError> {
        let mut connection = database.connection().await?;
        write_to(&mut connection, READ_MODELS).await?;
        let session = Session::of(database, RETRYING, &mut connection).await?;
        let retrying = async {
            match self {
                Self::MemberList => retry(&MemberListProjector, &mut connection).await,
                Self::ConversationList => retry(&ConversationListProjector, &mut connection).await,
                Self::Timeline => retry(&TimelineProjector, &mut connection).await,
            }
        };
        session.run(database, RETRYING, retrying).await?
    }
}
