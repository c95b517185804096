//! Identifiers: site and member ids, chosen by the host, and UUIDs.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::{Uuid, Variant, Version};

/// An identifier that does not match its grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{noun} must match {grammar}")]
pub struct InvalidId {
    /// What the identifier names: `site id`, `member id`.
    pub noun: &'static str,
    /// The regular expression it must match.
    pub grammar: &'static str,
}

macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident, $noun:literal, $grammar:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(extend("pattern" = $grammar))]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) { Ok(Self(text)) } else { Err(InvalidId { noun: $noun, grammar: $grammar }) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

string_id!(
    /// A site: one tenant.
    SiteId, "site id", "^[a-z0-9][a-z0-9-]{0,62}$",
    |text| {
        text.len() <= 63
            && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }
);

string_id!(
    /// A member of a site, by the host's identifier. Unique within its site only.
    MemberId, "member id", "^[A-Za-z0-9._:@|-]{1,64}$",
    |text| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:@|-".contains(&b))
    }
);

/// A member id in a token, a path or a body. It is not `me`, which names the caller in a path, nor
/// `.` or `..`, which clients and proxies resolve. Logs may hold such ids, so [`MemberId`] accepts
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "MemberId")]
pub struct AddressableMemberId(MemberId);

impl AddressableMemberId {
    const UNADDRESSABLE: [&str; 3] = ["me", ".", ".."];

    /// The identifier of the member.
    #[must_use]
    pub fn member(self) -> MemberId {
        self.0
    }
}

impl From<AddressableMemberId> for MemberId {
    fn from(id: AddressableMemberId) -> Self {
        id.0
    }
}

impl FromStr for AddressableMemberId {
    type Err = InvalidMemberId;

    fn from_str(text: &str) -> Result<Self, InvalidMemberId> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for AddressableMemberId {
    type Error = InvalidMemberId;

    fn try_from(text: String) -> Result<Self, InvalidMemberId> {
        if Self::UNADDRESSABLE.contains(&text.as_str()) {
            return Err(InvalidMemberId::Unaddressable);
        }
        Ok(Self(text.try_into()?))
    }
}

impl JsonSchema for AddressableMemberId {
    fn schema_name() -> Cow<'static, str> {
        "AddressableMemberId".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = MemberId::json_schema(generator);
        schema.insert("not".to_owned(), json!({ "enum": Self::UNADDRESSABLE }));
        schema
    }
}

/// A member id that requests cannot use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMemberId {
    /// It does not match the grammar.
    #[error(transparent)]
    Grammar(#[from] InvalidId),
    /// A path cannot name it.
    #[error("`me`, `.` and `..` are not member ids")]
    Unaddressable,
}

string_id!(
    /// The name of a role or of a badge.
    Label, "name of a role or badge", "^[a-z0-9][a-z0-9_-]{0,31}$",
    |text| {
        text.len() <= 32
            && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    }
);

string_id!(
    /// A colour, as the colour field of a browser gives it.
    Color, "colour", "^#[0-9a-f]{6}$",
    |text| {
        text.len() == 7
            && text.strip_prefix('#').is_some_and(|hex| hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
    }
);

impl SiteId {
    /// A site id that the service reserves for itself.
    pub(crate) fn reserved(id: &'static str) -> Self {
        Self(id.to_owned())
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The identifier as a UUID.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::from_str(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id!(
    /// A conversation. The client generates the id of a group; the service derives the ids of
    /// direct and business conversations from their members with a secret key.
    ConversationId
);
uuid_id!(
    /// A message: a UUID generated by the client, so that a repeated send is recognised. Version 7
    /// is recommended because it sorts by time.
    MessageId
);
uuid_id!(
    /// An event of the log.
    EventId
);
uuid_id!(
    /// A stored image. Each upload gets a new id, so the bytes stored under an id never change.
    ImageId
);

/// The namespace of unkeyed conversation ids. It must never change because logs hold these ids.
const CONVERSATION_NAMESPACE: Uuid = Uuid::from_u128(0x52d9_83a5_9b58_5bd2_9f43_5a5b_1a5f_7c1e);

impl ConversationId {
    /// The id of the direct conversation of two members before these ids were keyed.
    #[must_use]
    pub fn unkeyed_direct(site: &SiteId, one: &MemberId, other: &MemberId) -> Self {
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        Self::unkeyed(&format!("direct/{site}/{first}/{second}"))
    }

    /// The id of a member's conversation with the business before these ids were keyed.
    #[must_use]
    pub fn unkeyed_business(site: &SiteId, member: &MemberId) -> Self {
        Self::unkeyed(&format!("business/{site}/{member}"))
    }

    // Ids contain no slash, so different conversations have different names.
    fn unkeyed(name: &str) -> Self {
        Self(Uuid::new_v5(&CONVERSATION_NAMESPACE, name.as_bytes()))
    }
}

/// The id of a group to be created: a UUID of version 7 or 4 generated by the client. Other
/// versions are rejected, so that a client cannot occupy an id that the service derives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Uuid")]
pub struct NewGroupId(ConversationId);

impl NewGroupId {
    /// The regular expression that it matches in lower case.
    pub const GRAMMAR: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";

    /// The identifier of the conversation.
    #[must_use]
    pub const fn conversation(self) -> ConversationId {
        self.0
    }
}

impl TryFrom<Uuid> for NewGroupId {
    type Error = InvalidId;

    fn try_from(id: Uuid) -> Result<Self, InvalidId> {
        match (id.get_variant(), id.get_version()) {
            (Variant::RFC4122, Some(Version::Random | Version::SortRand)) => Ok(Self(id.into())),
            _ => Err(InvalidId { noun: "id of a new group", grammar: Self::GRAMMAR }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_id_has_at_most_63_characters() {
        assert!("a".repeat(63).parse::<SiteId>().is_ok());
        assert!("a".repeat(64).parse::<SiteId>().is_err());
        for bad in ["", "-a", "Acme", "a_b", "a.b", "a/b", "é"] {
            assert!(bad.parse::<SiteId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn member_id_has_at_most_64_characters_of_its_alphabet() {
        assert!("auth0|abc.DEF:1@x-y_z".parse::<MemberId>().is_ok());
        assert!("a".repeat(64).parse::<MemberId>().is_ok());
        assert!("a".repeat(65).parse::<MemberId>().is_err());
        for bad in ["", "a b", "a/b", "a\n", "é"] {
            assert!(bad.parse::<MemberId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn unaddressable_member_id_is_rejected_but_decodes_from_log() {
        for id in ["me", ".", ".."] {
            assert_eq!(id.parse::<AddressableMemberId>(), Err(InvalidMemberId::Unaddressable), "{id}");
            assert!(serde_json::from_value::<AddressableMemberId>(json!(id)).is_err(), "{id}");
            assert_eq!(serde_json::from_value::<MemberId>(json!(id)).unwrap().as_str(), id);
        }
        for plain in ["ada", "Me", "ME", "...", "me.", "a.b", ".a"] {
            assert_eq!(plain.parse::<AddressableMemberId>().unwrap().member().as_str(), plain);
        }
        assert!(matches!("a b".parse::<AddressableMemberId>(), Err(InvalidMemberId::Grammar(_))));
    }

    #[test]
    fn unkeyed_ids_never_change() {
        let (acme, ada, bo) = ("acme".parse().unwrap(), "ada".parse().unwrap(), "bo".parse().unwrap());
        let direct = "15d38569-3be6-5845-a0b5-2977bc624fd8";
        assert_eq!(ConversationId::unkeyed_direct(&acme, &ada, &bo).to_string(), direct);
        assert_eq!(ConversationId::unkeyed_direct(&acme, &bo, &ada).to_string(), direct);
        assert_eq!(ConversationId::unkeyed_business(&acme, &ada).to_string(), "063330b2-4ec7-5f79-b714-955f47c18474");
    }

    #[test]
    fn new_group_id_is_a_uuid_of_version_4_or_7() {
        assert!(NewGroupId::try_from(Uuid::now_v7()).is_ok());
        assert!(NewGroupId::try_from(Uuid::new_v4()).is_ok());
        let version_8 = uuid::Builder::from_custom_bytes([7; 16]).into_uuid();
        let version_5 = Uuid::new_v5(&CONVERSATION_NAMESPACE, b"direct/acme/ada/bo");
        let others: Vec<Uuid> = [1_u8, 2, 3, 6, 9, 15]
            .map(|version| {
                let mut bytes = [7; 16];
                (bytes[6], bytes[8]) = (version << 4, 0x80);
                Uuid::from_bytes(bytes)
            })
            .to_vec();
        for id in [vec![Uuid::nil(), Uuid::max(), version_5, version_8], others].concat() {
            assert!(NewGroupId::try_from(id).is_err(), "{id}");
        }
        // Version 4 and 7, of variants that are not of RFC 4122.
        for variant in [0x00, 0xc0, 0xe0] {
            for version in [0x40, 0x70] {
                let mut bytes = [7; 16];
                (bytes[6], bytes[8]) = (version, variant);
                assert!(NewGroupId::try_from(Uuid::from_bytes(bytes)).is_err());
            }
        }
    }

    #[test]
    fn a_label_holds_32_characters_of_its_alphabet() {
        assert!("a".repeat(32).parse::<Label>().is_ok());
        for bad in ["", "-a", "VIP", "a b", "é", &"a".repeat(33)] {
            assert!(bad.parse::<Label>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_bad_id_does_not_deserialize() {
        assert!(serde_json::from_str::<SiteId>("\"A\"").is_err());
        assert!(serde_json::from_str::<MemberId>("\"a b\"").is_err());
    }
}
