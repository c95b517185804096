//! D2: replay of the log over HTTP, for the owner of the site.

use causerie_tests::{Caller, Service, Site};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::{group, types};

/// The owner of a site with messages in two groups, the id of one of them, and another site.
async fn talkative(service: &Service) -> (Caller, Uuid) {
    let site = Site::open(service, "acme", &["ada", "bo"]).await;
    Site::open(service, "other", &["eve"]).await;
    let ada = site.member("ada").await;
    let (club, other) = (group(&ada, &["bo"]).await, group(&ada, &["bo"]).await);
    for n in 0..5 {
        ada.send(club, &n.to_string()).await.done(201);
        ada.send(other, &n.to_string()).await.done(201);
    }
    (site.owner().await, club)
}

async fn replayed(owner: &Caller, query: &str, limit: usize) -> Vec<Value> {
    let (mut events, mut after, mut query) = (Vec::new(), String::new(), query.to_owned());
    for _ in 0..100 {
        let page = owner.get(&format!("/events?limit={limit}&{query}{after}")).await.is(200);
        assert!(page.items().len() <= limit);
        events.extend(page.items().iter().cloned());
        let Some(next) = page.json["next"].as_str() else { return events };
        query = query.split('&').filter(|part| !part.starts_with("after=")).collect::<Vec<_>>().join("&");
        after = format!("&after={next}");
    }
    panic!("no end after 100 pages of {limit}: {:#?}", types(&events));
}

/// Requires the same events, without those of the replays.
fn without_readings(log: impl IntoIterator<Item = Value>) -> Vec<Value> {
    log.into_iter().filter(|event| event["type"] != "LogReplayed").collect()
}

fn ids(log: &[Value]) -> Vec<&str> {
    log.iter().filter_map(|event| event["id"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_owner_replays_the_log_in_order_by_pages() {
    let service = Service::start().await;
    let (owner, _) = talkative(&service).await;
    let printed = service.replay(Some("acme")).await;
    for limit in [1, 7, 200] {
        let log = without_readings(replayed(&owner, "", limit).await);
        assert_eq!(ids(&log), ids(&printed), "by {limit}");
        for (shown, printed) in log.iter().zip(&printed) {
            for field in ["position", "type", "version", "aggregate", "aggregate_id", "sequence", "recorded_at"] {
                assert_eq!(shown[field], printed[field], "{field}");
            }
        }
    }
    // A replay does not register the owner.
    assert!(!owner.get("/members?limit=200").await.is(200).each("id").contains(&"olga".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_owner_replays_one_conversation_up_to_a_bound() {
    let service = Service::start().await;
    let (owner, club) = talkative(&service).await;
    let printed = service.replay(Some("acme")).await;
    let of_club = |event: &Value| {
        event["aggregate_id"] == format!("acme/{club}") || event["data"]["conversation_id"] == club.to_string()
    };
    let expected: Vec<Value> = printed.iter().filter(|event| of_club(event)).cloned().collect();
    assert_eq!(expected.len(), 6);
    assert_eq!(ids(&replayed(&owner, &format!("conversation={club}"), 4).await), ids(&expected));

    let place = printed[6]["position"].as_str().unwrap();
    let first = without_readings(replayed(&owner, &format!("until={place}"), 200).await);
    assert_eq!(ids(&first), ids(&printed[..7]), "up to a position, as on the command line");
    let rest = owner.get(&format!("/events?limit=200&after={place}")).await.is(200);
    assert_eq!(ids(&without_readings(rest.items().to_vec())), ids(&printed[7..]));
    let time = printed[6]["recorded_at"].as_str().unwrap();
    let first = without_readings(replayed(&owner, &format!("until={time}"), 200).await);
    let on_time = printed.iter().filter(|event| event["recorded_at"].as_str() <= Some(time)).count();
    assert_eq!(first.len(), on_time, "up to a time");
    for wrong in ["limit=0", "limit=201", "until=yesterday", "after=x", "conversation=x", "odd=1"] {
        owner.get(&format!("/events?{wrong}")).await.some_problem().is(400);
    }
}

/// The times of events do not always increase along the log, which has the order of transactions.
#[tokio::test(flavor = "multi_thread")]
async fn d2_a_replay_up_to_a_time_is_a_prefix_of_the_log() {
    let service = Service::start().await;
    let (owner, _) = talkative(&service).await;
    let before = service.replay(Some("acme")).await;
    let mut connection = PgConnection::connect(service.servers.database_url()).await.unwrap();
    for recorded in ["clock_timestamp() + interval '1 hour'", "clock_timestamp()"] {
        let append = format!(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, recorded_at)
             SELECT aggregate_type, 'acme/' || gen_random_uuid(), sequence, event_type, event_version, payload, metadata, {recorded}
               FROM events WHERE event_type = 'MessageSent' LIMIT 1"
        );
        sqlx::query(&append).execute(&mut connection).await.unwrap();
    }
    assert_eq!(service.replay(Some("acme")).await.len(), before.len() + 2);

    let all = without_readings(replayed(&owner, "until=2100-01-01T00:00:00Z", 200).await);
    assert_eq!(all.len(), before.len() + 2);
    let in_half_an_hour =
        "SELECT to_char((now() + interval '30 minutes') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
    let time: String = sqlx::query_scalar(in_half_an_hour).fetch_one(&mut connection).await.unwrap();
    let shown = without_readings(replayed(&owner, &format!("until={time}"), 200).await);
    assert_eq!(ids(&shown), ids(&before), "the last one was recorded in time, and what stands before it was not");
    assert_eq!(ids(&without_readings(service.replay_with(&["--site", "acme", "--until", &time]).await)), ids(&before));
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_replay_withholds_private_messages_and_is_recorded() {
    let service = Service::start().await;
    let (site, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "olga"]).await;
    let owner = site.owner().await;
    let staff = service.caller("acme", "sam", "staff").await;
    let (private, shared, direct) = (group(&ada, &["bo"]).await, group(&ada, &["olga"]).await, ada.direct("bo").await);
    let business = ada.business("me").await;
    let mut said = Vec::new();
    for (conversation, open) in [(private, false), (direct, false), (shared, true), (business, true)] {
        let id = ada.send(conversation, "as it was said").await.done(201).id();
        ada.edit(conversation, id, "as it was corrected").await.done(200);
        said.push((id, open));
    }
    for caller in [&ada, &bo, &staff, &site.operator().await] {
        caller.get("/events").await.problem(403, "site.owner_only");
        caller.get(&format!("/events?conversation={shared}")).await.problem(403, "site.owner_only");
    }
    let before = service.replay(Some("acme")).await;
    assert!(!types(&before).contains(&"LogReplayed"), "a refused reading is none");

    let response = owner.get("/events?limit=200").await.is(200);
    for (id, open) in said {
        let id = format!("acme/{id}");
        let of_message = response.items().iter().filter(|event| event["aggregate_id"] == id.as_str());
        let texts: Vec<_> = of_message.clone().map(|event| event["data"]["text"].clone()).collect();
        let withheld: Vec<_> = of_message.map(|event| event["withheld"].clone()).collect();
        if open {
            assert_eq!(texts, ["as it was said", "as it was corrected"]);
            assert_eq!(withheld, [Value::Null, Value::Null]);
        } else {
            assert_eq!(texts, [Value::Null, Value::Null]);
            assert_eq!(withheld, [true, true]);
        }
    }
    owner.get(&format!("/events?conversation={private}")).await.is(200);
    let log = service.replay(Some("acme")).await;
    let readings: Vec<_> = log.iter().filter(|event| event["type"] == "LogReplayed").collect();
    assert_eq!(readings.len(), 2);
    assert_eq!(readings[0]["aggregate_id"], "acme/olga");
    assert_eq!(readings[1]["data"]["conversation_id"], json!(private));
    owner.get(&format!("/events?conversation={}", Uuid::now_v7())).await.is(200);
}

/// The message events of a conversation in a replay for the owner: the type and the text or emoji.
async fn shown_of(owner: &Caller, conversation: Uuid) -> Vec<(String, Value)> {
    let log = replayed(owner, &format!("conversation={conversation}"), 200).await;
    let said = log.iter().filter(|event| event["aggregate"] == "message").filter_map(|event| {
        let (kind, data) = (event["type"].as_str()?, event["data"].as_object()?);
        let said = data.get("text").or(data.get("emoji"))?;
        assert_eq!(said.is_null(), event["withheld"] == true, "{event}");
        Some((kind.to_owned(), said.clone()))
    });
    said.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_replay_shows_the_owner_only_readable_messages() {
    let service = Service::start().await;
    let (site, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "olga"]).await;
    let owner = site.owner().await;
    let club = group(&ada, &["bo"]).await;
    let (before, changed) =
        (ada.send(club, "before").await.done(201).id(), ada.send(club, "first").await.done(201).id());
    let deleted = ada.send(club, "deleted before").await.done(201).id();
    ada.delete_message(club, deleted).await.done(200);
    owner.add(club, "olga").await.done(200);
    // Changes of an earlier message count as earlier.
    ada.edit(club, changed, "second").await.done(200);
    bo.react(club, before, "👍").await.done(200);
    let since = ada.send(club, "since").await.done(201).id();
    ada.edit(club, since, "since, corrected").await.done(200);
    bo.react(club, since, "🎉").await.done(200);
    let regretted = ada.send(club, "regretted").await.done(201).id();
    bo.react(club, regretted, "👍").await.done(200);
    ada.delete_message(club, regretted).await.done(200);
    let shown = |kind: &str, said: Value| (kind.to_owned(), said);
    let expected = [
        shown("MessageSent", Value::Null),
        shown("MessageSent", Value::Null),
        shown("MessageSent", Value::Null),
        shown("MessageEdited", Value::Null),
        shown("ReactionAdded", Value::Null),
        shown("MessageSent", json!("since")),
        shown("MessageEdited", json!("since, corrected")),
        shown("ReactionAdded", json!("🎉")),
        shown("MessageSent", Value::Null),
        shown("ReactionAdded", Value::Null),
    ];
    assert_eq!(shown_of(&owner, club).await, expected);
    owner.remove(club, "me").await.done(200);
    assert!(shown_of(&owner, club).await.iter().all(|(_, said)| said.is_null()), "out of it again");
    ada.change_group(club, &json!({ "history": "all" })).await.done(200);
    owner.add(club, "olga").await.done(200);
    let open: Vec<_> = shown_of(&owner, club).await.into_iter().map(|(_, said)| said).collect();
    assert_eq!(open[..3], [json!("before"), json!("first"), Value::Null], "newcomers read everything now");
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_replay_withholds_reactions_the_owner_cannot_read() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let direct = ada.direct("bo").await;
    let message = ada.send(direct, "between us").await.done(201).id();
    bo.react(direct, message, "🍆").await.done(200);
    bo.unreact(direct, message, "🍆").await.done(200);
    let shown = shown_of(&site.owner().await, direct).await;
    assert_eq!(shown.len(), 3);
    assert!(shown.iter().all(|(_, said)| said.is_null()), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_log_records_the_role_of_each_actor() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (owner, sam) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let direct = ada.direct("bo").await;
    bo.send(direct, "as a member").await.done(201);
    owner.put_nothing("/members/bo/roles/staff").await.done(200);
    bo.post("/members/ada/mute").await.done(200);
    sam.post("/members/ada/unmute").await.done(200);
    bo.send(direct, "as one of the staff").await.done(201);
    owner.delete("/members/bo/roles/staff").await.done(200);
    bo.react(direct, ada.send(direct, "hello").await.done(201).id(), "👍").await.done(200);
    let shown = replayed(&owner, "", 200).await;
    let of = |kind: &str, actor: &str| -> Vec<(Value, Value)> {
        let by = |event: &&Value| event["type"] == kind && event["metadata"]["actor"] == actor;
        let metadata = |event: &Value| (event["metadata"]["role"].clone(), event["metadata"]["capacity"].clone());
        shown.iter().filter(by).map(metadata).collect()
    };
    let both = |role: &str, capacity: &str| (json!(role), json!(capacity));
    assert_eq!(of("MemberMuted", "bo"), [both("member", "staff")]);
    assert_eq!(of("MemberUnmuted", "sam"), [both("staff", "staff")]);
    assert_eq!(of("RoleAssigned", "olga"), [both("owner", "owner")]);
    let registered = &shown[0]["metadata"];
    assert_eq!((registered["role"].clone(), registered["capacity"].clone()), both("operator", "operator"));
    assert_eq!(of("MessageSent", "bo"), [both("member", "member"), both("member", "staff")]);
    assert_eq!(of("ReactionAdded", "bo"), [both("member", "member")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_replay_after_a_time_is_the_rest_of_the_log() {
    let service = Service::start().await;
    let (owner, club) = talkative(&service).await;
    let printed = service.replay(Some("acme")).await;
    let half = printed[printed.len() / 2]["recorded_at"].as_str().unwrap();
    for time in [half, "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z", &half.replace('Z', "%2B00:00")] {
        let on_command_line = time.replace("%2B", "+");
        let first = service.replay_with(&["--site", "acme", "--until", &on_command_line]).await;
        let rest = service.replay_with(&["--site", "acme", "--after", &on_command_line]).await;
        let readings = |event: &Value| event["type"] != "LogReplayed";
        let both: Vec<Value> = first.iter().chain(&rest).filter(|event| readings(event)).cloned().collect();
        assert_eq!(ids(&both), ids(&printed), "{time}");
        let first_shown = without_readings(replayed(&owner, &format!("until={time}"), 7).await);
        let rest_shown = without_readings(replayed(&owner, &format!("after={time}"), 7).await);
        assert_eq!(ids(&[first_shown, rest_shown].concat()), ids(&printed), "{time}");
    }
    let of_club = replayed(&owner, &format!("conversation={club}&after={half}"), 200).await;
    assert!(of_club.iter().all(|event| event["recorded_at"].as_str() > Some(half)));
    for (parameter, wrong) in
        [("after", "yesterday"), ("until", "yesterday"), ("after", "2026-11-23"), ("until", "12:00")]
    {
        let refused = owner.get(&format!("/events?{parameter}={wrong}")).await.problem(400, "query.invalid");
        let detail = refused.json["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(&format!("{parameter}: \"{wrong}\" is neither a position nor a time")), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_text_replay_has_a_readable_line_per_event() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let owner = site.owner().await;
    let club = group(&ada, &["bo"]).await;
    let sent = ada.send(club, "two\nlines, \"quoted\", \u{1b}[31m").await.done(201).id();
    bo.react(club, sent, "👍").await.done(200);
    owner.put_nothing("/members/bo/roles/staff").await.done(200);
    bo.post("/members/ada/mute").await.done(200);
    bo.mark_read(club, sent).await.done(200);
    let (lines, events) = (service.replay_text(&["--site", "acme"]).await, service.replay(Some("acme")).await);
    assert_eq!(lines.len(), events.len(), "{lines:#?}");
    for (line, event) in lines.iter().zip(&events) {
        let (at, actor) = (event["recorded_at"].as_str().unwrap(), event["metadata"]["actor"].as_str().unwrap());
        assert!(line.starts_with(&format!("{at} acme {actor} ")), "{line}");
        assert!(!line.contains("{\"") && !line.contains('\u{1b}'), "{line}");
    }
    let without_time: Vec<&str> = lines.iter().map(|line| line.split_once(" acme ").unwrap().1).collect();
    let expected = [
        format!(
            "ada created group {club}, \"Book club\", with bo; new participants read messages sent after they join"
        ),
        format!("ada sent message {sent} to conversation {club}: \"two\\nlines, \\\"quoted\\\", [31m\""),
        format!("bo reacted with \"👍\" to message {sent} in conversation {club}"),
        "olga (owner) gave member bo the role staff".to_owned(),
        "bo (staff) muted member ada".to_owned(),
        format!("bo (staff) read conversation {club} up to message {sent}"),
    ];
    assert_eq!(without_time[without_time.len() - expected.len()..], expected);
}
