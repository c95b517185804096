export const chat = (
  <causerie-chat
    site="acme"
    theme="dark"
    style={{ '--causerie-radius': '4px', zIndex: 5 }}
    ref={(element) => void element?.show()}
    oncauserie-message={({ detail }) => detail.conversation.trim()}
  />
);
// @ts-expect-error: the site is required
export const without = <causerie-chat />;
