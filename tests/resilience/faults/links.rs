//! The network between the parts: cut, half-open, slow, cut after some bytes.

use std::time::Duration;

use causerie_tests::{Link, Proxy};
use tokio::time::sleep;

use super::Faults;

impl Faults {
    pub(super) async fn cut_api_from_postgres(&mut self) {
        let (link, time) = (self.draw_link(), self.outage());
        let drawn = disturb(&self.stand.ways.api_postgres, link, time).await;
        self.windows.note("cut api from postgres", EVIDENCE, drawn.0, &drawn.1);
    }

    pub(super) async fn cut_relay_from_nats(&mut self) {
        let (link, time) = (self.draw_link(), self.outage());
        let drawn = disturb(&self.stand.ways.relay_nats, link, time).await;
        self.windows.note("cut relay from nats", EVIDENCE, drawn.0, &drawn.1);
    }

    pub(super) async fn cut_others(&mut self) {
        let (link, time, which) = (self.draw_link(), self.outage(), self.chance.index(4));
        let ways = &self.stand.ways;
        let (name, way) = [
            ("relay from postgres", &ways.relay_postgres),
            ("projector from postgres", &ways.projector_postgres),
            ("projector from nats", &ways.projector_nats),
            ("api from nats", &ways.api_nats),
        ][which];
        let (hit, drawn) = disturb(way, link, time).await;
        self.windows.note("cut others", EVIDENCE, hit, &format!("{name}: {drawn}"));
    }

    fn draw_link(&mut self) -> Link {
        match self.chance.below(4) {
            0 => Link::Cut,
            1 => Link::Silent,
            2 => Link::Slow(Duration::from_millis(200)),
            _ => Link::CutAfter(self.chance.below(20_000) + 1),
        }
    }
}

const EVIDENCE: &str = "connections broken, or bytes delayed";

async fn disturb(way: &Proxy, link: Link, time: Duration) -> (bool, String) {
    let (broken, carried) = (way.broken(), way.carried());
    way.set(link);
    sleep(time).await;
    way.set(Link::Open);
    let (broken, carried) = (way.broken() - broken, way.carried() - carried);
    let hit = broken > 0 || (matches!(link, Link::Slow(_)) && carried > 0);
    (hit, format!("{link:?} for {time:?}, {broken} connections broken, {carried} bytes carried"))
}
