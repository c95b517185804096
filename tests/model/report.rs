//! The report of a failed history: the commands with their responses, and the differences. Ids are
//! replaced by short names.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use causerie_tests::ApiResponse;

use crate::commands::Call;
use crate::responses::Exchange;
use crate::targets::Effect;

/// Differences that are printed; the rest are counted.
const PRINTED: usize = 12;

/// A response, stream or log that differs from the oracle.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    /// The query with its caller, the stream, or the log.
    pub(crate) subject: String,
    pub(crate) found: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.subject)?;
        self.found.iter().take(PRINTED).try_for_each(|line| write!(f, "\n    {line}"))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) differences: Vec<Difference>,
    pub(crate) exchanges: Vec<Exchange>,
    names: Vec<(String, String)>,
}

impl Report {
    pub(crate) fn note(&mut self, site: usize, site_id: &str, call: Call, response: &ApiResponse) {
        let n = self.names.len() + 1;
        match &call.effect {
            Effect::Group(_, group) => self.name(group.id.map(|id| id.to_string()), format!("group-{n}")),
            Effect::Sent(_, sent) => self.name(Some(sent.id.to_string()), format!("message-{n}")),
            Effect::Started(target) => {
                self.name(response.json["id"].as_str().map(str::to_owned), format!("{target:?}-on-{site_id}"));
            }
            _ => {}
        }
        let exchange = Exchange::new(site, site_id, call, response);
        if response.status >= 500 && response.header("retry-after").is_empty() {
            let found = vec![format!("{} {}", response.status, response.text)];
            self.differences.push(Difference { subject: exchange.line.clone(), found });
        }
        self.exchanges.push(exchange);
    }

    fn name(&mut self, id: Option<String>, name: String) {
        if let Some(id) = id
            && !self.names.iter().any(|(known, _)| *known == id)
        {
            self.names.push((id, name));
        }
    }

    pub(crate) fn statuses(&self) -> String {
        let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
        for exchange in &self.exchanges {
            *counts.entry(exchange.status).or_default() += 1;
        }
        counts.iter().map(|(status, count)| format!("{status}: {count}")).collect::<Vec<_>>().join(", ")
    }

    /// The error is the report.
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
        self.exchanges.iter().map(|exchange| exchange.line.as_str()).collect::<Vec<_>>().join("\n")
    }

    fn named(&self, text: String) -> String {
        self.names.iter().fold(text, |text, (id, name)| text.replace(id, name))
    }
}
