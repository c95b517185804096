// A platform's developer with the client made from the document: switch member chat on, start a group, bring somebody in,
// say something, read it. Nothing here is written by hand but the calls; the compiler checks them against the document.
import { client } from "./client/client.gen.js";
import { addParticipant, createGroup, enableMemberChat, getMember, listMessages, sendMessage } from "./client/index.js";
import { given, same } from "./support.js";

client.setConfig({ baseUrl: given("CAUSERIE_URL"), auth: given("CAUSERIE_TOKEN") });
const site = given("CAUSERIE_SITE");
const conversation = given("CAUSERIE_CONVERSATION");
const message = given("CAUSERIE_MESSAGE");
const throwOnError = true;

const enabled = await enableMemberChat({ path: { site }, throwOnError });
same("member chat", enabled.data.member_chat_enabled, true);

const body = { name: "Hiking", participants: ["ada"], history: "all" as const };
const created = await createGroup({ path: { site, conversation }, body, throwOnError });
same("the group", [created.data.kind, created.data.name, created.data.closed], ["group", "Hiking", false]);

const added = await addParticipant({ path: { site, conversation, member: "bob" }, throwOnError });
same("participants", added.data.participant_count, 3);

const path = { site, conversation, message };
const sent = await sendMessage({ path, body: { text: "Who is in on Sunday?" }, throwOnError });
const again = await sendMessage({ path, body: { text: "Who is in on Sunday?" }, throwOnError });
same("the same message sent again", again.data, sent.data);

const position = sent.response.headers.get("causerie-position") ?? "";
const headers = { "Causerie-Min-Position": position };
const listed = await listMessages({ path: { site, conversation }, query: { limit: 10 }, headers, throwOnError });
same("messages", listed.data.items.map(({ id, text, author, deleted }) => [id, text, author, deleted]), [
  [message, "Who is in on Sunday?", "olga", false],
]);

const unknown = await getMember({ path: { site, member: "nobody" } });
same("a problem", [unknown.error?.status, unknown.error?.code], [404, "member.not_found"]);
