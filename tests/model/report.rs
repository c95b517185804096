//! What is told of a history that went wrong: the commands with their answers, and the differences. Ids are given short
//! names.

use std::collections::BTreeMap;
use std::fmt::Write;

use causerie_tests::{Answer, at};

use crate::compare::Difference;
use crate::known::Effect;
use crate::predict::Asked;
use crate::resolve::Call;

/// Differences that are printed; the rest are counted.
const PRINTED: usize = 12;

/// A history with its answers.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) differences: Vec<Difference>,
    /// The commands with what was answered.
    pub(crate) asked: Vec<Asked>,
    names: Vec<(String, String)>,
    counts: BTreeMap<u16, usize>,
}

impl Report {
    /// A command and its answer.
    pub(crate) fn note(&mut self, on: usize, site: &str, call: &Call, answer: &Answer) {
        *self.counts.entry(answer.status).or_default() += 1;
        let code = answer.json["code"].as_str().unwrap_or_default();
        let body = call.body.as_ref().map(|body| format!(" {body}")).unwrap_or_default();
        let said = format!("[{site}] {} {} {}{body} -> {} {code}", call.who, call.method, call.path, answer.status);
        self.asked.push(Asked {
            site: on,
            who: call.who,
            method: call.method.clone(),
            path: call.path.clone(),
            body: call.body.clone().unwrap_or_default(),
            status: answer.status,
            at: at(answer.position()),
            line: said.trim_end().to_owned(),
        });
        let n = self.names.len() + 1;
        match &call.effect {
            Effect::Group(_, talk) => self.name(talk.id.map(|id| id.to_string()), format!("group-{n}")),
            Effect::Sent(_, sent) => self.name(Some(sent.id.to_string()), format!("message-{n}")),
            Effect::Started(place) => {
                self.name(answer.json["id"].as_str().map(str::to_owned), format!("{place:?}-on-{site}"));
            }
            _ => {}
        }
        if answer.status >= 500 && answer.header("retry-after").is_empty() {
            let found = vec![format!("{} {}", answer.status, answer.text)];
            self.differences.push(Difference { asked: said, found });
        }
    }

    fn name(&mut self, id: Option<String>, name: String) {
        if let Some(id) = id
            && !self.names.iter().any(|(there, _)| *there == id)
        {
            self.names.push((id, name));
        }
    }

    /// How often each status was answered.
    pub(crate) fn answers(&self) -> String {
        self.counts.iter().map(|(status, count)| format!("{status}: {count}")).collect::<Vec<_>>().join(", ")
    }

    /// All is well, or what is not.
    pub(crate) fn verdict(&self) -> Result<(), String> {
        if std::env::var_os("MODEL_SHOW").is_some() {
            eprintln!("{}", self.named(self.lines()));
        }
        if self.differences.is_empty() {
            return Ok(());
        }
        let mut text = format!("{} differences\n", self.differences.len());
        for difference in self.differences.iter().take(PRINTED) {
            let _ = writeln!(text, "{difference}");
        }
        let _ = writeln!(text, "after these commands:\n{}", self.lines());
        Err(self.named(text))
    }

    fn lines(&self) -> String {
        self.asked.iter().map(|asked| asked.line.as_str()).collect::<Vec<_>>().join("\n")
    }

    fn named(&self, text: String) -> String {
        self.names.iter().fold(text, |text, (id, name)| text.replace(id, name))
    }
}
