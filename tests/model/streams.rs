//! P9 and P11 on the live streams that everybody opened at the start: every visible message once, in log order, and nothing
//! of what only others see.

use causerie_tests::{At, LIMIT, LogEvent as Event, Shown};
use futures::future::join_all;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::compare::Difference;
use crate::fold::Model;
use crate::frames::{self, OnMessage, place};
use crate::people::{Token, Viewer, viewers};
use crate::site::Site;

/// An open stream, being read.
pub(crate) struct Open {
    viewer: Viewer,
    frames: UnboundedReceiver<Shown>,
    reader: JoinHandle<()>,
}

/// What a stream showed until the end of the history.
pub(crate) struct Watched {
    viewer: Viewer,
    frames: Vec<Shown>,
    end: End,
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    /// It showed the end of the history.
    Reached,
    /// It ended before.
    Before,
    /// It went silent before.
    Silent,
}

impl Open {
    /// The streams of all who may have one at the start.
    pub(crate) async fn all(site: &Site, model: &Model) -> Vec<Self> {
        // The operator is nobody's member: nothing is promised of a stream of theirs.
        let allowed = viewers().filter(|viewer| model.bar(*viewer).is_none() && viewer.token != Token::Operator);
        let open = allowed.map(async |viewer| {
            let mut live = site.caller(viewer.id).live().await;
            let (sender, frames) = unbounded_channel();
            let reader = tokio::spawn(async move {
                while let Some(shown) = live.read().await {
                    if sender.send(shown).is_err() {
                        break;
                    }
                }
            });
            Self { viewer, frames, reader }
        });
        join_all(open).await
    }

    /// Reads until the frame of this place, which all streams show.
    pub(crate) async fn until(mut self, last: &str) -> Watched {
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
        Watched { viewer: self.viewer, frames, end }
    }
}

impl Watched {
    /// Holds the stream against the log. `start` events were there when it was opened.
    pub(crate) fn check(&self, site: &Site, log: &[Event], start: usize) -> Option<Difference> {
        let mut model = Model::of(&log[..start]);
        let (mut expected, mut found, mut barred) = (Vec::new(), Vec::new(), None);
        for (place_in_log, event) in log.iter().enumerate().skip(start) {
            // To those who go it is told that they went.
            let before = event.kind.starts_with("Participant").then(|| model.clone());
            model.take_in(event);
            if model.bar(self.viewer).is_some() {
                barred = Some(event.at);
                break;
            }
            expected.extend(OnMessage::expected(&model, self.viewer, event));
            let of_event = self.frames.iter().filter(|shown| place(shown) == Some(event.at));
            let leaked = of_event.filter_map(|shown| {
                frames::leak(&model, before.as_ref(), &log[place_in_log + 1..], self.viewer, event, shown)
            });
            found.extend(leaked);
        }
        let got: Vec<_> = self.frames.iter().filter_map(|shown| OnMessage::shown(shown, log)).collect();
        for told in &mut expected {
            told.excuse_preview(&got);
        }
        found.extend(gaps(&expected, &got));
        found.extend(self.steps_back());
        found.extend(self.end_against(barred));
        let asked = format!("{} ({}) watches the stream of {}", self.viewer.id, self.viewer.token.as_str(), site.id);
        (!found.is_empty()).then_some(Difference { asked, found })
    }

    /// A stream ends when its member is barred, and not before.
    fn end_against(&self, barred: Option<At>) -> Vec<String> {
        let Some(barred) = barred else {
            return if self.end == End::Reached {
                vec![]
            } else {
                vec![format!("ends {:?}, barred by nothing", self.end)]
            };
        };
        let later = self.frames.iter().filter(|shown| place(shown).is_some_and(|at| at > barred));
        let mut found: Vec<_> =
            later.map(|shown| format!("is barred since {barred:?} and is shown {shown:?}")).collect();
        if self.end != End::Before {
            found.push(format!("is barred since {barred:?}, and the stream does not end: {:?}", self.end));
        }
        found
    }

    fn steps_back(&self) -> Option<String> {
        let places: Vec<At> = self.frames.iter().filter_map(place).collect();
        let back = places.windows(2).find(|pair| pair[0] > pair[1])?;
        Some(format!("goes back in the log: {back:?}"))
    }
}

/// Gaps, doubles and strangers, each by name.
fn gaps(expected: &[OnMessage], got: &[OnMessage]) -> Vec<String> {
    if expected == got {
        return Vec::new();
    }
    let missing = expected.iter().filter(|told| !got.contains(told)).map(|told| format!("is not shown {told:?}"));
    let stray = got.iter().filter(|told| !expected.contains(told)).map(|told| format!("must not be shown {told:?}"));
    let counts = format!("{} frames of messages expected, {} shown", expected.len(), got.len());
    missing.chain(stray).chain([counts]).collect()
}
