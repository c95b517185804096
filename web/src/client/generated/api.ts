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
    /** Starts the conversation of a member with the business, or returns the existing one. */
    put: operations["StartBusinessConversation"];
  };
  "/v1/sites/{site}/close": {
    parameters: {
    };
    /** Closes a site. Only operators read and change a closed site. */
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
    /** Deletes a group. Its participants see it as closed. */
    delete: operations["DeleteGroup"];
    /** Changes the name of a group, or how much history new participants may read. */
    patch: operations["ChangeGroup"];
  };
  "/v1/sites/{site}/conversations/{conversation}/image": {
    parameters: {
    };
    /** Sets or replaces the image of a group. */
    put: operations["ChangeGroupImage"];
    /** Removes the image of a group. */
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
    /** Sends a message to a conversation. */
    put: operations["SendMessage"];
    /** Deletes a message. A placeholder remains. */
    delete: operations["DeleteMessage"];
    /** Changes the text of a message. By the author. */
    patch: operations["EditMessage"];
  };
  "/v1/sites/{site}/conversations/{conversation}/messages/{message}/reactions/{emoji}": {
    parameters: {
    };
    /** Reacts to a message with an emoji. */
    put: operations["AddReaction"];
    /** Removes a reaction of the caller. */
    delete: operations["RemoveReaction"];
  };
  "/v1/sites/{site}/conversations/{conversation}/participants": {
    parameters: {
    };
    /** The participants of a conversation, longest-standing first. */
    get: operations["ListParticipants"];
  };
  "/v1/sites/{site}/conversations/{conversation}/participants/{member}": {
    parameters: {
    };
    /** Adds a member to a group. */
    put: operations["AddParticipant"];
    /** Removes a participant from a group, or leaves it. */
    delete: operations["RemoveParticipant"];
  };
  "/v1/sites/{site}/conversations/{conversation}/participants/{member}/admin": {
    parameters: {
    };
    /** Makes a participant an admin of the group. */
    put: operations["GrantAdmin"];
    /** Revokes the admin rights of a participant. */
    delete: operations["RevokeAdmin"];
  };
  "/v1/sites/{site}/conversations/{conversation}/preferences": {
    parameters: {
    };
    /** Changes the caller's preferences for a conversation. Absent fields do not change. */
    patch: operations["ChangePreferences"];
  };
  "/v1/sites/{site}/conversations/{conversation}/read-marker": {
    parameters: {
    };
    /** Marks messages as read up to a message. */
    put: operations["MarkRead"];
  };
  "/v1/sites/{site}/conversations/{conversation}/typing": {
    parameters: {
    };
    /** Shows the other participants that the caller is typing. */
    post: operations["ShowTyping"];
  };
  "/v1/sites/{site}/direct/{member}": {
    parameters: {
    };
    /** Starts the conversation with another member, or returns the existing one. */
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
    /** The open groups of the site, newest first. By the owner. */
    get: operations["ListGroups"];
  };
  "/v1/sites/{site}/groups/{conversation}": {
    parameters: {
    };
    /** Creates a group with the caller as its admin. */
    put: operations["CreateGroup"];
  };
  "/v1/sites/{site}/member-chat/disable": {
    parameters: {
    };
    /** Restricts members to writing to the business. */
    post: operations["DisableMemberChat"];
  };
  "/v1/sites/{site}/member-chat/enable": {
    parameters: {
    };
    /** Allows members to write to each other. By the owner. */
    post: operations["EnableMemberChat"];
  };
  "/v1/sites/{site}/member-counts": {
    parameters: {
    };
    /** The number of members by status, role and badge. By owner, staff and operator. */
    get: operations["CountMembers"];
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
    /** A member, as the caller sees them. */
    get: operations["GetMember"];
    /** Registers a member, or updates name, avatar and community. */
    put: operations["RegisterMember"];
    /** Removes a member from the site. */
    delete: operations["RemoveMember"];
    /** Changes name, avatar or community of a member. */
    patch: operations["ChangeMember"];
  };
  "/v1/sites/{site}/members/{member}/approve": {
    parameters: {
    };
    /** Approves a pending member. */
    post: operations["ApproveMember"];
  };
  "/v1/sites/{site}/members/{member}/badges/{badge}": {
    parameters: {
    };
    /** Assigns a badge to a member. By owner and staff. */
    put: operations["AssignBadge"];
    /** Removes a badge from a member. By owner and staff. */
    delete: operations["UnassignBadge"];
  };
  "/v1/sites/{site}/members/{member}/block": {
    parameters: {
    };
    /** Blocks a member, who can neither read nor send from then on. */
    post: operations["BlockMember"];
  };
  "/v1/sites/{site}/members/{member}/community": {
    parameters: {
    };
    /** Adds a member to the community, so that the roster shows them. */
    put: operations["JoinCommunity"];
    /** Removes a member from the community and the roster. */
    delete: operations["LeaveCommunity"];
  };
  "/v1/sites/{site}/members/{member}/mute": {
    parameters: {
    };
    /** Mutes a member, who can still read, and write to the business. */
    post: operations["MuteMember"];
  };
  "/v1/sites/{site}/members/{member}/roles/{role}": {
    parameters: {
    };
    /** Assigns a role to a member. */
    put: operations["AssignRole"];
    /** Removes a role from a member. By owner and staff. */
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
    /** Unmutes a member. */
    post: operations["UnmuteMember"];
  };
  "/v1/sites/{site}/members/me/blocks": {
    parameters: {
    };
    /** The members that the caller has blocked. */
    get: operations["ListBlockedContacts"];
  };
  "/v1/sites/{site}/members/me/blocks/{member}": {
    parameters: {
    };
    /** Blocks another member, for the caller. */
    put: operations["BlockContact"];
    /** Lifts a block of the caller. */
    delete: operations["UnblockContact"];
  };
  "/v1/sites/{site}/reopen": {
    parameters: {
    };
    /** Reopens a closed site. */
    post: operations["ReopenSite"];
  };
  "/v1/sites/{site}/settings": {
    parameters: {
    };
    /** Changes the settings of a site. Absent fields do not change. By the owner. */
    patch: operations["ChangeSettings"];
  };
  "/v1/sites/{site}/stream": {
    parameters: {
    };
    /** Events as they happen, as server-sent events. */
    get: operations["Stream"];
  };
  "/v1/sites/{site}/stream/tickets": {
    parameters: {
    };
    /** Creates a ticket that opens one stream, for clients that cannot send headers. */
    post: operations["GiveStreamTicket"];
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description How the chat looks on the pages of a site. */
    Appearance: {
      /** @description The colour of buttons and of the reader's own messages. Absent: the colour of the service. */
      accent: components["schemas"]["Color"] | null;
      /** @description The corner of the page that holds the round button. */
      position: components["schemas"]["Corner"];
      /** @description The text above the list of conversations, by language. */
      welcome: components["schemas"]["LocalizedWelcomeText"];
    };
    /**
     * @description How new members are approved. `automatic`: Immediately. `manual`: By owner or staff.
     * @enum {string}
     */
    Approval: "automatic" | "manual";
    /** @description What members see of a badge: 1 to 40 characters. */
    BadgeLabel: string;
    /** @description How a badge looks. */
    BadgeStyle: {
      /** @description The colour. Absent: the colour of the service. */
      color: components["schemas"]["Color"] | null;
      /** @description The text, by language. Without a text in the reader's language, the other one is shown, or the name of the badge. */
      label: components["schemas"]["LocalizedBadgeLabel"];
    };
    /** @description Whether the caller blocks this member. */
    BlockedContact: {
      blocked: boolean;
      id: components["schemas"]["MemberId"];
    };
    /** @description The members that the caller has blocked. */
    BlockedContacts: {
      items: components["schemas"]["Member"][];
    };
    /** @description The image of a group right after a command. */
    ChangedImage: {
      /** @description The group. */
      id: components["schemas"]["ConversationId"];
      /** @description The path of GetGroupImage; null if the group has no image. */
      image_url: string | null;
    };
    ChangeGroupRequest: {
      /**
       * @description How much earlier history participants who join later may read.
       * @default null
       */
      history?: ("since_joined" | "all") | null;
      /** @description The name of the group. */
      name?: string | null;
    };
    ChangeMemberRequest: {
      /**
       * @description The URL of the avatar; null removes it.
       * @default null
       */
      avatar_url?: string | null;
      /** @description Whether the member is in the community, and so in the roster. */
      community?: boolean | null;
      /** @description The name that others see. */
      display_name?: string | null;
    };
    ChangePreferencesRequest: {
      /** @description Whether the conversation is archived. A new message unarchives it, unless it is muted. */
      archived?: boolean | null;
      /** @description Whether the caller wants no notification of new messages. */
      muted?: boolean | null;
      /** @description Whether the conversation is at the top of the list. */
      pinned?: boolean | null;
    };
    ChangeSettingsRequest: {
      /** @description The complete new appearance. */
      appearance?: {
        /** @description The colour of buttons and of the reader's own messages. Absent or null: the colour of the service. */
        accent?: string | null;
        /**
         * @description The corner of the page that holds the round button. `left`: The left corner. `right`: The right corner.
         * @default right
         * @enum {string}
         */
        position?: "left" | "right";
        /** @description The text above the list of conversations, by language. */
        welcome?: {
          /** @description In English. */
          en?: string | null;
          /** @description In French. */
          fr?: string | null;
        };
      } | null;
      /**
       * @description How new members are approved. Members who are pending stay pending.
       * @default null
       */
      approval?: ("automatic" | "manual") | null;
      /** @description All badges whose look is set, by the name of the badge. */
      badges?: {
        [key: string]: {
          /** @description The colour. Absent or null: the colour of the service. */
          color?: string | null;
          /** @description The text, by language. Without a text in the reader's language, the other one is shown, or the name of the badge. */
          label?: {
            /** @description In English. */
            en?: string | null;
            /** @description In French. */
            fr?: string | null;
          };
        };
      } | null;
      /**
       * @description Who may create groups.
       * @default null
       */
      group_creation?: ("members" | "staff") | null;
      /**
       * Format: int32
       * @description The maximum number of participants of a group. Larger groups stay, but accept no more participants.
       */
      max_participants?: number | null;
    };
    ChangeSiteRequest: {
      /** @description The complete new list of web origins that may call the API from a browser, as in RegisterSite. */
      allowed_origins?: string[] | null;
      /** @description The language, a BCP 47 tag. */
      locale?: string | null;
      /** @description The name that members see, for example in their conversation with the business. */
      name?: string | null;
    };
    /** @enum {unknown} */
    Code: "badge.label_empty" | "badge.label_invalid" | "badge.label_too_long" | "body.incomplete" | "body.invalid" | "body.malformed" | "body.not_json" | "body.too_large" | "contact.too_many_blocked" | "conversation.closed" | "conversation.id_taken" | "conversation.not_a_group" | "conversation.not_found" | "conversation.out_of_reach" | "cursor.invalid" | "direct.with_oneself" | "group.admin_only" | "group.creation_staff_only" | "group.image_not_found" | "group.image_too_large" | "group.image_unreadable" | "group.image_unsupported" | "group.last_admin" | "group.name_empty" | "group.name_invalid" | "group.name_too_long" | "group.not_a_participant" | "group.participant_not_in_roster" | "group.too_many_participants" | "id.invalid" | "if_match.invalid" | "if_match.moved" | "internal" | "member.avatar_url_invalid" | "member.blocked" | "member.display_name_empty" | "member.display_name_invalid" | "member.display_name_too_long" | "member.is_owner" | "member.is_staff" | "member.muted" | "member.not_found" | "member.not_in_community" | "member.not_registered" | "member.oneself" | "member.oneself_only" | "member.operator_or_owner_only" | "member.pending" | "member.removed" | "member.staff_only" | "member.too_many_labels" | "member.was_removed" | "member_chat.disabled" | "message.author_only" | "message.deleted" | "message.id_taken" | "message.not_found" | "message.reply_to_unknown" | "message.text_empty" | "message.text_invalid" | "message.text_too_long" | "metrics.none" | "position.invalid" | "position.lost" | "query.invalid" | "rate.exceeded" | "reaction.emoji_empty" | "reaction.emoji_invalid" | "reaction.emoji_too_long" | "reaction.not_an_emoji" | "reaction.too_many_emoji" | "read_model.behind" | "request.contended" | "request.invalid" | "request.timeout" | "role.member_blocked" | "role.owner_only" | "role.reserved" | "route.not_found" | "service.busy" | "service.stopping" | "service.unavailable" | "site.closed" | "site.locale_invalid" | "site.max_participants_invalid" | "site.name_empty" | "site.name_invalid" | "site.name_too_long" | "site.not_found" | "site.operator_only" | "site.operator_or_owner_only" | "site.origin_invalid" | "site.owner_only" | "site.registered_differently" | "site.too_many_badges" | "site.too_many_origins" | "site.welcome_empty" | "site.welcome_invalid" | "site.welcome_too_long" | "stream.too_many" | "ticket.invalid" | "ticket.too_many" | "token.invalid" | "token.missing" | "token.other_site";
    /** @description A colour, as the colour field of a browser gives it. */
    Color: string;
    /** @description A conversation, as this member sees it in the list. */
    Conversation: {
      /**
       * Format: int64
       * @description The greater of the log numbers of the last message and of the joining of the member. The list is ordered by it.
       */
      activity: number;
      /** @description Whether this member is an admin of the group. */
      admin: boolean;
      /** @description Whether the member has archived it. A new message unarchives it, unless it is muted. */
      archived: boolean;
      /**
       * Format: int64
       * @description The log number that the counts include. Only a frame with a greater `log_number` changes them.
       */
      as_of: number;
      /** @description Whether the conversation is closed permanently. */
      closed: boolean;
      /** @description How much earlier history participants who join later may read. */
      history?: components["schemas"]["History"];
      /**
       * Format: uuid
       * @description The id.
       */
      id: string;
      /** @description The URL of the image of the group or the other member. That of a group is a path of the API. */
      image_url: string | null;
      /** @description The kind. */
      kind: components["schemas"]["ConversationKind"];
      /** @description The last message that this member may read. */
      last_message: components["schemas"]["LastMessage"] | null;
      /**
       * Format: int64
       * @description The number of the last message; 0 without messages.
       */
      last_seq: number;
      /** @description Whether messages are rejected: the conversation is closed, or it is between members and member chat is off. */
      locked: boolean;
      /** @description Whether the member wants no notification of new messages. */
      muted: boolean;
      /**
       * @description The name of the group or of the other member. In a conversation with the business, the member sees the name of the site,
       *   and staff see the name of the member. Null if that member or site is not registered.
       */
      name: string | null;
      /**
       * Format: int32
       * @description The number of participants.
       */
      participant_count: number;
      /** @description The longest-standing participants, at most five. Without the staff in a conversation with the business. */
      participants: string[];
      /** @description Whether the member has pinned it to the top of the list. */
      pinned: boolean;
      /**
       * Format: int64
       * @description The number of the last message that the member has marked as read; 0 without a marker.
       */
      read_seq: number;
      /**
       * Format: int64
       * @description The number of unread messages: after the read marker, readable, of other members without a block, and not deleted.
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
    /** @description A page, latest first. With `unread` it may have fewer items than asked for, also none, and a next page. */
    ConversationPage: {
      /** @description The conversations. */
      items: components["schemas"]["Conversation"][];
      /** @description The cursor of the next page; null on the last page. */
      next: components["schemas"]["Cursor"] | null;
    };
    ConversationRemoved: {
      id: components["schemas"]["ConversationId"];
    };
    /**
     * @description A lower corner of the page. `left`: The left corner. `right`: The right corner.
     * @enum {string}
     */
    Corner: "left" | "right";
    CreateGroupRequest: {
      /**
       * @description How much earlier history participants who join later may read. `since_joined`: Only messages sent after the participant joined, by position in the log. `all`: Everything.
       * @default since_joined
       * @enum {string}
       */
      history?: "since_joined" | "all";
      /** @description The name of the group. */
      name: string;
      /**
       * @description The participants besides the caller.
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
      /** @description The events in the order of the log. */
      items: components["schemas"]["RecordedEvent"][];
      /** @description The value of `after` for the next page; null at the end. */
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
    /** @description A group, without messages. */
    Group: {
      /** @description The ids of the admins, longest-standing first. */
      admins: string[];
      /**
       * Format: date-time
       * @description The time of creation.
       */
      created_at: string;
      /** @description How much earlier history participants who join later may read. */
      history: components["schemas"]["History"];
      /**
       * Format: uuid
       * @description The id.
       */
      id: string;
      /** @description The path of the image in the API. */
      image_url: string | null;
      /** @description The name. */
      name: string;
      /**
       * Format: int32
       * @description The number of participants.
       */
      participant_count: number;
    };
    /**
     * @description Who may create groups. `members`: Any active community member. `staff`: Staff and the owner.
     * @enum {string}
     */
    GroupCreation: "members" | "staff";
    /** @description A page, newest group first. */
    GroupPage: {
      /** @description The groups. */
      items: components["schemas"]["Group"][];
      /** @description The cursor of the next page; null on the last page. */
      next: components["schemas"]["Cursor"] | null;
    };
    /**
     * @description How much earlier history a participant who joins a group may read. `since_joined`: Only messages sent after the participant joined, by position in the log. `all`: Everything.
     * @enum {string}
     */
    History: "since_joined" | "all";
    /** @description The last message of a conversation. */
    LastMessage: {
      /** @description The sender. */
      author: string;
      /** @description Whether there is a block between the member and the author. */
      collapsed: boolean;
      /** @description Whether the message is deleted and only a placeholder remains. */
      deleted: boolean;
      /**
       * Format: uuid
       * @description The id.
       */
      id: string;
      /**
       * Format: date-time
       * @description The time of sending.
       */
      sent_at: string;
      /**
       * Format: int64
       * @description The number in the conversation.
       */
      seq: number;
      /** @description The text; empty if the message is deleted. */
      text: string;
    };
    /** @description A message as its reader sees it. */
    LiveMessage: {
      /** @description The sender. */
      author: string;
      /** @description Whether there is a block between reader and author. */
      collapsed: boolean;
      conversation_id: components["schemas"]["ConversationId"];
      /** @description Whether the message is deleted and only a placeholder remains. */
      deleted: boolean;
      /**
       * Format: date-time
       * @description The time of the last edit.
       */
      edited_at?: string;
      /**
       * Format: uuid
       * @description The id.
       */
      id: string;
      /**
       * Format: int64
       * @description The log number of the event that the frame shows. It changes counts only where it is greater than their `as_of`.
       */
      log_number: number;
      /** @description The reactions, in the order in which each emoji was first used. */
      reactions: components["schemas"]["Reaction"][];
      /** @description A preview of that message, if the reader may read it. */
      reply_preview?: components["schemas"]["ReplyPreview"];
      /**
       * Format: uuid
       * @description The message that this one replies to.
       */
      reply_to?: string;
      /**
       * Format: date-time
       * @description The time of sending.
       */
      sent_at: string;
      /**
       * Format: int64
       * @description The number in the conversation, from 1 without gaps.
       */
      seq: number;
      /** @description The text; empty if the message is deleted. */
      text: string;
    };
    /** @description A text in the languages of the chat. */
    LocalizedBadgeLabel: {
      /** @description In English. */
      en: components["schemas"]["BadgeLabel"] | null;
      /** @description In French. */
      fr: components["schemas"]["BadgeLabel"] | null;
    };
    /** @description A text in the languages of the chat. */
    LocalizedWelcomeText: {
      /** @description In English. */
      en: components["schemas"]["WelcomeText"] | null;
      /** @description In French. */
      fr: components["schemas"]["WelcomeText"] | null;
    };
    MarkReadRequest: {
      /**
       * Format: uuid
       * @description The last message that was read.
       */
      message: string;
    };
    /** @description A member. */
    Member: {
      /** @description The URL of the avatar. */
      avatar_url: string | null;
      /** @description The badges, by name. */
      badges: string[];
      /** @description Whether the member has joined the community. Shown to owner, staff and the member only. */
      community?: boolean;
      /** @description The name that others see. */
      display_name: string;
      /** @description The id at the host. */
      id: string;
      /** @description Whether the member may write to the business only. Shown to owner, staff and the member only. */
      muted?: boolean;
      /** @description The roles, by name. */
      roles: string[];
      /** @description Shown to owner, staff and the member only. */
      status?: components["schemas"]["MemberStatus"];
    };
    /** @description Numbers of members, without removed ones. */
    MemberCounts: {
      /**
       * Format: int64
       * @description Members of status `active`.
       */
      active: number;
      /** @description By badge, for badges that members have. */
      badges: {
        [key: string]: number;
      };
      /**
       * Format: int64
       * @description Members of status `blocked`.
       */
      blocked: number;
      /**
       * Format: int64
       * @description Members who wait for approval.
       */
      pending: number;
      /** @description By role, for roles that members have. */
      roles: {
        [key: string]: number;
      };
    };
    MemberGone: {
      /** @constant */
      gone: true;
      id: components["schemas"]["MemberId"];
    };
    /** @description A member of a site, by the host's identifier. Unique within its site only. */
    MemberId: string;
    /** @description A page, by normalized name, then by id. */
    MemberPage: {
      /** @description The members. */
      items: components["schemas"]["Member"][];
      /** @description The cursor of the next page; null on the last page. */
      next: components["schemas"]["Cursor"] | null;
    };
    /**
     * @description The status of a member on the site. `active`: May read and send. `pending`: Waiting for approval. `blocked`: Blocked by owner or staff. `removed`: Removed by owner or staff.
     * @enum {string}
     */
    MemberStatus: "active" | "pending" | "blocked" | "removed";
    /** @description A message, as the reader sees it. */
    Message: {
      /** @description The sender. */
      author: string;
      /** @description Whether there is a block between reader and author. */
      collapsed: boolean;
      /** @description Whether the message is deleted and only a placeholder remains. */
      deleted: boolean;
      /**
       * Format: date-time
       * @description The time of the last edit.
       */
      edited_at?: string;
      /**
       * Format: uuid
       * @description The id.
       */
      id: string;
      /** @description The reactions, in the order in which each emoji was first used. */
      reactions: components["schemas"]["Reaction"][];
      /** @description A preview of that message, if the reader may read it. */
      reply_preview?: components["schemas"]["ReplyPreview"];
      /**
       * Format: uuid
       * @description The message that this one replies to.
       */
      reply_to?: string;
      /**
       * Format: date-time
       * @description The time of sending.
       */
      sent_at: string;
      /**
       * Format: int64
       * @description The number in the conversation, from 1 without gaps.
       */
      seq: number;
      /** @description The text; empty if the message is deleted. */
      text: string;
    };
    /**
     * Format: uuid
     * @description A message: a UUID generated by the client, so that a repeated send is recognised. Version 7
     *   is recommended because it sorts by time.
     */
    MessageId: string;
    /** @description A page of messages. */
    MessagePage: {
      /** @description The messages, oldest first. */
      items: components["schemas"]["Message"][];
      /** @description The value of `after` for newer messages; null if there are none. */
      next: components["schemas"]["Cursor"] | null;
      /** @description The value of `before` for older messages; null if there are none. */
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
    /** @description A participant, as other participants see them. */
    Participant: {
      /** @description Whether the participant is an admin of the group. */
      admin: boolean;
      /** @description The URL of the avatar. */
      avatar_url: string | null;
      /** @description The badges, by name. */
      badges: string[];
      /** @description The name that others see. */
      display_name: string;
      /** @description The id at the host. */
      id: string;
      /** @description The roles, by name. */
      roles: string[];
    };
    /** @description A page, longest-standing participant first. */
    ParticipantPage: {
      /** @description The participants. */
      items: components["schemas"]["Participant"][];
      /** @description The cursor of the next page; null on the last page. */
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
    /** @description The caller's preferences for a conversation. */
    Preferences: {
      archived: boolean;
      muted: boolean;
      pinned: boolean;
    };
    /** @description The reactions to a message with one emoji. */
    Reaction: {
      /**
       * Format: int64
       * @description How many members reacted with this emoji.
       */
      count: number;
      /** @description The emoji. */
      emoji: string;
      /** @description Their ids, in the order of their reactions. */
      members: string[];
    };
    /** @description The current marker. */
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
      /** @description Whether text or emoji is withheld (null): the owner may not read the message, or it is deleted. */
      withheld?: boolean;
    };
    RegisterMemberRequest: {
      /** @description The URL of the avatar. */
      avatar_url?: string | null;
      /**
       * @description Whether the member is in the community, and so in the roster. If absent, a new member is not, and a registered one stays.
       * @default null
       */
      community?: boolean;
      /** @description The name that others see. */
      display_name: string;
    };
    RegisterSiteRequest: {
      /**
       * @description The web origins that may call the API from a browser: scheme, host and optional port. Stored as browsers send them: in
       *   lower case and punycode, without a default port.
       * @default []
       */
      allowed_origins?: string[];
      /** @description The language, a BCP 47 tag. */
      locale: string;
      /** @description The name that members see, for example in their conversation with the business. */
      name: string;
    };
    /** @description The message that another one replies to. */
    ReplyPreview: {
      /** @description The sender. */
      author: string;
      /** @description Whether the message is deleted and only a placeholder remains. */
      deleted: boolean;
      /**
       * Format: uuid
       * @description The id.
       */
      id: string;
      /** @description The text; empty if the message is deleted. */
      text: string;
    };
    SendMessageRequest: {
      /**
       * Format: uuid
       * @description The message of the same conversation that this message replies to.
       */
      reply_to?: string | null;
      /** @description Plain text. */
      text: string;
    };
    /** @description A message in the response to a command. Without `seq`, which ListMessages and the stream return. */
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
    /** @description The members who reacted with an emoji. */
    SentReaction: {
      /** Format: int64 */
      count: number;
      emoji: components["schemas"]["Emoji"];
      members: components["schemas"]["MemberId"][];
    };
    /** @description A site, as the API shows it. */
    Site: {
      allowed_origins: string[];
      /** @description Whether the operator closed the site. Only operators read and change a closed site. */
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
      appearance: components["schemas"]["Appearance"];
      /** @description How new members are approved. */
      approval: components["schemas"]["Approval"];
      /** @description How badges look. Members may have badges that are not listed. */
      badges: {
        [key: string]: components["schemas"]["BadgeStyle"];
      };
      /** @description Who may create groups. */
      group_creation: components["schemas"]["GroupCreation"];
      /**
       * Format: int64
       * @description The maximum number of participants of a group, 2 to 1,000.
       */
      max_participants: number;
    };
    /** @description A conversation right after a command, as its participants see it. */
    StartedConversation: {
      /** @description Whether the conversation is closed permanently. */
      closed: boolean;
      history?: components["schemas"]["History"];
      /** @description The id. The service derives that of a direct or business conversation. */
      id: components["schemas"]["ConversationId"];
      /** @description The kind. */
      kind: components["schemas"]["ConversationKind"];
      name?: string;
      /**
       * Format: int64
       * @description The number of participants.
       */
      participant_count: number;
      /** @description The longest-standing participants, at most five. */
      participants: components["schemas"]["MemberId"][];
    };
    /** @description Opens one stream. */
    StreamTicket: {
      /**
       * Format: int64
       * @description The time until it expires, in seconds.
       */
      expires_in: number;
      /** @description The value of `ticket` of Stream. Valid once. */
      ticket: string;
    };
    Typing: {
      conversation_id: components["schemas"]["ConversationId"];
      member: components["schemas"]["MemberId"];
    };
    /** @description The text that greets the members of a site: 1 to 200 characters. */
    WelcomeText: string;
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
      /** @description A conversation right after a command, as its participants see it. */
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
        /** @description Whether to list the archived conversations instead of the others. */
        archived?: boolean;
        /** @description The `next` of the previous page. */
        cursor?: string;
        /** @description Only conversations of this kind. */
        kind?: "group" | "direct" | "business";
        /** @description `limit`: 1 to 200, by default 50. */
        limit?: number;
        /** @description Only conversations that the caller has pinned, or only the others. */
        pinned?: boolean;
        /**
         * @description Whether to list only conversations with unread messages. A page may then have fewer items than `limit`, also none, and
         *   a `next`.
         */
        unread?: boolean;
      };
    };
    responses: {
      /** @description A page, latest first. With `unread` it may have fewer items than asked for, also none, and a next page. */
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
      /** @description A conversation right after a command, as its participants see it. */
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
      /** @description A conversation right after a command, as its participants see it. */
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
        /** @description The size, by default `large`. `small`: 96: for lists. `large`: 512. */
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
        /** @description The messages right after this place. */
        after?: string;
        /** @description The message at this place, and those on both sides. */
        around?: string;
        /** @description The messages right before this place. */
        before?: string;
        /** @description `limit`: 1 to 200, by default 50. */
        limit?: number;
      };
    };
    responses: {
      /** @description A page of messages. */
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
      /** @description A message in the response to a command. Without `seq`, which ListMessages and the stream return. */
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
      /** @description A message in the response to a command. Without `seq`, which ListMessages and the stream return. */
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
      /** @description A message in the response to a command. Without `seq`, which ListMessages and the stream return. */
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
      /** @description A message in the response to a command. Without `seq`, which ListMessages and the stream return. */
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
      /** @description A message in the response to a command. Without `seq`, which ListMessages and the stream return. */
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
        /** @description The `next` of the previous page. */
        cursor?: string;
        /** @description `limit`: 1 to 200, by default 50. */
        limit?: number;
      };
    };
    responses: {
      /** @description A page, longest-standing participant first. */
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
      /** @description A conversation right after a command, as its participants see it. */
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
      /** @description A conversation right after a command, as its participants see it. */
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
      /** @description A conversation right after a command, as its participants see it. */
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
      /** @description The caller's preferences for a conversation. */
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
      /** @description The current marker. */
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
      /** @description A conversation right after a command, as its participants see it. */
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
        /** @description Only events after this: a position, a time, or the `next` of a page. */
        after?: string;
        /** @description Only events of this conversation. */
        conversation?: string;
        /** @description `limit`: 1 to 200, by default 50. */
        limit?: number;
        /** @description Only events up to and including this: a position or a time. */
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
        /** @description The `next` of the previous page. */
        cursor?: string;
        /** @description `limit`: 1 to 200, by default 50. */
        limit?: number;
      };
    };
    responses: {
      /** @description A page, newest group first. */
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
      /** @description A conversation right after a command, as its participants see it. */
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
  CountMembers: {
    parameters: {
    };
    responses: {
      /** @description Numbers of members, without removed ones. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MemberCounts"];
        };
      };
    };
  };
  ListMembers: {
    parameters: {
      query?: {
        /** @description Only members with this badge. */
        badge?: string;
        /** @description The `next` of the previous page. */
        cursor?: string;
        /** @description `limit`: 1 to 200, by default 50. */
        limit?: number;
        /**
         * @description Words of the name in any order. Case, accents, apostrophes and hyphens are ignored. For owner, staff and operator, also
         *   the beginning of an id.
         */
        q?: string;
        /** @description Only members with this role. */
        role?: string;
        /** @description Only members of this status. Removed members are listed only with `removed`. */
        status?: "active" | "pending" | "blocked" | "removed";
      };
    };
    responses: {
      /** @description A page, by normalized name, then by id. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description A member. */
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
      /** @description The members that the caller has blocked. */
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
      /** @description Whether the caller blocks this member. */
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
      /** @description Whether the caller blocks this member. */
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
        /** @description Only events after this position. */
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
      /** @description Opens one stream. */
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
