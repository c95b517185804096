//! Connections that are cut, half-open, slow, or cut after some bytes.

use std::time::Duration;

use causerie_tests::{Link, Pooler, Proxy};
use tokio::time::sleep;

use super::{Faults, Injected, injected};
use crate::cluster::Cluster;

/// How long connections are cut so that all of them break.
const BREAK: Duration = Duration::from_millis(100);
pub(super) const EVIDENCE: &str = "connections broken, or bytes delayed";
const SESSION_POOL: &str =
    "pool_mode = session\nignore_startup_parameters = extra_float_digits\ndefault_pool_size = 150";

type LinkOf = fn(&Cluster) -> &Proxy;

impl Faults {
    pub(super) async fn cut_api_from_postgres(&mut self) -> Injected {
        self.disturb("api from postgres", |cluster| &cluster.api_links.postgres).await
    }

    pub(super) async fn cut_relay_from_nats(&mut self) -> Injected {
        self.disturb("relay from nats", |cluster| &cluster.relay_links.nats).await
    }

    pub(super) async fn cut_others(&mut self) -> Injected {
        let others: [(_, LinkOf); 4] = [
            ("relay from postgres", |cluster| &cluster.relay_links.postgres),
            ("projector from postgres", |cluster| &cluster.projector_links.postgres),
            ("projector from nats", |cluster| &cluster.projector_links.nats),
            ("api from nats", |cluster| &cluster.api_links.nats),
        ];
        let (name, link) = *self.chance.pick(&others);
        self.disturb(name, link).await
    }

    async fn disturb(&mut self, name: &str, link: LinkOf) -> Injected {
        let state = match self.chance.below(4) {
            0 => Link::Cut,
            1 => Link::Silent,
            2 => Link::Slow(Duration::from_millis(200)),
            _ => Link::CutAfter(self.chance.below(20_000) + 1),
        };
        let proxy = link(&self.cluster);
        let before = (proxy.broken(), proxy.carried());
        proxy.set(state);
        let counts = |faults: &Self| {
            let proxy = link(&faults.cluster);
            (proxy.broken() - before.0, proxy.carried() - before.1)
        };
        let is_hit = |(broken, carried)| broken > 0 || (matches!(state, Link::Slow(_)) && carried > 0);
        let time = self.outage_until(async |faults| is_hit(counts(faults))).await;
        link(&self.cluster).set(Link::Open);
        let (broken, carried) = counts(self);
        let details = format!("{name}: {state:?} for {time:?}, {broken} connections broken, {carried} bytes carried");
        injected(is_hit((broken, carried)), details)
    }

    /// For a while, all connections to Postgres use a PgBouncer with a session for each. Then it is
    /// killed.
    pub(super) async fn pooler(&mut self) -> Injected {
        let pooler = Pooler::to(&self.cluster.primary().url(), SESSION_POOL).await;
        for link in self.cluster.postgres_links() {
            link.route_to(pooler.port());
            link.set(Link::Cut);
        }
        sleep(BREAK).await;
        self.set_postgres_links(Link::Open);
        let (time, sends) = self.outage_until_sends().await;
        let postgres = self.cluster.primary().port();
        for link in self.cluster.postgres_links() {
            link.route_to(postgres);
        }
        drop(pooler);
        injected(sends > 0, format!("{time:?}, {sends} sends acknowledged through it"))
    }

    pub(super) fn set_postgres_links(&self, state: Link) {
        for link in self.cluster.postgres_links() {
            link.set(state);
        }
    }
}
