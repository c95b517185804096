// The live stream through `EventSource`, for pages that cannot read a stream with `fetch`.
//
// `EventSource` sends no headers, so each connection needs a ticket: it opens one stream within
// 30 s. The browser's own reconnection would send the used ticket again, so this module closes the
// source after an error and opens another one with a new ticket, after the last position that a
// handler saw. Frames without a handler after it are sent once more.

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/**
 * Opens the stream of a member and reconnects until it is closed.
 *
 * `address` is that of the site, such as `http://127.0.0.1:8080/v1/sites/demo`. `getToken` returns
 * a token of the member, or a promise of one. `handlers` has a function for each kind of frame that
 * the page shows, such as `'message.sent'`: it receives the data of the frame. `onState(state)`
 * receives each change of `connecting`, `open` and `waiting`. Returns a function that closes the
 * stream.
 */
export function openStream(address, getToken, handlers, onState = () => {}) {
  let source;
  let position;
  let retryMs = FIRST_RETRY_MS;
  let timer;
  let closed = false;

  async function connect() {
    onState('connecting');
    try {
      const query = new URLSearchParams({ ticket: await newTicket(address, await getToken()) });
      if (position) query.set('after', position);
      if (!closed) listen(new EventSource(`${address}/stream?${query}`));
    } catch {
      retry();
    }
  }

  function listen(opened) {
    source = opened;
    const shows = (kind, handle) => {
      source.addEventListener(kind, (event) => {
        // Empty until the first event of the log. A typing notification has no id of its own.
        if (event.lastEventId) position = event.lastEventId;
        handle(JSON.parse(event.data));
      });
    };
    shows('ready', () => {
      retryMs = FIRST_RETRY_MS;
      onState('open');
    });
    for (const [kind, handle] of Object.entries(handlers)) shows(kind, handle);
    source.addEventListener('error', () => {
      source.close();
      retry();
    });
  }

  function retry() {
    if (closed) return;
    onState('waiting');
    // Half of the delay is random, so that many clients do not reconnect at once.
    timer = setTimeout(connect, retryMs * (0.5 + Math.random() / 2));
    retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
  }

  connect();
  return () => {
    closed = true;
    clearTimeout(timer);
    source?.close();
  };
}

async function newTicket(address, token) {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${address}/stream/tickets`, { method: 'POST', headers });
  if (!response.ok) throw new Error(`no ticket: ${response.status}`);
  return (await response.json()).ticket;
}
