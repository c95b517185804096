//! `POST /v1/sites/{site}/close`, `/reopen`, `/member-chat/enable` and `/member-chat/disable`: CloseSite, ReopenSite,
//! EnableMemberChat, DisableMemberChat.

use axum::extract::State;
use causerie_domain::site::{SwitchMemberChat, SwitchSite};

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Codes, Doc};
use crate::routes::sites::CommandResult;
use crate::state::AppState;

pub(crate) const CLOSE_SITE: Doc =
    Doc::new("CloseSite", "Closes a site. Only operators read and change a closed site.")
        .more("By an operator. All other callers receive 403 `site.closed`, and open streams end. Nothing is deleted.")
        .refuses(SITE_REFUSALS);
pub(crate) const REOPEN_SITE: Doc =
    Doc::new("ReopenSite", "Reopens a closed site.").more("By an operator.").refuses(SITE_REFUSALS);
const SITE_REFUSALS: &[Codes] = &[&[codes::SITE_OPERATOR_ONLY, codes::SITE_NOT_FOUND]];

pub(crate) async fn close_site(State(state): State<AppState>, caller: Caller) -> CommandResult {
    switch_site(&state, caller, true).await
}

pub(crate) async fn reopen_site(State(state): State<AppState>, caller: Caller) -> CommandResult {
    switch_site(&state, caller, false).await
}

async fn switch_site(state: &AppState, caller: Caller, closed: bool) -> CommandResult {
    let site = caller.site.clone();
    super::execute(state, caller, SwitchSite { site, closed }).await
}

pub(crate) const ENABLE_MEMBER_CHAT: Doc =
    Doc::new("EnableMemberChat", "Allows members to write to each other. By the owner.").refuses(MEMBER_CHAT_REFUSALS);
pub(crate) const DISABLE_MEMBER_CHAT: Doc = Doc::new(
    "DisableMemberChat",
    "Restricts members to writing to the business.",
)
.more("By the owner. Nothing is deleted. Conversations between members are locked until member chat is enabled again.")
.refuses(MEMBER_CHAT_REFUSALS);
const MEMBER_CHAT_REFUSALS: &[Codes] = &[&[codes::SITE_OWNER_ONLY, codes::SITE_NOT_FOUND]];

pub(crate) async fn enable_member_chat(State(state): State<AppState>, caller: Caller) -> CommandResult {
    switch_chat(&state, caller, true).await
}

pub(crate) async fn disable_member_chat(State(state): State<AppState>, caller: Caller) -> CommandResult {
    switch_chat(&state, caller, false).await
}

async fn switch_chat(state: &AppState, caller: Caller, enabled: bool) -> CommandResult {
    let site = caller.site.clone();
    super::execute(state, caller, SwitchMemberChat { site, enabled }).await
}
