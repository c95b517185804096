//! The limit: the same events read by pages that are read ahead and published as they come, with no expected number and no
//! message id to check, all acknowledgements awaited at the end of each page.

use async_nats::jetstream::stream::{Config, StorageType};
use causerie_events::{LogEvent, Position};
use causerie_store::{Database, Nats, headers};

pub(super) const NAME: &str = "plain publish, nothing checked";
const STREAM: &str = "PLAIN";
const PAGE: u32 = 1_000;

pub(super) async fn publish(database: &Database, nats: &Nats, events: u64) -> anyhow::Result<()> {
    let config = Config {
        name: STREAM.to_owned(),
        subjects: vec!["plain".to_owned()],
        storage: StorageType::File,
        ..Config::default()
    };
    nats.jetstream.create_stream(config).await?;
    let mut pages = database.pages(Position::START, PAGE);
    let mut log_number = 0;
    while let Some(page) = pages.next().await {
        let mut acknowledgements = Vec::new();
        for recorded in page? {
            log_number += 1;
            let event = LogEvent::new(log_number, recorded);
            let (headers, body) = (headers::headers_of(&event), headers::body_of(&event.recorded)?);
            acknowledgements.push(nats.jetstream.publish_with_headers("plain", headers, body).await?);
        }
        for acknowledgement in acknowledgements {
            acknowledgement.await?;
        }
    }
    anyhow::ensure!(log_number == events, "{log_number} of {events} events published");
    nats.jetstream.delete_stream(STREAM).await?;
    Ok(())
}
