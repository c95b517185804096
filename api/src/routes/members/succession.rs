//! What follows for groups when one of their admins is barred from the site, removed, or leaves its community: a group without
//! an admin who can act gets another. A step of its own after the member's event; when it is missed (the service stops in
//! between, or the read model is behind), the same command again makes up for it, as does the next departure, or the owner.

use std::time::Duration;

use causerie_domain::Member;
use causerie_events::{ConversationId, MemberId, Position};
use causerie_projections::conversation_list;
use tokio::time::timeout;
use tracing::Instrument;

use crate::caller::Caller;
use crate::commands::{AppointAdmin, Precondition, Receipt, Sender};
use crate::problem::Problem;
use crate::state::AppState;

/// How long the response to a block waits for the groups to be looked up.
const LOOK_UP_LIMIT: Duration = Duration::from_secs(2);

/// Appoints admins where the member of the receipt was the last who could act. The position of the receipt is that of the
/// last appointment then, so that a client that reads with it sees them. To its end, also where the client hangs up.
pub(super) async fn appoint_admins(
    state: &AppState,
    caller: &Caller,
    member: &MemberId,
    receipt: Receipt<Member>,
) -> Receipt<Member> {
    if receipt.aggregate.standing().in_roster() {
        return receipt;
    }
    let (state, caller, member, after) = (state.clone(), caller.clone(), member.clone(), receipt.position);
    let work = async move {
        let groups = match timeout(LOOK_UP_LIMIT, groups_of(&state, &caller, &member, after)).await {
            Ok(Ok(groups)) => groups,
            Ok(Err(problem)) => {
                tracing::warn!(?problem, %member, "no groups were looked up for a successor of their admin");
                return after;
            }
            Err(_) => {
                tracing::warn!(%member, "no groups were looked up in time for a successor of their admin");
                return after;
            }
        };
        let mut last = after;
        for conversation in groups {
            let sender = Sender { precondition: Precondition::None, ..caller.sender() };
            match state.commands.execute(sender, AppointAdmin { site: caller.site.clone(), conversation }).await {
                Ok(appointed) => last = last.max(appointed.position),
                Err(error) => tracing::warn!(%error, %conversation, "a group got no successor of its admin"),
            }
        }
        last
    };
    let position = tokio::spawn(work.in_current_span()).await.unwrap_or(receipt.position);
    Receipt { position, ..receipt }
}

async fn groups_of(
    state: &AppState,
    caller: &Caller,
    member: &MemberId,
    after: Position,
) -> Result<Vec<ConversationId>, Problem> {
    state.wait_for(conversation_list::NAME, Some(after)).await?;
    Ok(conversation_list::administered_by(state.database.pool(), &caller.site, member).await?)
}
