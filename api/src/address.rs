//! The address of a client: that of its connection, or the one that a trusted proxy reports.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::{IpNet, Ipv6Net};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The bits of an IPv6 address that identify one customer of a network.
const CUSTOMER_PREFIX: u8 = 64;

/// Networks whose `X-Forwarded-For` and `Forwarded` are trusted. A list, or separated by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl Default for TrustedProxies {
    /// The loopback addresses.
    fn default() -> Self {
        Self(["127.0.0.0/8", "::1/128"].iter().filter_map(|network| network.parse().ok()).collect())
    }
}

impl TrustedProxies {
    /// The address of the client of a request on a connection from `peer`: the last one of the
    /// chain that is not a trusted proxy. If the two headers contradict each other, it is `peer`,
    /// because the client may have sent the header that the proxy does not set.
    #[must_use]
    pub fn client_of(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return peer;
        }
        let by_list = headers.contains_key(X_FORWARDED_FOR).then(|| self.last_untrusted(peer, forwarded_for(headers)));
        let by_elements =
            headers.contains_key(header::FORWARDED).then(|| self.last_untrusted(peer, forwarded(headers)));
        match (by_list, by_elements) {
            (Some(list), Some(elements)) if list != elements => peer,
            (Some(client), _) | (None, Some(client)) => client,
            (None, None) => peer,
        }
    }

    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Reads the chain from its end, which the proxies wrote, up to the first untrusted address.
    fn last_untrusted<'a>(&self, peer: IpAddr, chain: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer;
        for entry in chain.rev() {
            let Some(address) = parse(entry) else { break };
            client = address;
            if !self.contains(address) {
                break;
            }
        }
        client
    }
}

/// The unit that counts as one client: an IPv4 address, or an IPv6 network of 64 bits.
#[must_use]
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Net::new(address, CUSTOMER_PREFIX).map_or(address, |network| network.network()))
        }
        address @ IpAddr::V4(_) => address,
    }
}

fn values(headers: &HeaderMap, name: HeaderName) -> impl DoubleEndedIterator<Item = &str> {
    let values: Vec<&str> = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default()).collect();
    values.into_iter()
}

fn forwarded_for(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = &str> {
    values(headers, X_FORWARDED_FOR).flat_map(|value| value.split(','))
}

/// The `for` of each element. An element without one ends the chain.
fn forwarded(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = &str> {
    values(headers, header::FORWARDED).flat_map(|value| value.split(',')).map(|element| {
        let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
        let mut nodes = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
        nodes.next().map_or("", |(_, node)| node)
    })
}

/// An address with or without a port: `192.0.2.1:80`, `"[2001:db8::1]:80"`, `2001:db8::1`.
fn parse(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim().trim_matches('"');
    let address = match entry.strip_prefix('[') {
        Some(bracketed) => Ipv6Addr::from_str(bracketed.split_once(']')?.0).ok()?.into(),
        None => match entry.parse() {
            Ok(address) => address,
            Err(_) => Ipv4Addr::from_str(entry.split_once(':')?.0).ok()?.into(),
        },
    };
    Some(IpAddr::to_canonical(&address))
}

impl Serialize for TrustedProxies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(IpNet::to_string))
    }
}

impl<'de> Deserialize<'de> for TrustedProxies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Networks;
        impl<'de> serde::de::Visitor<'de> for Networks {
            type Value = TrustedProxies;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("networks such as 10.0.0.0/8")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<TrustedProxies, E> {
                let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                names.map(network).collect::<Result<_, _>>().map(TrustedProxies)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<TrustedProxies, A::Error> {
                let mut networks = Vec::new();
                while let Some(name) = list.next_element::<String>()? {
                    networks.push(network(&name)?);
                }
                Ok(TrustedProxies(networks))
            }
        }
        deserializer.deserialize_any(Networks)
    }
}

/// A network, or a single address.
fn network<E: serde::de::Error>(text: &str) -> Result<IpNet, E> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| E::custom(format!("{text:?} is not a network such as 10.0.0.0/8")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(peer: &str, sent: &[(&'static str, &'static str)]) -> IpAddr {
        let proxies: TrustedProxies = serde_json::from_value(serde_json::json!("10.0.0.0/8, 2001:db8:1::/48")).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        proxies.client_of(address(peer), &headers)
    }

    #[test]
    fn forwarded_addresses_are_read_from_trusted_proxies_only() {
        let list = "x-forwarded-for";
        for (peer, sent, expected) in [
            ("192.0.2.9", vec![(list, "198.51.100.1")], "192.0.2.9"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec![(list, "198.51.100.1")], "198.51.100.1"),
            ("::ffff:10.0.0.1", vec![(list, "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", vec![(list, "203.0.113.7, 198.51.100.1, 10.0.0.2")], "198.51.100.1"),
            ("10.0.0.1", vec![(list, "203.0.113.7"), (list, "198.51.100.1:4711")], "198.51.100.1"),
            ("10.0.0.1", vec![(list, "198.51.100.1, unknown")], "10.0.0.1"),
            ("10.0.0.1", vec![(list, "unknown, 10.0.0.2")], "10.0.0.2"),
            ("10.0.0.1", vec![(list, "2001:db8:2::1")], "2001:db8:2::1"),
            ("2001:db8:1::9", vec![("forwarded", "for=\"[2001:db8:2::1]:80\";proto=https")], "2001:db8:2::1"),
            ("10.0.0.1", vec![("forwarded", "for=203.0.113.7, proto=https;For=198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", vec![("forwarded", "for=_hidden")], "10.0.0.1"),
            ("10.0.0.1", vec![("forwarded", "for=198.51.100.1"), (list, "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", vec![("forwarded", "for=203.0.113.7"), (list, "198.51.100.1")], "10.0.0.1"),
        ] {
            assert_eq!(client(peer, &sent), address(expected), "{peer} {sent:?}");
        }
    }

    #[test]
    fn ipv6_clients_count_by_64_bits() {
        assert_eq!(network_of(address("2001:db8::1:2:3:4")), address("2001:db8::"));
        assert_eq!(network_of(address("::ffff:192.0.2.1")), address("192.0.2.1"));
        assert_eq!(network_of(address("192.0.2.1")), address("192.0.2.1"));
    }

    #[test]
    fn proxies_are_networks_in_a_list_or_a_string() {
        let listed: TrustedProxies = serde_json::from_str(r#"["10.0.0.0/8", "192.0.2.1"]"#).unwrap();
        let written: TrustedProxies = serde_json::from_str(r#""10.0.0.0/8,192.0.2.1""#).unwrap();
        assert_eq!(listed, written);
        assert_eq!(serde_json::to_string(&listed).unwrap(), r#"["10.0.0.0/8","192.0.2.1/32"]"#);
        assert!(serde_json::from_str::<TrustedProxies>(r#""10.0.0.0/40""#).is_err());
        assert_eq!(serde_json::from_str::<TrustedProxies>(r#""""#).unwrap(), TrustedProxies(vec![]));
    }
}
