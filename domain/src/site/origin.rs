//! Web origins, as browsers send them in the header `Origin`.

use causerie_events::InvalidText;
use url::{ParseError, Url};

/// In bytes, including the port.
pub const MAX_ORIGIN_HOST: usize = 255;

/// In bytes (RFC 1035, 2.3.4).
const MAX_HOST_LABEL: usize = 63;

/// An origin in the form browsers send: lower case, IDNA host, no default port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The code of every error of [`Self::parse`].
    pub const INVALID_CODE: &'static str = "site.origin_invalid";

    /// Accepts any spelling of an origin and normalizes it.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let host = host_of(text)?;
        let url = Url::parse(text).map_err(|error| invalid(explain(error)))?;
        if host.len() > MAX_ORIGIN_HOST {
            return Err(invalid("the host of an origin has at most 255 bytes"));
        }
        if url.port() == Some(0) {
            return Err(invalid("the port of the origin is 0, which no server has"));
        }
        let domain = url.domain().map(|domain| domain.strip_suffix('.').unwrap_or(domain));
        let is_label = |label: &str| (1..=MAX_HOST_LABEL).contains(&label.len());
        if domain.is_some_and(|domain| !domain.split('.').all(is_label)) {
            return Err(invalid("each part of a host name has 1 to 63 characters; subdomains are named one by one"));
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Normalizes and deduplicates origins. An invalid origin, which an older version accepted, remains unchanged.
    pub(super) fn normalize(origins: Vec<String>) -> Vec<String> {
        distinct(origins.into_iter().map(|origin| Self::parse(&origin).map_or(origin, |Self(origin)| origin)))
    }

    /// The distinct origins, as events hold them.
    pub(super) fn list(origins: &[Self]) -> Vec<String> {
        distinct(origins.iter().map(|Self(origin)| origin.clone()))
    }
}

fn distinct(origins: impl Iterator<Item = String>) -> Vec<String> {
    origins.fold(Vec::new(), |mut list, origin| {
        if !list.contains(&origin) {
            list.push(origin);
        }
        list
    })
}

/// The part after the scheme. Checked before parsing, because the parser is lenient: it drops line ends and
/// reads `\` as `/`.
fn host_of(text: &str) -> Result<&str, InvalidText> {
    if text == "null" {
        return Err(invalid("`null` is sent by pages without an origin, such as files: it cannot be allowed"));
    }
    if text.contains('*') {
        return Err(invalid("an origin names one host; wildcards are not supported"));
    }
    let Some((scheme, host)) = text.split_once("://") else {
        return Err(invalid("an origin begins with https:// or http://"));
    };
    if !["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(invalid("an origin begins with https:// or http://"));
    }
    match host.find(|c: char| "/?#@\\".contains(c) || c.is_whitespace() || c.is_control()).map(|at| &host[at..]) {
        None => Ok(host),
        Some("/") => Err(invalid("an origin has no path: leave out the slash at the end")),
        Some(rest) if rest.starts_with(['/', '?', '#']) => {
            Err(invalid("an origin has no path and no query: only a scheme, a host and perhaps a port"))
        }
        Some(rest) if rest.starts_with('@') => Err(invalid("an origin has no user and no password")),
        Some(_) => Err(invalid("an origin contains no spaces, control characters or backslashes")),
    }
}

const fn explain(error: ParseError) -> &'static str {
    match error {
        ParseError::EmptyHost => "the origin has no host",
        ParseError::InvalidPort => "the port of the origin is not a number from 0 to 65,535",
        ParseError::IdnaError => "the host of the origin is not a valid internationalized domain name",
        ParseError::InvalidIpv4Address => "the host of the origin ends in a number and is not a valid IPv4 address",
        ParseError::InvalidIpv6Address => "the host of the origin is not a valid IPv6 address",
        _ => "the host of the origin is not valid",
    }
}

const fn invalid(detail: &'static str) -> InvalidText {
    InvalidText { code: Origin::INVALID_CODE, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_is_normalized_to_the_form_of_browsers() {
        for (given, sent) in [
            ("https://acme.example", "https://acme.example"),
            ("https://www.example.com:443", "https://www.example.com"),
            ("http://shop.example:80", "http://shop.example"),
            ("https://shop.example:0443", "https://shop.example"),
            ("https://shop.example:", "https://shop.example"),
            ("https://shop.example:8443", "https://shop.example:8443"),
            ("http://shop.example:443", "http://shop.example:443"),
            ("HTTPS://WWW.Example.COM", "https://www.example.com"),
            ("https://müller.example", "https://xn--mller-kva.example"),
            ("https://MÜLLER.example", "https://xn--mller-kva.example"),
            ("https://xn--mller-kva.example", "https://xn--mller-kva.example"),
            ("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://127.1", "http://127.0.0.1"),
            ("http://0x7f.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("https://例え。テスト", "https://xn--r8jz45g.xn--zckzah"),
        ] {
            assert_eq!(Origin::parse(given).map(|origin| origin.0).as_deref(), Ok(sent), "{given}");
        }
    }

    #[test]
    fn invalid_origin_is_rejected_with_its_reason() {
        for (given, said) in [
            ("", "begins with"),
            ("*", "wildcards"),
            ("https://*.example.com", "wildcards"),
            ("null", "`null`"),
            ("acme.example", "begins with"),
            ("//acme.example", "begins with"),
            ("ftp://a.example", "begins with"),
            ("https:a.example", "begins with"),
            ("https://", "no host"),
            ("https://:443", "no host"),
            ("https://a.example/", "slash at the end"),
            ("https://a.example/path", "no path"),
            ("https://a.example?q", "no path"),
            ("https://a.example#f", "no path"),
            ("https://a@b.example", "no user"),
            ("https://a.exa\nmple", "control"),
            ("https://a example", "spaces"),
            ("https:\\\\a.example", "begins with"),
            ("https://a.example\\b", "backslashes"),
            ("https://a.example:x", "port"),
            ("https://a.example:99999", "port"),
            ("http://1.2.3.999", "IPv4"),
            ("http://[::1", "IPv6"),
            ("https://xn--a", "internationalized"),
            ("https://a<b", "valid"),
            ("https://a.example:0", "port"),
            ("https://.example", "part of a host"),
            ("https://a..example", "part of a host"),
        ] {
            let refused = Origin::parse(given).expect_err(given);
            assert_eq!(refused.code, "site.origin_invalid");
            assert!(refused.detail.contains(said), "{given}: {}", refused.detail);
        }
    }

    #[test]
    fn origins_of_old_logs_are_normalized() {
        let old = ["https://a.example:443", "https://a.example", "https://b.example", "https://:::"];
        let read = Origin::normalize(old.map(str::to_owned).to_vec());
        assert_eq!(read, ["https://a.example", "https://b.example", "https://:::"]);
    }
}
