// Gives the chat the tokens of the signed-in user or, after the sign-out, removes what the browser stores.
(() => {
  const chat = document.querySelector('causerie-chat');
  if (!chat) return;
  const { tokenUrl, nonceUrl, signedOut } = chat.dataset;
  let { nonce } = chat.dataset;

  const request = () =>
    fetch(tokenUrl, { method: 'POST', credentials: 'same-origin', headers: { 'X-WP-Nonce': nonce } });

  const token = async () => {
    let response = await request();
    if (response.status === 403) {
      // The nonce of a page that has been open for a day.
      nonce = await (await fetch(nonceUrl, { credentials: 'same-origin' })).text();
      response = await request();
    }
    if (!response.ok) throw new Error(`no chat token: ${response.status}`);
    return (await response.json()).token;
  };

  const start = () => {
    if (tokenUrl) return window.causerie.identify(token);
    window.causerie.reset();
    document.cookie = signedOut;
  };
  if (window.causerie) start();
  else addEventListener('causerie-ready', start, { once: true });
})();
