import { loadCauserie, resetCauserie } from '@causerie/web';

const chat = await loadCauserie({
  server: 'https://chat.example.com',
  site: 'acme',
  token: async () => (await fetch('/chat-token', { method: 'POST' })).text(),
});
chat.open();
document.querySelector('causerie-chat')?.show();
resetCauserie();
// @ts-expect-error: the server is required
void loadCauserie({ token: () => '' });
