//! What each command reads beside its own stream and the actor. ARCHITECTURE.md has the list.

use causerie_domain::conversation::{
    AddParticipant, AddParticipantFacts, AppointAdmin, ChangeAdmin, ChangeGroup, ChangeGroupImage, CreateGroup,
    CreateGroupFacts, DeleteGroup, Group, RemoveParticipant, Standings, StartBusinessConversation,
    StartDirectConversation, StartDirectFacts,
};
use causerie_domain::member::{
    BlockContact, ChangeCommunity, ChangeMember, ContactFacts, LabelMember, ModerateMember, RegisterMember,
    RegistrationFacts, ReplayLog,
};
use causerie_domain::message::{ChangeReaction, DeleteMessage, EditMessage};
use causerie_domain::permission::{ConversationContext, Membership};
use causerie_domain::site::{ChangeSettings, ChangeSite, RegisterSite, SwitchMemberChat, SwitchSite};
use causerie_domain::{Actor, Conversation, Member, MemberChat, Message, Role, Site, Standing};
use causerie_store::{Loaded, StoreError};

use super::{Command, FactReader};

type LookedUp<T> = Result<T, StoreError>;

/// The version of a group right after its creation.
const CREATED: u64 = 1;

macro_rules! reads_nothing {
    ($($command:ty => $aggregate:ty),+ $(,)?) => {
        $(impl Command for $command {
            async fn look_up(&self, _: &Actor, _: &$aggregate, _: &mut FactReader<'_>) -> LookedUp<()> {
                Ok(())
            }
        })+
    };
}
reads_nothing!(
    RegisterSite => Site,
    ChangeSite => Site,
    SwitchSite => Site,
    SwitchMemberChat => Site,
    ChangeSettings => Site,
    ChangeMember => Member,
    ModerateMember => Member,
    LabelMember => Member,
    ChangeCommunity => Member,
    ReplayLog => Member,
    DeleteGroup => Conversation,
);

macro_rules! reads_member_chat {
    ($($command:ty),+) => {
        $(impl Command for $command {
            async fn look_up(&self, _: &Actor, _: &Conversation, facts: &mut FactReader<'_>) -> LookedUp<MemberChat> {
                Ok(facts.site().await?.aggregate.member_chat())
            }
        })+
    };
}
reads_member_chat!(ChangeGroup, ChangeGroupImage);

macro_rules! reads_place {
    ($($command:ty),+) => {
        $(impl Command for $command {
            async fn look_up(&self, actor: &Actor, _: &Message, facts: &mut FactReader<'_>) -> LookedUp<ConversationContext> {
                facts.context(actor, self.conversation).await
            }
        })+
    };
}
reads_place!(EditMessage, DeleteMessage, ChangeReaction);

impl Command for RegisterMember {
    async fn look_up(&self, _: &Actor, _: &Member, facts: &mut FactReader<'_>) -> LookedUp<RegistrationFacts> {
        let site = &facts.site().await?.aggregate;
        Ok(RegistrationFacts { site: site.member_chat(), approval: site.settings().approval })
    }
}

impl Command for BlockContact {
    async fn look_up(&self, actor: &Actor, _: &Member, facts: &mut FactReader<'_>) -> LookedUp<ContactFacts> {
        if !self.blocked {
            return Ok(ContactFacts::default());
        }
        let (in_reach, other) = facts.reach(actor, &self.other).await?;
        Ok(ContactFacts { in_reach, is_staff: other.aggregate.is_staff() })
    }
}

impl Command for CreateGroup {
    async fn look_up(&self, actor: &Actor, _: &Conversation, facts: &mut FactReader<'_>) -> LookedUp<CreateGroupFacts> {
        let site = facts.site().await?;
        let settings = site.aggregate.settings();
        Ok(CreateGroupFacts {
            in_reach: facts.in_reach(actor, &self.participants).await?,
            member_chat: site.aggregate.member_chat(),
            group_creation: settings.group_creation,
            max_participants: settings.max_participants,
        })
    }

    /// The creator knows the group as they created it, also after leaving.
    fn visible_version(&self, actor: &Actor, _: &CreateGroupFacts, target: &Loaded<Conversation>) -> u64 {
        match &target.aggregate {
            Conversation::Group(group) if group.participants.contains_key(&actor.member) => target.version,
            Conversation::Group(_) if actor.role == Role::Owner => target.version,
            Conversation::Group(group) if group.created.creator == actor.member => CREATED,
            _ => 0,
        }
    }
}

impl Command for StartDirectConversation {
    async fn look_up(&self, actor: &Actor, _: &Conversation, facts: &mut FactReader<'_>) -> LookedUp<StartDirectFacts> {
        Ok(StartDirectFacts {
            in_reach: facts.reach(actor, &self.member).await?.0,
            member_chat: facts.site().await?.aggregate.member_chat(),
        })
    }
}

impl Command for StartBusinessConversation {
    async fn look_up(&self, _: &Actor, _: &Conversation, facts: &mut FactReader<'_>) -> LookedUp<Standing> {
        Ok(facts.member(&self.member).await?.aggregate.standing())
    }
}

/// The group, where the actor may know of it. Nothing more is looked up for other actors, so that the time of a rejection
/// does not show whether the group exists.
fn group_known_to<'a>(actor: &Actor, target: &'a Conversation) -> Option<&'a Group> {
    let access = target.access(actor)?;
    match target {
        Conversation::Group(group) if access.membership != Membership::None || actor.role == Role::Owner => Some(group),
        _ => None,
    }
}

impl Command for AddParticipant {
    async fn look_up(
        &self,
        actor: &Actor,
        target: &Conversation,
        facts: &mut FactReader<'_>,
    ) -> LookedUp<AddParticipantFacts> {
        let site = facts.site().await?;
        let max_participants = site.aggregate.settings().max_participants;
        let in_reach = facts.reach(actor, &self.member).await?.0;
        let standings = match group_known_to(actor, target) {
            Some(group) if !group.participants.contains_key(&self.member) => {
                facts.standings_where_full(group, max_participants).await?
            }
            _ => Standings::default(),
        };
        Ok(AddParticipantFacts { in_reach, member_chat: site.aggregate.member_chat(), max_participants, standings })
    }
}

impl Command for RemoveParticipant {
    async fn look_up(&self, actor: &Actor, target: &Conversation, facts: &mut FactReader<'_>) -> LookedUp<Standings> {
        match group_known_to(actor, target) {
            Some(group) if group.participants.contains_key(&self.member) => {
                facts.succession(group, Some(&self.member)).await
            }
            _ => Ok(Standings::default()),
        }
    }

    /// A member who has left knows the group as it was then.
    fn visible_version(&self, actor: &Actor, _: &Standings, target: &Loaded<Conversation>) -> u64 {
        match &target.aggregate {
            Conversation::Group(group) if self.member == actor.member => {
                group.former_participants.get(&self.member).copied().unwrap_or(target.version)
            }
            _ => target.version,
        }
    }
}

impl Command for ChangeAdmin {
    async fn look_up(&self, actor: &Actor, target: &Conversation, facts: &mut FactReader<'_>) -> LookedUp<Standings> {
        match group_known_to(actor, target) {
            Some(group) if !self.admin => facts.succession(group, Some(&self.member)).await,
            _ => Ok(Standings::default()),
        }
    }
}

impl Command for AppointAdmin {
    async fn look_up(&self, _: &Actor, target: &Conversation, facts: &mut FactReader<'_>) -> LookedUp<Standings> {
        let Conversation::Group(group) = target else { return Ok(Standings::default()) };
        facts.succession(group, None).await
    }
}
