//! Sites: the tenants, and their switch for member chat.

mod change_settings;
mod change_site;
mod get_site;
mod list_sites;
mod register_site;
mod switch_member_chat;
mod switch_site;

use causerie_domain::Site;
use causerie_domain::site::{MAX_ORIGIN_HOST, MAX_ORIGINS, Origin, SiteSettings};
use causerie_events::SiteId;
use schemars::JsonSchema;
use serde::Serialize;

pub(super) use change_settings::{CHANGE_SETTINGS, change_settings};
pub(super) use change_site::{CHANGE_SITE, change_site};
pub(super) use get_site::{GET_SITE, get_site};
pub(super) use list_sites::{LIST_SITES, list_sites};
pub(super) use register_site::{REGISTER_SITE, register_site};
pub(super) use switch_member_chat::{DISABLE_MEMBER_CHAT, ENABLE_MEMBER_CHAT, disable_member_chat, enable_member_chat};
pub(super) use switch_site::{CLOSE_SITE, REOPEN_SITE, close_site, reopen_site};

use crate::commands::Receipt;
use crate::problem::Problem;
use crate::routes::answer::Answer;

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
