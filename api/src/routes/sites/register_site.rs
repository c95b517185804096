//! `PUT /v1/sites/{site}`: RegisterSite.

use axum::extract::State;
use causerie_domain::site::{MAX_LOCALE, MAX_ORIGINS};
use causerie_events::{SiteName, system};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::RegisterSite;
use crate::openapi::Doc;
use crate::problem::Problem;
use crate::request::Json;
use crate::routes::sites::Answered;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// As members see it, for example in their conversation with the business.
    #[schemars(with = "SiteName")]
    name: String,
    /// Its language, a BCP 47 tag.
    #[schemars(length(max = MAX_LOCALE), regex(pattern = super::LOCALE_PATTERN))]
    locale: String,
    /// The web origins that may call the API from a browser: scheme, host and perhaps a port. They are stored as browsers send
    /// them: lower case, punycode, without the default port.
    #[serde(default)]
    #[schemars(length(max = MAX_ORIGINS), inner(regex(pattern = super::origin_pattern())))]
    allowed_origins: Vec<String>,
}

pub(crate) const REGISTER_SITE: Doc = Doc::new("RegisterSite", "Registers a site. Member chat starts switched off.")
    .more("By an operator. Again as the site is: nothing changes; with other content: 409, see ChangeSite.")
    .example(r#"{ "name": "Acme", "locale": "en-GB", "allowed_origins": ["https://acme.example"] }"#)
    .refuses(&[
        &[
            codes::SITE_OPERATOR_ONLY,
            codes::SITE_REGISTERED_DIFFERENTLY,
            codes::SITE_NAME_EMPTY,
            codes::SITE_NAME_TOO_LONG,
        ],
        &[
            codes::SITE_NAME_INVALID,
            codes::SITE_LOCALE_INVALID,
            codes::SITE_ORIGIN_INVALID,
            codes::SITE_TOO_MANY_ORIGINS,
        ],
    ]);

pub(crate) async fn register_site(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Answered<201> {
    if system::is_system_site(&caller.site) {
        return Err(Problem::new(codes::ID_INVALID, "this site id is reserved; choose another one"));
    }
    let register = RegisterSite {
        site: caller.site.clone(),
        name: SiteName::parse(request.name).map_err(|error| Problem::from(error).at("/name"))?,
        locale: request.locale,
        allowed_origins: super::origins(&request.allowed_origins)?,
    };
    let receipt = state.commands.execute(caller.registered(&state).await?, register).await?;
    super::answer(caller.site, receipt)
}
