//! Messages at a steady rate, whether or not the ones before are answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::town::{GROUP, Town};
use super::watch::MARK;
use crate::load::histogram;
use crate::stage::Service;

/// Spreads the sends over the groups: a prime, so that each has its turn.
const STRIDE: usize = 7919;

/// What was sent, and how long the answers took in microseconds.
#[derive(Debug)]
pub(super) struct Spoken {
    pub(super) sent: u64,
    pub(super) refused: u64,
    pub(super) answers: Histogram<u64>,
}

pub(super) async fn go_on(
    town: Arc<Town>,
    service: Service,
    epoch: Instant,
    rate: u32,
    time: Duration,
) -> anyhow::Result<Spoken> {
    let mut spoken = Spoken { sent: 0, refused: 0, answers: histogram()? };
    let (mut sending, mut count) = (JoinSet::new(), 0);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
    // What is late is made up for: the rate is that of arrivals.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let start = Instant::now();
    while start.elapsed() < time {
        ticks.tick().await;
        sending.spawn(send(Arc::clone(&town), service.clone(), epoch, count * STRIDE));
        count += 1;
        while let Some(answered) = sending.try_join_next() {
            spoken.add(answered??);
        }
    }
    while let Some(answered) = sending.join_next().await {
        spoken.add(answered??);
    }
    Ok(spoken)
}

impl Spoken {
    fn add(&mut self, (accepted, took): (bool, Duration)) {
        if accepted {
            self.sent += 1;
        } else {
            self.refused += 1;
        }
        self.answers.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }
}

async fn send(town: Arc<Town>, service: Service, epoch: Instant, number: usize) -> anyhow::Result<(bool, Duration)> {
    let author = number % (town.groups.len() * GROUP);
    let path = format!("/conversations/{}/messages/{}", town.groups[author / GROUP], Uuid::now_v7());
    let began = epoch.elapsed();
    let text = format!("{MARK}{} La mairie confirme, on se retrouve samedi à dix heures.", began.as_micros());
    let answer =
        service.request(Method::PUT, &path, &town.tokens[author]).json(&json!({ "text": text })).send().await?;
    let accepted = answer.status().is_success();
    answer.bytes().await?;
    Ok((accepted, epoch.elapsed().saturating_sub(began)))
}
