//! Commands to a conversation read the site, the actor and every member who is to come in.

use causerie_domain::Conversation;
use causerie_domain::conversation::{AddParticipant, Candidate, ConversationCommand, CreateGroup, RemoveParticipant};
use causerie_events::conversation::History;
use causerie_events::{ConversationId, GroupName, MemberId, SiteId, StreamId};
use causerie_store::StoreError;
use futures::stream::{self, StreamExt, TryStreamExt};

use super::execute::Attempt;
use super::{CommandError, Commands, Receipt, Sender};

/// How many members are loaded at once for a new group: a part of the pool, so that others find a connection.
const LOADS_AT_ONCE: usize = 4;

/// What a new group is.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// Its name.
    pub name: GroupName,
    /// Who is in it beside the creator.
    pub participants: Vec<MemberId>,
    /// What newcomers may read.
    pub history: History,
}

impl Commands {
    /// CreateGroup.
    pub async fn create_group(
        &self,
        sender: Sender,
        site: SiteId,
        id: ConversationId,
        group: NewGroup,
    ) -> Result<Receipt<Conversation>, CommandError> {
        let actor = sender.actor.clone();
        self.execute(sender, move |commands| {
            let (site, group, actor) = (site.clone(), group.clone(), actor.clone());
            async move {
                let (site_now, creator, target) = tokio::try_join!(
                    commands.site(&site),
                    commands.member(&site, &actor.member),
                    commands.conversation(&site, id)
                )?;
                let (participants, mut guards) = commands.candidates(&site, group.participants).await?;
                guards.extend([site_now.seen(), creator.seen()]);
                let settings = site_now.aggregate.settings();
                let command = ConversationCommand::CreateGroup(CreateGroup {
                    actor,
                    name: group.name,
                    participants,
                    history: group.history,
                    actor_standing: creator.aggregate.standing(),
                    member_chat: site_now.aggregate.member_chat(),
                    group_creation: settings.group_creation,
                    max_participants: settings.max_participants,
                });
                Ok(Attempt { target, guards, command })
            }
        })
        .await
    }

    /// AddParticipant.
    pub async fn add_participant(
        &self,
        sender: Sender,
        site: SiteId,
        id: ConversationId,
        member: MemberId,
    ) -> Result<Receipt<Conversation>, CommandError> {
        let actor = sender.actor.clone();
        self.execute(sender, move |commands| {
            let (site, member, actor) = (site.clone(), member.clone(), actor.clone());
            async move {
                let (site_now, asking, candidate, target) = tokio::try_join!(
                    commands.site(&site),
                    commands.member(&site, &actor.member),
                    commands.member(&site, &member),
                    commands.conversation(&site, id)
                )?;
                let guards = vec![site_now.seen(), asking.seen(), candidate.seen()];
                let command = ConversationCommand::AddParticipant(AddParticipant {
                    actor,
                    candidate: Candidate { member, standing: candidate.aggregate.standing() },
                    actor_standing: asking.aggregate.standing(),
                    member_chat: site_now.aggregate.member_chat(),
                    max_participants: site_now.aggregate.settings().max_participants,
                });
                Ok(Attempt { target, guards, command })
            }
        })
        .await
    }

    /// RemoveParticipant; of oneself, LeaveGroup.
    pub async fn remove_participant(
        &self,
        sender: Sender,
        site: SiteId,
        id: ConversationId,
        member: MemberId,
    ) -> Result<Receipt<Conversation>, CommandError> {
        let actor = sender.actor.clone();
        self.execute(sender, move |commands| {
            let (site, member, actor) = (site.clone(), member.clone(), actor.clone());
            async move {
                let (asking, target) =
                    tokio::try_join!(commands.member(&site, &actor.member), commands.conversation(&site, id))?;
                let guards = vec![asking.seen()];
                let actor_standing = asking.aggregate.standing();
                let command =
                    ConversationCommand::RemoveParticipant(RemoveParticipant { actor, member, actor_standing });
                Ok(Attempt { target, guards, command })
            }
        })
        .await
    }

    async fn candidates(
        &self,
        site: &SiteId,
        members: Vec<MemberId>,
    ) -> Result<(Vec<Candidate>, Vec<(StreamId, u64)>), StoreError> {
        let loads = members.into_iter().map(|member| async move {
            let loaded = self.member(site, &member).await?;
            Ok::<_, StoreError>((Candidate { member, standing: loaded.aggregate.standing() }, loaded.seen()))
        });
        let loaded: Vec<_> = stream::iter(loads).buffered(LOADS_AT_ONCE).try_collect().await?;
        Ok(loaded.into_iter().unzip())
    }
}
