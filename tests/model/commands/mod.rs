//! The commands of a history, one file for each resource: how often each is drawn, with which
//! parameters, and the request that it sends. Parameters refer to members, conversations and messages
//! by small numbers, which are resolved when the command runs. Therefore any part of a history is a
//! history, and shrinking removes commands.

mod conversation;
mod member;
mod message;
mod site;

use std::fmt::{self, Debug};
use std::sync::Arc;

use proptest::strategy::{BoxedStrategy, Strategy, Union};
use reqwest::Method;
use serde_json::Value;

use crate::people::PEOPLE;
use crate::targets::{Effect, Targets};

pub(crate) use conversation::create_first_group;

/// A command with its parameters: returns the request at the time when it runs.
#[derive(Clone)]
pub(crate) struct Command(Arc<dyn Fn(&mut Targets) -> Call + Send + Sync>);

impl Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Command")
    }
}

impl Command {
    pub(crate) fn resolve(&self, targets: &mut Targets) -> Call {
        (self.0)(targets)
    }
}

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

/// Any command: mostly permitted ones.
pub(crate) fn any_command() -> BoxedStrategy<Command> {
    let all = [message::commands(), conversation::commands(), member::commands(), site::commands(), again()];
    Union::new_weighted(all.concat()).boxed()
}

type Weighted = (u32, BoxedStrategy<Command>);

/// A command that is drawn this often, relative to the others.
fn command<S>(weight: u32, parameters: S, call: fn(S::Value, &mut Targets) -> Call) -> Weighted
where
    S: Strategy + 'static,
    S::Value: Clone + Send + Sync + 'static,
{
    let command = move |parameters: S::Value| Command(Arc::new(move |targets| call(parameters.clone(), targets)));
    (weight, parameters.prop_map(command).boxed())
}

/// Repeats or undoes one of the latest commands.
fn again() -> Vec<Weighted> {
    vec![
        command(26, 0..6_usize, |latest, targets| targets.take_undo(latest).unwrap_or_else(get_site)),
        command(4, 0..6_usize, |latest, targets| targets.done(latest).unwrap_or_else(get_site).then(Effect::Nothing)),
    ]
}

/// Sent if a command has no target: GetSite.
fn get_site() -> Call {
    Call::new(PEOPLE[0], Method::GET, String::new())
}

const fn put_or_delete(on: bool) -> Method {
    if on { Method::PUT } else { Method::DELETE }
}
