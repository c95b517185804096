//! A command becomes a request: who, what, to which conversation and message.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::commands::{Act, Command, Label, Place, Who};
use crate::known::{Effect, Known, Sent, Talk};
use crate::people::{OTHER_NAMES, PEOPLE, SUE, name};

/// A request, and what is known when it succeeds.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) who: &'static str,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) effect: Effect,
}

impl Call {
    pub(crate) fn new(who: &'static str, method: Method, path: String) -> Self {
        Self { who, method, path, body: None, effect: Effect::Nothing }
    }

    pub(crate) fn saying(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(crate) fn then(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }
}

/// The request that a command means now.
pub(crate) fn resolve(command: &Command, known: &mut Known, site: &str) -> Call {
    match command {
        Command::SwitchChat { .. }
        | Command::ChangeSettings { .. }
        | Command::Register { .. }
        | Command::Moderate { .. }
        | Command::Label { .. }
        | Command::Community { .. }
        | Command::Contact { .. } => of_site(command, site),
        Command::CreateGroup { by, group, with, all_history } => create_group(*by, *group, with, *all_history),
        Command::StartDirect { by, with } => start(PEOPLE[*by], Place::Direct(*by.min(with), *by.max(with))),
        Command::StartBusiness { by, of } => {
            let place = Place::Business(*of);
            // Members start their own.
            let by = if matches!(by, Who::Person(n) if *n < 8) { Who::Person(*of) } else { *by };
            start(known.talk(place).who(by, None), place)
        }
        Command::ChangeGroup { place, .. }
        | Command::Add { place, .. }
        | Command::Remove { place, .. }
        | Command::Leave { place, .. }
        | Command::Admin { place, .. }
        | Command::DeleteGroup { place, .. } => {
            let place = known.aim(*place, |talk| talk.id.is_some());
            of_conversation(command, place, &known.talk(place))
        }
        Command::Send { place, .. } => of_message(command, *place, known),
        Command::Prefer { place, .. } => of_message(command, known.aim(*place, |talk| talk.id.is_some()), known),
        Command::Edit { place, .. }
        | Command::DeleteMessage { place, .. }
        | Command::React { place, .. }
        | Command::MarkRead { place, .. } => {
            of_message(command, known.aim(*place, |talk| !talk.messages.is_empty()), known)
        }
        Command::SendAgain { message, changed } => send_again(*message, *changed, known),
        Command::Undo { latest } => known.way_back(*latest).unwrap_or_else(nothing),
        Command::Repeat { latest } => known.done(*latest).unwrap_or_else(nothing).then(Effect::Nothing),
    }
}

/// Where there is nothing to be done: a look at the site.
fn nothing() -> Call {
    Call::new(PEOPLE[0], Method::GET, String::new())
}

fn of_site(command: &Command, site: &str) -> Call {
    let nowhere = Talk::default();
    let who = |by: Who| nowhere.who(by, None);
    let put_or_delete = |on: bool| if on { Method::PUT } else { Method::DELETE };
    match command {
        Command::SwitchChat { by, on } => {
            let to = if *on { "enable" } else { "disable" };
            Call::new(who(*by), Method::POST, format!("/member-chat/{to}"))
        }
        Command::ChangeSettings { by, manual, staff_only, largest } => {
            let mut body = json!({});
            manual.inspect(|manual| body["approval"] = json!(if *manual { "manual" } else { "automatic" }));
            staff_only.inspect(|staff| body["group_creation"] = json!(if *staff { "staff" } else { "members" }));
            largest.inspect(|largest| body["max_participants"] = json!(largest));
            Call::new(who(*by), Method::PATCH, "/settings".to_owned()).saying(body)
        }
        Command::Register { by, whom, name: named, picture, community } => {
            let id = PEOPLE[*whom];
            let display_name = named.map_or_else(|| name(id, site), |n| OTHER_NAMES[n].to_owned());
            let mut body = json!({ "display_name": display_name, "community": community });
            if *picture {
                body["avatar_url"] = json!(format!("https://{site}.example/{id}.png"));
            }
            Call::new(who(*by), Method::PUT, format!("/members/{id}")).saying(body)
        }
        Command::Moderate { by, whom, act } => {
            let (method, path) = match act {
                Act::Remove => (Method::DELETE, ""),
                Act::Approve => (Method::POST, "/approve"),
                Act::Block => (Method::POST, "/block"),
                Act::Unblock => (Method::POST, "/unblock"),
                Act::Mute => (Method::POST, "/mute"),
                Act::Unmute => (Method::POST, "/unmute"),
            };
            Call::new(who(*by), method, format!("/members/{}{path}", PEOPLE[*whom]))
        }
        Command::Label { by, whom, label, on } => {
            let label = match label {
                Label::Role(role) => format!("roles/{role}"),
                Label::Badge(badge) => format!("badges/{badge}"),
            };
            Call::new(who(*by), put_or_delete(*on), format!("/members/{}/{label}", PEOPLE[*whom]))
        }
        Command::Community { by, whom, on } => {
            Call::new(who(*by), put_or_delete(*on), format!("/members/{}/community", PEOPLE[*whom]))
        }
        Command::Contact { by, whom, on } => {
            Call::new(PEOPLE[*by], put_or_delete(*on), format!("/members/me/blocks/{}", PEOPLE[*whom]))
        }
        other => panic!("is not about the site: {other:?}"),
    }
}

fn create_group(by: Who, group: usize, with: &[usize], all_history: bool) -> Call {
    let (who, id, place) = (Talk::default().who(by, None), Uuid::now_v7(), Place::Group(group));
    let others: Vec<_> = with.iter().map(|n| PEOPLE[*n]).collect();
    let history = if all_history { "all" } else { "since_joined" };
    let body = json!({ "name": format!("Group {group}"), "participants": others, "history": history });
    let mut seats = vec![(who, true)];
    for other in others {
        if !seats.iter().any(|(there, _)| *there == other) {
            seats.push((other, false));
        }
    }
    let talk = Talk { id: Some(id), seats, messages: Vec::new() };
    Call::new(who, Method::PUT, format!("/groups/{id}")).saying(body).then(Effect::Group(place, talk))
}

fn start(who: &'static str, place: Place) -> Call {
    let path = match place {
        Place::Direct(one, other) => {
            let other = if PEOPLE[one] == who { other } else { one };
            format!("/direct/{}", PEOPLE[other])
        }
        Place::Business(member) | Place::Group(member) if PEOPLE[member] == who => "/business/me".to_owned(),
        Place::Business(member) | Place::Group(member) => format!("/business/{}", PEOPLE[member]),
    };
    Call::new(who, Method::PUT, path).then(Effect::Started(place))
}

fn of_conversation(command: &Command, place: Place, talk: &Talk) -> Call {
    let path = format!("/conversations/{}", talk.id.unwrap_or_else(Uuid::now_v7));
    let who = |by: Who| talk.who(by, None);
    match command {
        Command::ChangeGroup { by, name, all_history, .. } => {
            let mut body = json!({});
            name.inspect(|n| body["name"] = json!(["Lecture", "Jardin", "Vélo"][*n]));
            all_history.inspect(|all| body["history"] = json!(if *all { "all" } else { "since_joined" }));
            Call::new(who(*by), Method::PATCH, path).saying(body)
        }
        Command::Add { by, whom, .. } => {
            // Mostly somebody who is not in it yet.
            let outside = |n: &usize| !talk.seats.iter().any(|(there, _)| *there == PEOPLE[*n]);
            let whom = PEOPLE[(*whom..SUE).chain(0..*whom).find(outside).filter(|_| whom % 4 > 0).unwrap_or(*whom)];
            Call::new(who(*by), Method::PUT, format!("{path}/participants/{whom}")).then(Effect::In(place, whom))
        }
        Command::Remove { by, whom, .. } => {
            let whom = who(*whom);
            Call::new(who(*by), Method::DELETE, format!("{path}/participants/{whom}")).then(Effect::Out(place, whom))
        }
        Command::Leave { by, .. } => {
            let by = who(*by);
            Call::new(by, Method::DELETE, format!("{path}/participants/me")).then(Effect::Out(place, by))
        }
        Command::Admin { by, whom, on, .. } => {
            let (whom, method) = (who(*whom), if *on { Method::PUT } else { Method::DELETE });
            let path = format!("{path}/participants/{whom}/admin");
            Call::new(who(*by), method, path).then(Effect::Admin(place, whom, *on))
        }
        Command::DeleteGroup { by, .. } => Call::new(who(*by), Method::DELETE, path),
        other => panic!("is not about a conversation: {other:?}"),
    }
}

fn of_message(command: &Command, place: Place, known: &mut Known) -> Call {
    let talk = known.talk(place);
    let path = format!("/conversations/{}", talk.id.unwrap_or_else(Uuid::now_v7));
    let there = |message: &usize| talk.message(*message);
    let id_of = |message: Option<&Sent>| message.map_or_else(Uuid::now_v7, |message| message.id);
    let at = |message: &usize| format!("{path}/messages/{}", id_of(there(message)));
    match command {
        Command::Send { by, reply_to, .. } => {
            let who = talk.who(*by, None);
            if talk.id.is_none() && !matches!(place, Place::Group(_)) && talk.seats.iter().any(|(id, _)| *id == who) {
                return start(who, place);
            }
            let reply_to = reply_to.and_then(|back| Some(talk.message(back)?.id));
            let sent = Sent { id: Uuid::now_v7(), author: who, text: known.text(who), reply_to };
            send(&path, &sent).then(Effect::Sent(place, sent))
        }
        Command::Edit { by, message, .. } => {
            let who = talk.who(*by, there(message));
            let text = format!("{}, edited", known.text(who));
            Call::new(who, Method::PATCH, at(message)).saying(json!({ "text": text }))
        }
        Command::DeleteMessage { by, message, .. } => {
            Call::new(talk.who(*by, there(message)), Method::DELETE, at(message))
        }
        Command::React { by, message, emoji, on, .. } => {
            let method = if *on { Method::PUT } else { Method::DELETE };
            Call::new(talk.who(*by, there(message)), method, format!("{}/reactions/{emoji}", at(message)))
        }
        Command::MarkRead { by, message, .. } => {
            Call::new(talk.who(*by, None), Method::PUT, format!("{path}/read-marker"))
                .saying(json!({ "message": id_of(there(message)) }))
        }
        Command::Prefer { by, muted, archived, pinned, .. } => {
            let mut body = json!({});
            for (name, value) in [("muted", muted), ("archived", archived), ("pinned", pinned)] {
                value.inspect(|value| body[name] = json!(value));
            }
            Call::new(talk.who(*by, None), Method::PATCH, format!("{path}/preferences")).saying(body)
        }
        other => panic!("is not about a message: {other:?}"),
    }
}

fn send(conversation: &str, sent: &Sent) -> Call {
    let mut body = json!({ "text": sent.text });
    sent.reply_to.inspect(|id| body["reply_to"] = json!(id));
    Call::new(sent.author, Method::PUT, format!("{conversation}/messages/{}", sent.id)).saying(body)
}

fn send_again(message: usize, changed: bool, known: &mut Known) -> Call {
    let messages = known.messages();
    let Some((place, sent)) = messages.get(message % messages.len().max(1)) else {
        return nothing();
    };
    let mut again = sent.clone();
    if changed {
        again.text.push_str(", changed");
    }
    send(&format!("/conversations/{}", known.talk(*place).id.unwrap_or_default()), &again)
}
