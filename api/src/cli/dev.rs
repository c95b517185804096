//! `causerie dev`: everything in one process tree, for trying it and for developing.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use causerie_sandbox::{Options, Sandbox};
use clap::Args;
use rand::distr::{Alphanumeric, SampleString};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::embedded::{SECRET_FILE, with_secret};
use super::{print_json, told_to_stop};
use crate::config::Config;
use crate::service::{Role, Service};

#[derive(Debug, Args)]
pub(super) struct Dev {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Without the demo site.
    #[arg(long)]
    no_demo: bool,
}

impl Dev {
    pub(super) async fn run(self, mut config: Config, data: &Path) -> anyhow::Result<()> {
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        std::fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
        // Both at once: a stop that comes while things are starting stops them in order too.
        let mut stopped = Box::pin(told_to_stop());
        let sandbox = tokio::select! {
            started = start_servers(&config, data) => started?,
            stopped = &mut stopped => return stopped,
        };
        let ran = self.serve(config, &sandbox, data, stopped).await;
        sandbox.stop().await?;
        ran
    }

    async fn serve(
        self,
        mut config: Config,
        sandbox: &Sandbox,
        data: &Path,
        stopped: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<()> {
        if let Some(postgres) = &sandbox.postgres {
            config.database.url = Some(SecretString::from(postgres.url()));
        }
        if let Some(nats) = &sandbox.nats {
            config.nats.url = Some(SecretString::from(nats.url()));
        }
        if config.images.bucket.is_none() {
            config.images.folder.get_or_insert_with(|| data.join(super::IMAGES_FOLDER));
        }
        config.demo = !self.no_demo;
        let config = with_secret_made(config, data)?;
        let service = Service::start(&config, &[Role::Api, Role::Relay, Role::Projector]).await?;
        let seeded = if self.no_demo { Ok(()) } else { service.seed_demo().await };
        let ran = match seeded.and_then(|()| announce(&config, &service, self.no_demo)) {
            Ok(()) => stopped.await,
            Err(error) => Err(error),
        };
        service.stop().await;
        ran
    }
}

/// The private servers, each unless one of the user's own is configured.
async fn start_servers(config: &Config, data: &Path) -> anyhow::Result<Sandbox> {
    let options = Options {
        postgres: config.database.url.is_none(),
        nats: config.nats.url.is_none(),
        tools_dir: tools_dir(data),
        ..Options::new(data)
    };
    Ok(Sandbox::start(options).await?)
}

fn tools_dir(data: &Path) -> std::path::PathBuf {
    match std::env::var_os("CAUSERIE_TOOLS_DIR") {
        Some(dir) => dir.into(),
        None if data == Path::new(".causerie") => data.join("tools"),
        None => causerie_sandbox::tools_dir(),
    }
}

fn with_secret_made(config: Config, data: &Path) -> anyhow::Result<Config> {
    let config = with_secret(config, data)?;
    if config.auth.secret.is_some() {
        return Ok(config);
    }
    let file = data.join(SECRET_FILE);
    let secret = Alphanumeric.sample_string(&mut rand::rng(), 48);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file)
        .and_then(|mut file| file.write_all(secret.as_bytes()))
        .with_context(|| format!("cannot write {}", file.display()))?;
    with_secret(config, data)
}

/// One line for programs on stdout, and how to go on for people on stderr.
fn announce(config: &Config, service: &Service, no_demo: bool) -> anyhow::Result<()> {
    let address = service.address.context("the service does not listen")?;
    let url = format!("http://{address}");
    let expose = |secret: &Option<SecretString>| secret.as_ref().map(|secret| secret.expose_secret().to_owned());
    let mut stderr = std::io::stderr().lock();
    writeln!(stderr, "\n  Causerie serves at {url}   (Ctrl-C stops it)")?;
    if !no_demo {
        writeln!(
            stderr,
            "\n  Look at {url}/demo and, as the owner of that site, at {url}/dashboard#demo\n\n  In another terminal, as Camille of the demo site:\n\n    \
             TOKEN=$(target/debug/causerie token --site demo --member camille)\n    \
             curl -s {url}/v1/sites/demo/conversations -H \"Authorization: Bearer $TOKEN\"\n    \
             curl -N {url}/v1/sites/demo/stream -H \"Authorization: Bearer $TOKEN\"\n"
        )?;
    }
    print_json(&json!({
        "ready": true,
        "url": url,
        "database_url": expose(&config.database.url),
        "nats_url": expose(&config.nats.url),
    }))?;
    Ok(())
}
