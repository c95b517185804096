"""A platform's developer with the client that OpenAPI Generator makes from the document: start a group, give it an image, fetch
the image, say something, read it."""

import base64
import os
from uuid import UUID

import causerie_generated as causerie
from support import conversation, message, same, site

image = base64.b64decode(os.environ["CAUSERIE_IMAGE"])
configuration = causerie.Configuration(host=os.environ["CAUSERIE_URL"], access_token=os.environ["CAUSERIE_TOKEN"])

with causerie.ApiClient(configuration) as client:
    enabled = causerie.SitesApi(client).enable_member_chat(site)
    same("member chat", enabled.member_chat_enabled, True)

    conversations = causerie.ConversationsApi(client)
    group = causerie.CreateGroupRequest(name="Hiking", participants=["ada"], history="all")
    created = conversations.create_group(site, conversation, group)
    same("the group", (created.kind, created.name, created.closed), ("group", "Hiking", False))

    added = conversations.add_participant(site, conversation, "bob")
    same("participants", added.participant_count, 3)

    changed = conversations.change_group_image(site, conversation, image)
    shown = conversations.get_group_image(site, conversation, UUID(changed.image_url.rsplit("/", 1)[1]), size="small")
    same("the image", bytes(shown[:4]), b"RIFF")

    messages = causerie.MessagesApi(client)
    said = causerie.SendMessageRequest(text="Who is in on Sunday?")
    sent = messages.send_message_with_http_info(site, conversation, message, said)
    again = messages.send_message(site, conversation, message, said)
    same("the same message sent again", again, sent.data)

    listed = messages.list_messages(
        site, conversation, limit=10, causerie_min_position=sent.headers["causerie-position"]
    )
    same(
        "messages",
        [(item.id, item.text, item.author, item.deleted) for item in listed.items],
        [(message, said.text, "olga", False)],
    )

    try:
        causerie.MembersApi(client).get_member(site, "nobody")
    except causerie.exceptions.NotFoundException as refused:
        same("a problem", (refused.status, refused.data.code), (404, "member.not_found"))
    else:
        raise SystemExit("a member that does not exist was found")
