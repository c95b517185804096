//! Commands to a conversation read who asks, and the site and every member who is to come in where that plays a part.

use causerie_domain::conversation::{self, ConversationCommand, Group, Seat, Standings};
use causerie_domain::{Actor, Conversation, Role};
use causerie_events::conversation::History;
use causerie_events::{ConversationId, GroupName, MemberId, NewGroupId, SiteId, StreamId};
use causerie_store::{Loaded, StoreError};

use super::{Command, Facts, Sender};

/// The version of a group that was only created.
const CREATED: u64 = 1;

/// The group, where the actor may know of it: nothing is looked up for who may not, so that nothing shows by its time.
fn group_known_to<'a>(actor: &Actor, target: &'a Conversation) -> Option<&'a Group> {
    let access = target.access(actor)?;
    match target {
        Conversation::Group(group) if access.seat != Seat::Outside || actor.role == Role::Owner => Some(group),
        _ => None,
    }
}

/// CreateGroup.
#[derive(Debug, Clone)]
pub struct CreateGroup {
    /// The site.
    pub site: SiteId,
    /// Its id.
    pub conversation: NewGroupId,
    /// Its name.
    pub name: GroupName,
    /// Who is in it beside the creator.
    pub participants: Vec<MemberId>,
    /// What newcomers may read.
    pub history: History,
}

impl Command for CreateGroup {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation.conversation())
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let site = facts.site().await?;
        let settings = site.aggregate.settings();
        Ok(ConversationCommand::CreateGroup(conversation::CreateGroup {
            name: self.name.clone(),
            participants: facts.candidates(&actor, &self.participants).await?,
            history: self.history,
            member_chat: site.aggregate.member_chat(),
            group_creation: settings.group_creation,
            max_participants: settings.max_participants,
            actor,
        }))
    }

    /// The creator knows the group as they created it, also after leaving.
    fn visible_version(&self, sender: &Sender, target: &Loaded<Conversation>) -> u64 {
        match &target.aggregate {
            Conversation::Group(group) if group.participants.contains_key(&sender.member) => target.version,
            Conversation::Group(_) if sender.role == Role::Owner => target.version,
            Conversation::Group(group) if group.created.creator == sender.member => CREATED,
            _ => 0,
        }
    }
}

/// StartDirectConversation.
#[derive(Debug, Clone)]
pub struct StartDirectConversation {
    /// The site.
    pub site: SiteId,
    /// Its id: [`Commands::direct_conversation`](super::Commands::direct_conversation).
    pub conversation: ConversationId,
    /// With whom.
    pub member: MemberId,
}

impl Command for StartDirectConversation {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        Ok(ConversationCommand::StartDirectConversation(conversation::StartDirectConversation {
            peer: facts.candidate(&actor, &self.member).await?,
            member_chat: facts.site().await?.aggregate.member_chat(),
            actor,
        }))
    }
}

/// StartBusinessConversation.
#[derive(Debug, Clone)]
pub struct StartBusinessConversation {
    /// The site.
    pub site: SiteId,
    /// Its id: [`Commands::business_conversation`](super::Commands::business_conversation).
    pub conversation: ConversationId,
    /// Whose conversation.
    pub member: MemberId,
}

impl Command for StartBusinessConversation {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        Ok(ConversationCommand::StartBusinessConversation(conversation::StartBusinessConversation {
            actor: facts.actor(sender).await?,
            member: self.member.clone(),
            member_standing: facts.member(&self.member).await?.aggregate.standing(),
        }))
    }
}

/// ChangeGroup: what is given.
#[derive(Debug, Clone)]
pub struct ChangeGroup {
    /// The site.
    pub site: SiteId,
    /// Its id.
    pub conversation: ConversationId,
    /// Its name.
    pub name: Option<GroupName>,
    /// What newcomers from now on may read.
    pub history: Option<History>,
}

impl Command for ChangeGroup {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let member_chat = facts.site().await?.aggregate.member_chat();
        let (name, history) = (self.name.clone(), self.history);
        Ok(ConversationCommand::ChangeGroup(conversation::ChangeGroup { actor, name, history, member_chat }))
    }
}

/// AddParticipant.
#[derive(Debug, Clone)]
pub struct AddParticipant {
    /// The site.
    pub site: SiteId,
    /// Its id.
    pub conversation: ConversationId,
    /// Who is to come in.
    pub member: MemberId,
}

impl Command for AddParticipant {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let site = facts.site().await?;
        Ok(ConversationCommand::AddParticipant(conversation::AddParticipant {
            candidate: facts.candidate(&actor, &self.member).await?,
            member_chat: site.aggregate.member_chat(),
            max_participants: site.aggregate.settings().max_participants,
            standings: Standings::default(),
            actor,
        }))
    }

    async fn look_up_for(
        &self,
        question: &mut ConversationCommand,
        target: &Conversation,
        facts: &mut Facts<'_>,
    ) -> Result<(), StoreError> {
        if let ConversationCommand::AddParticipant(add) = question
            && let Some(group) = group_known_to(&add.actor, target)
            && !group.participants.contains_key(&self.member)
        {
            add.standings = facts.standings_where_full(group, add.max_participants).await?;
        }
        Ok(())
    }
}

/// RemoveParticipant; of oneself, LeaveGroup.
#[derive(Debug, Clone)]
pub struct RemoveParticipant {
    /// The site.
    pub site: SiteId,
    /// Its id.
    pub conversation: ConversationId,
    /// Who is to go.
    pub member: MemberId,
}

impl Command for RemoveParticipant {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let (member, standings) = (self.member.clone(), Standings::default());
        Ok(ConversationCommand::RemoveParticipant(conversation::RemoveParticipant { actor, member, standings }))
    }

    async fn look_up_for(
        &self,
        question: &mut ConversationCommand,
        target: &Conversation,
        facts: &mut Facts<'_>,
    ) -> Result<(), StoreError> {
        if let ConversationCommand::RemoveParticipant(remove) = question
            && let Some(group) = group_known_to(&remove.actor, target)
            && group.participants.contains_key(&self.member)
        {
            remove.standings = facts.succession(group, Some(&self.member)).await?;
        }
        Ok(())
    }

    /// A member who has left knows the group as it was then.
    fn visible_version(&self, sender: &Sender, target: &Loaded<Conversation>) -> u64 {
        match &target.aggregate {
            Conversation::Group(group) if self.member == sender.member => {
                group.former.get(&self.member).copied().unwrap_or(target.version)
            }
            _ => target.version,
        }
    }
}

/// GrantAdmin, RevokeAdmin.
#[derive(Debug, Clone)]
pub struct ChangeAdmin {
    /// The site.
    pub site: SiteId,
    /// Its id.
    pub conversation: ConversationId,
    /// Whom it is about.
    pub member: MemberId,
    /// Whether they are to be an admin.
    pub admin: bool,
}

impl Command for ChangeAdmin {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let (member, admin, standings) = (self.member.clone(), self.admin, Standings::default());
        Ok(ConversationCommand::ChangeAdmin(conversation::ChangeAdmin { actor, member, admin, standings }))
    }

    async fn look_up_for(
        &self,
        question: &mut ConversationCommand,
        target: &Conversation,
        facts: &mut Facts<'_>,
    ) -> Result<(), StoreError> {
        if let ConversationCommand::ChangeAdmin(change) = question
            && !self.admin
            && let Some(group) = group_known_to(&change.actor, target)
        {
            change.standings = facts.succession(group, Some(&self.member)).await?;
        }
        Ok(())
    }
}

/// Makes a participant an admin where no admin of the group can act: what follows when an admin is barred from the site or
/// leaves its community.
#[derive(Debug, Clone)]
pub struct AppointAdmin {
    /// The site.
    pub site: SiteId,
    /// Its id.
    pub conversation: ConversationId,
}

impl Command for AppointAdmin {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        facts.actor(sender).await?;
        Ok(ConversationCommand::AppointAdmin(conversation::AppointAdmin { standings: Standings::default() }))
    }

    async fn look_up_for(
        &self,
        question: &mut ConversationCommand,
        target: &Conversation,
        facts: &mut Facts<'_>,
    ) -> Result<(), StoreError> {
        if let (ConversationCommand::AppointAdmin(appoint), Conversation::Group(group)) = (question, target) {
            appoint.standings = facts.succession(group, None).await?;
        }
        Ok(())
    }
}

/// DeleteGroup.
#[derive(Debug, Clone)]
pub struct DeleteGroup {
    /// The site.
    pub site: SiteId,
    /// Its id.
    pub conversation: ConversationId,
}

impl Command for DeleteGroup {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        Ok(ConversationCommand::DeleteGroup(conversation::DeleteGroup { actor: facts.actor(sender).await? }))
    }
}
