// A platform's developer with the client that orval makes from the document: start a group, give it an image, fetch the image,
// say something, read it.
import axios from "axios";
import {
  addParticipant,
  changeGroupImage,
  createGroup,
  enableMemberChat,
  getGroupImage,
  getMember,
  listMessages,
  sendMessage,
} from "./orval-client.js";
import { given, same } from "./support.js";

axios.defaults.baseURL = given("CAUSERIE_URL");
axios.defaults.headers.common["Authorization"] = `Bearer ${given("CAUSERIE_TOKEN")}`;
const site = given("CAUSERIE_SITE");
const conversation = given("CAUSERIE_CONVERSATION");
const message = given("CAUSERIE_MESSAGE");
const image = new Blob([Uint8Array.from(atob(given("CAUSERIE_IMAGE")), (byte) => byte.charCodeAt(0))]);

const enabled = await enableMemberChat(site);
same("member chat", enabled.data.member_chat_enabled, true);

const created = await createGroup(site, conversation, { name: "Hiking", participants: ["ada"], history: "all" });
same("the group", [created.data.kind, created.data.name, created.data.closed], ["group", "Hiking", false]);

const added = await addParticipant(site, conversation, "bob");
same("participants", added.data.participant_count, 3);

const changed = await changeGroupImage(site, conversation, image);
const id = changed.data.image_url?.split("/").at(-1) ?? "";
const responseType = "arraybuffer" as const;
const shown = await getGroupImage<{ data: ArrayBuffer }>(site, conversation, id, { size: "small" }, { responseType });
same("the image", new TextDecoder().decode(shown.data.slice(0, 4)), "RIFF");

const sent = await sendMessage(site, conversation, message, { text: "Who is in on Sunday?" });
const again = await sendMessage(site, conversation, message, { text: "Who is in on Sunday?" });
same("the same message sent again", again.data, sent.data);

const headers = { "Causerie-Min-Position": sent.headers["causerie-position"] as string };
const listed = await listMessages(site, conversation, { limit: 10 }, { headers });
same("messages", listed.data.items.map(({ id, text, author, deleted }) => [id, text, author, deleted]), [
  [message, "Who is in on Sunday?", "olga", false],
]);

const unknown = await getMember(site, "nobody", { validateStatus: () => true });
same("a problem", [unknown.status, (unknown.data as unknown as { code: string }).code], [404, "member.not_found"]);
