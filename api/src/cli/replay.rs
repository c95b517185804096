//! `causerie replay`: prints the log in order.

use std::io::{BufWriter, ErrorKind, IsTerminal, Write};
use std::path::Path;

use causerie_events::record::ReplayLine;
use causerie_events::{ConversationId, Position, RecordedEvent, SiteId};
use causerie_store::Database;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::replay_text::TextLine;
use super::servers::Servers;
use crate::config::Config;
use crate::log_bound::LogBound;

/// Events per query.
const PAGE_EVENTS: u32 = 5000;

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// Only events of this site.
    #[arg(long)]
    site: Option<SiteId>,
    /// Only events of this conversation, its messages and its read markers.
    #[arg(long)]
    conversation: Option<ConversationId>,
    /// Only events after this position, or from the first event on that was recorded after this
    /// time (RFC 3339).
    #[arg(long, value_name = "POSITION|TIME")]
    after: Option<LogBound>,
    /// Only events up to this position, or recorded up to this time (RFC 3339).
    #[arg(long, value_name = "POSITION|TIME")]
    until: Option<LogBound>,
    /// One JSON object per line, or readable text.
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Ndjson,
    Text,
}

impl Replay {
    pub(super) async fn run(self, config: Config, data: &Path) -> anyhow::Result<()> {
        let servers = Servers::open(config, data).await?;
        let printed = self.print(&servers.database).await;
        servers.close().await?;
        match printed {
            // The reader of the output has closed it, as `head` does.
            Err(error) if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) => {
                Ok(())
            }
            printed => printed,
        }
    }

    async fn print(&self, database: &Database) -> anyhow::Result<()> {
        for position in [self.after, self.until].into_iter().flatten().filter_map(LogBound::position) {
            anyhow::ensure!(
                database.has(position).await?,
                "position {position} is not in the log; pass a position that `causerie replay` has printed"
            );
        }
        let mut out = BufWriter::new(std::io::stdout());
        let bar = self.progress()?;
        let start = match self.after {
            Some(after) => after.start(database).await?,
            None => Position::START,
        };
        let mut pages = database.pages(start, PAGE_EVENTS);
        while let Some(page) = pages.next().await {
            let page = page?;
            bar.inc(page.len() as u64);
            for recorded in page {
                if self.until.is_some_and(|until| until.ends_before(&recorded)) {
                    return Ok(out.flush()?);
                }
                if self.wants(&recorded) {
                    self.write(&mut out, &recorded)?;
                }
            }
        }
        Ok(out.flush()?)
    }

    /// Shows progress on a terminal unless the events themselves appear there. A filtered replay
    /// reads the whole log and may print little.
    fn progress(&self) -> anyhow::Result<ProgressBar> {
        let filtered = self.site.is_some() || self.conversation.is_some();
        let (out, err) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        if !err || (out && !filtered) {
            return Ok(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{spinner} {human_pos} events read, {per_sec}")?;
        Ok(ProgressBar::no_length().with_style(style))
    }

    fn wants(&self, recorded: &RecordedEvent) -> bool {
        self.site.as_ref().is_none_or(|site| recorded.stream.site_id() == site)
            && self.conversation.is_none_or(|conversation| recorded.conversation_id() == Some(conversation))
    }

    fn write(&self, out: &mut impl Write, recorded: &RecordedEvent) -> anyhow::Result<()> {
        match self.format {
            Format::Ndjson => {
                serde_json::to_writer(&mut *out, &ReplayLine::from(recorded)).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
            Format::Text => writeln!(out, "{}", TextLine(recorded))?,
        }
        Ok(())
    }
}
