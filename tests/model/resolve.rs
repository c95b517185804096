//! Resolves a command to a request: caller, method, path and body.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::commands::{Command, Label, Moderation, Person, Target};
use crate::people::{OTHER_NAMES, PEOPLE, SUE, name};
use crate::targets::{Effect, KnownConversation, Sent, Targets};

/// A request, and its effect on the known targets if it succeeds.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) caller: &'static str,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) effect: Effect,
}

impl Call {
    pub(crate) fn new(caller: &'static str, method: Method, path: String) -> Self {
        Self { caller, method, path, body: None, effect: Effect::Nothing }
    }

    pub(crate) fn with_body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(crate) fn then(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }
}

/// The request of a command at this time.
pub(crate) fn resolve(command: &Command, targets: &mut Targets, site: &str) -> Call {
    match command {
        Command::SwitchChat { .. }
        | Command::ChangeSettings { .. }
        | Command::Register { .. }
        | Command::Moderate { .. }
        | Command::Label { .. }
        | Command::Community { .. }
        | Command::Contact { .. } => of_site(command, site),
        Command::CreateGroup { by, group, with, all_history } => create_group(*by, *group, with, *all_history),
        Command::StartDirect { by, with } => start(PEOPLE[*by], Target::Direct(*by.min(with), *by.max(with))),
        Command::StartBusiness { by, of } => {
            let target = Target::Business(*of);
            // Members start their own business conversation.
            let by = if matches!(by, Person::Member(n) if *n < 8) { Person::Member(*of) } else { *by };
            start(targets.conversation(target).select(by, None), target)
        }
        Command::ChangeGroup { target, .. }
        | Command::Add { target, .. }
        | Command::Remove { target, .. }
        | Command::Leave { target, .. }
        | Command::Admin { target, .. }
        | Command::DeleteGroup { target, .. } => {
            let target = targets.aim(*target, |conversation| conversation.id.is_some());
            of_conversation(command, target, &targets.conversation(target))
        }
        Command::Send { target, .. } => of_message(command, *target, targets),
        Command::Prefer { target, .. } => {
            of_message(command, targets.aim(*target, |conversation| conversation.id.is_some()), targets)
        }
        Command::Edit { target, .. }
        | Command::DeleteMessage { target, .. }
        | Command::React { target, .. }
        | Command::MarkRead { target, .. } => {
            of_message(command, targets.aim(*target, |conversation| !conversation.messages.is_empty()), targets)
        }
        Command::SendAgain { message, changed } => send_again(*message, *changed, targets),
        Command::Undo { latest } => targets.take_undo(*latest).unwrap_or_else(get_site),
        Command::Repeat { latest } => targets.done(*latest).unwrap_or_else(get_site).then(Effect::Nothing),
    }
}

/// Sent if a command has no target: GetSite.
fn get_site() -> Call {
    Call::new(PEOPLE[0], Method::GET, String::new())
}

fn of_site(command: &Command, site: &str) -> Call {
    let no_conversation = KnownConversation::default();
    let caller = |by: Person| no_conversation.select(by, None);
    let put_or_delete = |on: bool| if on { Method::PUT } else { Method::DELETE };
    match command {
        Command::SwitchChat { by, on } => {
            let to = if *on { "enable" } else { "disable" };
            Call::new(caller(*by), Method::POST, format!("/member-chat/{to}"))
        }
        Command::ChangeSettings { by, manual, staff_only, largest } => {
            let mut body = json!({});
            manual.inspect(|manual| body["approval"] = json!(if *manual { "manual" } else { "automatic" }));
            staff_only.inspect(|staff| body["group_creation"] = json!(if *staff { "staff" } else { "members" }));
            largest.inspect(|largest| body["max_participants"] = json!(largest));
            Call::new(caller(*by), Method::PATCH, "/settings".to_owned()).with_body(body)
        }
        Command::Register { by, member, name: named, picture, community } => {
            let id = PEOPLE[*member];
            let display_name = named.map_or_else(|| name(id, site), |n| OTHER_NAMES[n].to_owned());
            let mut body = json!({ "display_name": display_name, "community": community });
            if *picture {
                body["avatar_url"] = json!(format!("https://{site}.example/{id}.png"));
            }
            Call::new(caller(*by), Method::PUT, format!("/members/{id}")).with_body(body)
        }
        Command::Moderate { by, member, action } => {
            let (method, path) = match action {
                Moderation::Remove => (Method::DELETE, ""),
                Moderation::Approve => (Method::POST, "/approve"),
                Moderation::Block => (Method::POST, "/block"),
                Moderation::Unblock => (Method::POST, "/unblock"),
                Moderation::Mute => (Method::POST, "/mute"),
                Moderation::Unmute => (Method::POST, "/unmute"),
            };
            Call::new(caller(*by), method, format!("/members/{}{path}", PEOPLE[*member]))
        }
        Command::Label { by, member, label, on } => {
            let label = match label {
                Label::Role(role) => format!("roles/{role}"),
                Label::Badge(badge) => format!("badges/{badge}"),
            };
            Call::new(caller(*by), put_or_delete(*on), format!("/members/{}/{label}", PEOPLE[*member]))
        }
        Command::Community { by, member, on } => {
            Call::new(caller(*by), put_or_delete(*on), format!("/members/{}/community", PEOPLE[*member]))
        }
        Command::Contact { by, member, on } => {
            Call::new(PEOPLE[*by], put_or_delete(*on), format!("/members/me/blocks/{}", PEOPLE[*member]))
        }
        other => panic!("not a command to the site: {other:?}"),
    }
}

fn create_group(by: Person, group: usize, with: &[usize], all_history: bool) -> Call {
    let (caller, id, target) = (KnownConversation::default().select(by, None), Uuid::now_v7(), Target::Group(group));
    let others: Vec<_> = with.iter().map(|n| PEOPLE[*n]).collect();
    let history = if all_history { "all" } else { "since_joined" };
    let body = json!({ "name": format!("Group {group}"), "participants": others, "history": history });
    let mut participants = vec![(caller, true)];
    for other in others {
        if !participants.iter().any(|(known, _)| *known == other) {
            participants.push((other, false));
        }
    }
    let conversation = KnownConversation { id: Some(id), participants, messages: Vec::new() };
    Call::new(caller, Method::PUT, format!("/groups/{id}")).with_body(body).then(Effect::Group(target, conversation))
}

fn start(caller: &'static str, target: Target) -> Call {
    let path = match target {
        Target::Direct(one, other) => {
            let other = if PEOPLE[one] == caller { other } else { one };
            format!("/direct/{}", PEOPLE[other])
        }
        Target::Business(member) | Target::Group(member) if PEOPLE[member] == caller => "/business/me".to_owned(),
        Target::Business(member) | Target::Group(member) => format!("/business/{}", PEOPLE[member]),
    };
    Call::new(caller, Method::PUT, path).then(Effect::Started(target))
}

fn of_conversation(command: &Command, target: Target, conversation: &KnownConversation) -> Call {
    let path = format!("/conversations/{}", conversation.id.unwrap_or_else(Uuid::now_v7));
    let caller = |by: Person| conversation.select(by, None);
    match command {
        Command::ChangeGroup { by, name, all_history, .. } => {
            let mut body = json!({});
            name.inspect(|n| body["name"] = json!(["Lecture", "Jardin", "Vélo"][*n]));
            all_history.inspect(|all| body["history"] = json!(if *all { "all" } else { "since_joined" }));
            Call::new(caller(*by), Method::PATCH, path).with_body(body)
        }
        Command::Add { by, member, .. } => {
            // Mostly a member who is not a participant yet.
            let outside = |n: &usize| !conversation.participants.iter().any(|(known, _)| *known == PEOPLE[*n]);
            let member =
                PEOPLE[(*member..SUE).chain(0..*member).find(outside).filter(|_| member % 4 > 0).unwrap_or(*member)];
            Call::new(caller(*by), Method::PUT, format!("{path}/participants/{member}"))
                .then(Effect::In(target, member))
        }
        Command::Remove { by, member, .. } => {
            let member = caller(*member);
            Call::new(caller(*by), Method::DELETE, format!("{path}/participants/{member}"))
                .then(Effect::Out(target, member))
        }
        Command::Leave { by, .. } => {
            let by = caller(*by);
            Call::new(by, Method::DELETE, format!("{path}/participants/me")).then(Effect::Out(target, by))
        }
        Command::Admin { by, member, on, .. } => {
            let (member, method) = (caller(*member), if *on { Method::PUT } else { Method::DELETE });
            let path = format!("{path}/participants/{member}/admin");
            Call::new(caller(*by), method, path).then(Effect::Admin(target, member, *on))
        }
        Command::DeleteGroup { by, .. } => Call::new(caller(*by), Method::DELETE, path),
        other => panic!("not a command to a conversation: {other:?}"),
    }
}

fn of_message(command: &Command, target: Target, targets: &mut Targets) -> Call {
    let conversation = targets.conversation(target);
    let path = format!("/conversations/{}", conversation.id.unwrap_or_else(Uuid::now_v7));
    let message_at = |back: &usize| conversation.message(*back);
    let id_of = |message: Option<&Sent>| message.map_or_else(Uuid::now_v7, |message| message.id);
    let at = |message: &usize| format!("{path}/messages/{}", id_of(message_at(message)));
    match command {
        Command::Send { by, reply_to, .. } => {
            let caller = conversation.select(*by, None);
            if conversation.id.is_none()
                && !matches!(target, Target::Group(_))
                && conversation.participants.iter().any(|(id, _)| *id == caller)
            {
                return start(caller, target);
            }
            let reply_to = reply_to.and_then(|back| Some(conversation.message(back)?.id));
            let sent = Sent { id: Uuid::now_v7(), author: caller, text: targets.text(caller), reply_to };
            send(&path, &sent).then(Effect::Sent(target, sent))
        }
        Command::Edit { by, message, .. } => {
            let caller = conversation.select(*by, message_at(message));
            let text = format!("{}, edited", targets.text(caller));
            Call::new(caller, Method::PATCH, at(message)).with_body(json!({ "text": text }))
        }
        Command::DeleteMessage { by, message, .. } => {
            Call::new(conversation.select(*by, message_at(message)), Method::DELETE, at(message))
        }
        Command::React { by, message, emoji, on, .. } => {
            let method = if *on { Method::PUT } else { Method::DELETE };
            Call::new(
                conversation.select(*by, message_at(message)),
                method,
                format!("{}/reactions/{emoji}", at(message)),
            )
        }
        Command::MarkRead { by, message, .. } => {
            Call::new(conversation.select(*by, None), Method::PUT, format!("{path}/read-marker"))
                .with_body(json!({ "message": id_of(message_at(message)) }))
        }
        Command::Prefer { by, muted, archived, pinned, .. } => {
            let mut body = json!({});
            for (name, value) in [("muted", muted), ("archived", archived), ("pinned", pinned)] {
                value.inspect(|value| body[name] = json!(value));
            }
            Call::new(conversation.select(*by, None), Method::PATCH, format!("{path}/preferences")).with_body(body)
        }
        other => panic!("not a command to a message: {other:?}"),
    }
}

fn send(conversation: &str, sent: &Sent) -> Call {
    let mut body = json!({ "text": sent.text });
    sent.reply_to.inspect(|id| body["reply_to"] = json!(id));
    Call::new(sent.author, Method::PUT, format!("{conversation}/messages/{}", sent.id)).with_body(body)
}

fn send_again(message: usize, changed: bool, targets: &mut Targets) -> Call {
    let messages = targets.messages();
    let Some((target, sent)) = messages.get(message % messages.len().max(1)) else {
        return get_site();
    };
    let mut again = sent.clone();
    if changed {
        again.text.push_str(", changed");
    }
    send(&format!("/conversations/{}", targets.conversation(*target).id.unwrap_or_default()), &again)
}
