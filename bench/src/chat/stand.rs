//! The service with its servers and its site, for one load after the other.

use std::time::Duration;

use super::drive::{Member, Plan, drive};
use super::line::{Line, Load};
use crate::report;
use crate::server::Server;
use crate::stage::{Crew, Group, Service, Town};

/// Before each measurement, by the same load.
const WARM_UP: Duration = Duration::from_secs(2);

/// Running until it is stopped.
pub(crate) struct Stand<'a> {
    server: &'a Server,
    pub(crate) service: Service,
    pub(crate) town: Town,
}

impl<'a> Stand<'a> {
    pub(crate) async fn start(server: &'a Server) -> anyhow::Result<Self> {
        let town = Town::found(&server.database).await?;
        let service = Service::start(server).await?;
        Ok(Self { server, service, town })
    }

    /// One run of a load in these rooms, of which each has at least as many members as send and as read. Its line is
    /// printed.
    pub(crate) async fn measure(&self, load: &Load, rooms: &[Group], run: u32, time: Duration) -> anyhow::Result<Line> {
        self.town.settle().await?;
        let members = |of_each: usize| -> anyhow::Result<Vec<Member>> {
            let all = rooms
                .iter()
                .enumerate()
                .flat_map(|(room, group)| group.members.clone().take(of_each).map(move |number| (room, number)));
            all.map(|(room, number)| Ok(Member { room, number, token: self.town.token(number)? })).collect()
        };
        let plan = Plan {
            address: self.service.address().to_owned(),
            site: "bench".to_owned(),
            rooms: rooms.iter().map(|group| group.id).collect(),
            senders: members(load.senders)?,
            readers: members(load.readers)?,
            rate: load.rate,
            warm_up: WARM_UP.min(time),
            time,
        };
        let driven = drive(plan, Crew::of(self.server, &self.service)?).await?;
        let line = Line::of(load.clone(), run, time.as_secs_f64(), &driven, self.service.memory()?);
        report::line(&line)?;
        Ok(line)
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.town.close().await;
        self.service.stop().await
    }
}
