//! Appoints an admin in groups whose last active admin was blocked, removed, or left the community. A separate step after the
//! event of the member. If the step is lost (the service stops in between, or the read model is behind), a repeated command
//! catches up, as does the next departure, or the owner appoints an admin.

use causerie_domain::conversation::AppointAdmin;
use std::time::Duration;

use causerie_domain::Member;
use causerie_events::{ConversationId, MemberId, Position};
use causerie_projections::conversation_list;
use tokio::time::timeout;
use tracing::Instrument;

use crate::caller::Caller;
use crate::commands::{Precondition, Receipt, Sender};
use crate::problem::Problem;
use crate::state::AppState;

/// How long the response to a block waits for the groups to be looked up.
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(2);

/// Appoints admins in groups where the member was the last active one. Returns the receipt with the position of the last
/// appointment, so that a client that reads with it sees them. Runs in a task, so a disconnect does not interrupt it.
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
        let groups = match timeout(LOOK_UP_TIMEOUT, administered_groups(&state, &caller, &member, after)).await {
            Ok(Ok(groups)) => groups,
            Ok(Err(problem)) => {
                tracing::warn!(?problem, %member, "looking up groups without an admin failed; the next departure of an admin retries");
                return after;
            }
            Err(_) => {
                tracing::warn!(%member, "looking up groups without an admin took too long; the next departure of an admin retries");
                return after;
            }
        };
        let mut last = after;
        for conversation in groups {
            let sender = Sender { precondition: Precondition::None, ..caller.sender() };
            match state.commands.execute(sender, AppointAdmin { site: caller.site.clone(), conversation }).await {
                Ok(appointed) => last = last.max(appointed.position),
                Err(error) => {
                    tracing::warn!(%error, %conversation, "appointing an admin failed; the group stays without one");
                }
            }
        }
        last
    };
    let position = tokio::spawn(work.in_current_span()).await.unwrap_or(receipt.position);
    Receipt { position, ..receipt }
}

async fn administered_groups(
    state: &AppState,
    caller: &Caller,
    member: &MemberId,
    after: Position,
) -> Result<Vec<ConversationId>, Problem> {
    state.wait_for(conversation_list::NAME, Some(after)).await?;
    Ok(conversation_list::administered_by(state.database.pool(), &caller.site, member).await?)
}
