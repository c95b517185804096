//! Who sees whom: the roster, the list of owner and staff, and blocks between members.

use causerie_events::{MemberEvent, SiteEvent};
use causerie_projections::Projector;
use causerie_projections::member_list::{
    ListMembers, MemberListProjector, MemberStatus, MemberView, Viewer, blocked_by, get, list, out_of_reach,
};

use crate::history::{History, acme, member};
use crate::support::Models;

#[tokio::test]
async fn members_outside_the_community_see_only_their_own_entry() {
    let mut history = several_members();
    let mut models = Models::after(&history).await;
    for outsider in ["waits", "outside", "barred", "gone"] {
        assert_eq!(seen_by(&models, outsider).await, [""; 0], "{outsider}");
        assert_eq!(got(&models, outsider, "ada").await, None, "{outsider}");
        assert!(got(&models, outsider, outsider).await.is_some(), "{outsider}");
        assert_eq!(got(&models, "ada", outsider).await, None, "{outsider}");
    }
    assert_eq!(seen_by(&models, "stranger").await, [""; 0]);
    assert_eq!(got(&models, "stranger", "stranger").await, None);

    history.site(&SiteEvent::MemberChatDisabled);
    models.apply_to_all(&history).await;
    assert_eq!(seen_by(&models, "ada").await, [""; 0]);
    assert_eq!(got(&models, "ada", "bob").await, None);
    assert!(got(&models, "ada", "ada").await.is_some());
    assert_eq!(ids(&list(models.pool(), &staff()).await.unwrap().items).len(), 6, "staff see all the same");
}

#[tokio::test]
async fn a_block_hides_each_from_the_other_and_nobody_else() {
    let mut history = several_members();
    history.blocks("ada", "bob");
    let mut models = Models::after(&history).await;
    assert_eq!(seen_by(&models, "ada").await, ["ada", "cleo"]);
    assert_eq!(seen_by(&models, "bob").await, ["bob", "cleo"]);
    assert_eq!(seen_by(&models, "cleo").await, ["ada", "bob", "cleo"]);
    assert_eq!(got(&models, "ada", "bob").await, None);
    assert_eq!(got(&models, "bob", "ada").await, None);
    assert_eq!(blocked(&models, "ada").await, ["bob"]);
    assert_eq!(blocked(&models, "bob").await, [""; 0], "the blocked member sees no block");
    assert_eq!(reach(&models, "ada").await, ["bob"]);
    assert_eq!(reach(&models, "bob").await, ["ada"]);
    assert_eq!(reach(&models, "cleo").await, [""; 0]);
    let (checkpoint, _) = out_of_reach(models.pool(), &acme(), &member("ada")).await.unwrap();
    assert_eq!(checkpoint, models.checkpoint::<MemberListProjector>().await);

    history.unblocks("ada", "bob");
    models.apply_to_all(&history).await;
    assert_eq!(seen_by(&models, "bob").await, ["ada", "bob", "cleo"]);
    assert_eq!(reach(&models, "ada").await, [""; 0]);
}

#[tokio::test]
async fn a_block_does_not_hold_against_who_has_become_staff_since() {
    let mut history = several_members();
    history.blocks("ada", "bob").role("bob", "staff");
    let models = Models::after(&history).await;
    assert_eq!(seen_by(&models, "ada").await, ["ada", "bob", "cleo"]);
    assert_eq!(seen_by(&models, "bob").await, ["ada", "bob", "cleo"]);
    assert_eq!(reach(&models, "ada").await, [""; 0]);
    assert_eq!(reach(&models, "bob").await, [""; 0]);
    assert_eq!(blocked(&models, "ada").await, ["bob"], "still there to be lifted");
}

#[tokio::test]
async fn members_see_all_fields_of_their_own_entry_only() {
    let mut history = several_members();
    history.role("bob", "vip").role("bob", "host").badge("bob", "gold");
    let models = Models::after(&history).await;
    let bob = got(&models, "ada", "bob").await.unwrap();
    assert_eq!(
        (bob.roles.as_slice(), bob.badges.as_slice()),
        (["host".to_owned(), "vip".into()].as_slice(), ["gold".to_owned()].as_slice())
    );
    assert_eq!((bob.status, bob.community, bob.muted), (None, None, None));
    assert!(!serde_json::to_string(&bob).unwrap().contains("status"));

    let in_full = (Some(MemberStatus::Active), Some(true), Some(false));
    let myself = got(&models, "bob", "bob").await.unwrap();
    assert_eq!((myself.status, myself.community, myself.muted), in_full);
    let page = list(models.pool(), &query(Viewer::Member(member("bob")))).await.unwrap();
    assert_eq!(page.items.iter().map(|view| view.status.is_some()).collect::<Vec<_>>(), [false, true, false]);
    let of_staff = get(models.pool(), &acme(), &Viewer::Staff, &member("bob")).await.unwrap().unwrap();
    assert_eq!(of_staff, myself);
}

#[tokio::test]
async fn staff_see_all_but_the_removed_who_are_there_when_asked_for() {
    let models = Models::after(&several_members()).await;
    let all = list(models.pool(), &staff()).await.unwrap();
    assert_eq!(ids(&all.items), ["ada", "barred", "bob", "cleo", "outside", "waits"]);
    for (status, expected) in [
        (MemberStatus::Active, vec!["ada", "bob", "cleo", "outside"]),
        (MemberStatus::Pending, vec!["waits"]),
        (MemberStatus::Blocked, vec!["barred"]),
        (MemberStatus::Removed, vec!["gone"]),
    ] {
        let page = list(models.pool(), &ListMembers { status: Some(status), ..staff() }).await.unwrap();
        assert_eq!(ids(&page.items), expected, "{status:?}");
        assert!(page.items.iter().all(|view| view.status == Some(status)));
    }
    let gone = get(models.pool(), &acme(), &Viewer::Staff, &member("gone")).await.unwrap().unwrap();
    assert_eq!(gone.status, Some(MemberStatus::Removed));
}

#[tokio::test]
async fn search_finds_a_part_of_a_name_in_any_case_and_filters_add_up() {
    let mut history = several_members();
    history.role("ada", "vip").role("cleo", "vip").badge("cleo", "gold").badge("bob", "vip");
    let models = Models::after(&history).await;
    let find = async |query: ListMembers| ids(&list(models.pool(), &query).await.unwrap().items);
    let text = |text: &str| Some(text.to_owned());
    let role = Some("vip".parse().unwrap());
    assert_eq!(find(ListMembers { q: text("O"), ..staff() }).await, ["bob", "cleo", "outside"]);
    assert_eq!(find(ListMembers { q: text("o"), ..query(Viewer::Member(member("ada"))) }).await, ["bob", "cleo"]);
    assert_eq!(find(ListMembers { q: text("%"), ..staff() }).await, [""; 0], "no patterns");
    assert_eq!(find(ListMembers { q: text("a\0"), ..staff() }).await, [""; 0], "in no name");
    assert_eq!(find(ListMembers { role: role.clone(), ..staff() }).await, ["ada", "cleo"]);
    assert_eq!(find(ListMembers { badge: role.clone(), ..staff() }).await, ["bob"]);
    let both = ListMembers { role, badge: Some("gold".parse().unwrap()), q: text("cl"), ..staff() };
    assert_eq!(find(both).await, ["cleo"]);
}

#[tokio::test]
async fn pages_of_equal_names_have_no_gap_and_no_overlap() {
    let mut history = History::default();
    for number in [3, 1, 4, 5, 9, 2, 6] {
        history.registered(&format!("m{number}"), "Same", true, false);
    }
    history.registered("m7", "Another", true, false).registered("m8", "Zoe", true, false);
    let models = Models::after(&history).await;
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = list(models.pool(), &ListMembers { after, limit: 2, ..staff() }).await.unwrap();
        seen.extend(ids(&page.items));
        let Some(next) = page.next else { break };
        after = Some(ListMembers::place(&next.to_string()).unwrap());
    }
    assert_eq!(seen, ["m7", "m1", "m2", "m3", "m4", "m5", "m6", "m9", "m8"]);
}

/// Ada, Bob and Cleo in the roster of a site with member chat, and others who are not for all kinds
/// of reasons.
fn several_members() -> History {
    let mut history = History::default();
    history.site_registered().site(&SiteEvent::MemberChatEnabled);
    for id in ["ada", "bob", "cleo", "barred", "gone"] {
        history.registered(id, id, true, false);
    }
    history.registered("waits", "waits", true, true).registered("outside", "outside", false, false);
    history.member("barred", &MemberEvent::MemberBlocked).member("gone", &MemberEvent::MemberRemoved);
    history
}

fn query(viewer: Viewer) -> ListMembers {
    ListMembers { site: acme(), viewer, q: None, status: None, role: None, badge: None, after: None, limit: 50 }
}

fn staff() -> ListMembers {
    query(Viewer::Staff)
}

async fn seen_by(models: &Models, who: &str) -> Vec<String> {
    ids(&list(models.pool(), &query(Viewer::Member(member(who)))).await.unwrap().items)
}

async fn got(models: &Models, who: &str, whom: &str) -> Option<MemberView> {
    get(models.pool(), &acme(), &Viewer::Member(member(who)), &member(whom)).await.unwrap()
}

async fn blocked(models: &Models, who: &str) -> Vec<String> {
    ids(&blocked_by(models.pool(), &acme(), &member(who)).await.unwrap())
}

async fn reach(models: &Models, who: &str) -> Vec<String> {
    let (_, blocks) = out_of_reach(models.pool(), &acme(), &member(who)).await.unwrap();
    let own = get(models.pool(), &acme(), &Viewer::Staff, &member(who)).await.unwrap();
    let is_staff = own.unwrap().roles.iter().any(|role| role == "staff");
    let others = blocks.made.union(&blocks.received).filter(|other| blocks.hold(other, is_staff));
    others.map(ToString::to_string).collect()
}

fn ids(members: &[MemberView]) -> Vec<String> {
    members.iter().map(|view| view.id.clone()).collect()
}

/// Names written by a version that folded nothing.
#[tokio::test]
async fn names_of_an_older_version_are_folded_before_events() {
    let mut history = History::default();
    history.registered("e1", "Élodie Durand", true, false).registered("z1", "Zoe\u{301} Martin", true, false);
    history.registered("f1", "Fabien", true, false);
    let mut models = Models::after(&history).await;
    let old = "UPDATE read_models.member_list SET search_name = '', search_version = 0";
    sqlx::raw_sql(old).execute(models.pool()).await.unwrap();
    let found = async |models: &Models, q: &str| {
        ids(&list(models.pool(), &ListMembers { q: Some(q.to_owned()), ..staff() }).await.unwrap().items)
    };
    assert_eq!(found(&models, "durand").await, [""; 0]);
    while MemberListProjector.refresh(&mut models.connection).await.unwrap() {}
    assert_eq!(found(&models, "DURAND elodie").await, ["e1"]);
    assert_eq!(ids(&list(models.pool(), &staff()).await.unwrap().items), ["e1", "f1", "z1"]);
}

#[tokio::test]
async fn search_finds_names_however_they_are_written() {
    let mut history = History::default();
    history.site_registered().site(&SiteEvent::MemberChatEnabled);
    for (id, name) in [
        ("user-1234", "Élodie Durand"),
        ("user-2", "Zoe\u{301} Martin"),
        ("user-3", "İstanbul Kebap"),
        ("user-4", "Işık"),
        ("user-5", "Straße"),
        ("user-6", "Σίσυφος"),
        ("user-7", "Marc O’Neill"),
        ("user-8", "Søren Jean-Luc"),
        ("user-9", "Ada"),
    ] {
        history.registered(id, name, true, false);
    }
    let models = Models::after(&history).await;
    for (q, found) in [
        ("élodie", "user-1234"),
        ("e\u{301}lodie", "user-1234"),
        ("ÉLODIE", "user-1234"),
        ("elodie", "user-1234"),
        ("durand  ", "user-1234"),
        ("Durand Élodie", "user-1234"),
        ("Durand, é", "user-1234"),
        ("zoé", "user-2"),
        ("ZOÉ", "user-2"),
        ("istanbul", "user-3"),
        ("İSTANBUL", "user-3"),
        ("ışık", "user-4"),
        ("STRASSE", "user-5"),
        ("σίσυφος", "user-6"),
        ("ΣΊΣΥΦΟΣ", "user-6"),
        ("o'neill", "user-7"),
        ("oneill marc", "user-7"),
        ("soren", "user-8"),
        ("jean luc", "user-8"),
        ("%", ""),
        ("_", ""),
        ("durand martin", ""),
    ] {
        for viewer in [Viewer::Staff, Viewer::Member(member("user-9"))] {
            let page = list(models.pool(), &ListMembers { q: Some(q.to_owned()), ..query(viewer) }).await.unwrap();
            assert_eq!(ids(&page.items).join(" "), found, "{q}");
        }
    }
    let by_id = |viewer| ListMembers { q: Some(" USER-12".to_owned()), ..query(viewer) };
    assert_eq!(ids(&list(models.pool(), &by_id(Viewer::Staff)).await.unwrap().items), ["user-1234"]);
    let of_member = list(models.pool(), &by_id(Viewer::Member(member("user-9")))).await.unwrap();
    assert_eq!(ids(&of_member.items), [""; 0], "ids are for owner and staff");
    let all = list(models.pool(), &ListMembers { q: Some("  ".to_owned()), ..staff() }).await.unwrap();
    assert_eq!(all.items.len(), 9, "no word, no condition");
}
