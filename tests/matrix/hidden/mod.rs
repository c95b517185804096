//! Hidden and missing resources give the same response: status, body and headers, for each operation of the document,
//! with and without preconditions.

mod forms;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use causerie_tests::{ApiResponse, Caller, NO_LIMITS, Service, Site};
use futures::{StreamExt, stream};
use reqwest::{Method, header};
use serde_json::{Value, json};
use uuid::{Builder, Uuid, Version};

use crate::cells::response_to;
use crate::fixture::{Operation, operations, picture};
use forms::*;

const AT_ONCE: usize = 8;
/// Detects lost comparisons; the actual number is far higher.
const AT_LEAST: usize = 5_000;

/// The callers. All member ids have four characters, so that responses have equal lengths.
const CALLERS: [&str; 7] = ["outs", "mute", "form", "bloc", "noco", "unre", "othr"];
/// Callers who are admins of a group.
const ADMINS: [&str; 3] = ["outs", "form", "bloc"];
/// Members hidden from all callers: pending, blocked, removed, outside the community, and one who has blocked the callers.
const HIDDEN_MEMBERS: [&str; 5] = ["pend", "barr", "gone", "left", "blkr"];
const MISSING_MEMBER: &str = "miss";

/// The ids in the path and body of a request.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Shown in the report.
    what: &'static str,
    site: String,
    conversation: Uuid,
    message: Uuid,
    image: Uuid,
    member: &'static str,
    /// The version of the conversation or member, and that of the message.
    version: u64,
    message_version: u64,
    /// The ETag for callers who can read the conversation.
    etag: String,
}

pub(crate) struct Stage {
    callers: HashMap<&'static str, Caller>,
    operations: &'static BTreeMap<String, Operation>,
    hidden: Vec<Names>,
    /// The group of each caller, as its admin.
    own: HashMap<&'static str, Uuid>,
    hidden_members: Vec<Names>,
    missing: Names,
}

impl Stage {
    pub(crate) async fn prepare(service: &Service) -> Self {
        let operations = operations(service).await;
        let dark = Site::open(service, "dark", &["othr"]).await;
        let site = Site::open(service, "lite", &["anna", "bert", "form", "outs", "mute", "bloc", "blkr", "left"]).await;
        let owner = site.owner().await;
        let operator = site.operator().await;
        site.register_member("noco", "noco", false).await;
        site.welcome(&["barr", "gone"]).await;
        owner.patch("/settings", &json!({ "approval": "manual" })).await.done(200);
        operator.put("/members/pend", &json!({ "display_name": "pend", "community": true })).await.done(200);
        owner.patch("/settings", &json!({ "approval": "automatic" })).await.done(200);

        let mut callers = HashMap::new();
        for id in CALLERS {
            let caller =
                if id == "othr" { dark.member(id).await.at(service.url(), site.id) } else { site.member(id).await };
            callers.insert(id, caller);
        }
        let mut own = HashMap::new();
        for id in ADMINS {
            let group = Uuid::now_v7();
            callers[id].create_group(group, "Own", &["mute"]).await.done(201);
            own.insert(id, group);
        }
        let (hidden, last) = hidden_conversations(&site).await;

        owner.post("/members/barr/block").await.done(200);
        owner.delete("/members/gone").await.done(200);
        owner.post("/members/mute/mute").await.done(200);
        site.member("left").await.delete("/members/me/community").await.done(200);
        for blocked in ["outs", "mute", "form", "bloc"] {
            site.member("blkr").await.block_contact(blocked).await.done(200);
        }
        let mut hidden_members = Vec::new();
        for member in HIDDEN_MEMBERS {
            let version = owner.post(&format!("/members/{member}/unmute")).await;
            let version = version.header("etag").trim_matches('"').parse().unwrap_or(2);
            hidden_members.push(Names { what: member, member, version, ..missing(&site) });
        }
        // The read models contain all of it.
        let settled = owner.patch("/settings", &json!({ "max_participants": 50 })).await.done(200);
        owner.shows("/members", &settled).await;
        owner.shows("/conversations", &settled).await;
        site.member("anna").await.reads(last, &settled).await;
        Self { callers, operations, hidden, own, hidden_members, missing: missing(&site) }
    }
}

fn missing(site: &Site<'_>) -> Names {
    Names {
        what: "missing",
        site: site.id.to_owned(),
        conversation: Uuid::now_v7(),
        message: Uuid::now_v7(),
        image: Uuid::now_v7(),
        member: MISSING_MEMBER,
        version: 0,
        message_version: 0,
        etag: "\"1\"".to_owned(),
    }
}

/// Conversations of other members, one of each kind, with a message and a reaction.
async fn hidden_conversations(site: &Site<'_>) -> (Vec<Names>, Uuid) {
    let anna = site.member("anna").await;
    let mut kinds = vec![
        ("group", anna.create_group(Uuid::now_v7(), "Hidden", &["bert", "form"]).await.done(201).id()),
        ("deleted group", anna.create_group(Uuid::now_v7(), "Deleted", &["bert", "form"]).await.done(201).id()),
        ("direct conversation", anna.direct("bert").await),
        ("business conversation", anna.business("me").await),
    ];
    let mut hidden = Vec::new();
    for (what, conversation) in kinds.drain(..) {
        let message = Uuid::now_v7();
        anna.send_as(conversation, message, "hidden").await.done(201);
        let reacted = anna.react(conversation, message, "%F0%9F%91%8D").await.done(200);
        let mut names =
            Names { what, conversation, message, member: "anna", version: 1, message_version: 2, ..missing(site) };
        if what.ends_with("group") {
            let image = anna.change_image(conversation, picture()).await.done(200);
            let id = image.json["image_url"].as_str().and_then(|url| url.rsplit('/').next()?.parse().ok());
            names.image = id.expect("the id of an image");
            let form = site.member("form").await;
            form.mark_read(conversation, message).await.done(200);
            let left = form.remove(conversation, "me").await.done(200);
            names.version = version(&left);
        }
        if what == "deleted group" {
            names.version = version(&anna.delete_group(conversation).await.done(200));
        }
        let read = anna.shows(&format!("/conversations/{conversation}"), &reacted).await;
        read.header("etag").clone_into(&mut names.etag);
        hidden.push(names);
    }
    let one = hidden[0].conversation;
    (hidden, one)
}

/// A free id of the same UUID version, because the caller knows the version of the id.
fn like(id: Uuid) -> Uuid {
    match id.get_version() {
        Some(Version::Custom) => Builder::from_custom_bytes(Uuid::new_v4().into_bytes()).into_uuid(),
        _ => Uuid::now_v7(),
    }
}

fn version(response: &ApiResponse) -> u64 {
    response.header("etag").trim_matches('"').parse().expect("a version")
}

/// A request for a hidden and for a missing resource.
pub(crate) struct Pair<'a> {
    form: RequestForm,
    pub(crate) caller: &'static str,
    pub(crate) hidden: Names,
    missing: Names,
    pub(crate) condition: Option<(&'static str, String)>,
    stage: &'a Stage,
}

impl<'a> Pair<'a> {
    /// With each precondition of the operation.
    fn all(stage: &'a Stage, form: RequestForm, caller: &'static str, hidden: &Names, missing: &Names) -> Vec<Self> {
        let operation = &stage.operations[form.operation];
        let conditions: Vec<(&'static str, String)> = if operation.method == Method::GET {
            ["*", "\"x\"", hidden.etag.as_str()].map(|value| ("if-none-match", value.to_owned())).to_vec()
        } else {
            let version = if operation.path.contains("{message}") { hidden.message_version } else { hidden.version };
            let versions = [0, 1, version, 999].map(|version| format!("\"{version}\""));
            std::iter::once("*".to_owned()).chain(versions).map(|value| ("if-match", value)).collect()
        };
        let conditions = std::iter::once(None).chain(conditions.into_iter().map(Some));
        let pair =
            |condition| Self { form, caller, hidden: hidden.clone(), missing: missing.clone(), condition, stage };
        conditions.map(pair).collect()
    }

    /// The operation, the resource and the caller.
    pub(crate) fn name(&self) -> String {
        let Self { form, caller, hidden, condition, .. } = self;
        let condition = condition.as_ref().map_or_else(String::new, |(header, value)| format!(" {header}: {value}"));
        format!("{form:?}{condition} by {caller}, {}", hidden.what)
    }

    /// Missing resources, with ids that were not used before.
    pub(crate) fn new_missing(&self) -> Names {
        let (own, missing) = (self.hidden.conversation == self.missing.conversation, self.missing.clone());
        let conversation = if own { missing.conversation } else { like(missing.conversation) };
        Names { conversation, message: Uuid::now_v7(), image: Uuid::now_v7(), ..missing }
    }

    pub(crate) async fn ask(&self, names: &Names) -> ComparableResponse {
        let Self { form, caller, condition, stage, .. } = self;
        let operation = &stage.operations[form.operation];
        let names_in_path = [
            ("site", names.site.clone()),
            ("conversation", names.conversation.to_string()),
            ("message", names.message.to_string()),
            ("image", names.image.to_string()),
            ("member", names.member.to_owned()),
            ("emoji", "%F0%9F%91%8D".to_owned()),
            ("role", "editor".to_owned()),
            ("badge", "gold".to_owned()),
        ];
        let mut path = operation.path.clone();
        for (name, value) in &names_in_path {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        assert!(!path.contains('{'), "{form:?}: {path} is not complete");
        let below = path.strip_prefix(&format!("/v1/sites/{}", names.site)).expect("a path of a site");
        let caller = stage.callers[caller].at(stage.url(caller), &names.site);
        let mut request = caller.request(operation.method.clone(), &format!("{below}{}", (form.query)(names)));
        if let Some((header, value)) = condition {
            request = request.header(*header, value);
        }
        let body = form.body.map_or_else(|| operation.body(names.message, names.member), |body| body(names));
        request = match form.operation {
            "ChangeGroupImage" => request.header(header::CONTENT_TYPE, "image/png").body(picture()),
            _ if body.is_null() => request,
            _ => request.json(&body),
        };
        ComparableResponse::of(&response_to(&request).await, names)
    }

    async fn difference(self) -> Option<String> {
        let (hidden, missing) = (self.ask(&self.hidden).await, self.ask(&self.missing).await);
        (hidden != missing).then(|| format!("{}:\n    hidden  {hidden:?}\n    missing {missing:?}", self.name()))
    }
}

/// A response without values that always differ: times, request ids and requested names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ComparableResponse {
    status: u16,
    body: String,
    headers: BTreeMap<String, Vec<String>>,
}

impl ComparableResponse {
    fn of(response: &ApiResponse, names: &Names) -> Self {
        let mut body = response.text.clone();
        let trace_id = response.json["trace_id"].as_str().unwrap_or_default();
        let mentioned =
            [trace_id, &names.conversation.to_string(), &names.message.to_string(), &names.site, names.member]
                .map(str::to_owned);
        for mentioned in mentioned.iter().filter(|mentioned| !mentioned.is_empty()) {
            body = body.replace(mentioned.as_str(), "…");
        }
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in &response.headers {
            if name != header::DATE {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                headers.entry(name.to_string()).or_default().push(value);
            }
        }
        Self { status: response.status, body, headers }
    }
}

impl Stage {
    /// The same request to another process.
    pub(crate) fn at(mut self, url: &str) -> Self {
        for (id, caller) in &mut self.callers {
            *caller = caller.at(url, if *id == "othr" { "dark" } else { "lite" });
        }
        self
    }

    fn url(&self, caller: &str) -> &str {
        self.callers[caller].url()
    }

    pub(crate) fn pairs(&self) -> Vec<Pair<'_>> {
        let forms = Forms::of(self.operations);
        let mut pairs = Vec::new();
        for caller in CALLERS {
            for hidden in &self.hidden {
                // Former participants know that the group exists; another test covers them.
                let was_in = caller == "form" && hidden.what.ends_with("group");
                let conversation = like(hidden.conversation);
                let missing = Names { member: hidden.member, conversation, ..self.missing.clone() };
                for form in forms.conversations.iter().copied().chain([CREATE_IN_VAIN]) {
                    pairs.extend(Pair::all(self, form, caller, hidden, &missing));
                }
                if !was_in {
                    let me = Names { member: "me", ..hidden.clone() };
                    let leave = RequestForm { variant: " of the caller", ..form("RemoveParticipant") };
                    pairs.extend(Pair::all(self, leave, caller, &me, &Names { member: "me", ..missing.clone() }));
                }
                // Without a precondition the request would create the group.
                let create = Pair::all(self, CREATE_UNDER_PRECONDITION, caller, hidden, &missing);
                let forbidding = |pair: &Pair<'_>| pair.condition.as_ref().is_some_and(|(_, value)| value != "\"0\"");
                pairs.extend(create.into_iter().filter(forbidding));
            }
            for hidden in &self.hidden_members {
                for form in forms.members.iter().copied().chain([CREATE_WITH]) {
                    pairs.extend(Pair::all(self, form, caller, hidden, &self.missing));
                }
            }
        }
        for caller in ADMINS {
            let here = |names: &Names| Names { conversation: self.own[caller], ..names.clone() };
            for hidden in &self.hidden {
                for form in forms.messages.iter().copied() {
                    let all = Pair::all(self, form, caller, &here(hidden), &here(&self.missing));
                    let free = |pair: &Pair<'_>| pair.condition.as_ref().is_none_or(|(_, value)| value == "\"0\"");
                    let sends = form.variant == " under a precondition";
                    pairs.extend(all.into_iter().filter(|pair| !(sends && free(pair))));
                }
            }
            for hidden in &self.hidden_members {
                for form in forms.candidates.iter().copied() {
                    pairs.extend(Pair::all(self, form, caller, &here(hidden), &here(&self.missing)));
                }
            }
        }
        // An existing and a missing site, requested by a member of another site.
        let everywhere = forms.conversations.into_iter().chain(forms.members).chain(forms.sites);
        for form in everywhere.chain([CREATE_IN_VAIN]) {
            let nowhere = Names { site: "none".to_owned(), ..self.missing.clone() };
            pairs.extend(Pair::all(self, form, "othr", &self.missing, &nowhere));
        }
        pairs
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_and_missing_resources_give_the_same_response() {
    let unlimited = [&NO_LIMITS[..], &[("CAUSERIE_LIMITS__TYPING_PER_SECOND", "0")]].concat();
    let service = Service::start_with(&unlimited).await;
    let stage = Stage::prepare(&service).await;
    let pairs = stage.pairs();
    let compared = pairs.len();
    let differences = stream::iter(pairs).map(Pair::difference).buffer_unordered(AT_ONCE);
    let mut differences: Vec<String> = differences.filter_map(async |difference| difference).collect().await;
    differences.sort_unstable();
    judge(compared, AT_LEAST, &differences);
}

/// Requires enough comparisons, without differences.
#[track_caller]
pub(crate) fn judge(compared: usize, at_least: usize, differences: &[String]) {
    let listed = differences.join("\n");
    assert!(differences.is_empty(), "{} of {compared} can be distinguished:\n{listed}", differences.len());
    assert!(compared >= at_least, "only {compared} comparisons");
}
