//! The events of Causerie: every event type with its value types, the stream names, the log
//! position and the NATS subject grammar.
//!
//! Consumers of the log depend on this crate, so it must not depend on Postgres, NATS clients or
//! HTTP. Start at [`Event`], the union of all events; the events of each aggregate are in the
//! module of its name.
#![warn(missing_docs)]

pub mod aggregate;
pub mod conversation;
mod domain_event;
pub mod event;
pub mod id;
pub mod member;
pub mod message;
pub mod metadata;
pub mod participation;
pub mod position;
pub mod record;
pub mod schema;
pub mod site;
pub mod stream;
pub mod subject;
pub mod system;
pub mod text;

pub use aggregate::Aggregate;
pub use conversation::ConversationEvent;
pub use domain_event::DomainEvent;
pub use event::{DecodeError, Event};
pub use id::{
    AddressableMemberId, Color, ConversationId, EventId, ImageId, InvalidId, InvalidMemberId, Label, MemberId,
    MessageId, NewGroupId, SiteId,
};
pub use member::MemberEvent;
pub use message::MessageEvent;
pub use metadata::Metadata;
pub use participation::ParticipationEvent;
pub use position::Position;
pub use record::{LogEvent, RecordedEvent};
pub use site::SiteEvent;
pub use stream::{AggregateType, StreamId};
pub use system::SystemEvent;
pub use text::{BadgeLabel, DisplayName, Emoji, GroupName, InvalidText, MessageText, SiteName, WelcomeText};
