//! `causerie dev`: the service with embedded servers and a demo site, for trial and development.

use std::fmt::Write as _;
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

use super::servers::{SECRET_FILE, with_secret};
use super::{print_json, stop_signal};
use crate::config::Config;
use crate::role::Role;
use crate::service::{Ports, Service};

const ROLES: [Role; 3] = [Role::Api, Role::Relay, Role::Projector];

#[derive(Debug, Args)]
pub(super) struct Dev {
    /// Address and port to listen on; port 0 binds a free port.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Starts without the demo site.
    #[arg(long)]
    no_demo: bool,
}

impl Dev {
    pub(super) async fn run(self, mut config: Config, file: Option<&Path>, data: &Path) -> anyhow::Result<()> {
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        // `dev` runs without a proxy that has to notice the shutdown.
        config.server.drain_seconds = 0;
        let ports = Ports::bind(&config.server, &ROLES);
        // Fails before it starts servers. The sandbox below reports a `dev` that runs on this
        // folder.
        if ports.is_err() && causerie_sandbox::running(data)?.is_none() {
            ports?;
            return Ok(());
        }
        std::fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
        // Waits for the signal from here on, so that a stop during the start is orderly too.
        let mut stopped = Box::pin(stop_signal());
        let sandbox = tokio::select! {
            started = start_servers(&config, data) => started?,
            stopped = &mut stopped => return stopped,
        };
        let ran = match ports {
            Ok(ports) => self.serve(config, ports, &sandbox, (file, data), stopped).await,
            Err(error) => Err(error),
        };
        sandbox.stop().await?;
        ran
    }

    async fn serve(
        self,
        mut config: Config,
        ports: Ports,
        sandbox: &Sandbox,
        (file, data): (Option<&Path>, &Path),
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
        let config = with_generated_secret(config, data)?;
        let service = Service::start(&config, &ROLES, ports).await?;
        let seeded = if self.no_demo { Ok(()) } else { service.seed_demo().await };
        let token = token_command(file, data);
        let ran = match seeded.and_then(|()| announce(&config, &service, (!self.no_demo).then_some(&token), data)) {
            Ok(()) => stopped.await,
            Err(error) => Err(error),
        };
        service.stop(std::future::ready(())).await;
        ran
    }
}

/// Starts the embedded servers, except those for which another server is configured.
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

fn with_generated_secret(config: Config, data: &Path) -> anyhow::Result<Config> {
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

/// The command that prints a token of the demo, for another terminal.
fn token_command(file: Option<&Path>, data: &Path) -> String {
    let mut command = String::new();
    // The other terminal does not have these variables.
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("CAUSERIE_AUTH__") && !is_secret(name)) {
        let _ = write!(command, "{name}={} ", quoted(&value));
    }
    let program = std::env::args_os().next().map_or_else(|| "causerie".into(), |it| it.to_string_lossy().into_owned());
    command.push_str(&quoted(&program));
    if let Some(file) = file {
        let _ = write!(command, " --config {}", quoted(&file.to_string_lossy()));
    }
    if data != Path::new(super::DEFAULT_DATA_DIR) {
        let _ = write!(command, " --data {}", quoted(&data.to_string_lossy()));
    }
    command
}

fn is_secret(name: &str) -> bool {
    name == "CAUSERIE_AUTH__SECRET"
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Prints a line of JSON for programs on stdout, and instructions on stderr.
fn announce(config: &Config, service: &Service, token: Option<&String>, data: &Path) -> anyhow::Result<()> {
    let address = service.address.context("the service does not listen")?;
    let url = format!("http://{address}");
    let expose = |secret: &Option<SecretString>| secret.as_ref().map(|secret| secret.expose_secret().to_owned());
    let mut stderr = std::io::stderr().lock();
    writeln!(stderr, "\n  Causerie serves at {url}   (Ctrl-C stops it)")?;
    if let Some(token) = token {
        if !address.ip().is_loopback() {
            writeln!(
                stderr,
                "\n  Warning: other machines can reach {address}. The demo lets every visitor act as any member of its site, \
                 and as its owner: pass --no-demo, or listen on 127.0.0.1"
            )?;
        }
        let secret = std::env::var("CAUSERIE_AUTH__SECRET").is_ok();
        writeln!(
            stderr,
            "\n  Open {url}/demo and, as the owner of that site, {url}/dashboard#demo\n\n  In another terminal, as Camille of the demo site{}:\n\n    \
             TOKEN=$({token} token --site demo --member camille)\n    \
             curl -s {url}/v1/sites/demo/conversations -H \"Authorization: Bearer $TOKEN\"\n    \
             curl -N {url}/v1/sites/demo/stream -H \"Authorization: Bearer $TOKEN\"",
            if secret { ", with CAUSERIE_AUTH__SECRET set there as here" } else { "" }
        )?;
    }
    let file = data.join(SECRET_FILE);
    if token.is_some() && file.exists() && std::env::var("CAUSERIE_AUTH__SECRET").is_err() {
        writeln!(stderr, "\n  Your own back end signs tokens with the secret in {}", file.display())?;
    }
    writeln!(stderr)?;
    print_json(&json!({
        "ready": true,
        "url": url,
        "database_url": expose(&config.database.url),
        "nats_url": expose(&config.nats.url),
    }))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_is_quoted_for_a_shell() {
        assert_eq!(quoted("target/debug/causerie"), "target/debug/causerie");
        assert_eq!(quoted("/a folder/it's"), r"'/a folder/it'\''s'");
        assert_eq!(token_command(None, Path::new(".causerie")), quoted(&std::env::args().next().unwrap()));
        assert!(
            token_command(Some(Path::new("c.toml")), Path::new("/tmp/d e"))
                .ends_with(" --config c.toml --data '/tmp/d e'")
        );
    }
}
