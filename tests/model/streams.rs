//! P9 and P11 on the live streams that were opened at the start: every visible message once, in log
//! order, and nothing that is visible to others only.

use causerie_tests::oracle::SiteState;
use causerie_tests::{At, LIMIT, LogEvent as Event, Shown};
use futures::future::join_all;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::frames::{self, MessageFrame, position};
use crate::people::callers;
use crate::report::Difference;
use crate::site::{Site, state_after};

pub(crate) struct OpenStream {
    caller: &'static str,
    frames: UnboundedReceiver<Shown>,
    reader: JoinHandle<()>,
}

/// The frames of a stream until the end of the history.
pub(crate) struct StreamLog {
    caller: &'static str,
    frames: Vec<Shown>,
    end: End,
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    /// It showed the end of the history.
    Reached,
    /// It ended before.
    Before,
    /// No frame arrived in time.
    Silent,
}

impl OpenStream {
    /// The streams of all callers who may have one at the start.
    pub(crate) async fn all(site: &Site, state: &SiteState) -> Vec<Self> {
        // No promise concerns the stream of an operator, who is not a member.
        let allowed = callers().filter(|caller| state.inactive(caller).is_none() && !state.is_operator(caller));
        let open = allowed.map(async |caller| {
            let mut live = site.caller(caller).live().await;
            let (sender, frames) = unbounded_channel();
            let reader = tokio::spawn(async move {
                while let Some(shown) = live.read().await {
                    if sender.send(shown).is_err() {
                        break;
                    }
                }
            });
            Self { caller, frames, reader }
        });
        join_all(open).await
    }

    /// Reads until the frame of this position, which all streams show.
    pub(crate) async fn until(mut self, last: &str) -> StreamLog {
        let mut frames = Vec::new();
        let end = loop {
            match timeout(LIMIT, self.frames.recv()).await {
                Ok(Some(shown)) if shown.id.as_deref() == Some(last) => break End::Reached,
                Ok(Some(shown)) => frames.push(shown),
                Ok(None) => break End::Before,
                Err(_) => break End::Silent,
            }
        };
        self.reader.abort();
        StreamLog { caller: self.caller, frames, end }
    }
}

impl StreamLog {
    /// Compares the stream with the log. The first `start` events precede it.
    pub(crate) fn check(&self, site: &Site, log: &[Event], start: usize) -> Option<Difference> {
        let mut state = state_after(&log[..start]);
        let (mut expected, mut found, mut inactive) = (Vec::new(), Vec::new(), None);
        for (index, event) in log.iter().enumerate().skip(start) {
            // Departed participants are notified of their departure.
            let before = event.kind.starts_with("Participant").then(|| state.clone());
            state.apply(event);
            if state.inactive(self.caller).is_some() {
                inactive = Some(event.at);
                break;
            }
            expected.extend(MessageFrame::expected(&state, self.caller, event));
            let of_event = self.frames.iter().filter(|shown| position(shown) == Some(event.at));
            let leaked = of_event.filter_map(|shown| {
                frames::leak(&state, before.as_ref(), &log[index + 1..], self.caller, event, shown)
            });
            found.extend(leaked);
        }
        let got: Vec<_> = self.frames.iter().filter_map(|shown| MessageFrame::shown(shown, log)).collect();
        for frame in &mut expected {
            frame.allow_missing_preview(&got);
        }
        found.extend(gaps(&expected, &got));
        found.extend(self.steps_back());
        found.extend(self.end_against(inactive));
        let role = state.token_role(self.caller).as_str();
        let subject = format!("the stream of {} ({role}) on {}", self.caller, site.id);
        (!found.is_empty()).then_some(Difference { subject, found })
    }

    /// A stream ends when its member becomes inactive, and not before.
    fn end_against(&self, inactive: Option<At>) -> Vec<String> {
        let Some(inactive) = inactive else {
            return if self.end == End::Reached {
                vec![]
            } else {
                vec![format!("ends {:?}, although the member is active", self.end)]
            };
        };
        let later = self.frames.iter().filter(|shown| position(shown).is_some_and(|at| at > inactive));
        let mut found: Vec<_> =
            later.map(|shown| format!("inactive since {inactive:?}, but the stream shows {shown:?}")).collect();
        if self.end != End::Before {
            found.push(format!("inactive since {inactive:?}, but the stream does not end: {:?}", self.end));
        }
        found
    }

    fn steps_back(&self) -> Option<String> {
        let places: Vec<At> = self.frames.iter().filter_map(position).collect();
        let back = places.windows(2).find(|pair| pair[0] > pair[1])?;
        Some(format!("not in log order: {back:?}"))
    }
}

/// Missing and unexpected frames.
fn gaps(expected: &[MessageFrame], got: &[MessageFrame]) -> Vec<String> {
    if expected == got {
        return Vec::new();
    }
    let missing = expected.iter().filter(|frame| !got.contains(frame)).map(|frame| format!("is not shown {frame:?}"));
    let stray =
        got.iter().filter(|frame| !expected.contains(frame)).map(|frame| format!("must not be shown {frame:?}"));
    let counts = format!("{} frames of messages expected, {} shown", expected.len(), got.len());
    missing.chain(stray).chain([counts]).collect()
}
