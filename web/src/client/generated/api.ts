// Written by scripts/generate.mjs from contracts/. `npm run generate` after the API has changed.

export interface paths {
  "/v1/sites/{site}": {
    parameters: {
    };
    /** The site and its settings, as of the last write. */
    get: operations["GetSite"];
    /** Registers a site. Member chat starts switched off. */
    put: operations["RegisterSite"];
    /** Changes name, language or origins of a site. */
    patch: operations["ChangeSite"];
  };
  "/v1/sites/{site}/business/{member}": {
    parameters: {
    };
    /** Starts the conversation of a member with the business, or finds it. */
    put: operations["StartBusinessConversation"];
  };
  "/v1/sites/{site}/close": {
    parameters: {
    };
    /** Closes a site: only operators read and change it. */
    post: operations["CloseSite"];
  };
  "/v1/sites/{site}/conversations": {
    parameters: {
    };
    /** The caller's conversations, latest first. */
    get: operations["ListConversations"];
  };
  "/v1/sites/{site}/conversations/{conversation}": {
    parameters: {
    };
    /** One conversation, as in the caller's list. */
    get: operations["GetConversation"];
    /** Closes a group for good: its participants see it closed. */
    delete: operations["DeleteGroup"];
    /** Changes the name of a group, or what newcomers may read. */
    patch: operations["ChangeGroup"];
  };
  "/v1/sites/{site}/conversations/{conversation}/image": {
    parameters: {
    };
    /** Gives a group an image, or another one. */
    put: operations["ChangeGroupImage"];
    /** Takes the image of a group away. */
    delete: operations["RemoveGroupImage"];
  };
  "/v1/sites/{site}/conversations/{conversation}/image/{image}": {
    parameters: {
    };
    /** The image of a group, by its `image_url`. */
    get: operations["GetGroupImage"];
  };
  "/v1/sites/{site}/conversations/{conversation}/messages": {
    parameters: {
    };
    /** Messages of a conversation, oldest first. */
    get: operations["ListMessages"];
  };
  "/v1/sites/{site}/conversations/{conversation}/messages/{message}": {
    parameters: {
    };
    /** Says something in a conversation. */
    put: operations["SendMessage"];
    /** Deletes a message: a placeholder stays. */
    delete: operations["DeleteMessage"];
    /** Changes what a message says. By its author. */
    patch: operations["EditMessage"];
  };
  "/v1/sites/{site}/conversations/{conversation}/messages/{message}/reactions/{emoji}": {
    parameters: {
    };
    /** Reacts to a message with an emoji. */
    put: operations["AddReaction"];
    /** Takes a reaction back. */
    delete: operations["RemoveReaction"];
  };
  "/v1/sites/{site}/conversations/{conversation}/participants": {
    parameters: {
    };
    /** Who is in a conversation, the longest first. */
    get: operations["ListParticipants"];
  };
  "/v1/sites/{site}/conversations/{conversation}/participants/{member}": {
    parameters: {
    };
    /** Brings a member into a group. */
    put: operations["AddParticipant"];
    /** Puts a participant out of a group, or leaves it. */
    delete: operations["RemoveParticipant"];
  };
  "/v1/sites/{site}/conversations/{conversation}/participants/{member}/admin": {
    parameters: {
    };
    /** Makes a participant an admin of the group. */
    put: operations["GrantAdmin"];
    /** Makes an admin of the group a participant like others. */
    delete: operations["RevokeAdmin"];
  };
  "/v1/sites/{site}/conversations/{conversation}/preferences": {
    parameters: {
    };
    /** Changes how the caller keeps a conversation, in what is given. */
    patch: operations["ChangePreferences"];
  };
  "/v1/sites/{site}/conversations/{conversation}/read-marker": {
    parameters: {
    };
    /** Says how far the caller has read. */
    put: operations["MarkRead"];
  };
  "/v1/sites/{site}/conversations/{conversation}/typing": {
    parameters: {
    };
    /** Shows the others that the caller is typing. */
    post: operations["ShowTyping"];
  };
  "/v1/sites/{site}/direct/{member}": {
    parameters: {
    };
    /** Starts the conversation with another member, or finds it. */
    put: operations["StartDirectConversation"];
  };
  "/v1/sites/{site}/events": {
    parameters: {
    };
    /** The log of the site, in order. By the owner. */
    get: operations["ReplayEvents"];
  };
  "/v1/sites/{site}/groups": {
    parameters: {
    };
    /** The open groups of the site, the newest first. By the owner. */
    get: operations["ListGroups"];
  };
  "/v1/sites/{site}/groups/{conversation}": {
    parameters: {
    };
    /** Starts a group, with the caller as its admin. */
    put: operations["CreateGroup"];
  };
  "/v1/sites/{site}/member-chat/disable": {
    parameters: {
    };
    /** Lets members talk to the business only. */
    post: operations["DisableMemberChat"];
  };
  "/v1/sites/{site}/member-chat/enable": {
    parameters: {
    };
    /** Lets members talk to each other. By the owner. */
    post: operations["EnableMemberChat"];
  };
  "/v1/sites/{site}/members": {
    parameters: {
    };
    /** Members by name. */
    get: operations["ListMembers"];
  };
  "/v1/sites/{site}/members/{member}": {
    parameters: {
    };
    /** One member, as the caller sees them. */
    get: operations["GetMember"];
    /** Registers a member, or brings name, picture and community up to date. */
    put: operations["RegisterMember"];
    /** Removes a member from the site. */
    delete: operations["RemoveMember"];
    /** Changes name, picture or community of a member. */
    patch: operations["ChangeMember"];
  };
  "/v1/sites/{site}/members/{member}/approve": {
    parameters: {
    };
    /** Lets in a member who waits. */
    post: operations["ApproveMember"];
  };
  "/v1/sites/{site}/members/{member}/badges/{badge}": {
    parameters: {
    };
    /** Gives a member a badge. By owner and staff. */
    put: operations["AssignBadge"];
    /** Takes a badge from a member. */
    delete: operations["UnassignBadge"];
  };
  "/v1/sites/{site}/members/{member}/block": {
    parameters: {
    };
    /** Bars a member: they read and send nothing, at once. */
    post: operations["BlockMember"];
  };
  "/v1/sites/{site}/members/{member}/community": {
    parameters: {
    };
    /** Puts a member into the roster. */
    put: operations["JoinCommunity"];
    /** Takes a member out of the roster. */
    delete: operations["LeaveCommunity"];
  };
  "/v1/sites/{site}/members/{member}/mute": {
    parameters: {
    };
    /** Lets a member read, and write to the business only. */
    post: operations["MuteMember"];
  };
  "/v1/sites/{site}/members/{member}/roles/{role}": {
    parameters: {
    };
    /** Gives a member a role. */
    put: operations["AssignRole"];
    /** Takes a role from a member. */
    delete: operations["UnassignRole"];
  };
  "/v1/sites/{site}/members/{member}/unblock": {
    parameters: {
    };
    /** Lifts the block of a member. */
    post: operations["UnblockMember"];
  };
  "/v1/sites/{site}/members/{member}/unmute": {
    parameters: {
    };
    /** Gives a member their voice back. */
    post: operations["UnmuteMember"];
  };
  "/v1/sites/{site}/members/me/blocks": {
    parameters: {
    };
    /** Whom the caller has blocked. */
    get: operations["ListBlockedContacts"];
  };
  "/v1/sites/{site}/members/me/blocks/{member}": {
    parameters: {
    };
    /** Blocks another member, for the caller. */
    put: operations["BlockContact"];
    /** Lifts a block of one's own. */
    delete: operations["UnblockContact"];
  };
  "/v1/sites/{site}/reopen": {
    parameters: {
    };
    /** Reopens a closed site as it was. */
    post: operations["ReopenSite"];
  };
  "/v1/sites/{site}/settings": {
    parameters: {
    };
    /** Changes those settings that are given. By the owner. */
    patch: operations["ChangeSettings"];
  };
  "/v1/sites/{site}/stream": {
    parameters: {
    };
    /** What happens, as it happens: server-sent events. */
    get: operations["Stream"];
  };
  "/v1/sites/{site}/stream/tickets": {
    parameters: {
    };
    /** A ticket to open one stream with, for clients that cannot send headers. */
    post: operations["GiveStreamTicket"];
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * @description How new members are approved. `automatic`: Immediately. `manual`: By owner or staff.
     * @enum {string}
     */
    Approval: "automatic" | "manual";
    /** @description Whether a block of the caller's stands. */
    BlockedContact: {
      blocked: boolean;
      id: components["schemas"]["MemberId"];
    };
    /** @description Whom the caller has blocked. */
    BlockedContacts: {
      items: components["schemas"]["Member"][];
    };
    /** @description The image of a group right after a command. */
    ChangedImage: {
      /** @description The group. */
      id: components["schemas"]["ConversationId"];
      /** @description The path of GetGroupImage; null where the group has none. */
      image_url: string | null;
    };
    ChangeGroupRequest: {
      /**
       * @description What newcomers from now on may read of what came before them.
       * @default null
       */
      history?: ("since_joined" | "all") | null;
      /** @description The name of the group. */
      name?: string | null;
    };
    ChangeMemberRequest: {
      /**
       * @description The address of the picture; null removes it.
       * @default null
       */
      avatar_url?: string | null;
      /** @description Whether the member appears in the roster. */
      community?: boolean | null;
      /** @description The name as others see it. */
      display_name?: string | null;
    };
    ChangePreferencesRequest: {
      /** @description Out of the list, until a message comes. Where the conversation is muted as well, it stays out. */
      archived?: boolean | null;
      /** @description No notice of new messages. */
      muted?: boolean | null;
      /** @description At the top of the list. */
      pinned?: boolean | null;
    };
    ChangeSettingsRequest: {
      /**
       * @description How new members come in. Who waits already goes on waiting.
       * @default null
       */
      approval?: ("automatic" | "manual") | null;
      /**
       * @description Who may create groups.
       * @default null
       */
      group_creation?: ("members" | "staff") | null;
      /**
       * Format: int32
       * @description How large a group may be. Larger ones stay as they are and take nobody more.
       */
      max_participants?: number | null;
    };
    ChangeSiteRequest: {
      /** @description All web origins that may call the API from a browser from now on, as in RegisterSite. */
      allowed_origins?: string[] | null;
      /** @description Its language, a BCP 47 tag. */
      locale?: string | null;
      /** @description As members see it, for example in their conversation with the business. */
      name?: string | null;
    };
    /** @enum {unknown} */
    Code: "body.incomplete" | "body.invalid" | "body.malformed" | "body.not_json" | "body.too_large" | "contact.too_many_blocked" | "conversation.closed" | "conversation.id_taken" | "conversation.not_a_group" | "conversation.not_found" | "conversation.out_of_reach" | "cursor.invalid" | "direct.with_oneself" | "group.admin_only" | "group.creation_staff_only" | "group.image_not_found" | "group.image_too_large" | "group.image_unreadable" | "group.image_unsupported" | "group.last_admin" | "group.name_empty" | "group.name_invalid" | "group.name_too_long" | "group.not_a_participant" | "group.participant_not_in_roster" | "group.too_many_participants" | "id.invalid" | "if_match.invalid" | "if_match.moved" | "internal" | "member.avatar_url_invalid" | "member.blocked" | "member.display_name_empty" | "member.display_name_invalid" | "member.display_name_too_long" | "member.is_owner" | "member.is_staff" | "member.muted" | "member.not_found" | "member.not_in_community" | "member.not_registered" | "member.oneself" | "member.oneself_only" | "member.operator_or_owner_only" | "member.pending" | "member.removed" | "member.staff_only" | "member.too_many_labels" | "member.was_removed" | "member_chat.disabled" | "message.author_only" | "message.deleted" | "message.id_taken" | "message.not_found" | "message.reply_to_unknown" | "message.text_empty" | "message.text_invalid" | "message.text_too_long" | "metrics.none" | "position.invalid" | "position.lost" | "query.invalid" | "rate.exceeded" | "reaction.emoji_empty" | "reaction.emoji_invalid" | "reaction.emoji_too_long" | "reaction.not_an_emoji" | "reaction.too_many_emoji" | "read_model.behind" | "request.contended" | "request.invalid" | "request.timeout" | "role.member_blocked" | "role.owner_only" | "role.reserved" | "route.not_found" | "service.busy" | "service.stopping" | "service.unavailable" | "site.closed" | "site.locale_invalid" | "site.max_participants_invalid" | "site.name_empty" | "site.name_invalid" | "site.name_too_long" | "site.not_found" | "site.operator_only" | "site.operator_or_owner_only" | "site.origin_invalid" | "site.owner_only" | "site.registered_differently" | "site.too_many_origins" | "stream.too_many" | "ticket.invalid" | "ticket.too_many" | "token.invalid" | "token.missing" | "token.other_site";
    /** @description A conversation, as this member sees it in the list. */
    Conversation: {
      /**
       * Format: int64
       * @description The log number of the last message, or of when the member came in, whichever is greater: the list is ordered by it.
       */
      activity: number;
      /** @description Whether this member is an admin of the group. */
      admin: boolean;
      /** @description Whether the member has put it out of their list. A message brings it back, except where it is muted. */
      archived: boolean;
      /**
       * Format: int64
       * @description The log number at which the counts are true; only a frame with a greater `log_number` changes them.
       */
      as_of: number;
      /** @description Whether it is closed for good. */
      closed: boolean;
      /** @description What newcomers to a group may read. */
      history?: components["schemas"]["History"];
      /**
       * Format: uuid
       * @description Its id.
       */
      id: string;
      /** @description The address of the picture that goes with the name; of a group a path of the API (`image.rs`). */
      image_url: string | null;
      /** @description Its kind. */
      kind: components["schemas"]["ConversationKind"];
      /** @description What was said last, of what this member may read. */
      last_message: components["schemas"]["LastMessage"] | null;
      /**
       * Format: int64
       * @description The number of the last message; 0 where there is none.
       */
      last_seq: number;
      /** @description Whether messages are refused at the moment: it is closed, or it is between members and member chat is off. */
      locked: boolean;
      /** @description Whether the member wants no notice of new messages. */
      muted: boolean;
      /**
       * @description The name of a group; of a direct conversation the other member's; of one with the business the site's to the member
       *   and the member's to staff. Absent only where no such member or site is registered.
       */
      name: string | null;
      /**
       * Format: int32
       * @description How many there are.
       */
      participant_count: number;
      /** @description The first participants by standing, at most five. Staff are not among those of a conversation with the business. */
      participants: string[];
      /** @description Whether the member keeps it at the top. */
      pinned: boolean;
      /**
       * Format: int64
       * @description The number of the last message that the member has marked as read; 0 where there is none.
       */
      read_seq: number;
      /**
       * Format: int64
       * @description How many messages stand after the member's marker: not their own, not deleted, not behind a block, and theirs to read.
       */
      unread: number;
    };
    /**
     * Format: uuid
     * @description A conversation. The client generates the id of a group; the service derives the ids of
     *   direct and business conversations from their members with a secret key.
     */
    ConversationId: string;
    /**
     * @description The kinds of conversation. `group`: Any number of members under a name. `direct`: Two members. `business`: A member and the business, that is, all of its staff.
     * @enum {string}
     */
    ConversationKind: "group" | "direct" | "business";
    /** @description One page, latest first. */
    ConversationPage: {
      /** @description The conversations. */
      items: components["schemas"]["Conversation"][];
      /** @description Where the next page starts; null on the last. */
      next: components["schemas"]["Cursor"] | null;
    };
    ConversationRemoved: {
      id: components["schemas"]["ConversationId"];
    };
    CreateGroupRequest: {
      /**
       * @description What newcomers may read of what came before them. `since_joined`: Only messages sent after the participant joined, by position in the log. `all`: Everything.
       * @default since_joined
       * @enum {string}
       */
      history?: "since_joined" | "all";
      /** @description The name of the group. */
      name: string;
      /**
       * @description Who is in it beside the caller.
       * @default []
       */
      participants?: string[];
    };
    /** @description The form that clients carry: version 1, then the place as JSON in hexadecimal. */
    Cursor: string;
    EditMessageRequest: {
      /** @description Plain text. */
      text: string;
    };
    /** @description An emoji. The domain checks that it is one emoji, because Unicode adds new ones every year. */
    Emoji: string;
    /**
     * Format: uuid
     * @description An event of the log.
     */
    EventId: string;
    /** @description Part of the log. */
    EventPage: {
      /** @description The events, in the log's order. */
      items: components["schemas"]["RecordedEvent"][];
      /** @description Goes into `after` for the next page; null at the end. */
      next: components["schemas"]["Cursor"] | null;
    };
    Frames: {
      "conversation.changed": components["schemas"]["Conversation"];
      "conversation.removed": components["schemas"]["ConversationRemoved"];
      "member.changed": components["schemas"]["Member"] | components["schemas"]["MemberGone"];
      "message.deleted": components["schemas"]["LiveMessage"];
      "message.edited": components["schemas"]["LiveMessage"];
      "message.reacted": components["schemas"]["LiveMessage"];
      "message.sent": components["schemas"]["LiveMessage"];
      "read_marker.moved": components["schemas"]["ReadMarkerMoved"];
      ready: Record<string, never>;
      reset: Record<string, never>;
      "site.changed": components["schemas"]["SiteChanged"];
      typing: components["schemas"]["Typing"];
    };
    /** @description A group, without anything that is said in it. */
    Group: {
      /** @description The ids of its admins, the longest-standing first. */
      admins: string[];
      /**
       * Format: date-time
       * @description When it was created.
       */
      created_at: string;
      /** @description What newcomers may read. */
      history: components["schemas"]["History"];
      /**
       * Format: uuid
       * @description Its id.
       */
      id: string;
      /** @description The path of its image in the API. */
      image_url: string | null;
      /** @description Its name. */
      name: string;
      /**
       * Format: int32
       * @description How many participants there are.
       */
      participant_count: number;
    };
    /**
     * @description Who may create groups. `members`: Any active community member. `staff`: Staff and the owner.
     * @enum {string}
     */
    GroupCreation: "members" | "staff";
    /** @description One page, the newest group first. */
    GroupPage: {
      /** @description The groups. */
      items: components["schemas"]["Group"][];
      /** @description Where the next page starts; null on the last. */
      next: components["schemas"]["Cursor"] | null;
    };
    /**
     * @description How much earlier history a participant who joins a group may read. `since_joined`: Only messages sent after the participant joined, by position in the log. `all`: Everything.
     * @enum {string}
     */
    History: "since_joined" | "all";
    /** @description What was said last. */
    LastMessage: {
      /** @description Who sent it. */
      author: string;
      /** @description Whether a block stands between the member and the author. */
      collapsed: boolean;
      /** @description Whether only a placeholder is left. */
      deleted: boolean;
      /**
       * Format: uuid
       * @description Its id.
       */
      id: string;
      /**
       * Format: date-time
       * @description When.
       */
      sent_at: string;
      /**
       * Format: int64
       * @description Its number in the conversation.
       */
      seq: number;
      /** @description What it says; empty when it is deleted. */
      text: string;
    };
    /** @description A message as its reader sees it. */
    LiveMessage: {
      /** @description Who sent it. */
      author: string;
      /** @description Whether a block stands between reader and author. */
      collapsed: boolean;
      conversation_id: components["schemas"]["ConversationId"];
      /** @description Whether only a placeholder is left. */
      deleted: boolean;
      /**
       * Format: date-time
       * @description When it was last edited.
       */
      edited_at?: string;
      /**
       * Format: uuid
       * @description Its id.
       */
      id: string;
      /**
       * Format: int64
       * @description The log number of the event that the frame shows. It changes counts only where it is greater than their `as_of`.
       */
      log_number: number;
      /** @description How readers reacted, in the order in which each emoji first came. */
      reactions: components["schemas"]["Reaction"][];
      /** @description That message, where it is the reader's to read. */
      reply_preview?: components["schemas"]["ReplyPreview"];
      /**
       * Format: uuid
       * @description The message it answers.
       */
      reply_to?: string;
      /**
       * Format: date-time
       * @description When it was sent.
       */
      sent_at: string;
      /**
       * Format: int64
       * @description Its number in the conversation, from 1 without a hole.
       */
      seq: number;
      /** @description What it says; empty when it is deleted. */
      text: string;
    };
    MarkReadRequest: {
      /**
       * Format: uuid
       * @description The last message that was read.
       */
      message: string;
    };
    /** @description A member, as the list shows them. */
    Member: {
      /** @description The address of the picture. */
      avatar_url: string | null;
      /** @description The badges, by name. */
      badges: string[];
      /** @description Whether the member has joined the community. Shown to owner, staff and the member only. */
      community?: boolean;
      /** @description The name as others see it. */
      display_name: string;
      /** @description The host's id. */
      id: string;
      /** @description Whether the member may write to the business only. Shown to owner, staff and the member only. */
      muted?: boolean;
      /** @description The roles, by name. */
      roles: string[];
      /** @description Shown to owner, staff and the member only. */
      status?: components["schemas"]["MemberStatus"];
    };
    MemberGone: {
      /** @constant */
      gone: true;
      id: components["schemas"]["MemberId"];
    };
    /** @description A member of a site, by the host's identifier. Unique within its site only. */
    MemberId: string;
    /** @description One page, by name as it is searched, then by id. */
    MemberPage: {
      /** @description The members. */
      items: components["schemas"]["Member"][];
      /** @description Where the next page starts; null on the last. */
      next: components["schemas"]["Cursor"] | null;
    };
    /**
     * @description A member's status on the site. `active`: May read and send. `pending`: Waits for approval. `blocked`: Barred by owner or staff. `removed`: Removed by owner or staff.
     * @enum {string}
     */
    MemberStatus: "active" | "pending" | "blocked" | "removed";
    /** @description A message, as its reader sees it. */
    Message: {
      /** @description Who sent it. */
      author: string;
      /** @description Whether a block stands between reader and author. */
      collapsed: boolean;
      /** @description Whether only a placeholder is left. */
      deleted: boolean;
      /**
       * Format: date-time
       * @description When it was last edited.
       */
      edited_at?: string;
      /**
       * Format: uuid
       * @description Its id.
       */
      id: string;
      /** @description How readers reacted, in the order in which each emoji first came. */
      reactions: components["schemas"]["Reaction"][];
      /** @description That message, where it is the reader's to read. */
      reply_preview?: components["schemas"]["ReplyPreview"];
      /**
       * Format: uuid
       * @description The message it answers.
       */
      reply_to?: string;
      /**
       * Format: date-time
       * @description When it was sent.
       */
      sent_at: string;
      /**
       * Format: int64
       * @description Its number in the conversation, from 1 without a hole.
       */
      seq: number;
      /** @description What it says; empty when it is deleted. */
      text: string;
    };
    /**
     * Format: uuid
     * @description A message: a UUID generated by the client, so that a repeated send is recognised. Version 7
     *   is recommended because it sorts by time.
     */
    MessageId: string;
    /** @description Part of a timeline. */
    MessagePage: {
      /** @description The messages, oldest first. */
      items: components["schemas"]["Message"][];
      /** @description For `after`, where newer messages are; null when there are none. */
      next: components["schemas"]["Cursor"] | null;
      /** @description For `before`, where older messages are; null when there are none. */
      previous: components["schemas"]["Cursor"] | null;
    };
    /** @description The `metadata` column of the log: a map of strings. */
    Metadata: {
      /** @description The member who issued the command. */
      actor: components["schemas"]["MemberId"];
      /**
       * @description The capacity in which they acted: the role in their token, or `staff` where the log assigns
       *   them that role. Not recorded by older versions.
       * @enum {string}
       */
      capacity?: "member" | "staff" | "owner" | "operator";
      /** @description The id of the request, as in `trace_id` of a response. */
      request_id?: string;
      /**
       * @description The role in their token: `member`, `staff`, `owner` or `operator`.
       * @enum {string}
       */
      role: "member" | "staff" | "owner" | "operator";
    };
    /** @description A participant, as the others see them. */
    Participant: {
      /** @description Whether they are an admin of the group. */
      admin: boolean;
      /** @description The address of the picture. */
      avatar_url: string | null;
      /** @description The badges, by name. */
      badges: string[];
      /** @description The name as others see it. */
      display_name: string;
      /** @description The host's id. */
      id: string;
      /** @description The roles, by name. */
      roles: string[];
    };
    /** @description One page, by standing. */
    ParticipantPage: {
      /** @description The participants. */
      items: components["schemas"]["Participant"][];
      /** @description Where the next page starts; null on the last. */
      next: components["schemas"]["Cursor"] | null;
    };
    /**
     * @description A position in the total order of the log: epoch, appending transaction, place within it.
     *
     *   Transaction ids are comparable within an epoch only: one timeline of one Postgres cluster
     *   (docs/adr/0022).
     *
     *   Its text form is the position token of the API, the live stream and NATS headers. Clients treat
     *   it as opaque and do not compare it as text. The upper 16 bits of the first number hold the
     *   epoch, so tokens of versions without epochs belong to epoch 0.
     */
    Position: string;
    /** @description How the caller keeps the conversation. */
    Preferences: {
      archived: boolean;
      muted: boolean;
      pinned: boolean;
    };
    /** @description An emoji under a message. */
    Reaction: {
      /**
       * Format: int64
       * @description How many reacted with it.
       */
      count: number;
      /** @description The emoji. */
      emoji: string;
      /** @description Who, in the order in which they did. */
      members: string[];
    };
    /** @description The marker as it stands. */
    ReadMarker: {
      conversation_id: components["schemas"]["ConversationId"];
      message: components["schemas"]["MessageId"] | null;
    };
    ReadMarkerMoved: {
      conversation_id: components["schemas"]["ConversationId"];
      /**
       * Format: int64
       * @description The log number that `unread` is true at.
       */
      log_number: number;
      message: components["schemas"]["MessageId"];
      /**
       * Format: int64
       * @description The number of that message.
       */
      seq: number;
      /**
       * Format: int64
       * @description How many messages stand after it.
       */
      unread: number;
    };
    /** @description An event of the log. */
    RecordedEvent: {
      /** @description Kind of aggregate. */
      aggregate: string;
      /** @description `<site>` or `<site>/<id>`. */
      aggregate_id: string;
      /** @description The event's JSON. */
      data: unknown;
      /** @description Identity of the event. */
      id: components["schemas"]["EventId"];
      /** @description The actor, their capacity and the request. */
      metadata: components["schemas"]["Metadata"];
      /** @description Position token. */
      position: components["schemas"]["Position"];
      /**
       * Format: date-time
       * @description When Postgres recorded it.
       */
      recorded_at: string;
      /**
       * Format: int64
       * @description Version of the stream.
       */
      sequence: number;
      /** @description The tenant. */
      site: string;
      /** @description For example `MessageSent`. */
      type: string;
      /** @description For example `1`. */
      version: string;
      /** @description Whether the text or the emoji is left out, null: the reader may not read the message, or it is deleted. */
      withheld?: boolean;
    };
    RegisterMemberRequest: {
      /** @description The address of the picture. */
      avatar_url?: string | null;
      /**
       * @description Whether the member appears in the roster. Left out: as it is; a new member does not.
       * @default null
       */
      community?: boolean;
      /** @description The name as others see it. */
      display_name: string;
    };
    RegisterSiteRequest: {
      /**
       * @description The web origins that may call the API from a browser: scheme, host and perhaps a port. They are stored as browsers send
       *   them: lower case, punycode, without the default port.
       * @default []
       */
      allowed_origins?: string[];
      /** @description Its language, a BCP 47 tag. */
      locale: string;
      /** @description As members see it, for example in their conversation with the business. */
      name: string;
    };
    /** @description The message that another answers. */
    ReplyPreview: {
      /** @description Who sent it. */
      author: string;
      /** @description Whether only a placeholder is left. */
      deleted: boolean;
      /**
       * Format: uuid
       * @description Its id.
       */
      id: string;
      /** @description What it says; empty when it is deleted. */
      text: string;
    };
    SendMessageRequest: {
      /**
       * Format: uuid
       * @description The message it answers, of the same conversation.
       */
      reply_to?: string | null;
      /** @description Plain text. */
      text: string;
    };
    /** @description A message, as a command answers it. Its `seq` is the read model's to give: see ListMessages and the stream. */
    SentMessage: {
      author: components["schemas"]["MemberId"];
      conversation_id: components["schemas"]["ConversationId"];
      deleted: boolean;
      id: components["schemas"]["MessageId"];
      reactions: components["schemas"]["SentReaction"][];
      reply_to?: components["schemas"]["MessageId"];
      /** Format: date-time */
      sent_at: string;
      text: string;
    };
    /** @description Who reacted with one emoji. */
    SentReaction: {
      /** Format: int64 */
      count: number;
      emoji: components["schemas"]["Emoji"];
      members: components["schemas"]["MemberId"][];
    };
    /** @description A site, as the API shows it. */
    Site: {
      allowed_origins: string[];
      /** @description Whether the operator closed the site: only operators read and change it. */
      closed: boolean;
      id: components["schemas"]["SiteId"];
      locale: string;
      member_chat_enabled: boolean;
      name: string;
      settings: components["schemas"]["SiteSettings"];
    };
    SiteChanged: {
      id: components["schemas"]["SiteId"];
      member_chat_enabled: boolean;
      /** @description Also the `name` of the caller's own conversation with the business. */
      name: string;
      settings: components["schemas"]["SiteSettings"];
    };
    /** @description A site: one tenant. */
    SiteId: string;
    /** @description The settings that the owner can change. */
    SiteSettings: {
      /** @description How new members are approved. */
      approval: components["schemas"]["Approval"];
      /** @description Who may create groups. */
      group_creation: components["schemas"]["GroupCreation"];
      /**
       * Format: int64
       * @description The maximum number of participants of a group, 2 to 1,000.
       */
      max_participants: number;
    };
    /** @description A conversation, as its participants see it right after a command. */
    StartedConversation: {
      /** @description Whether it is closed for good. */
      closed: boolean;
      history?: components["schemas"]["History"];
      /** @description Its id: of a direct or business conversation the service derives it. */
      id: components["schemas"]["ConversationId"];
      /** @description Its kind. */
      kind: components["schemas"]["ConversationKind"];
      name?: string;
      /**
       * Format: int64
       * @description How many there are.
       */
      participant_count: number;
      /** @description The first participants by standing, at most five. */
      participants: components["schemas"]["MemberId"][];
    };
    /** @description Lets its bearer open one stream. */
    StreamTicket: {
      /**
       * Format: int64
       * @description How long it holds, in seconds.
       */
      expires_in: number;
      /** @description Goes into `ticket` of Stream, once. */
      ticket: string;
    };
    Typing: {
      conversation_id: components["schemas"]["ConversationId"];
      member: components["schemas"]["MemberId"];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  GetSite: {
    parameters: {
    };
    responses: {
      /** @description A site, as the API shows it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
    };
  };
  RegisterSite: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RegisterSiteRequest"];
      };
    };
    responses: {
      /** @description A site, as the API shows it. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
    };
  };
  ChangeSite: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangeSiteRequest"];
      };
    };
    responses: {
      /** @description A site, as the API shows it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
    };
  };
  StartBusinessConversation: {
    parameters: {
    };
    responses: {
      /** @description A conversation, as its participants see it right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"];
        };
      };
    };
  };
  CloseSite: {
    parameters: {
    };
    responses: {
      /** @description A site, as the API shows it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
    };
  };
  ListConversations: {
    parameters: {
      query?: {
        /** @description Those put out of the list; without it, the list. */
        archived?: boolean;
        /** @description The `next` of the page before. */
        cursor?: string;
        /** @description Only of this kind. */
        kind?: "group" | "direct" | "business";
        /** @description `limit`: 1 to 200, 50 where none is given. */
        limit?: number;
        /** @description Only those that the caller has pinned, or only those they have not. */
        pinned?: boolean;
      };
    };
    responses: {
      /** @description One page, latest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ConversationPage"];
        };
      };
    };
  };
  GetConversation: {
    parameters: {
    };
    responses: {
      /** @description A conversation, as this member sees it in the list. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Conversation"];
        };
      };
    };
  };
  DeleteGroup: {
    parameters: {
    };
    responses: {
      /** @description A conversation, as its participants see it right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"];
        };
      };
    };
  };
  ChangeGroup: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangeGroupRequest"];
      };
    };
    responses: {
      /** @description A conversation, as its participants see it right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"];
        };
      };
    };
  };
  ChangeGroupImage: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/octet-stream": string;
        "image/jpeg": string;
        "image/png": string;
        "image/webp": string;
      };
    };
    responses: {
      /** @description The image of a group right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ChangedImage"];
        };
      };
    };
  };
  RemoveGroupImage: {
    parameters: {
    };
    responses: {
      /** @description The image of a group right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ChangedImage"];
        };
      };
    };
  };
  GetGroupImage: {
    parameters: {
      query?: {
        /** @description Which of the two; `large` where it is not said. `small`: 96: for lists. `large`: 512. */
        size?: "small" | "large";
      };
    };
    responses: {
      /** @description image/webp */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "image/webp": string;
        };
      };
    };
  };
  ListMessages: {
    parameters: {
      query?: {
        /** @description Those right after this place. */
        after?: string;
        /** @description Those on both sides of this place, and the one there. */
        around?: string;
        /** @description Those right before this place. */
        before?: string;
        /** @description `limit`: 1 to 200, 50 where none is given. */
        limit?: number;
      };
    };
    responses: {
      /** @description Part of a timeline. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MessagePage"];
        };
      };
    };
  };
  SendMessage: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SendMessageRequest"];
      };
    };
    responses: {
      /** @description A message, as a command answers it. Its `seq` is the read model's to give: see ListMessages and the stream. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SentMessage"];
        };
      };
    };
  };
  DeleteMessage: {
    parameters: {
    };
    responses: {
      /** @description A message, as a command answers it. Its `seq` is the read model's to give: see ListMessages and the stream. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SentMessage"];
        };
      };
    };
  };
  EditMessage: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["EditMessageRequest"];
      };
    };
    responses: {
      /** @description A message, as a command answers it. Its `seq` is the read model's to give: see ListMessages and the stream. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SentMessage"];
        };
      };
    };
  };
  AddReaction: {
    parameters: {
    };
    responses: {
      /** @description A message, as a command answers it. Its `seq` is the read model's to give: see ListMessages and the stream. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SentMessage"];
        };
      };
    };
  };
  RemoveReaction: {
    parameters: {
    };
    responses: {
      /** @description A message, as a command answers it. Its `seq` is the read model's to give: see ListMessages and the stream. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SentMessage"];
        };
      };
    };
  };
  ListParticipants: {
    parameters: {
      query?: {
        /** @description The `next` of the page before. */
        cursor?: string;
        /** @description `limit`: 1 to 200, 50 where none is given. */
        limit?: number;
      };
    };
    responses: {
      /** @description One page, by standing. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ParticipantPage"];
        };
      };
    };
  };
  AddParticipant: {
    parameters: {
    };
    responses: {
      /** @description A conversation, as its participants see it right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"];
        };
      };
    };
  };
  RemoveParticipant: {
    parameters: {
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"] | null;
        };
      };
    };
  };
  GrantAdmin: {
    parameters: {
    };
    responses: {
      /** @description A conversation, as its participants see it right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"];
        };
      };
    };
  };
  RevokeAdmin: {
    parameters: {
    };
    responses: {
      /** @description A conversation, as its participants see it right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"];
        };
      };
    };
  };
  ChangePreferences: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangePreferencesRequest"];
      };
    };
    responses: {
      /** @description How the caller keeps the conversation. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Preferences"];
        };
      };
    };
  };
  MarkRead: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MarkReadRequest"];
      };
    };
    responses: {
      /** @description The marker as it stands. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ReadMarker"];
        };
      };
    };
  };
  ShowTyping: {
    parameters: {
    };
    responses: {
      /** @description no content */
      204: {
        headers: {
          [name: string]: unknown;
        };
      };
    };
  };
  StartDirectConversation: {
    parameters: {
    };
    responses: {
      /** @description A conversation, as its participants see it right after a command. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"];
        };
      };
    };
  };
  ReplayEvents: {
    parameters: {
      query?: {
        /** @description Only what comes after: a position, a time, or the `next` of a page. */
        after?: string;
        /** @description Only events of this conversation. */
        conversation?: string;
        /** @description `limit`: 1 to 200, 50 where none is given. */
        limit?: number;
        /** @description Only what comes up to here, itself included: a position or a time. */
        until?: string;
      };
    };
    responses: {
      /** @description Part of the log. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EventPage"];
        };
      };
    };
  };
  ListGroups: {
    parameters: {
      query?: {
        /** @description The `next` of the page before. */
        cursor?: string;
        /** @description `limit`: 1 to 200, 50 where none is given. */
        limit?: number;
      };
    };
    responses: {
      /** @description One page, the newest group first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["GroupPage"];
        };
      };
    };
  };
  CreateGroup: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CreateGroupRequest"];
      };
    };
    responses: {
      /** @description A conversation, as its participants see it right after a command. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StartedConversation"];
        };
      };
    };
  };
  DisableMemberChat: {
    parameters: {
    };
    responses: {
      /** @description A site, as the API shows it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
    };
  };
  EnableMemberChat: {
    parameters: {
    };
    responses: {
      /** @description A site, as the API shows it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
    };
  };
  ListMembers: {
    parameters: {
      query?: {
        /** @description Only members with this badge. */
        badge?: string;
        /** @description The `next` of the page before. */
        cursor?: string;
        /** @description `limit`: 1 to 200, 50 where none is given. */
        limit?: number;
        /**
         * @description Words that are all part of the name, in any order, whatever their case, accents, apostrophes and hyphens. For owner,
         *   staff and operator also the beginning of an id.
         */
        q?: string;
        /** @description Only members with this role. */
        role?: string;
        /** @description Only members of this status. Removed ones are listed only when asked for. */
        status?: "active" | "pending" | "blocked" | "removed";
      };
    };
    responses: {
      /** @description One page, by name as it is searched, then by id. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MemberPage"];
        };
      };
    };
  };
  GetMember: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  RegisterMember: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RegisterMemberRequest"];
      };
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  RemoveMember: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  ChangeMember: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangeMemberRequest"];
      };
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  ApproveMember: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  AssignBadge: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  UnassignBadge: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  BlockMember: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  JoinCommunity: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  LeaveCommunity: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  MuteMember: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  AssignRole: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  UnassignRole: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  UnblockMember: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  UnmuteMember: {
    parameters: {
    };
    responses: {
      /** @description A member, as the list shows them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  ListBlockedContacts: {
    parameters: {
    };
    responses: {
      /** @description Whom the caller has blocked. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BlockedContacts"];
        };
      };
    };
  };
  BlockContact: {
    parameters: {
    };
    responses: {
      /** @description Whether a block of the caller's stands. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BlockedContact"];
        };
      };
    };
  };
  UnblockContact: {
    parameters: {
    };
    responses: {
      /** @description Whether a block of the caller's stands. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BlockedContact"];
        };
      };
    };
  };
  ReopenSite: {
    parameters: {
    };
    responses: {
      /** @description A site, as the API shows it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
    };
  };
  ChangeSettings: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangeSettingsRequest"];
      };
    };
    responses: {
      /** @description A site, as the API shows it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
    };
  };
  Stream: {
    parameters: {
      query?: {
        /** @description Go on after this place. */
        after?: string;
      };
    };
    responses: {
      /** @description text/event-stream */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": string;
        };
      };
    };
  };
  GiveStreamTicket: {
    parameters: {
    };
    responses: {
      /** @description Lets its bearer open one stream. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StreamTicket"];
        };
      };
    };
  };
}
