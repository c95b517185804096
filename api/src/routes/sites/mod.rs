//! Sites: the tenants, and their switch for member chat.

mod change_settings;
mod change_site;
mod get_site;
mod list_sites;
mod register_site;
mod switch_member_chat;
mod switch_site;

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, patch_with, post_with, put_with};
use causerie_domain::Site;
use causerie_domain::site::{MAX_ORIGIN_HOST, MAX_ORIGINS, Origin, SiteSettings};
use causerie_events::SiteId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::Receipt;
use crate::problem::Problem;
use crate::routes::answer::Answer;
use crate::state::AppState;

/// The routes below `/v1/sites/{site}`.
pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route(
            "/",
            put_with(register_site::register_site, register_site::REGISTER_SITE.write())
                .get_with(get_site::get_site, get_site::GET_SITE.write())
                .patch_with(change_site::change_site, change_site::CHANGE_SITE.write()),
        )
        .api_route("/close", post_with(switch_site::close_site, switch_site::CLOSE_SITE.write()))
        .api_route("/reopen", post_with(switch_site::reopen_site, switch_site::REOPEN_SITE.write()))
        .api_route(
            "/member-chat/enable",
            post_with(switch_member_chat::enable_member_chat, switch_member_chat::ENABLE_MEMBER_CHAT.write()),
        )
        .api_route(
            "/member-chat/disable",
            post_with(switch_member_chat::disable_member_chat, switch_member_chat::DISABLE_MEMBER_CHAT.write()),
        )
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
    /// Whether the operator closed the site: only operators read and change it.
    closed: bool,
    settings: SiteSettings,
}

impl SiteView {
    /// None where there is no such site.
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

/// Each as a browser sends it; the place of the first that names none.
fn origins(texts: &[String]) -> Result<Vec<Origin>, Problem> {
    let parse = |(index, text): (usize, &String)| {
        Origin::parse(text).map_err(|error| Problem::from(error).at(format!("/allowed_origins/{index}")))
    };
    // More are refused with their number; what is wrong with one of them does not matter then.
    texts.iter().take(MAX_ORIGINS + 1).enumerate().map(parse).collect()
}

type Answered<const STATUS: u16 = 200> = Result<Answer<SiteView, STATUS>, Problem>;

fn answer<const STATUS: u16>(id: SiteId, receipt: Receipt<Site>) -> Answered<STATUS> {
    let Receipt { aggregate, version, position } = receipt;
    Answer::of(SiteView::of(id, aggregate), version, position)
}
