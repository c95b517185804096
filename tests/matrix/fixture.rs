//! Two sites with the same members: on the first member chat is on, on the second it was switched off.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use causerie_tests::oracle::{SiteState, Token, first_refusal};
use causerie_tests::{ApiResponse, Caller, Service, Site};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::actors::{Actor, TOKEN_ROLES};
use crate::cells::{Cell, Row};

pub(crate) const AT_ONCE: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TestSite {
    ChatOn,
    ChatOff,
}

impl TestSite {
    pub(crate) const BOTH: [Self; 2] = [Self::ChatOn, Self::ChatOff];

    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::ChatOn => "chat-on",
            Self::ChatOff => "chat-off",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::ChatOn => Self::ChatOff,
            Self::ChatOff => Self::ChatOn,
        }
    }
}

/// Targets of commands: members of the community in every group, and in none.
pub(crate) const SEATED: &str = "xavi";
pub(crate) const FREE: &str = "yann";

pub(crate) struct Fixture<'a> {
    pub(crate) service: &'a Service,
    callers: HashMap<(TestSite, Actor), Caller>,
    http: reqwest::Client,
    pub(crate) operations: &'static BTreeMap<String, Operation>,
    /// The state of each site after all preparations, and the position that all queries must reflect.
    prepared: HashMap<&'static str, (SiteState, String)>,
}

impl<'a> Fixture<'a> {
    /// Creates both sites, with member chat on and all members active.
    pub(crate) async fn open(service: &'a Service) -> Self {
        let mut callers = HashMap::new();
        for test_site in TestSite::BOTH {
            let site = Site::register(service, test_site.id()).await;
            let owner = site.owner().await;
            owner.post("/member-chat/enable").await.done(200);
            site.welcome(&Actor::COMMUNITY.map(Actor::id)).await;
            site.welcome(&[SEATED, FREE]).await;
            let pending = json!({ "approval": "manual" });
            owner.patch("/settings", &pending).await.done(200);
            site.register_member(Actor::Pending.id(), "Pia", true).await;
            for actor in Actor::ALL {
                let caller = match actor {
                    Actor::Anonymous => service.stranger(test_site.id()),
                    Actor::Operator => site.operator().await,
                    Actor::Elsewhere => {
                        let of_other = service.caller(test_site.other().id(), actor.id(), actor.role().as_str()).await;
                        of_other.at(service.url(), test_site.id())
                    }
                    _ => service.caller(test_site.id(), actor.id(), actor.role().as_str()).await,
                };
                callers.insert((test_site, actor), caller);
            }
        }
        let operations = operations(service).await;
        Self { service, callers, http: reqwest::Client::new(), operations, prepared: HashMap::new() }
    }

    pub(crate) fn caller(&self, test_site: TestSite, actor: Actor) -> &Caller {
        &self.callers[&(test_site, actor)]
    }

    /// Changes the standings of the members, after all preparations.
    pub(crate) async fn change_standings(&mut self) {
        let id = Actor::id;
        for test_site in TestSite::BOTH {
            let owner = self.caller(test_site, Actor::Owner);
            owner.post(&format!("/members/{}/block", id(Actor::Blocked))).await.done(200);
            owner.delete(&format!("/members/{}", id(Actor::Removed))).await.done(200);
            owner.post(&format!("/members/{}/mute", id(Actor::Muted))).await.done(200);
            self.caller(test_site, Actor::Outside).delete("/members/me/community").await.done(200);
            self.caller(test_site, Actor::Admin).block_contact(id(Actor::Participant)).await.done(200);
        }
        self.caller(TestSite::ChatOff, Actor::Owner).post("/member-chat/disable").await.done(200);
        for test_site in TestSite::BOTH {
            let owner = self.caller(test_site, Actor::Owner);
            let last = owner.patch("/settings", &json!({ "approval": "automatic" })).await.done(200);
            let business = self.caller(test_site, Actor::Participant).business("me").await;
            // All read models have reached the position, so later queries do not wait.
            owner.shows("/members", &last).await;
            owner.shows("/conversations", &last).await;
            owner.reads(business, &last).await;
            let state = SiteState::of(&TOKEN_ROLES, &self.service.site_log(test_site.id()).await);
            self.prepared.insert(test_site.id(), (state, last.position().to_owned()));
        }
    }

    /// A request of an actor to an operation of the document, with the response that the oracle expects.
    /// Queries must reflect all preparations.
    pub(crate) fn cell(
        &self,
        test_site: TestSite,
        actor: Actor,
        row: Row,
        state: String,
        path: &[(&str, &str)],
        ids: &Ids,
    ) -> Cell {
        let operation = &self.operations[row.operation];
        let path = path.iter().fold(operation.path.replace("{site}", test_site.id()), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value)
        });
        assert!(!path.contains('{'), "{}: {path} is not complete", row.operation);
        let mut request = self.http.request(operation.method.clone(), format!("{}{path}", self.service.url()));
        let site = match actor {
            Actor::Operator => "*",
            Actor::Elsewhere => test_site.other().id(),
            _ => test_site.id(),
        };
        let mut token = None;
        if actor != Actor::Anonymous {
            request = request.bearer_auth(self.caller(test_site, actor).token());
            token = Some(Token { site, caller: actor.id(), role: actor.role() });
        }
        if operation.method == Method::GET {
            request = request.header("causerie-min-position", &self.prepared[test_site.id()].1);
        }
        let body = match row.operation {
            // Already in effect, and a setting that no other row depends on.
            "RegisterSite" => json!({ "name": test_site.id(), "locale": "fr" }),
            "ChangeSettings" => json!({ "max_participants": 200 }),
            _ => operation.body(ids.message, &ids.member),
        };
        let target = (operation.method.as_str(), path.as_str());
        let expected = first_refusal(|site| &self.prepared[site].0, token, target, &body);
        let request = match row.operation {
            "ChangeGroupImage" => request.header("content-type", "image/png").body(picture()),
            _ if body.is_null() => request,
            _ => request.json(&body),
        };
        Cell { row, actor, state, expected, request }
    }
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The example of the body; null if it has none, or an image.
    example: Value,
}

impl Operation {
    /// Whether the path or the body contains this id.
    pub(crate) fn names(&self, parameter: &str) -> bool {
        self.path.contains(&format!("{{{parameter}}}")) || self.example.get(parameter).is_some()
    }

    /// A valid body with these ids; null if it has none, or an image.
    pub(crate) fn body(&self, message: Uuid, member: &str) -> Value {
        let mut body = self.example.clone();
        for (field, value) in [("message", json!(message)), ("participants", json!([member]))] {
            if body.get(field).is_some() {
                body[field] = value;
            }
        }
        body
    }
}

/// The operations of the document of the running service, by id.
pub(crate) async fn operations(service: &Service) -> &'static BTreeMap<String, Operation> {
    static OPERATIONS: OnceCell<BTreeMap<String, Operation>> = OnceCell::const_new();
    OPERATIONS.get_or_init(|| read_operations(service)).await
}

async fn read_operations(service: &Service) -> BTreeMap<String, Operation> {
    let document = ApiResponse::of(reqwest::Client::new().get(format!("{}/openapi.json", service.url()))).await.is(200);
    let mut found = BTreeMap::new();
    for (path, item) in document.json["paths"].as_object().expect("a document has paths") {
        for (method, operation) in item.as_object().expect("a path has operations") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let method = method.to_uppercase().parse().expect("a method");
            let example = operation["requestBody"]["content"]["application/json"]["example"].clone();
            found.insert(id.to_owned(), Operation { method, path: path.clone(), example });
        }
    }
    found
}

#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) member: String,
    pub(crate) message: Uuid,
}

pub(crate) fn picture() -> Vec<u8> {
    static PICTURE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let image = image::RgbImage::new(8, 8);
        image.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture is written");
        bytes.into_inner()
    });
    PICTURE.clone()
}
