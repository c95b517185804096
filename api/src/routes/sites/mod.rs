//! Sites: the tenants, and their switch for member chat.

mod change_settings;
mod get_site;
mod list_sites;
mod registration;
mod switch;

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, patch_with, post_with, put_with};
use causerie_domain::Site;
use causerie_domain::site::{MAX_ORIGIN_HOST, MAX_ORIGINS, Origin, SiteSettings};
use causerie_events::SiteId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::caller::Caller;
use crate::commands::{Command, Receipt};
use crate::problem::Problem;
use crate::routes::response::CommandResponse;
use crate::state::AppState;

/// The routes below `/v1/sites/{site}`.
pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route(
            "/",
            put_with(registration::register_site, registration::REGISTER_SITE.write())
                .get_with(get_site::get_site, get_site::GET_SITE.write())
                .patch_with(registration::change_site, registration::CHANGE_SITE.write()),
        )
        .api_route("/close", post_with(switch::close_site, switch::CLOSE_SITE.write()))
        .api_route("/reopen", post_with(switch::reopen_site, switch::REOPEN_SITE.write()))
        .api_route("/member-chat/enable", post_with(switch::enable_member_chat, switch::ENABLE_MEMBER_CHAT.write()))
        .api_route("/member-chat/disable", post_with(switch::disable_member_chat, switch::DISABLE_MEMBER_CHAT.write()))
        .api_route("/settings", patch_with(change_settings::change_settings, change_settings::CHANGE_SETTINGS.write()))
        .with_path_items(|item| item.tag("Sites"))
}

/// The routes that name no site.
pub(super) fn routes_of_all_sites() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/v1/sites", get_with(list_sites::list_sites, list_sites::LIST_SITES.write()))
        .with_path_items(|item| item.tag("Sites"))
}

/// A site, as the API shows it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Site")]
pub(crate) struct SiteView {
    id: SiteId,
    name: String,
    locale: String,
    allowed_origins: Vec<String>,
    member_chat_enabled: bool,
    /// Whether the operator closed the site. Only operators read and change a closed site.
    closed: bool,
    settings: SiteSettings,
}

impl SiteView {
    /// `None` if the site is not registered.
    fn of(id: SiteId, site: Site) -> Option<Self> {
        let Site::Registered(site) = site else { return None };
        Some(Self {
            id,
            name: site.name.as_str().to_owned(),
            locale: site.locale,
            allowed_origins: site.allowed_origins,
            member_chat_enabled: site.member_chat_enabled,
            closed: site.closed,
            settings: site.settings,
        })
    }
}

/// A BCP 47 tag as a regular expression.
const LOCALE_PATTERN: &str = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$";
/// An origin as browsers send it, as a regular expression. Other spellings are accepted too.
fn origin_pattern() -> String {
    format!(r"^https?://[a-z0-9.:\[\]-]{{1,{MAX_ORIGIN_HOST}}}$")
}

/// Normalizes origins. The problem names the first invalid one.
fn origins(texts: &[String]) -> Result<Vec<Origin>, Problem> {
    let parse = |(index, text): (usize, &String)| {
        Origin::parse(text).map_err(|error| Problem::from(error).at(format!("/allowed_origins/{index}")))
    };
    // A longer list is rejected by its length, so the rest need not be parsed.
    texts.iter().take(MAX_ORIGINS + 1).enumerate().map(parse).collect()
}

type CommandResult<const STATUS: u16 = 200> = Result<CommandResponse<SiteView, STATUS>, Problem>;

/// Executes a command to the site of the request and returns the site.
async fn execute<const STATUS: u16>(
    state: &AppState,
    caller: Caller,
    command: impl Command<Aggregate = Site>,
) -> CommandResult<STATUS> {
    let sender = caller.registered(state).await?;
    let Receipt { aggregate, version, position } = state.commands.execute(sender, command).await?;
    CommandResponse::of(SiteView::of(caller.site, aggregate), version, position)
}
