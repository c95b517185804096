//! Sites: the tenants, and their switch for member chat.

mod change_settings;
mod get_site;
mod register_site;
mod switch_member_chat;

use causerie_domain::Site;
use causerie_domain::site::Settings;
use causerie_events::SiteId;
use schemars::JsonSchema;
use serde::Serialize;

pub(super) use change_settings::{CHANGE_SETTINGS, change_settings};
pub(super) use get_site::{GET_SITE, get_site};
pub(super) use register_site::{REGISTER_SITE, register_site};
pub(super) use switch_member_chat::{DISABLE_MEMBER_CHAT, ENABLE_MEMBER_CHAT, disable_member_chat, enable_member_chat};

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
    settings: Settings,
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
            settings: site.settings,
        })
    }
}

type Answered<const STATUS: u16 = 200> = Result<Answer<SiteView, STATUS>, Problem>;

fn answer<const STATUS: u16>(id: SiteId, receipt: Receipt<Site>) -> Answered<STATUS> {
    let Receipt { aggregate, version, position } = receipt;
    Answer::of(SiteView::of(id, aggregate), version, position)
}
