"""A platform's developer with the client made from the document: switch member chat on, start a group, bring somebody in,
say something, read it."""

import os

from causerie_client import AuthenticatedClient
from causerie_client.api.conversations import add_participant, create_group
from causerie_client.api.members import get_member
from causerie_client.api.messages import list_messages, send_message
from causerie_client.api.sites import enable_member_chat
from causerie_client.models import CreateGroupRequest, Problem, SendMessageRequest
from support import conversation, message, same, site

client = AuthenticatedClient(base_url=os.environ["CAUSERIE_URL"], token=os.environ["CAUSERIE_TOKEN"])

enabled = enable_member_chat.sync(client=client, site=site)
same("member chat", enabled.member_chat_enabled, True)

group = CreateGroupRequest.from_dict({"name": "Hiking", "participants": ["ada"], "history": "all"})
created = create_group.sync(client=client, site=site, conversation=conversation, body=group)
same("the group", (created.kind, created.name, created.closed), ("group", "Hiking", False))

added = add_participant.sync(client=client, site=site, conversation=conversation, member="bob")
same("participants", added.participant_count, 3)

said = SendMessageRequest(text="Who is in on Sunday?")
sent = send_message.sync_detailed(client=client, site=site, conversation=conversation, message=message, body=said)
again = send_message.sync(client=client, site=site, conversation=conversation, message=message, body=said)
same("the same message sent again", again, sent.parsed)

position = sent.headers["causerie-position"]
listed = list_messages.sync(
    client=client, site=site, conversation=conversation, limit=10, causerie_min_position=position
)
same(
    "messages",
    [(item.id, item.text, item.author, item.deleted) for item in listed.items],
    [(message, said.text, "olga", False)],
)

unknown = get_member.sync(client=client, site=site, member="nobody")
same("a problem", (type(unknown), unknown.status, unknown.code), (Problem, 404, "member.not_found"))
