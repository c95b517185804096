import { expect, it } from 'vitest';
import { api } from './api.ts';
import type { Http } from './http.ts';

const asked = (): { calls: unknown[][]; client: ReturnType<typeof api> } => {
  const calls: unknown[][] = [];
  const http = { json: async (...call: unknown[]) => void calls.push(call) } as unknown as Http;
  return { calls, client: api(http) };
};

it('encodes each value into its place in the path', async () => {
  const { calls, client } = asked();
  await client.setReaction('c', 'm/1', '🎉', true);
  await client.setRole('ana@x|1', 'host', false);
  await client.startBusinessConversation();
  expect(calls.map(([method, path]) => `${method} ${path}`)).toEqual([
    'PUT /conversations/c/messages/m%2F1/reactions/%F0%9F%8E%89',
    'DELETE /members/ana%40x%7C1/roles/host',
    'PUT /business/me',
  ]);
});

it('sends given values only, as query or as body', async () => {
  const { calls, client } = asked();
  await client.listMembers({ q: 'zoé &', status: undefined, role: '', limit: 50 });
  await client.getSite();
  await client.sendMessage('c', 'm', 'hello');
  await client.sendMessage('c', 'm', 'hello', 'before');
  expect(calls).toEqual([
    ['GET', '/members?q=zo%C3%A9%20%26&limit=50', undefined],
    ['GET', '', undefined],
    ['PUT', '/conversations/c/messages/m', { text: 'hello' }],
    ['PUT', '/conversations/c/messages/m', { text: 'hello', reply_to: 'before' }],
  ]);
});
