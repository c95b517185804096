//! Reads the facts of decisions. Each stream that is read here goes into the append with the version that was seen, so that no
//! event is appended on facts that have changed since.

use std::collections::BTreeSet;
use std::sync::Arc;

use causerie_domain::conversation::{Group, Standings};
use causerie_domain::permission::ConversationContext;
use causerie_domain::{Actor, Conversation, Member, Role, Site, Standing};
use causerie_events::{ConversationId, MemberId, SiteId, StreamId};
use causerie_store::{Loaded, Lookup, StoreError};
use futures::stream::{self, StreamExt, TryStreamExt};

use super::{Commands, Sender};

/// How many members are loaded at once for a new group: a part of the pool, so that others find a connection.
pub(super) const LOADS_AT_ONCE: usize = 4;

pub struct FactReader<'a> {
    commands: &'a Commands,
    site: &'a SiteId,
    /// The streams read, with the versions seen.
    pub(super) seen: Vec<(StreamId, u64)>,
    /// How many aggregates that the actor may have no right to came from the cache.
    pub(super) cached: usize,
}

impl<'a> FactReader<'a> {
    pub(super) const fn new(commands: &'a Commands, site: &'a SiteId) -> Self {
        Self { commands, site, seen: Vec::new(), cached: 0 }
    }

    /// For facts that never change, so that no version need be checked.
    pub(super) const fn commands(&self) -> &'a Commands {
        self.commands
    }

    pub(super) async fn site(&mut self) -> Result<Arc<Loaded<Site>>, StoreError> {
        let loaded = self.commands.site(self.site).await?;
        self.seen.push(loaded.seen());
        Ok(loaded)
    }

    pub(super) async fn member(&mut self, id: &MemberId) -> Result<Arc<Loaded<Member>>, StoreError> {
        let loaded = self.commands.member(self.site, id).await?;
        self.seen.push(loaded.seen());
        Ok(loaded)
    }

    /// A conversation other than the one that the command changes.
    async fn conversation(&mut self, id: ConversationId) -> Result<Arc<Loaded<Conversation>>, StoreError> {
        let found = self.commands.look_up_conversation(self.site, id).await?;
        Ok(self.note(found))
    }

    fn note<A>(&mut self, found: Lookup<A>) -> Arc<Loaded<A>> {
        self.seen.push(found.loaded.seen());
        self.cached += usize::from(found.cached);
        found.loaded
    }

    /// The sender as the log knows them. An operator is not a member of the site.
    pub(super) async fn actor(&mut self, Sender { member, role, .. }: &Sender) -> Result<Actor, StoreError> {
        if *role == Role::Operator {
            return Ok(Member::Missing.actor(member.clone(), *role));
        }
        Ok(self.member(member).await?.aggregate.actor(member.clone(), *role))
    }

    /// Whether another member is in the roster, with no block between them and the actor; and that member.
    pub(super) async fn reach(
        &mut self,
        actor: &Actor,
        id: &MemberId,
    ) -> Result<(bool, Arc<Loaded<Member>>), StoreError> {
        let own = self.member(&actor.member).await?;
        let found = self.commands.look_up_member(self.site, id).await?;
        let other = self.note(found);
        Ok((is_in_reach(actor, &own.aggregate, id, &other.aggregate), other))
    }

    /// Those of the members who are in reach of the actor.
    pub(super) async fn in_reach(&mut self, actor: &Actor, ids: &[MemberId]) -> Result<BTreeSet<MemberId>, StoreError> {
        let (commands, site) = (self.commands, self.site);
        let own = self.member(&actor.member).await?;
        let loads = ids.iter().cloned().map(|id| async move { commands.look_up_member(site, &id).await });
        let found: Vec<_> = stream::iter(loads).buffered(LOADS_AT_ONCE).try_collect().await?;
        let others: Vec<_> = found.into_iter().map(|found| self.note(found)).collect();
        let pairs = ids.iter().zip(&others);
        let in_reach = pairs.filter(|(id, other)| is_in_reach(actor, &own.aggregate, id, &other.aggregate));
        Ok(in_reach.map(|(id, _)| id.clone()).collect())
    }

    /// How the members of a group but `leaving` stand on the site, as far as the choice of an admin depends on it: the admins up
    /// to the first who can act, and where none can, the others up to the first with a voice.
    pub(super) async fn succession(
        &mut self,
        group: &Group,
        leaving: Option<&MemberId>,
    ) -> Result<Standings, StoreError> {
        let is_admin = |member: &MemberId| group.participants.get(member).is_some_and(|participant| participant.admin);
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

    /// The standings of participants of a full group, up to as many inactive ones as allow one more participant.
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

    /// What a conversation is to the actor: reads the conversation, the site, and the other member of a direct one.
    pub(super) async fn context(
        &mut self,
        actor: &Actor,
        id: ConversationId,
    ) -> Result<ConversationContext, StoreError> {
        let conversation = self.conversation(id).await?;
        let member_chat = self.site().await?.aggregate.member_chat();
        let peer_in_reach = match conversation.aggregate.peer_of(&actor.member) {
            Some(peer) => self.reach(actor, peer).await?.0,
            None => true,
        };
        let access = conversation.aggregate.access(actor);
        Ok(ConversationContext { access, member_chat, peer_in_reach, version: conversation.version })
    }
}

fn is_in_reach(actor: &Actor, own: &Member, id: &MemberId, other: &Member) -> bool {
    other.standing().in_roster() && !own.has_block_with(&actor.member, other, id)
}
