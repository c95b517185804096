//! The ids of direct and business conversations: derived from the members with the key of this installation, so that both
//! members of a pair start the same conversation and no member can compute the ids of others (docs/adr/0024).

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hmac;
use causerie_domain::Conversation;
use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::{ConversationKey, StoreError};
use uuid::Builder;

use super::Commands;

#[derive(Clone)]
pub(super) struct ConversationIds {
    // Shared: the state of a key is large, and each command has a clone.
    key: Arc<hmac::Key>,
}

impl ConversationIds {
    pub(super) fn new(key: &ConversationKey) -> Self {
        Self::of(key.expose())
    }

    fn of(key: &[u8]) -> Self {
        Self { key: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key)) }
    }

    fn direct(&self, site: &SiteId, one: &MemberId, other: &MemberId) -> ConversationId {
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        self.keyed(&format!("direct/{site}/{first}/{second}"))
    }

    fn business(&self, site: &SiteId, member: &MemberId) -> ConversationId {
        self.keyed(&format!("business/{site}/{member}"))
    }

    /// A UUIDv8 of the first 16 bytes. No id contains a slash, so different members have different names.
    fn keyed(&self, name: &str) -> ConversationId {
        let tag = hmac::sign(&self.key, name.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&tag.as_ref()[..16]);
        Builder::from_custom_bytes(bytes).into_uuid().into()
    }
}

impl fmt::Debug for ConversationIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConversationIds")
    }
}

impl Commands {
    /// The id of the direct conversation of two members, started or not.
    pub async fn direct_conversation(
        &self,
        site: &SiteId,
        one: &MemberId,
        other: &MemberId,
    ) -> Result<ConversationId, StoreError> {
        let of_both = |found: &Conversation| matches!(found, Conversation::Direct(direct) if direct.has(one) && direct.has(other));
        let unkeyed = ConversationId::unkeyed_direct(site, one, other);
        self.keyed_or_unkeyed(site, self.ids.direct(site, one, other), unkeyed, of_both).await
    }

    /// The id of a member's conversation with the business, started or not.
    pub async fn business_conversation(&self, site: &SiteId, member: &MemberId) -> Result<ConversationId, StoreError> {
        let of_member =
            |found: &Conversation| matches!(found, Conversation::Business(business) if business.member == *member);
        let unkeyed = ConversationId::unkeyed_business(site, member);
        self.keyed_or_unkeyed(site, self.ids.business(site, member), unkeyed, of_member).await
    }

    /// In a log from before the key, conversations have unkeyed ids and keep them. Another conversation under such an id, which a
    /// member may have created there, does not count.
    async fn keyed_or_unkeyed(
        &self,
        site: &SiteId,
        keyed: ConversationId,
        unkeyed: ConversationId,
        is_this_one: impl Fn(&Conversation) -> bool,
    ) -> Result<ConversationId, StoreError> {
        if self.conversation(site, keyed).await?.version > 0 {
            return Ok(keyed);
        }
        let before = self.conversation(site, unkeyed).await?;
        Ok(if is_this_one(&before.aggregate) { unkeyed } else { keyed })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Version;

    use super::*;

    fn ids(key: u8) -> ConversationIds {
        ConversationIds::of(&[key; 32])
    }

    #[test]
    fn direct_id_is_the_same_from_both_sides() {
        let (ada, bo): (MemberId, MemberId) = ("ada".parse().unwrap(), "bo".parse().unwrap());
        let (acme, other): (SiteId, SiteId) = ("acme".parse().unwrap(), "other".parse().unwrap());
        let ids = ids(1);
        assert_eq!(ids.direct(&acme, &ada, &bo), ids.direct(&acme, &bo, &ada));
        assert_ne!(ids.direct(&acme, &ada, &bo), ids.direct(&other, &ada, &bo));
        assert_ne!(ids.business(&acme, &ada), ids.business(&acme, &bo));
        assert_eq!(ids.direct(&acme, &ada, &bo).as_uuid().get_version(), Some(Version::Custom));
    }

    #[test]
    fn derived_ids_under_one_key_never_change() {
        let (acme, ada, bo) = ("acme".parse().unwrap(), "ada".parse().unwrap(), "bo".parse().unwrap());
        assert_eq!(ids(1).direct(&acme, &ada, &bo).to_string(), "cdde3daf-97fb-8551-9bdf-6dbc1f4ada00");
        assert_eq!(ids(1).business(&acme, &ada).to_string(), "c9b61722-e929-8aa7-a530-aaddfe01b962");
    }

    #[test]
    fn derived_ids_under_another_key_are_others() {
        let (acme, ada, bo) = ("acme".parse().unwrap(), "ada".parse().unwrap(), "bo".parse().unwrap());
        assert_ne!(ids(1).direct(&acme, &ada, &bo), ids(2).direct(&acme, &ada, &bo));
    }

    #[test]
    fn debug_output_does_not_show_the_key() {
        assert_eq!(format!("{:?}", ids(1)), "ConversationIds");
    }
}
