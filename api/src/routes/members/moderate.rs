//! What owner and staff do to a member: ApproveMember, BlockMember, UnblockMember, MuteMember, UnmuteMember by
//! `POST /v1/sites/{site}/members/{member}/<act>`, and RemoveMember by `DELETE /v1/sites/{site}/members/{member}`.

use axum::extract::State;
use axum::response::IntoResponse;
use causerie_domain::member::Moderation;

use crate::auth::Caller;
use crate::commands::Moderate;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

macro_rules! acts {
    ($($handler:ident => $act:ident),+) => {
        $(pub(crate) async fn $handler(
            State(state): State<AppState>,
            caller: Caller,
            Path((_, member)): Path<(String, String)>,
        ) -> Result<impl IntoResponse, Problem> {
            moderate(state, caller, member, Moderation::$act).await
        })+
    };
}
acts!(
    approve_member => Approve,
    block_member => Block,
    unblock_member => Unblock,
    mute_member => Mute,
    unmute_member => Unmute,
    remove_member => Remove
);

async fn moderate(
    state: AppState,
    caller: Caller,
    member: String,
    act: Moderation,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let moderate = Moderate { site: caller.site.clone(), member: member.clone(), act };
    Ok(super::answer(&member, state.commands.execute(caller.sender(), moderate).await?))
}
