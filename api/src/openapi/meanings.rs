//! What each code of a problem means, and what to do about it: for `/problems/<code>` and the page to read.

/// By code, in alphabetical order. A test holds it against the table of codes.
pub(super) const MEANINGS: &[(&str, &str)] = &[
    (
        "body.incomplete",
        "The connection ended before the whole body had arrived. Nothing was done. Send the request again.",
    ),
    (
        "body.invalid",
        "The body is JSON, but a field is missing, unknown or of the wrong type. `errors[].pointer` names the field, as far \
         as it is known.",
    ),
    ("body.malformed", "The body is not valid JSON."),
    ("body.not_json", "The body was not sent as `Content-Type: application/json`."),
    ("body.too_large", "The body is larger than this operation accepts: 64 KiB, or 5 MiB for an image."),
    ("contact.too_many_blocked", "A member can block at most 1,000 other members. Unblock some of them first."),
    ("conversation.closed", "The group was deleted, or its last participant has left. It can be read, not changed."),
    ("conversation.id_taken", "This id already names another conversation. Create the group under a new UUID."),
    ("conversation.not_a_group", "The operation applies to groups; this is a direct or a business conversation."),
    (
        "conversation.not_found",
        "There is no such conversation, or the caller does not take part in it. The response is the same in both cases.",
    ),
    (
        "conversation.out_of_reach",
        "The other member of this direct conversation cannot be written to: they have left the community, or one of the two \
         has blocked the other. The response does not tell which.",
    ),
    (
        "cursor.invalid",
        "The cursor was not returned by this list. Pass `next` or `previous` of a page unchanged, or begin without a cursor.",
    ),
    ("direct.with_oneself", "A direct conversation needs another member than the caller."),
    ("group.admin_only", "Only an admin of the group or the owner of the site can do this."),
    ("group.creation_staff_only", "On this site only staff can create groups (the setting `group_creation`)."),
    (
        "group.image_not_found",
        "The group does not show an image under this id. Read `image_url` of the conversation again.",
    ),
    ("group.image_too_large", "The image has too many pixels: at most 8,192 on a side and 16 million in all."),
    ("group.image_unreadable", "The upload looks like an image, but cannot be decoded. It may be cut short."),
    ("group.image_unsupported", "The upload is not a PNG, JPEG or WebP image."),
    ("group.last_admin", "A group needs an admin. Make another participant an admin first."),
    ("group.name_empty", "The name of a group must have at least one visible character."),
    ("group.name_invalid", "The name of the group contains a character that is not allowed."),
    ("group.name_too_long", "The name of a group has at most 100 characters."),
    ("group.not_a_participant", "This member is not a participant of the group."),
    (
        "group.participant_not_in_roster",
        "A participant is not an active member of the site's community, or is out of the caller's reach. `errors[].pointer` \
         names the first such element of `participants`.",
    ),
    (
        "group.too_many_participants",
        "The group would have more participants than the setting `max_participants` allows.",
    ),
    (
        "id.invalid",
        "An id in the path does not have the required form. The parameters of the operation show each form.",
    ),
    ("if_match.invalid", "`If-Match` must be one ETag as the service returned it, or `*`."),
    (
        "if_match.moved",
        "The resource is no longer at the version that `If-Match` names. Nothing was done. Read it again and decide again.",
    ),
    (
        "internal",
        "The service failed. Send the request again: commands are idempotent. The operator finds the cause in the log by \
         `trace_id`.",
    ),
    (
        "member.avatar_url_invalid",
        "The picture must be an absolute `http` or `https` address of at most 2,048 characters.",
    ),
    ("member.blocked", "The caller is blocked on this site. Only staff or the owner can unblock them."),
    ("member.display_name_empty", "The name of a member must have at least one visible character."),
    ("member.display_name_invalid", "The name of the member contains a character that is not allowed."),
    ("member.display_name_too_long", "The name of a member has at most 100 characters."),
    (
        "member.is_owner",
        "Staff do not block, mute or remove the owner of the site, nor a member whose latest token says so.",
    ),
    ("member.is_staff", "Staff cannot be blocked or removed. Take the role `staff` away first."),
    ("member.muted", "The caller is muted: they can read everything, and write to the business only."),
    (
        "member.not_found",
        "There is no such member, or the caller cannot see them. The response is the same in both cases.",
    ),
    ("member.not_in_community", "The caller has not joined the site's community, and can write to the business only."),
    (
        "member.not_registered",
        "The caller is not registered with this site. A token with the claim `name` registers them at the first visit; \
         RegisterMember does so too.",
    ),
    ("member.oneself", "A member cannot do this to themselves."),
    ("member.oneself_only", "Only the member themselves can do this."),
    ("member.operator_or_owner_only", "Only the operator or the owner of the site can register members."),
    ("member.pending", "The caller waits for the approval of staff or the owner."),
    ("member.removed", "The caller was removed from this site."),
    ("member.staff_only", "Only staff and the owner can do this."),
    ("member.too_many_labels", "A member has at most 20 roles and 20 badges. Take one away first."),
    ("member.was_removed", "The member was removed. Only the owner can register them again."),
    ("member_chat.disabled", "Member chat is switched off on this site. Conversations with the business go on."),
    ("message.author_only", "Only its author can edit a message."),
    ("message.deleted", "The message was deleted, and can no longer be changed."),
    ("message.id_taken", "This id already names another message, or one with another content. Send under a new UUID."),
    ("message.not_found", "There is no such message in this conversation, or the caller cannot read it."),
    ("message.reply_to_unknown", "`reply_to` does not name a message of this conversation that the caller can read."),
    ("message.text_empty", "The text of a message must have at least one visible character."),
    ("message.text_invalid", "The text of the message contains a character that is not allowed."),
    ("message.text_too_long", "The text of a message has at most 4,000 characters."),
    ("metrics.none", "This process keeps no metrics."),
    ("position.invalid", "The value is not a position token. Pass one unchanged as the service returned it."),
    (
        "position.lost",
        "The log does not contain this position: the database was restored or has failed over since. Fetch everything again, \
         without a position.",
    ),
    (
        "query.invalid",
        "A parameter of the query is unknown, repeated, or has an invalid value. `errors[].pointer` is `/` and its name.",
    ),
    ("rate.exceeded", "The caller sends too many requests. `Retry-After` says when to send the next one."),
    ("reaction.emoji_empty", "A reaction needs an emoji."),
    ("reaction.emoji_invalid", "The reaction contains a character that is not allowed."),
    ("reaction.emoji_too_long", "The reaction is longer than an emoji can be."),
    ("reaction.not_an_emoji", "A reaction is exactly one emoji."),
    ("reaction.too_many_emoji", "A message has at most 20 different emoji. Use one that is there already."),
    (
        "read_model.behind",
        "The read model has not reached the requested position within a second. Send the request again after `Retry-After`.",
    ),
    ("request.contended", "Too many changes met at the same place. Nothing was done. Send the request again."),
    ("request.invalid", "The request is not valid HTTP for this address."),
    ("request.timeout", "The request took longer than 15 s. Send it again: commands are idempotent."),
    ("role.member_blocked", "A blocked member cannot become staff. Unblock them first."),
    ("role.owner_only", "Only the owner of the site can assign or take away this role."),
    ("role.reserved", "This name cannot be assigned as a role."),
    ("route.method_not_allowed", "The address exists, but not for this method. The header `Allow` names its methods."),
    ("route.not_found", "There is nothing at this address."),
    (
        "service.busy",
        "The service works on as many requests as it can. Nothing was done. Send the request again after `Retry-After`.",
    ),
    ("service.stopping", "This process is stopping. Send the request again; another process will take it."),
    (
        "service.unavailable",
        "The service cannot reach its storage. Whether a command took effect is not known: send it again, with the same id. \
         Commands are idempotent.",
    ),
    (
        "site.closed",
        "The operator has closed the site: only operators read and change it. Nothing is deleted; the operator can reopen it.",
    ),
    ("site.locale_invalid", "The locale is not a language tag such as `fr` or `en-GB`."),
    ("site.max_participants_invalid", "`max_participants` must be from 2 to 1,000."),
    ("site.name_empty", "The name of a site must have at least one visible character."),
    ("site.name_invalid", "The name of the site contains a character that is not allowed."),
    ("site.name_too_long", "The name of a site has at most 100 characters."),
    ("site.not_found", "There is no such site. The operator registers it with RegisterSite."),
    ("site.operator_only", "Only the operator can register a site."),
    ("site.operator_or_owner_only", "Only an operator or the owner of the site may do this."),
    (
        "site.origin_invalid",
        "An allowed origin must look like `https://example.com`, without a path. `errors[].pointer` names the first element \
         of `allowed_origins` that does not.",
    ),
    ("site.owner_only", "Only the owner of the site can do this."),
    ("site.registered_differently", "The site is registered with another name, locale or origins."),
    ("site.too_many_origins", "A site has at most 20 allowed origins."),
    ("stream.too_many", "The member has as many live streams open as the limit allows. Close one, or wait."),
    (
        "ticket.invalid",
        "The ticket is unknown, used, expired, or of another site. Ask for a new one with GiveStreamTicket.",
    ),
    ("ticket.too_many", "Too many stream tickets are waiting to be used. Ask again after `Retry-After`."),
    (
        "token.invalid",
        "The token is malformed, expired, signed with another key, or lacks a claim. Let your back end sign a new one, and \
         compare its claims with the section Authentication of `/docs`.",
    ),
    ("token.missing", "The request has no token. Send `Authorization: Bearer <token>`."),
    ("token.other_site", "The token is for another site than the one in the path."),
];
