//! Commands to a member: registering reads the site too.

use causerie_domain::Member;
use causerie_domain::member::{MemberCommand, ModerateMember, RegisterMember};
use causerie_events::member::MemberProfile;
use causerie_events::{MemberId, SiteId};

use super::execute::Attempt;
use super::{CommandError, Commands, Receipt, Sender};

/// What the host says of a member.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// How the member appears to others.
    pub profile: MemberProfile,
    /// Whether the member has joined the community.
    pub community: bool,
}

impl Commands {
    /// RegisterMember.
    pub async fn register_member(
        &self,
        sender: Sender,
        site: SiteId,
        member: MemberId,
        new: NewMember,
    ) -> Result<Receipt<Member>, CommandError> {
        let actor = sender.actor.clone();
        self.execute(sender, move |commands| {
            let (site, member, new, actor) = (site.clone(), member.clone(), new.clone(), actor.clone());
            async move {
                let (site_now, target) = tokio::try_join!(commands.site(&site), commands.member(&site, &member))?;
                let command = MemberCommand::RegisterMember(RegisterMember {
                    actor,
                    profile: new.profile,
                    community: new.community,
                    site: site_now.aggregate.member_chat(),
                    approval: site_now.aggregate.settings().approval,
                });
                Ok(Attempt { target, guards: vec![site_now.seen()], command })
            }
        })
        .await
    }

    /// BlockMember, UnblockMember.
    pub async fn block_member(
        &self,
        sender: Sender,
        site: SiteId,
        member: MemberId,
        block: bool,
    ) -> Result<Receipt<Member>, CommandError> {
        let moderate = ModerateMember { actor: sender.actor.clone() };
        let command = if block { MemberCommand::BlockMember(moderate) } else { MemberCommand::UnblockMember(moderate) };
        self.execute(sender, move |commands| {
            let (site, member, command) = (site.clone(), member.clone(), command.clone());
            async move { Ok(Attempt { target: commands.member(&site, &member).await?, guards: Vec::new(), command }) }
        })
        .await
    }
}
