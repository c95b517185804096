//! `POST /v1/sites/{site}/close` and `/reopen`: CloseSite, ReopenSite.

use axum::extract::State;

use crate::caller::Caller;
use crate::codes;
use crate::commands::SwitchSite;
use crate::openapi::{Codes, Doc};
use crate::routes::sites::Answered;
use crate::state::AppState;

pub(crate) const CLOSE_SITE: Doc = Doc::new("CloseSite", "Closes a site: only operators read and change it.")
    .more("By an operator. Every other caller gets 403 `site.closed`, and open streams end. Nothing is deleted.")
    .refuses(REFUSALS);
pub(crate) const REOPEN_SITE: Doc =
    Doc::new("ReopenSite", "Reopens a closed site as it was.").more("By an operator.").refuses(REFUSALS);
const REFUSALS: &[Codes] = &[&[codes::SITE_OPERATOR_ONLY, codes::SITE_NOT_FOUND]];

pub(crate) async fn close_site(State(state): State<AppState>, caller: Caller) -> Answered {
    switch(state, caller, true).await
}

pub(crate) async fn reopen_site(State(state): State<AppState>, caller: Caller) -> Answered {
    switch(state, caller, false).await
}

async fn switch(state: AppState, caller: Caller, closed: bool) -> Answered {
    let switch = SwitchSite { site: caller.site.clone(), closed };
    let receipt = state.commands.execute(caller.registered(&state).await?, switch).await?;
    super::answer(caller.site, receipt)
}
