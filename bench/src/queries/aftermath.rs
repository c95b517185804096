//! What became of it all: messages deleted, reactions, read markers, conversations archived, members who block each other
//! or are barred.

use causerie_api::commands::{BlockContact, ChangePreferences, DeleteMessage, MarkRead, Moderate, React};
use causerie_domain::member::Moderation;
use causerie_events::{ConversationId, Emoji, MessageId};

use super::settle::BUSY;
use super::town::{Part, Town, message_id};
use crate::message;
use crate::office::{Office, member, owner};

/// In the large group and the long one, each so many-th message is deleted, and another has reactions.
const CHANGED: usize = 100;
/// Those who react.
const REACTING: [usize; 2] = [1, 2];
/// The busy member has archived each so many-th of their small groups and direct conversations …
const ARCHIVED: usize = 20;
/// … has read half of what was said in each so many-th …
const READ: usize = 2;
/// … and has blocked these.
const BLOCKED: std::ops::Range<usize> = 20..40;
/// Each so many-th of the members who are not in the large group is barred.
const BARRED: usize = 50;

pub(super) async fn follow(office: &Office, town: &Town) -> anyhow::Result<()> {
    for part in [&town.crowd, &town.long] {
        changes(office, town, part).await?;
    }
    busy(office, town).await?;
    let bar = (town.shape.crowd..town.shape.members).step_by(BARRED).map(|number| {
        let (site, act) = (town.site.clone(), Moderation::Block);
        Ok((owner()?, Moderate { site, member: message::member(number)?, act, token_role: None }))
    });
    office.give("members barred", bar).await
}

/// Of the one conversation of a part.
async fn changes(office: &Office, town: &Town, part: &Part) -> anyhow::Result<()> {
    let site = &town.site;
    let conversation = ConversationId::from(part.conversation());
    let numbers = |first| (first..part.held(town.shape.messages)).step_by(CHANGED).map(|before| part.number(0, before));
    let delete = numbers(CHANGED as u64 / 2).map(|number| {
        let message = MessageId::from(message_id(number));
        Ok((member(town.message(number)?.author)?, DeleteMessage { site: site.clone(), conversation, message }))
    });
    office.give("deletions", delete).await?;
    let emoji = Emoji::parse("👍")?;
    let react = numbers(0).flat_map(|number| REACTING.map(|reacting| (number, reacting))).map(|(number, reacting)| {
        let (site, message) = (site.clone(), MessageId::from(message_id(number)));
        Ok((member(reacting)?, React { site, conversation, message, emoji: emoji.clone(), on: true }))
    });
    office.give("reactions", react).await
}

/// What the busy member keeps.
async fn busy(office: &Office, town: &Town) -> anyhow::Result<()> {
    let site = &town.site;
    let own = || town.rest.talks.iter().take(town.shape.small_groups() + town.shape.directs()).enumerate();
    let half = town.rest.held(town.shape.messages) / 2;
    let read = own().step_by(READ).map(|(index, talk)| {
        let message = MessageId::from(message_id(town.rest.number(index, half)));
        Ok((member(BUSY)?, MarkRead { site: site.clone(), conversation: talk.conversation.into(), message }))
    });
    office.give("read markers", read).await?;
    let archive = own().step_by(ARCHIVED).map(|(_, talk)| {
        let (site, conversation) = (site.clone(), talk.conversation.into());
        Ok((member(BUSY)?, ChangePreferences { site, conversation, muted: None, archived: Some(true), pinned: None }))
    });
    office.give("conversations archived", archive).await?;
    let block = BLOCKED.map(|number| {
        let block = BlockContact { site: site.clone(), other: message::member(number)?, blocked: true };
        Ok((member(BUSY)?, block))
    });
    office.give("blocks", block).await
}
