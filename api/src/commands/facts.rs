//! What a decision looks up. Whatever is looked up here goes into the append with the version that was seen, so that
//! nothing is decided on what has changed since.

use std::sync::Arc;

use super::{Commands, Sender};
use causerie_domain::conversation::{Candidate, Group, Standings};
use causerie_domain::member::Standing;
use causerie_domain::permission::Place;
use causerie_domain::{Actor, Conversation, Member, Role, Site};
use causerie_events::{ConversationId, MemberId, SiteId, StreamId};
use causerie_store::{Loaded, Lookup, StoreError};
use futures::stream::{self, StreamExt, TryStreamExt};

/// How many members are loaded at once for a new group: a part of the pool, so that others find a connection.
pub(super) const LOADS_AT_ONCE: usize = 4;

/// The facts of one decision.
pub struct Facts<'a> {
    commands: &'a Commands,
    site: &'a SiteId,
    /// The streams looked up, with the versions seen.
    pub(super) seen: Vec<(StreamId, u64)>,
    /// How many lookups of what the actor may have no right to were answered from the cache.
    pub(super) cached: usize,
    /// The actor's role, once they were looked up.
    pub(super) capacity: Option<Role>,
}

impl<'a> Facts<'a> {
    pub(super) const fn new(commands: &'a Commands, site: &'a SiteId) -> Self {
        Self { commands, site, seen: Vec::new(), cached: 0, capacity: None }
    }

    /// The command side, for what needs no guard because it never changes.
    pub(super) const fn commands(&self) -> &'a Commands {
        self.commands
    }

    /// The site.
    pub(super) async fn site(&mut self) -> Result<Arc<Loaded<Site>>, StoreError> {
        let loaded = self.commands.site(self.site).await?;
        self.seen.push(loaded.seen());
        Ok(loaded)
    }

    /// A member.
    pub(super) async fn member(&mut self, id: &MemberId) -> Result<Arc<Loaded<Member>>, StoreError> {
        let loaded = self.commands.member(self.site, id).await?;
        self.seen.push(loaded.seen());
        Ok(loaded)
    }

    /// A member other than the actor.
    pub(super) async fn other(&mut self, id: &MemberId) -> Result<Arc<Loaded<Member>>, StoreError> {
        let found = self.commands.look_up_member(self.site, id).await?;
        Ok(self.note(found))
    }

    /// A conversation that is not what the command is to.
    async fn conversation(&mut self, id: ConversationId) -> Result<Arc<Loaded<Conversation>>, StoreError> {
        let found = self.commands.look_up_conversation(self.site, id).await?;
        Ok(self.note(found))
    }

    fn note<A>(&mut self, found: Lookup<A>) -> Arc<Loaded<A>> {
        self.seen.push(found.loaded.seen());
        self.cached += usize::from(found.cached);
        found.loaded
    }

    /// Who gives the command, as the log knows them. An operator is no member of the site.
    pub(super) async fn actor(&mut self, sender: &Sender) -> Result<Actor, StoreError> {
        let Sender { member, role, .. } = sender;
        let actor = if *role == Role::Operator {
            Actor::new(member.clone(), *role, &Member::Missing)
        } else {
            Actor::new(member.clone(), *role, &self.member(member).await?.aggregate)
        };
        self.capacity = Some(actor.role);
        Ok(actor)
    }

    /// Somebody whom the actor wants in a conversation.
    pub(super) async fn candidate(&mut self, actor: &Actor, id: &MemberId) -> Result<Candidate, StoreError> {
        Ok(self.candidate_and_other(actor, id).await?.0)
    }

    /// The same, and the member.
    pub(super) async fn candidate_and_other(
        &mut self,
        actor: &Actor,
        id: &MemberId,
    ) -> Result<(Candidate, Arc<Loaded<Member>>), StoreError> {
        let own = self.member(&actor.member).await?;
        let other = self.other(id).await?;
        Ok((candidate(actor, &own.aggregate, id, &other.aggregate), other))
    }

    /// Those whom the actor wants in a conversation.
    pub(super) async fn candidates(&mut self, actor: &Actor, ids: &[MemberId]) -> Result<Vec<Candidate>, StoreError> {
        let (commands, site) = (self.commands, self.site);
        let own = self.member(&actor.member).await?;
        let loads = ids.iter().cloned().map(|id| async move { commands.look_up_member(site, &id).await });
        let found: Vec<_> = stream::iter(loads).buffered(LOADS_AT_ONCE).try_collect().await?;
        let loaded: Vec<_> = found.into_iter().map(|found| self.note(found)).collect();
        let others = ids.iter().zip(&loaded);
        Ok(others.map(|(id, other)| candidate(actor, &own.aggregate, id, &other.aggregate)).collect())
    }

    /// Of the members of a group, all but `leaving`, how they stand on the site, as far as it matters for who is an admin: the
    /// admins up to the first who can act, and where none can, the others up to the first with a voice.
    pub(super) async fn succession(
        &mut self,
        group: &Group,
        leaving: Option<&MemberId>,
    ) -> Result<Standings, StoreError> {
        let is_admin = |member: &MemberId| group.participants.get(member).is_some_and(|seat| seat.admin);
        let staying = group.by_seniority().into_iter().filter(|member| Some(*member) != leaving);
        let (admins, others): (Vec<_>, Vec<_>) = staying.partition(|member| is_admin(member));
        let mut standings = Standings::default();
        for member in admins.into_iter().chain(others) {
            let standing = self.member(member).await?.aggregate.standing();
            standings.extend([(member.clone(), standing)]);
            if standing == Standing::InRoster || (standing == Standing::Muted && is_admin(member)) {
                break;
            }
        }
        Ok(standings)
    }

    /// Of the participants of a group that is full, as many as have to be known to find room for one more.
    pub(super) async fn standings_where_full(
        &mut self,
        group: &Group,
        max_participants: u32,
    ) -> Result<Standings, StoreError> {
        let mut too_many = (group.participants.len() + 1).saturating_sub(max_participants as usize);
        let mut standings = Standings::default();
        for member in group.participants.keys() {
            if too_many == 0 {
                break;
            }
            let standing = self.member(member).await?.aggregate.standing();
            too_many -= usize::from(standing.require_active().is_err());
            standings.extend([(member.clone(), standing)]);
        }
        Ok(standings)
    }

    /// What a conversation is to the actor: the conversation, the site, and the other of a direct one.
    pub(super) async fn place(&mut self, actor: &Actor, id: ConversationId) -> Result<Place, StoreError> {
        let conversation = self.conversation(id).await?;
        let member_chat = self.site().await?.aggregate.member_chat();
        let peer_in_reach = match conversation.aggregate.peer_of(&actor.member) {
            Some(peer) => self.candidate(actor, peer).await?.in_reach,
            None => true,
        };
        let access = conversation.aggregate.access(actor);
        Ok(Place { access, member_chat, peer_in_reach, version: conversation.version })
    }
}

fn candidate(actor: &Actor, own: &Member, id: &MemberId, other: &Member) -> Candidate {
    let in_reach = other.standing().in_roster() && !own.is_apart_from(&actor.member, other, id);
    Candidate { member: id.clone(), in_reach }
}
