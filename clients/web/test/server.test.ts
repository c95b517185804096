// A server has no DOM: the components render the element only.
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createSSRApp, h } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';
import { loadCauserie } from '../dist/index.js';
import { CauserieChat } from '../dist/react.js';
import { CauserieChat as VueChat } from '../dist/vue.js';

const PROPS = { server: 'https://chat.example.com', site: 'acme', theme: 'dark' as const };
const token = () => 'a.b.c';

test('the components render the element without a document', async () => {
  const react = renderToString(createElement(CauserieChat, { ...PROPS, token }));
  const vue = await renderVue(createSSRApp({ render: () => h(VueChat, { ...PROPS, token }) }));
  for (const html of [react, vue])
    expect(html.replace('<!--[-->', '')).toMatch(
      /^<causerie-chat(?=[^>]* site="acme")(?=[^>]* server="https:\/\/chat\.example\.com")(?=[^>]* theme="dark")[^>]*><\/causerie-chat>/,
    );
  expect(react + vue, 'nothing of the function in the page').not.toMatch(/token|a\.b\.c/);
});

test('loadCauserie without a document rejects', async () => {
  await expect(loadCauserie({ ...PROPS, token })).rejects.toThrow(/needs a browser/);
});
