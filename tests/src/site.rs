//! A site to test on.

use serde_json::json;

use crate::caller::Caller;
use crate::response::ApiResponse;
use crate::service::Service;

#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    pub service: &'a Service,
    pub id: &'a str,
}

impl<'a> Site<'a> {
    /// A site as the operator registers it: member chat is off, there are no members.
    pub async fn register(service: &'a Service, id: &'a str) -> Self {
        let site = Self { service, id };
        site.operator().await.put("", &json!({ "name": id, "locale": "fr" })).await.done(201);
        site
    }

    /// A site with member chat on and these members in its community.
    pub async fn open(service: &'a Service, id: &'a str, members: &[&str]) -> Self {
        let site = Self::register(service, id).await;
        site.owner().await.post("/member-chat/enable").await.done(200);
        site.welcome(members).await;
        site
    }

    /// As [`Self::open`], with a caller for each member.
    pub async fn with_members<const N: usize>(
        service: &'a Service,
        id: &'a str,
        members: [&str; N],
    ) -> (Self, [Caller; N]) {
        let site = Self::open(service, id, &members).await;
        let callers = site.members(members).await;
        (site, callers)
    }

    /// Registers members of the community, each under their id as name.
    pub async fn welcome(&self, members: &[&str]) {
        for member in members {
            self.register_member(member, member, true).await;
        }
    }

    pub async fn register_member(&self, id: &str, display_name: &str, community: bool) -> ApiResponse {
        let body = json!({ "display_name": display_name, "community": community });
        self.operator().await.put(&format!("/members/{id}"), &body).await.done(200)
    }

    pub async fn operator(&self) -> Caller {
        self.service.caller("*", "op", "operator").await.at(self.service.url(), self.id)
    }

    pub async fn owner(&self) -> Caller {
        self.service.caller(self.id, "olga", "owner").await
    }

    pub async fn member(&self, id: &str) -> Caller {
        self.service.caller(self.id, id, "member").await
    }

    /// Members, to be taken apart.
    pub async fn members<const N: usize>(&self, ids: [&str; N]) -> [Caller; N] {
        let mut callers = Vec::with_capacity(N);
        for id in ids {
            callers.push(self.member(id).await);
        }
        callers.try_into().expect("as many callers as ids")
    }
}
