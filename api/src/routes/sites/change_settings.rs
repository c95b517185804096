//! `PATCH /v1/sites/{site}/settings`: ChangeSettings. Absent fields do not change.

use axum::extract::State;
use causerie_domain::site::{ChangeSettings, GROUP_SIZES};
use causerie_events::site::{Approval, GroupCreation};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::Doc;
use crate::request::{Json, optional_enum_name};
use crate::routes::sites::CommandResult;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeSettingsRequest {
    /// How new members are approved. Members who are pending stay pending.
    #[serde(default, deserialize_with = "optional_enum_name")]
    approval: Option<Approval>,
    /// Who may create groups.
    #[serde(default, deserialize_with = "optional_enum_name")]
    group_creation: Option<GroupCreation>,
    /// The maximum number of participants of a group. Larger groups stay, but accept no more participants.
    #[schemars(range(min = *GROUP_SIZES.start(), max = *GROUP_SIZES.end()))]
    max_participants: Option<u32>,
}

pub(crate) const CHANGE_SETTINGS: Doc =
    Doc::new("ChangeSettings", "Changes the settings of a site. Absent fields do not change. By the owner.")
        .example(r#"{ "approval": "manual", "max_participants": 50 }"#)
        .refuses(&[&[codes::SITE_OWNER_ONLY, codes::SITE_NOT_FOUND, codes::SITE_MAX_PARTICIPANTS_INVALID]]);

pub(crate) async fn change_settings(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<ChangeSettingsRequest>,
) -> CommandResult {
    let ChangeSettingsRequest { approval, group_creation, max_participants } = request;
    let change = ChangeSettings { site: caller.site.clone(), approval, group_creation, max_participants };
    super::execute(&state, caller, change).await
}
