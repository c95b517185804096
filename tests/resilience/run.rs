//! A run: clients work while faults occur one after the other, and then all properties are checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use causerie_tests::{Chance, read_log};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::check::{Evidence, Finding, all};
use crate::client::{CallStats, NODES};
use crate::cluster::{Cluster, SETTLE_LIMIT, wait_until};
use crate::faults::{FaultLog, Faults};
use crate::final_state::{final_reads, published};
use crate::fold::LogFold;
use crate::history::{History, Stream};
use crate::moderators::Moderator;
use crate::page_readers;
use crate::sites::{MEMBERS, SITES, TestSite};
use crate::stream_readers::StreamReader;
use crate::writers::Writer;

const LAST_TEXT: &str = "the last message";
/// The time limit for the sends of a run without faults.
const SENDS_LIMIT: Duration = Duration::from_mins(3);
/// A run whose windows are not hit often enough lasts for at most this many times its period.
const MAX_PERIODS: u32 = 4;

#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    /// The run lasts at least this long, unless it has no faults.
    pub(crate) period: Duration,
    pub(crate) kinds: Vec<&'static str>,
    /// The longest outage, in milliseconds.
    pub(crate) longest: u64,
    /// The longest pause of a writer between two messages, in milliseconds.
    pub(crate) pause: u64,
    pub(crate) statement_timeout: Duration,
    pub(crate) writers_per_member: usize,
    /// The run lasts until this many sends are acknowledged and each window is hit this often.
    pub(crate) min_sends: u64,
    pub(crate) min_hits: u64,
}

pub(crate) struct RunResult {
    pub(crate) options: Options,
    pub(crate) findings: Vec<Finding>,
    pub(crate) faults: FaultLog,
    pub(crate) evidence: Evidence,
    pub(crate) calls: Arc<CallStats>,
    pub(crate) took: Duration,
    pub(crate) logs: std::path::PathBuf,
}

struct Workload {
    stop: watch::Sender<bool>,
    last: watch::Sender<String>,
    give_up: watch::Sender<bool>,
    /// Writers, moderators and page readers.
    workers: JoinSet<History>,
    readers: JoinSet<Stream>,
    /// The number of readers that have seen the last message.
    finished: Arc<AtomicUsize>,
}

pub(crate) async fn run(options: Options) -> RunResult {
    let began = Instant::now();
    let mut chance = Chance::of(options.seed);
    let calls = Arc::new(CallStats::default());
    let cluster = Cluster::start_with(options.seed, options.statement_timeout).await;
    let mut evidence = Evidence::default();
    let mut test_sites = Vec::new();
    for site in 0..SITES.len() {
        let test_site = TestSite::create(site, &cluster.urls, &calls, &mut evidence.history).await;
        test_sites.push(Arc::new(test_site));
    }
    assert!(cluster.until_no_lag().await.is_some(), "lag before the first fault");
    let workload = Workload::start(&test_sites, &options, &mut chance);
    let mut faults = Faults {
        cluster,
        calls: Arc::clone(&calls),
        test_sites: test_sites.clone(),
        chance: chance.fork(),
        log: FaultLog::default(),
        longest: options.longest,
        statement_timeout: options.statement_timeout,
    };
    inject_faults(&mut faults, &options, &mut chance).await;
    let Faults { mut cluster, log: faults, .. } = faults;
    cluster.start_stopped().await;

    workload.finish(&cluster, &test_sites, &mut evidence).await;
    evidence.log = read_log(&mut cluster.database().await.expect("Postgres responds")).await;
    evidence.fold = LogFold::of(&evidence.log, SITES.len());
    (evidence.jetstream, evidence.beyond) = published(&cluster, evidence.log.len()).await;
    evidence.finals = final_reads(&test_sites).await;
    evidence.calls_made = calls.made.load(Ordering::Relaxed);
    evidence.bad_calls = calls.take_bad();
    evidence.paused.clone_from(&faults.paused);
    let findings = all(&evidence);
    cluster.keep_logs = findings.iter().any(|finding| finding.violations > 0) || !faults.broken.is_empty();
    let logs = cluster.logs.clone();
    cluster.stop().await;
    RunResult { options, findings, faults, evidence, calls, took: began.elapsed(), logs }
}

/// The first round injects each kind once. Each later round injects the half of the kinds whose
/// windows were hit least.
async fn inject_faults(faults: &mut Faults, options: &Options, chance: &mut Chance) {
    let began = Instant::now();
    if options.kinds.is_empty() {
        let enough = wait_until(SENDS_LIMIT, async || faults.acknowledged() >= options.min_sends).await;
        let (sends, min_sends) = (faults.acknowledged(), options.min_sends);
        return assert!(enough.is_some(), "{sends} instead of {min_sends} sends acknowledged in {SENDS_LIMIT:?}");
    }
    let is_over = |faults: &Faults| {
        let enough = faults.acknowledged() >= options.min_sends
            && options.kinds.iter().all(|kind| faults.log.hits(kind) >= options.min_hits);
        began.elapsed() >= options.period && (enough || began.elapsed() >= options.period * MAX_PERIODS)
    };
    let mut first = true;
    while first || !is_over(faults) {
        let mut round = options.kinds.clone();
        chance.shuffle(&mut round);
        if !first {
            round.sort_by_key(|kind| faults.log.hits(kind));
            round.truncate(round.len().div_ceil(2));
        }
        faults.draw_second_processes().await;
        for kind in round {
            if !first && is_over(faults) {
                break;
            }
            faults.inject(kind).await;
            if let Some(injected) = faults.log.injected.last() {
                eprintln!("{:>6.1} s  {injected}", began.elapsed().as_secs_f64());
            }
            sleep(chance.between(100, 600)).await;
        }
        first = false;
    }
}

impl Workload {
    fn start(test_sites: &[Arc<TestSite>], options: &Options, chance: &mut Chance) -> Self {
        let mut workload = Self {
            stop: watch::Sender::new(false),
            last: watch::Sender::default(),
            give_up: watch::Sender::new(false),
            workers: JoinSet::new(),
            readers: JoinSet::new(),
            finished: Arc::default(),
        };
        let Self { stop, last, give_up, workers, readers, finished } = &mut workload;
        let mut number = 0;
        for (site, test_site) in test_sites.iter().enumerate() {
            let writing_members = if site == 0 { 6 } else { 3 };
            for member in MEMBERS[..writing_members].repeat(options.writers_per_member) {
                let (client, test_site) = (test_site.client(member).clone(), Arc::clone(test_site));
                let writer = Writer { number, client, test_site, chance: chance.fork(), pause: options.pause };
                workers.spawn(writer.write(stop.subscribe()));
                number += 1;
            }
            let moderator = Moderator {
                test_site: Arc::clone(test_site),
                other_site: Arc::clone(&test_sites[1 - site]),
                chance: chance.fork(),
                history: History::default(),
            };
            workers.spawn(moderator.work(stop.subscribe()));
            workers.spawn(page_readers::read(Arc::clone(test_site), chance.fork(), stop.subscribe()));
            for member in MEMBERS {
                let reader = StreamReader {
                    client: test_site.client(member).clone(),
                    chance: chance.fork(),
                    last: last.subscribe(),
                    give_up: give_up.subscribe(),
                    finished: Arc::clone(finished),
                    stream: Stream { site, member, ..Stream::default() },
                    resume: None,
                };
                readers.spawn(reader.read());
            }
        }
        workload
    }

    /// After the last fault: stops the clients and measures how long the recovery takes (P15).
    async fn finish(mut self, cluster: &Cluster, test_sites: &[Arc<TestSite>], evidence: &mut Evidence) {
        let (history, recovery) = (&mut evidence.history, &mut evidence.recovery);
        let began = Instant::now();
        self.stop.send_replace(true);
        for (node, condition) in (0..NODES).zip(["writes succeed on node 0", "writes succeed on node 1"]) {
            let (client, group) = (test_sites[0].client("m0"), test_sites[0].small_group);
            let sent = client.send(1000 + node, group, node, &format!("after the faults, node {node}")).await;
            recovery.push((condition, sent.acknowledged().map(|_| began.elapsed())));
            history.sends.push(sent);
        }
        while let Some(worker) = self.workers.join_next().await {
            history.merge(worker.expect("a worker ends without a panic"));
        }
        // The moderators have lifted all restrictions.
        let idle = Instant::now();
        self.last.send_replace(LAST_TEXT.to_owned());
        for test_site in test_sites {
            let client = test_site.client("m0");
            history.sends.push(client.send(2000 + test_site.site, test_site.large_group, 0, LAST_TEXT).await);
        }
        let lag = cluster.until_no_lag().await;
        recovery.push(("lag 0", lag.map(|_| idle.elapsed())));
        // All members except zoe, who is in no conversation.
        let readers = (MEMBERS.len() - 1) * test_sites.len();
        let live = wait_until(SETTLE_LIMIT, async || self.finished.load(Ordering::Relaxed) >= readers).await;
        recovery.push(("streams live", live.map(|_| idle.elapsed())));
        self.give_up.send_replace(true);
        history.streams = self.readers.join_all().await;
        for stream in history.streams.iter().filter(|stream| stream.member != "zoe" && !stream.finished) {
            eprintln!("{} of site {} never saw the last message", stream.member, stream.site);
        }
    }
}
