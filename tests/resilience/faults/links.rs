//! The network between the parts: cut, half-open, slow, cut after some bytes.

use std::time::Duration;

use causerie_tests::{Link, Pooler, Proxy};
use tokio::time::sleep;

use super::Faults;

impl Faults {
    pub(super) async fn cut_api_from_postgres(&mut self) {
        let (link, time) = (self.draw_link(), self.outage());
        let drawn = disturb(&self.cluster.links.api_postgres, link, time).await;
        self.windows.note("cut api from postgres", EVIDENCE, drawn.0, &drawn.1);
    }

    pub(super) async fn cut_relay_from_nats(&mut self) {
        let (link, time) = (self.draw_link(), self.outage());
        let drawn = disturb(&self.cluster.links.relay_nats, link, time).await;
        self.windows.note("cut relay from nats", EVIDENCE, drawn.0, &drawn.1);
    }

    pub(super) async fn cut_others(&mut self) {
        let (link, time, which) = (self.draw_link(), self.outage(), self.chance.below(4));
        let links = &self.cluster.links;
        let (name, way) = [
            ("relay from postgres", &links.relay_postgres),
            ("projector from postgres", &links.projector_postgres),
            ("projector from nats", &links.projector_nats),
            ("api from nats", &links.api_nats),
        ][which];
        let (hit, drawn) = disturb(way, link, time).await;
        self.windows.note("cut others", EVIDENCE, hit, &format!("{name}: {drawn}"));
    }

    /// For a while, all connections to Postgres go through a PgBouncer with a session for each. Then it dies.
    pub(super) async fn pooler(&mut self) {
        let (before, time) = (self.acknowledged(), self.outage());
        let settings = "pool_mode = session\nignore_startup_parameters = extra_float_digits\ndefault_pool_size = 150";
        let pooler = Pooler::to(&self.cluster.primary().url(), settings).await;
        for way in self.cluster.links.to_postgres() {
            way.lead_to(pooler.port());
            way.set(Link::Cut);
        }
        sleep(BREAK).await;
        for way in self.cluster.links.to_postgres() {
            way.set(Link::Open);
        }
        sleep(time).await;
        let through = self.acknowledged() - before;
        let postgres = self.cluster.primary().port();
        for way in self.cluster.links.to_postgres() {
            way.lead_to(postgres);
        }
        drop(pooler);
        let drawn = format!("{time:?}, {through} sends acknowledged through it");
        self.windows.note("pooler", "sends acknowledged through it", through > 0, &drawn);
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

/// How long links are cut, so that all that stands on them breaks.
const BREAK: Duration = Duration::from_millis(100);
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
