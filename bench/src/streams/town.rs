//! Members in groups of ten, each with a token.

use causerie_store::Database;
use uuid::Uuid;

use crate::stage;

/// Participants of a group.
pub(super) const GROUP: usize = 10;

/// Who there is.
#[derive(Debug)]
pub(super) struct Town {
    /// Of member `n`.
    pub(super) tokens: Vec<String>,
    /// Members `10 n` to `10 n + 9` are in group `n`.
    pub(super) groups: Vec<Uuid>,
}

impl Town {
    pub(super) async fn found(database: &Database, members: usize) -> anyhow::Result<(stage::Town, Self)> {
        let mut town = stage::Town::found(database).await?;
        let groups = town.groups(members / GROUP, GROUP).await?.into_iter().map(|group| group.id).collect();
        let tokens = (0..members).map(|number| town.token(number)).collect::<Result<_, _>>()?;
        Ok((town, Self { tokens, groups }))
    }
}
