//! A run: people at work, faults one after the other, and then the verdict.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use causerie_tests::{Chance, read_log};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::check::{Evidence, Finding, Recovery, all};
use crate::client::{CallStats, NODES};
use crate::cluster::Cluster;
use crate::faults::Faults;
use crate::final_state::{self, LAST, until};
use crate::fold::LogFold;
use crate::history::{History, Stream};
use crate::moderators::Moderator;
use crate::sites::{MEMBERS, SITES, TestSite};
use crate::stream_readers::StreamReader;
use crate::windows::Windows;
use crate::{page_readers, writers};

/// What is drawn from, and for how long.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) time: Duration,
    /// Without any, the run ends when as many sends are acknowledged as `at_least` says.
    pub(crate) kinds: Vec<&'static str>,
    /// The longest outage, in milliseconds.
    pub(crate) longest: u64,
    /// The longest pause of a writer between two messages, in milliseconds.
    pub(crate) pause: u64,
    /// The time limit for statements of the service.
    pub(crate) statement_timeout: Duration,
    /// How many write as the same member.
    pub(crate) crowd: usize,
    /// Not before so many sends are acknowledged and each window is hit so often; but at most four times the time.
    pub(crate) at_least: (u64, u64),
}

/// What came of it.
pub(crate) struct Outcome {
    pub(crate) options: Options,
    pub(crate) findings: Vec<Finding>,
    pub(crate) windows: Windows,
    pub(crate) evidence: Evidence,
    pub(crate) longest_call: Duration,
    pub(crate) unknown: u64,
    pub(crate) took: Duration,
    pub(crate) logs: std::path::PathBuf,
}

/// Everybody at work.
struct People {
    stop: watch::Sender<bool>,
    last: watch::Sender<String>,
    give_up: watch::Sender<bool>,
    working: JoinSet<History>,
    watching: JoinSet<Stream>,
    finished: Arc<AtomicUsize>,
}

pub(crate) async fn run(options: Options) -> Outcome {
    let began = Instant::now();
    let mut chance = Chance::of(options.seed);
    let calls = Arc::new(CallStats::default());
    let cluster = Cluster::start_with(options.seed, options.statement_timeout).await;
    let mut history = History::default();
    let mut test_sites = Vec::new();
    for site in 0..SITES.len() {
        test_sites.push(Arc::new(TestSite::create(site, &cluster.urls, &calls, &mut history).await));
    }
    assert!(
        until(Instant::now(), async || final_state::no_lag(&cluster).await).await.is_some(),
        "not even at the start"
    );
    let people = People::set_to_work(&test_sites, &options, &mut chance);
    let mut faults = Faults {
        cluster,
        calls: Arc::clone(&calls),
        test_sites: test_sites.clone(),
        chance: chance.fork(),
        windows: Windows::default(),
        longest: options.longest,
        statement_timeout: options.statement_timeout,
    };
    Box::pin(strike(&mut faults, &options, &mut chance)).await;
    faults.cluster.start_all().await;

    let (recovery, streams) = people.come_to_rest(&faults.cluster, &test_sites, &mut history).await;
    history.streams = streams;
    let mut database = faults.cluster.database().await.expect("Postgres answers");
    let log = read_log(&mut database).await;
    let (copy, beyond) = final_state::copy(&faults.cluster, log.len()).await;
    let evidence = Evidence {
        fold: LogFold::of(&log, SITES.len()),
        history,
        log,
        copy,
        beyond,
        finals: final_state::finals(&test_sites).await,
        recovery,
        calls_made: calls.made.load(Ordering::Relaxed),
        bad_calls: calls.bad.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        frozen: faults.windows.frozen.clone(),
    };
    let logs = faults.cluster.logs.clone();
    drop(database);
    let findings = all(&evidence);
    if findings.iter().all(|finding| finding.violations == 0) && faults.windows.failed.is_empty() {
        faults.cluster.delete_logs();
    }
    faults.cluster.stop().await;
    Outcome {
        options,
        findings,
        windows: faults.windows,
        evidence,
        longest_call: Duration::from_micros(calls.longest.load(Ordering::Relaxed)),
        unknown: calls.unknown.load(Ordering::Relaxed),
        took: began.elapsed(),
        logs,
    }
}

/// Fault after fault: in each round each kind once, in an order of its own; once all have been hit often enough, the rest of
/// the time goes on in the same way. Those that were missed most come again first.
async fn strike(faults: &mut Faults, options: &Options, chance: &mut Chance) {
    let began = Instant::now();
    let (sends, hits) = options.at_least;
    if options.kinds.is_empty() {
        let enough = until(began, async || faults.acknowledged() >= sends).await;
        return assert!(enough.is_some(), "only {} of {sends} sends were acknowledged", faults.acknowledged());
    }
    let over = |faults: &Faults| {
        let enough =
            faults.acknowledged() >= sends && options.kinds.iter().all(|kind| faults.windows.hits(kind) >= hits);
        began.elapsed() >= options.time && (enough || began.elapsed() >= options.time * 4)
    };
    let mut first = true;
    while first || !over(faults) {
        let mut round = options.kinds.clone();
        chance.shuffle(&mut round);
        if !first {
            // The half with the fewest hits, so that no window memberships behind.
            round.sort_by_key(|kind| faults.windows.hits(kind));
            round.truncate(round.len().div_ceil(2));
        }
        faults.draw_second_processes().await;
        for kind in round {
            if over(faults) && !first {
                break;
            }
            let struck = timeout(Duration::from_mins(3), faults.strike(kind)).await;
            if struck.is_err() {
                faults.windows.failed.push(format!("{kind}: not over after 3 minutes"));
            }
            if let Some(drawn) = faults.windows.drawn.last() {
                eprintln!("{:>6.1} s  {drawn}", began.elapsed().as_secs_f64());
            }
            sleep(chance.between(100, 600)).await;
        }
        first = false;
    }
}

impl People {
    fn set_to_work(test_sites: &[Arc<TestSite>], options: &Options, chance: &mut Chance) -> Self {
        let (stop, last, give_up) = (watch::Sender::new(false), watch::Sender::default(), watch::Sender::new(false));
        let (mut working, mut watching, finished) = (JoinSet::new(), JoinSet::new(), Arc::default());
        let mut number = 0;
        for (site, test_site) in test_sites.iter().enumerate() {
            // All of the first site, three of the second.
            for member in MEMBERS[..if site == 0 { 6 } else { 3 }].repeat(options.crowd) {
                let (client, test_site) = (test_site.members[member].clone(), Arc::clone(test_site));
                let writer = writers::Writer { number, client, test_site, chance: chance.fork(), pause: options.pause };
                working.spawn(writer.write(stop.subscribe()));
                number += 1;
            }
            let other_site = Arc::clone(&test_sites[1 - site]);
            let moderator = Moderator {
                test_site: Arc::clone(test_site),
                other_site,
                chance: chance.fork(),
                history: History::default(),
            };
            working.spawn(moderator.work(stop.subscribe()));
            working.spawn(page_readers::read(Arc::clone(test_site), chance.fork(), stop.subscribe()));
            for member in MEMBERS {
                let reader = StreamReader {
                    client: test_site.members[member].clone(),
                    chance: chance.fork(),
                    last: last.subscribe(),
                    give_up: give_up.subscribe(),
                    finished: Arc::clone(&finished),
                };
                watching.spawn(reader.watch());
            }
        }
        Self { stop, last, give_up, working, watching, finished }
    }

    /// After the last fault: everybody stops, what must hold is waited for.
    async fn come_to_rest(
        self,
        cluster: &Cluster,
        test_sites: &[Arc<TestSite>],
        history: &mut History,
    ) -> (Recovery, Vec<Stream>) {
        let since = Instant::now();
        let mut recovery = Recovery::default();
        self.stop.send_replace(true);
        for (node, name) in (0..NODES).zip(["writes succeed on node 0", "writes succeed on node 1"]) {
            let (client, den) = (&test_sites[0].members["m0"], test_sites[0].small_group);
            let sent = final_state::insist(client, 1000 + node, den, node, &format!("still there? {node}")).await;
            recovery.of.push((name, sent.acknowledged().map(|_| since.elapsed())));
            history.sends.push(sent);
        }
        let Self { mut working, mut watching, last, give_up, finished, .. } = self;
        while let Some(done) = working.join_next().await {
            history.merge(done.expect("a task of the run"));
        }
        // From here on everything is as at the start: who was sent away is back, who was barred is not.
        let quiet = Instant::now();
        last.send_replace(LAST.to_owned());
        for test_site in test_sites {
            let sent =
                final_state::insist(&test_site.members["m0"], 2000 + test_site.site, test_site.large_group, 0, LAST)
                    .await;
            history.sends.push(sent);
        }
        let lag = until(quiet, async || final_state::no_lag(cluster).await).await;
        recovery.of.push(("lag 0", lag));
        // All but zoe, who is in no conversation.
        let watchers = (MEMBERS.len() - 1) * test_sites.len();
        let live = until(quiet, async || finished.load(Ordering::Relaxed) >= watchers).await;
        recovery.of.push(("streams live", live));
        give_up.send_replace(true);
        let mut streams = Vec::new();
        while let Some(done) = watching.join_next().await {
            streams.push(done.expect("a task of the run"));
        }
        for stream in streams.iter().filter(|stream| stream.member != "zoe" && !stream.finished) {
            eprintln!("{} of site {} never saw the last message", stream.member, stream.site);
        }
        (recovery, streams)
    }
}
