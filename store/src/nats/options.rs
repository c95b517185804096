//! How to reach NATS: servers, credentials and certificates, read and checked before the first
//! connection.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use async_nats::rustls::pki_types::pem::PemObject;
use async_nats::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use async_nats::rustls::{ClientConfig, RootCertStore};
use async_nats::{ConnectOptions, ServerAddr};
use percent_encoding::percent_decode_str;

/// The settings of the section `nats`.
#[derive(Clone, Default)]
pub struct NatsOptions {
    /// One or more servers of one cluster, separated by commas: `nats://user:password@host:port`.
    pub url: String,
    /// A credentials file: JWT and seed of a user.
    pub creds_file: Option<PathBuf>,
    /// A file with the seed of a user's nkey.
    pub nkey_file: Option<PathBuf>,
    /// Certificates of the authorities to trust instead of those of the system.
    pub tls_ca_file: Option<PathBuf>,
    /// The certificate to show to the server, with its chain.
    pub tls_cert_file: Option<PathBuf>,
    pub tls_key_file: Option<PathBuf>,
}

/// Servers, and how to connect to them.
#[derive(Debug)]
pub struct NatsTarget {
    pub(super) servers: Vec<ServerAddr>,
    pub(super) options: ConnectOptions,
}

/// An invalid setting. The text contains no password.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NatsOptionsError(String);

type Checked<T> = Result<T, NatsOptionsError>;

/// The part of a URL before the `@`.
#[derive(Clone, PartialEq, Eq)]
struct UserInfo {
    user: String,
    /// Without a password, the user is a token.
    password: Option<String>,
}

impl fmt::Debug for NatsOptions {
    /// Without the URL, which may contain a password or a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsOptions").field("creds_file", &self.creds_file).finish_non_exhaustive()
    }
}

impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserInfo").finish_non_exhaustive()
    }
}

impl NatsOptions {
    /// Reads the files and checks the settings. Connects to no server.
    pub fn read(&self) -> Checked<NatsTarget> {
        let (servers, user_info) = servers(&self.url)?;
        let options = self.with_user(ConnectOptions::new(), user_info)?;
        Ok(NatsTarget { servers, options: self.with_tls(options)? })
    }

    fn with_user(&self, options: ConnectOptions, user_info: Option<UserInfo>) -> Checked<ConnectOptions> {
        match (user_info, &self.creds_file, &self.nkey_file) {
            (None, None, None) => Ok(options),
            (Some(UserInfo { user, password: Some(password) }), None, None) => {
                Ok(options.user_and_password(user, password))
            }
            (Some(UserInfo { user: token, password: None }), None, None) => Ok(options.token(token)),
            (None, Some(file), None) => {
                // The client requires a newline at the end.
                let credentials = format!("{}\n", text("nats.creds_file", file)?);
                options.credentials(&credentials).map_err(|source| wrong("nats.creds_file", file, source))
            }
            (None, None, Some(file)) => Ok(options.nkey(seed(file)?)),
            _ => Err(NatsOptionsError(
                "NATS has more than one kind of credentials: keep one of a user in nats.url, nats.creds_file and \
                 nats.nkey_file"
                    .to_owned(),
            )),
        }
    }

    /// With a certificate of either side configured, TLS is required.
    fn with_tls(&self, mut options: ConnectOptions) -> Checked<ConnectOptions> {
        if let Some(file) = &self.tls_ca_file {
            certificates("nats.tls_ca_file", file)?;
            options = options.add_root_certificates(file.clone()).require_tls(true);
        }
        match (&self.tls_cert_file, &self.tls_key_file) {
            (None, None) => Ok(options),
            (Some(certificate), Some(key)) => {
                check_pair(certificate, key)?;
                Ok(options.add_client_certificate(certificate.clone(), key.clone()).require_tls(true))
            }
            (Some(_), None) => Err(NatsOptionsError("nats.tls_cert_file needs nats.tls_key_file too".to_owned())),
            (None, Some(_)) => Err(NatsOptionsError("nats.tls_key_file needs nats.tls_cert_file too".to_owned())),
        }
    }
}

/// The servers without user and password, which are the same for all: the client logs addresses.
fn servers(url: &str) -> Checked<(Vec<ServerAddr>, Option<UserInfo>)> {
    let mut servers = Vec::new();
    let mut user_info = None;
    let parts = url.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty());
    for (number, part) in (1..).zip(parts) {
        let invalid = |reason: &str| {
            NatsOptionsError(format!(
                "server {number} of nats.url is not valid: {reason}. It is nats://user:password@host:port or tls://…, with \
                 commas between servers; percent-encode what is special in user and password"
            ))
        };
        // A single word is more likely a mistake than a host.
        if number == 1 && !part.contains("://") {
            return Err(invalid("the scheme is missing"));
        }
        let address: ServerAddr = part.parse().map_err(|source: std::io::Error| invalid(&source.to_string()))?;
        // The client would connect without TLS.
        if address.scheme() == "wss" {
            return Err(invalid("WebSocket is not supported"));
        }
        if address.host().is_empty() {
            return Err(invalid("the host is missing"));
        }
        if let Some(user) = address.username() {
            let not_text = |_| invalid("user or password is not UTF-8");
            let decoded = |text| percent_decode_str(text).decode_utf8().map(Cow::into_owned).map_err(not_text);
            let own = UserInfo { user: decoded(user)?, password: address.password().map(decoded).transpose()? };
            if *user_info.get_or_insert_with(|| own.clone()) != own {
                return Err(invalid("its user differs from that of an earlier server; one connection has one user"));
            }
        }
        let mut plain = address.into_inner();
        if plain.set_username("").is_err() || plain.set_password(None).is_err() {
            return Err(invalid("the host is missing"));
        }
        servers.push(ServerAddr::from_url(plain).map_err(|source| invalid(&source.to_string()))?);
    }
    if servers.is_empty() {
        return Err(NatsOptionsError("nats.url names no server".to_owned()));
    }
    Ok((servers, user_info))
}

fn text(setting: &str, file: &Path) -> Checked<String> {
    fs::read_to_string(file).map_err(|source| wrong(setting, file, source))
}

/// The seed is a line of its own, with or without armour lines.
fn seed(file: &Path) -> Checked<String> {
    const SETTING: &str = "nats.nkey_file";
    let text = text(SETTING, file)?;
    let seed = text.lines().map(str::trim).find(|line| line.starts_with("SU"));
    let seed = seed.ok_or_else(|| wrong(SETTING, file, "no line is the seed of a user: it begins with SU"))?;
    nkeys::KeyPair::from_seed(seed).map_err(|source| wrong(SETTING, file, source))?;
    Ok(seed.to_owned())
}

fn certificates(setting: &str, file: &Path) -> Checked<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.map_err(|source| wrong(setting, file, source))?;
    if found.is_empty() {
        return Err(wrong(setting, file, "it contains no certificate (PEM)"));
    }
    Ok(found)
}

fn check_pair(certificate: &Path, key: &Path) -> Checked<()> {
    let chain = certificates("nats.tls_cert_file", certificate)?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|source| wrong("nats.tls_key_file", key, source))?;
    let config = ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    let pair = config.with_client_auth_cert(chain, private);
    pair.map(drop).map_err(|source| wrong("nats.tls_key_file", key, source))
}

fn wrong(setting: &str, file: &Path, reason: impl fmt::Display) -> NatsOptionsError {
    NatsOptionsError(format!("{setting} {} cannot be used: {reason}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> (Vec<String>, Option<UserInfo>) {
        let (servers, user_info) = servers(url).unwrap();
        (servers.iter().map(|server| server.as_url_str().to_owned()).collect(), user_info)
    }

    fn user(user: &str, password: Option<&str>) -> UserInfo {
        UserInfo { user: user.to_owned(), password: password.map(str::to_owned) }
    }

    #[test]
    fn several_servers_share_the_user_of_any_of_them() {
        let three = "nats://u:p@a:4222, tls://b:4223\nc,";
        assert_eq!(
            read(three),
            (vec!["nats://a:4222".into(), "tls://b:4223".into(), "nats://c".into()], Some(user("u", Some("p"))))
        );
        assert_eq!(read("nats://token@a").1, Some(user("token", None)));
        assert_eq!(read("nats://[::1]:4222").0, ["nats://[::1]:4222"]);
        let differ = servers("nats://u:secret-1@a,nats://u:secret-2@b").unwrap_err().to_string();
        assert!(differ.contains("server 2 of nats.url") && !differ.contains("secret"), "{differ}");
    }

    #[test]
    fn user_and_password_are_percent_decoded() {
        assert_eq!(read("nats://u%40x:p%3A%2F%23%25w@a").1, Some(user("u@x", Some("p:/#%w"))));
        assert_eq!(read("nats://u:p^w|{}@a").1, Some(user("u", Some("p^w|{}"))));
        assert_eq!(read("nats://t%2Ck@a").1, Some(user("t,k", None)));
    }

    #[test]
    fn debug_output_has_no_password_and_no_token() {
        let options = NatsOptions { url: "nats://u:hunter2@a".to_owned(), ..NatsOptions::default() };
        let output = format!(
            "{options:?} {:?} {:?}",
            options.read().unwrap(),
            [user("u", Some("hunter2")), user("hunter2", None)]
        );
        assert!(!output.contains("hunter2"), "{output}");
    }

    #[test]
    fn invalid_server_is_named_by_number_without_password() {
        for (url, reason) in [
            ("", "names no server"),
            (" , ", "names no server"),
            ("nats://a,nats://u:sec/ret@b", "server 2"),
            ("nonsense", "scheme"),
            ("http://a", "scheme"),
            ("wss://a", "WebSocket"),
            ("nats://u:%ff@a", "UTF-8"),
        ] {
            let refused = servers(url).unwrap_err().to_string();
            assert!(refused.contains(reason) && !refused.contains("sec/ret"), "{url}: {refused}");
        }
    }
}
