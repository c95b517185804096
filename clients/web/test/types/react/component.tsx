import { useRef } from 'react';
import { CauserieChat } from '@causerie/web/react';

export function Page() {
  const chat = useRef<CauserieChatElement>(null);
  return (
    <>
      <button onClick={() => chat.current?.show()}>Chat</button>
      <CauserieChat
        ref={chat}
        server="https://chat.example.com"
        site="acme"
        member={42}
        token={() => 'a.b.c'}
        theme="dark"
        page-title="off"
        className="chat"
        style={{ '--causerie-accent': 'rebeccapurple', zIndex: 5 }}
        onChatMessage={({ detail }) => detail.conversation.trim()}
        onChatError={(event) => console.warn(event.detail.code)}
        onLoadError={(error) => console.warn(error.message)}
      />
    </>
  );
}

// @ts-expect-error: the site is required
export const without = <CauserieChat server="https://chat.example.com" token={null} />;
export const sepia = (
  // @ts-expect-error: not a theme
  <CauserieChat server="https://chat.example.com" site="acme" token={null} theme="sepia" />
);
