/// <reference path="../../../causerie.d.ts" />
// A site that copied /causerie.d.ts to its sources.
const token: CauserieIdentify = async () => (await fetch('/chat-token')).text();
if (window.causerie && 'identify' in window.causerie) window.causerie.identify(token);
else window.causerie = { q: [token] };
if (causerie && 'open' in causerie) {
  causerie.open('id');
  causerie.close();
  causerie.reset();
}

const chat = document.createElement('causerie-chat');
chat.addEventListener('causerie-message', ({ detail }) => detail.message.trim());
document.addEventListener('causerie-error', ({ detail: { code, detail } }) => code + detail);
window.addEventListener('causerie-ready', () => void chat.show('id'));
document.querySelector('causerie-chat')?.toggle();
const isOpen: boolean = chat.open;
chat.toggleAttribute('hidden', isOpen);

// @ts-expect-error: the property is read-only
chat.open = true;
// @ts-expect-error: a token is a text
const wrong: CauserieIdentify = () => ({ token: '' });
void wrong;
// @ts-expect-error: before the script has loaded, there is only the queue
window.causerie?.identify(token);
