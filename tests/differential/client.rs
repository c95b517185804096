//! A client: reads its stream, folds the frames, fetches stale parts, and reconnects after a cut.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use causerie_tests::{ApiResponse, Caller, Chance, Live};
use reqwest::Method;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use crate::reducer::{Stale, State};

/// A client that has not seen the end by then has lost a frame.
const FRAME_LIMIT: Duration = Duration::from_mins(1);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

#[derive(Debug, Clone)]
pub(crate) enum Cut {
    Never,
    /// After 3 to 25 frames; it reconnects some operations later.
    Often(Box<Chance>),
}

pub(crate) struct Client {
    pub(crate) caller: Caller,
    pub(crate) state: State,
    pub(crate) cut: Cut,
    pub(crate) operations: Arc<AtomicUsize>,
    last_event_id: Option<String>,
    /// All frames, for the report.
    pub(crate) seen: Vec<String>,
    pub(crate) kinds: Vec<String>,
}

impl Client {
    pub(crate) fn new(caller: &Caller, me: &str, cut: Cut, operations: &Arc<AtomicUsize>) -> Self {
        Self {
            caller: caller.clone(),
            state: State { me: me.to_owned(), ..State::default() },
            cut,
            operations: Arc::clone(operations),
            last_event_id: None,
            seen: Vec::new(),
            kinds: Vec::new(),
        }
    }

    /// Follows until the stream has shown the end of the history, which is not known from the start. The
    /// parts that were fetched may have different positions while read models are locked.
    pub(crate) async fn follow(mut self, end: Arc<OnceLock<String>>) -> Self {
        let mut deadline = Instant::now() + FRAME_LIMIT;
        let mut had = 0;
        while !self.has_seen(&end) {
            let now = self.operations.load(Ordering::Relaxed);
            if now != had {
                (had, deadline) = (now, Instant::now() + FRAME_LIMIT);
            }
            assert!(Instant::now() < deadline, "{} does not see the end: {:#?}", self.state.me, self.seen);
            let Some(live) = self.connect().await else {
                sleep(POLL_INTERVAL).await;
                continue;
            };
            self.read(live, &end).await;
            if let Cut::Often(chance) = &mut self.cut {
                let back = self.operations.load(Ordering::Relaxed) + chance.below(8);
                let until = Instant::now() + Duration::from_secs(2);
                while self.operations.load(Ordering::Relaxed) < back && Instant::now() < until {
                    sleep(POLL_INTERVAL).await;
                }
            }
        }
        self
    }

    fn has_seen(&self, end: &OnceLock<String>) -> bool {
        let shown = self.last_event_id.as_deref().and_then(order);
        shown.is_some() && end.get().is_some_and(|end| shown >= order(end))
    }

    /// The last frame may arrive before the response that contains its position.
    async fn wait_for(&self, end: &OnceLock<String>) {
        while !self.has_seen(end) {
            sleep(POLL_INTERVAL).await;
        }
    }

    async fn connect(&self) -> Option<Live> {
        let mut request = self.caller.request(Method::GET, "/stream");
        if let Some(id) = &self.last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.ok()?;
        (response.status() == 200).then(|| Live::of(response))
    }

    /// Reads until the stream ends, the cut comes, or the end of the history.
    async fn read(&mut self, mut live: Live, end: &OnceLock<String>) {
        let mut left = match &mut self.cut {
            Cut::Never => usize::MAX,
            Cut::Often(chance) => 3 + chance.below(23),
        };
        while left > 0 && !self.has_seen(end) {
            left -= 1;
            let shown = tokio::select! {
                shown = timeout(FRAME_LIMIT, live.read()) => shown,
                () = self.wait_for(end) => return,
            };
            let Ok(Some(shown)) = shown else { return };
            let first = shown.kind == "ready" && self.last_event_id.is_none();
            if let Some(id) = &shown.id {
                self.last_event_id = Some(id.clone());
            }
            self.kinds.push(shown.kind.clone());
            self.seen.push(format!("{} {:?} {}", shown.kind, shown.id, shown.data));
            let stale = if first { Stale::Everything } else { self.state.fold(&shown.kind, &shown.data) };
            self.refresh(stale).await;
        }
    }

    async fn refresh(&mut self, stale: Stale) {
        match stale {
            Stale::Nothing => {}
            Stale::Everything => self.fetch().await,
            Stale::Conversation(id) => {
                if let Some(view) = self.get(&format!("/conversations/{id}")).await {
                    self.state.put(view);
                    self.messages(&id).await;
                }
            }
            Stale::Messages(id) => self.messages(&id).await,
            Stale::Members => self.members().await,
        }
    }

    /// Everything, as of the last frame.
    pub(crate) async fn fetch(&mut self) {
        self.seen.push("fetch".to_owned());
        if let Some(site) = self.get("").await {
            self.state.site = site;
        }
        self.members().await;
        self.state.conversations.clear();
        self.state.messages.clear();
        for archived in ["", "&archived=true"] {
            let list = self.get(&format!("/conversations?limit=200{archived}")).await.unwrap_or_default();
            for view in list["items"].as_array().cloned().unwrap_or_default() {
                let id = view["id"].as_str().unwrap_or_default().to_owned();
                self.state.conversations.insert(id.clone(), view);
                self.messages(&id).await;
            }
        }
    }

    async fn messages(&mut self, id: &str) {
        let page = self.get(&format!("/conversations/{id}/messages?limit=200")).await;
        let items = page.unwrap_or_default()["items"].as_array().cloned().unwrap_or_default();
        let by_id = items.into_iter().map(|item| (item["id"].as_str().unwrap_or_default().to_owned(), item));
        self.state.messages.insert(id.to_owned(), by_id.collect());
    }

    async fn members(&mut self) {
        let list = self.get("/members?limit=200").await.unwrap_or_default();
        let own = self.get("/members/me").await;
        let all = list["items"].as_array().cloned().unwrap_or_default().into_iter().chain(own);
        self.state.members = all.map(|view| (view["id"].as_str().unwrap_or_default().to_owned(), view)).collect();
    }

    /// None if the service refuses it. Retries while the service is unavailable.
    async fn get(&self, path: &str) -> Option<Value> {
        let deadline = Instant::now() + FRAME_LIMIT;
        loop {
            let position = self.last_event_id.as_deref().unwrap_or("0-0");
            let request = self.caller.request(Method::GET, path).header("causerie-min-position", position);
            match ApiResponse::try_of(request).await {
                Ok(response) if response.status == 200 => return Some(response.json),
                Ok(response) if response.status < 500 => return None,
                response => assert!(Instant::now() < deadline, "no response to {path}: {response:?}"),
            }
            sleep(POLL_INTERVAL).await;
        }
    }
}

/// Positions are ordered by their numbers.
fn order(position: &str) -> Option<(u64, u64)> {
    let (first, second) = position.split_once('-')?;
    let number = |hex| u64::from_str_radix(hex, 16).ok();
    Some((number(first)?, number(second)?))
}
