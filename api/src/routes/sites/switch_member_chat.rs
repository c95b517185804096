//! `POST /v1/sites/{site}/member-chat/enable` and `/disable`: EnableMemberChat, DisableMemberChat.

use axum::extract::State;

use crate::caller::Caller;
use crate::codes;
use crate::commands::SwitchMemberChat;
use crate::openapi::{Codes, Doc};
use crate::routes::sites::Answered;
use crate::state::AppState;

pub(crate) const ENABLE_MEMBER_CHAT: Doc =
    Doc::new("EnableMemberChat", "Lets members talk to each other. By the owner.").refuses(REFUSALS);
pub(crate) const DISABLE_MEMBER_CHAT: Doc = Doc::new("DisableMemberChat", "Lets members talk to the business only.")
    .more("By the owner. Nothing is deleted; conversations between members are locked until it is on again.")
    .refuses(REFUSALS);
const REFUSALS: &[Codes] = &[&[codes::SITE_OWNER_ONLY, codes::SITE_NOT_FOUND]];

pub(crate) async fn enable_member_chat(State(state): State<AppState>, caller: Caller) -> Answered {
    switch(state, caller, true).await
}

pub(crate) async fn disable_member_chat(State(state): State<AppState>, caller: Caller) -> Answered {
    switch(state, caller, false).await
}

async fn switch(state: AppState, caller: Caller, on: bool) -> Answered {
    let switch = SwitchMemberChat { site: caller.site.clone(), enabled: on };
    let receipt = state.commands.execute(caller.registered(&state).await?, switch).await?;
    super::answer(caller.site, receipt)
}
