//! `PUT` and `PATCH /v1/sites/{site}`: RegisterSite, ChangeSite.

use axum::extract::State;
use causerie_domain::site::{ChangeSite, MAX_LOCALE, MAX_ORIGINS, RegisterSite};
use causerie_events::{SiteName, system};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Codes, Doc};
use crate::problem::Problem;
use crate::request::Json;
use crate::routes::sites::CommandResult;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterSiteRequest {
    /// The name that members see, for example in their conversation with the business.
    #[schemars(with = "SiteName")]
    name: String,
    /// The language, a BCP 47 tag.
    #[schemars(length(max = MAX_LOCALE), regex(pattern = super::LOCALE_PATTERN))]
    locale: String,
    /// The web origins that may call the API from a browser: scheme, host and optional port. Stored as browsers send them: in
    /// lower case and punycode, without a default port.
    #[serde(default)]
    #[schemars(length(max = MAX_ORIGINS), inner(regex(pattern = super::origin_pattern())))]
    allowed_origins: Vec<String>,
}

pub(crate) const REGISTER_SITE: Doc = Doc::new("RegisterSite", "Registers a site. Member chat starts switched off.")
    .more("By an operator. Repeating the request changes nothing. With other content it returns 409; use ChangeSite.")
    .example(r#"{ "name": "Acme", "locale": "en-GB", "allowed_origins": ["https://acme.example"] }"#)
    .refuses(&[&[codes::SITE_OPERATOR_ONLY, codes::SITE_REGISTERED_DIFFERENTLY], CONTENT_REFUSALS]);
/// Of the content of both requests.
const CONTENT_REFUSALS: Codes = &[
    codes::SITE_NAME_EMPTY,
    codes::SITE_NAME_TOO_LONG,
    codes::SITE_NAME_INVALID,
    codes::SITE_LOCALE_INVALID,
    codes::SITE_ORIGIN_INVALID,
    codes::SITE_TOO_MANY_ORIGINS,
];

pub(crate) async fn register_site(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<RegisterSiteRequest>,
) -> CommandResult<201> {
    if system::is_system_site(&caller.site) {
        return Err(Problem::new(codes::ID_INVALID, "this site id is reserved; choose another one"));
    }
    let register = RegisterSite {
        site: caller.site.clone(),
        name: SiteName::parse(request.name).map_err(|error| Problem::from(error).at("/name"))?,
        locale: request.locale,
        allowed_origins: super::origins(&request.allowed_origins)?,
    };
    super::execute(&state, caller, register).await
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeSiteRequest {
    /// The name that members see, for example in their conversation with the business.
    #[schemars(with = "Option<SiteName>")]
    name: Option<String>,
    /// The language, a BCP 47 tag.
    #[schemars(length(max = MAX_LOCALE), regex(pattern = super::LOCALE_PATTERN))]
    locale: Option<String>,
    /// The complete new list of web origins that may call the API from a browser, as in RegisterSite.
    #[schemars(length(max = MAX_ORIGINS), inner(regex(pattern = super::origin_pattern())))]
    allowed_origins: Option<Vec<String>>,
}

pub(crate) const CHANGE_SITE: Doc = Doc::new("ChangeSite", "Changes name, language or origins of a site.")
    .more("Absent fields do not change. By an operator or the owner.")
    .example(r#"{ "allowed_origins": ["https://acme.example", "https://www.acme.example"] }"#)
    .refuses(&[&[codes::SITE_OPERATOR_OR_OWNER_ONLY, codes::SITE_NOT_FOUND], CONTENT_REFUSALS]);

pub(crate) async fn change_site(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<ChangeSiteRequest>,
) -> CommandResult {
    let name = request.name.map(SiteName::parse).transpose();
    let change = ChangeSite {
        site: caller.site.clone(),
        name: name.map_err(|error| Problem::from(error).at("/name"))?,
        locale: request.locale,
        allowed_origins: request.allowed_origins.as_deref().map(super::origins).transpose()?,
    };
    super::execute(&state, caller, change).await
}
