//! Loads the configuration from files and the environment.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, anyhow};
use secrecy::SecretString;

use super::Config;

impl Config {
    /// Later files override earlier ones, and the environment overrides all files.
    pub fn load(files: &[&Path]) -> anyhow::Result<Self> {
        let mut builder = config::Config::builder();
        for file in files {
            builder = builder.add_source(config::File::from(*file).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("CAUSERIE")
            .prefix_separator("_")
            .separator("__")
            .source(Some(environment_settings()));
        let config: Self = builder
            .add_source(environment)
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| anyhow!("invalid configuration: {}", with_suggestion(&error.to_string())))?;
        config.with_secret_files()
    }

    fn with_secret_files(mut self) -> anyhow::Result<Self> {
        read_secret(&mut self.database.url, self.database.url_file.as_deref())?;
        read_secret(&mut self.nats.url, self.nats.url_file.as_deref())?;
        read_secret(&mut self.auth.secret, self.auth.secret_file.as_deref())?;
        read_secret(&mut self.images.secret_access_key, self.images.secret_access_key_file.as_deref())?;
        Ok(self)
    }
}

/// Only names with a section are settings. `CAUSERIE_TOOLS_DIR`, for example, is not.
fn environment_settings() -> HashMap<String, String> {
    std::env::vars().filter(|(name, _)| name.starts_with("CAUSERIE_") && name.contains("__")).collect()
}

fn read_secret(secret: &mut Option<SecretString>, file: Option<&Path>) -> anyhow::Result<()> {
    let Some(file) = file else { return Ok(()) };
    anyhow::ensure!(secret.is_none(), "both a secret and the file {} are configured; keep one", file.display());
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read the secret in {}", file.display()))?;
    *secret = Some(SecretString::from(text.trim_end().to_owned()));
    Ok(())
}

/// Suggests the most similar known key for an unknown one.
fn with_suggestion(error: &str) -> String {
    let names: Vec<&str> = error.split('`').skip(1).step_by(2).collect();
    let closest = match names.as_slice() {
        [unknown, known @ ..] if error.starts_with("unknown field") => {
            known.iter().map(|name| (strsim::jaro_winkler(unknown, name), name)).max_by(|a, b| a.0.total_cmp(&b.0))
        }
        _ => None,
    };
    match closest {
        Some((similarity, name)) if similarity > 0.8 => format!("{error}; did you mean `{name}`?"),
        _ => error.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(toml: &str) -> Result<Config, config::ConfigError> {
        config::Config::builder()
            .add_source(config::File::from_str(toml, config::FileFormat::Toml))
            .build()
            .and_then(config::Config::try_deserialize)
    }

    #[test]
    fn empty_file_yields_the_defaults() {
        let config = parse("").unwrap();
        assert_eq!(config.limits.sends_per_second, 5);
        assert_eq!(config.limits.sends_burst, 20);
    }

    #[test]
    fn unknown_key_is_rejected_with_a_suggestion() {
        let error = with_suggestion(&parse("[limits]\nsends_per_secnd = 1").unwrap_err().to_string());
        assert!(error.contains("sends_per_secnd") && error.contains("did you mean `sends_per_second`?"), "{error}");
        assert!(parse("[limts]\n").is_err());
    }
}
