//! Two sites with the same members: on the first member chat is on, on the second it was switched off.

use std::collections::HashMap;
use std::sync::LazyLock;

use causerie_tests::{Answer, Caller, Service, Site};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actors::Actor;

/// Concurrent requests.
pub(crate) const AT_ONCE: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Town {
    /// Member chat is on.
    Lit,
    /// Member chat is off.
    Dark,
}

impl Town {
    pub(crate) const BOTH: [Self; 2] = [Self::Lit, Self::Dark];

    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Lit => "lit",
            Self::Dark => "dark",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Lit => Self::Dark,
            Self::Dark => Self::Lit,
        }
    }
}

/// Targets of commands: members of the community in every group, and in none.
pub(crate) const SEATED: &str = "xavi";
pub(crate) const FREE: &str = "yann";

pub(crate) struct World<'a> {
    pub(crate) service: &'a Service,
    callers: HashMap<(Town, Actor), Caller>,
    http: reqwest::Client,
    /// The position that all queries must have reached.
    pub(crate) position: HashMap<Town, String>,
}

impl<'a> World<'a> {
    /// Creates both sites, with member chat on and all members active.
    pub(crate) async fn open(service: &'a Service) -> Self {
        let mut callers = HashMap::new();
        for town in Town::BOTH {
            let site = Site::register(service, town.id()).await;
            let owner = site.owner().await;
            owner.post("/member-chat/enable").await.done(200);
            site.welcome(&Actor::COMMUNITY.map(Actor::id)).await;
            site.welcome(&[SEATED, FREE]).await;
            let pending = json!({ "approval": "manual" });
            owner.patch("/settings", &pending).await.done(200);
            site.register_member(Actor::Pending.id(), "Pia", true).await;
            for actor in Actor::ALL {
                let caller = match actor {
                    Actor::Anonymous => service.stranger(town.id()),
                    Actor::Operator => site.operator().await,
                    Actor::Elsewhere => {
                        let of_other = service.caller(town.other().id(), actor.id(), actor.role()).await;
                        of_other.at(service.url(), town.id())
                    }
                    _ => service.caller(town.id(), actor.id(), actor.role()).await,
                };
                callers.insert((town, actor), caller);
            }
        }
        Self { service, callers, http: reqwest::Client::new(), position: HashMap::new() }
    }

    pub(crate) fn caller(&self, town: Town, actor: Actor) -> &Caller {
        &self.callers[&(town, actor)]
    }

    /// A direct conversation.
    pub(crate) async fn direct(&self, town: Town, [one, other]: [Actor; 2]) -> Uuid {
        self.caller(town, one).direct(other.id()).await
    }

    /// The conversation of a member with the business.
    pub(crate) async fn business(&self, town: Town, of: Actor) -> Uuid {
        self.caller(town, of).business("me").await
    }

    /// Changes the standings of the members, after all preparations.
    pub(crate) async fn befall(&mut self) {
        let id = Actor::id;
        for town in Town::BOTH {
            let owner = self.caller(town, Actor::Owner);
            owner.post(&format!("/members/{}/block", id(Actor::Blocked))).await.done(200);
            owner.delete(&format!("/members/{}", id(Actor::Removed))).await.done(200);
            owner.post(&format!("/members/{}/mute", id(Actor::Muted))).await.done(200);
            self.caller(town, Actor::Outside).delete("/members/me/community").await.done(200);
            self.caller(town, Actor::Admin).block_contact(id(Actor::Participant)).await.done(200);
        }
        self.caller(Town::Dark, Actor::Owner).post("/member-chat/disable").await.done(200);
        for town in Town::BOTH {
            let owner = self.caller(town, Actor::Owner);
            let last = owner.patch("/settings", &json!({ "approval": "automatic" })).await.done(200);
            let business = self.caller(town, Actor::Participant).business("me").await;
            // All read models have reached the position, so later queries do not wait.
            owner.shows("/members", &last).await;
            owner.shows("/conversations", &last).await;
            owner.reads(business, &last).await;
            self.position.insert(town, last.position().to_owned());
        }
    }

    /// A request of an actor to an operation of the document. Queries must reflect all preparations.
    pub(crate) fn request(
        &self,
        town: Town,
        actor: Actor,
        operation: &Operation,
        path: &[(&str, &str)],
    ) -> RequestBuilder {
        let mut at = operation.path.replace("{site}", town.id());
        for (name, value) in path {
            at = at.replace(&format!("{{{name}}}"), value);
        }
        assert!(!at.contains('{'), "{}: {at} is not complete", operation.id);
        let request = self.http.request(operation.method.clone(), format!("{}{at}", self.service.url()));
        let request = match actor {
            Actor::Anonymous => request,
            _ => request.bearer_auth(self.caller(town, actor).token()),
        };
        match self.position.get(&town) {
            Some(position) if operation.method == Method::GET => request.header("causerie-min-position", position),
            _ => request,
        }
    }
}

/// An operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: String,
}

/// The operations of the document of the running service, by id.
pub(crate) async fn operations(service: &Service) -> HashMap<String, Operation> {
    let document = Answer::of(reqwest::Client::new().get(format!("{}/openapi.json", service.url()))).await.is(200);
    let mut found = HashMap::new();
    for (path, item) in document.json["paths"].as_object().expect("a document has paths") {
        for (method, operation) in item.as_object().expect("a path has operations") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let method = method.to_uppercase().parse().expect("a method");
            found.insert(id.to_owned(), Operation { id: id.to_owned(), method, path: path.clone() });
        }
    }
    found
}

/// A valid body of each command.
pub(crate) fn with_body(request: RequestBuilder, operation: &str, names: &Names) -> RequestBuilder {
    let body: Value = match operation {
        "RegisterSite" => json!({ "name": names.site, "locale": "fr" }),
        "ChangeSettings" => json!({ "max_participants": 200 }),
        "RegisterMember" => json!({ "display_name": "Someone", "community": true }),
        "ChangeMember" => json!({ "display_name": "Another name" }),
        "ChangeSite" => json!({ "locale": "fr-FR" }),
        "CreateGroup" => json!({ "name": "Another group", "participants": [names.member] }),
        "ChangeGroup" => json!({ "name": "Another name" }),
        "SendMessage" => json!({ "text": "hello" }),
        "EditMessage" => json!({ "text": "changed" }),
        "MarkRead" => json!({ "message": names.message }),
        "ChangePreferences" => json!({ "pinned": true }),
        "ChangeGroupImage" => return request.header("content-type", "image/png").body(picture()),
        _ => return request,
    };
    request.json(&body)
}

/// The ids in a body.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) site: &'static str,
    pub(crate) member: String,
    pub(crate) message: Uuid,
}

/// A minimal image.
pub(crate) fn picture() -> Vec<u8> {
    static PICTURE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let image = image::RgbImage::new(8, 8);
        image.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture is written");
        bytes.into_inner()
    });
    PICTURE.clone()
}
