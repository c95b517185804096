//! Two processes of the service on the same servers.

use causerie_tests::{Caller, Service, Site};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn denial_on_one_node_applies_on_the_other_immediately() {
    let service = Service::start().await;
    let node = service.another_node().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let owner = site.owner().await;
    let there = |caller: &Caller| caller.at(node.said("url"), "acme");
    let [ada, bo, cy] = site.members(["ada", "bo", "cy"]).await;
    let (bo, cy) = (there(&bo), there(&cy));
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Book club", &["bo", "cy"]).await.done(201);
    let mut live = bo.live().await;
    for round in 1..=5 {
        // The other node may have cached them.
        bo.send(group, &format!("from bo {round}")).await.done(201);
        let sent = cy.send(group, &format!("from cy {round}")).await.done(201);
        bo.reads(group, &sent).await;

        owner.post("/members/bo/block").await.done(200);
        bo.messages(group, "").await.problem(403, "member.blocked");
        bo.get("/conversations").await.problem(403, "member.blocked");
        bo.send(group, "hello").await.problem(403, "member.blocked");
        live.end().await;
        owner.post("/members/bo/unblock").await.done(200);
        bo.send(group, "back").await.done(201);
        live = bo.live_after(created.position()).await;

        ada.remove(group, "cy").await.done(200);
        cy.messages(group, "").await.problem(404, "conversation.not_found");
        cy.send(group, "hello").await.problem(404, "conversation.not_found");
        ada.add(group, "cy").await.done(200);
        cy.send(group, "back").await.done(201);

        owner.post("/member-chat/disable").await.done(200);
        bo.send(group, "hello").await.problem(403, "member_chat.disabled");
        assert_eq!(bo.get("").await.json["member_chat_enabled"], false);
        owner.post("/member-chat/enable").await.done(200);
    }
}
