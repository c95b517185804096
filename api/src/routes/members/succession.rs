//! Succession of admins: when a member is blocked, removed, or leaves the community, the groups of
//! which this member was the last active admin get another one.
//!
//! This runs after the member's event is stored, not in the same transaction. If it is lost (the
//! service stops in between, or the read model is behind), such a group has no admin until the same
//! command is repeated or the owner appoints one.

use std::time::Duration;

use causerie_domain::Member;
use causerie_domain::conversation::AppointAdmin;
use causerie_events::{ConversationId, MemberId, Position};
use causerie_projections::conversation_list;
use tokio::time::timeout;
use tracing::Instrument;

use crate::caller::Caller;
use crate::commands::{Precondition, Receipt, Sender};
use crate::problem::Problem;
use crate::state::AppState;

/// How long the response waits until the read model shows the change and the groups are looked up.
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(2);

/// Sends AppointAdmin to each group that the member administers; the domain selects the admin and
/// ignores groups that have another active one. Returns the receipt with the position of the last
/// appointment, so that a client that passes this position in its next query sees the appointments.
/// Runs in a task, so a disconnect does not interrupt it.
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
                tracing::warn!(?problem, %member, "looking up the groups of a departed admin failed; they stay without one until the command is repeated");
                return after;
            }
            Err(_) => {
                tracing::warn!(%member, "looking up the groups of a departed admin took too long; they stay without one until the command is repeated");
                return after;
            }
        };
        let mut last = after;
        for conversation in groups {
            // The precondition of the caller applied to the member.
            let sender = Sender { precondition: Precondition::None, ..caller.sender() };
            match state.commands.execute(sender, AppointAdmin { site: caller.site.clone(), conversation }).await {
                Ok(appointed) => last = last.max(appointed.position),
                Err(error) => {
                    tracing::warn!(%error, %conversation, "appointing an admin failed; the group stays without one until the command is repeated");
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
