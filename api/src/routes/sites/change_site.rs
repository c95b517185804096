//! `PATCH /v1/sites/{site}`: ChangeSite, the given fields.

use axum::extract::State;
use causerie_domain::site::{MAX_LOCALE, MAX_ORIGINS};
use causerie_events::SiteName;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::ChangeSite;
use crate::openapi::Doc;
use crate::problem::Problem;
use crate::request::Json;
use crate::routes::sites::Answered;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// As members see it, for example in their conversation with the business.
    #[schemars(with = "Option<SiteName>")]
    name: Option<String>,
    /// Its language, a BCP 47 tag.
    #[schemars(length(max = MAX_LOCALE), regex(pattern = super::LOCALE_PATTERN))]
    locale: Option<String>,
    /// All web origins that may call the API from a browser from now on, as in RegisterSite.
    #[schemars(length(max = MAX_ORIGINS), inner(regex(pattern = super::origin_pattern())))]
    allowed_origins: Option<Vec<String>>,
}

pub(crate) const CHANGE_SITE: Doc = Doc::new("ChangeSite", "Changes name, language or origins of a site.")
    .more("What is not given stays. By an operator or the owner.")
    .example(r#"{ "allowed_origins": ["https://acme.example", "https://www.acme.example"] }"#)
    .refuses(&[
        &[codes::SITE_OPERATOR_OR_OWNER_ONLY, codes::SITE_NOT_FOUND, codes::SITE_NAME_EMPTY, codes::SITE_NAME_TOO_LONG],
        &[
            codes::SITE_NAME_INVALID,
            codes::SITE_LOCALE_INVALID,
            codes::SITE_ORIGIN_INVALID,
            codes::SITE_TOO_MANY_ORIGINS,
        ],
    ]);

pub(crate) async fn change_site(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Answered {
    let name = request.name.map(SiteName::parse).transpose();
    let change = ChangeSite {
        site: caller.site.clone(),
        name: name.map_err(|error| Problem::from(error).at("/name"))?,
        locale: request.locale,
        allowed_origins: request.allowed_origins.as_deref().map(super::origins).transpose()?,
    };
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    super::answer(caller.site, receipt)
}
