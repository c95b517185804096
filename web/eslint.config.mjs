// Lints of the sources, the scripts and the browser tests. Prettier owns the layout.
import js from '@eslint/js';
import { configs as lit } from 'eslint-plugin-lit';
import { configs as wc } from 'eslint-plugin-wc';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Source text that the strict CSP of the pages refuses, or that speaks to another host. */
const FORBIDDEN_TEXT = [
  ['<style[\\s>]|\\sstyle=($|["\'])|\\son\\w+=["\']', 'The CSP refuses inline styles and scripts.'],
  ['https?:\\/\\/(?!www\\.w3\\.org\\/)[\\w-]+\\.\\w', 'The pages send no request to another host.'],
].flatMap(([pattern, message]) => [
  { selector: `Literal[value=/${pattern}/]`, message },
  { selector: `TemplateElement[value.raw=/${pattern}/]`, message },
]);

/** Ways to run text as markup or script. Text is shown by text nodes only. */
const FORBIDDEN_PROPERTIES = [
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'setHTMLUnsafe',
  'write',
  'writeln',
].map((property) => ({
  ...(property.startsWith('write') && { object: 'document' }),
  property,
  message: 'Show text by text nodes.',
}));

export default defineConfig(
  globalIgnores(['dist/', 'e2e/failed/', 'src/client/generated/']),
  js.configs.recommended,
  tseslint.configs.recommended,
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  {
    files: ['e2e/**/*.mjs'],
    languageOptions: { globals: globals.browser },
    // Playwright reads the names of a fixture's dependencies from its first parameter.
    rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
  },
  {
    // Declares globals, and adds to the interfaces of the DOM.
    files: ['public/*.d.ts'],
    rules: { 'no-var': 'off', '@typescript-eslint/no-empty-object-type': 'off' },
  },
  { files: ['e2e/host/*.js'], languageOptions: { globals: globals.browser, sourceType: 'script' } },
  {
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          caughtErrorsIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    languageOptions: { globals: globals.browser },
    extends: [lit['flat/recommended'], wc['flat/recommended'], wc['flat/best-practice']],
    rules: {
      'max-lines': ['error', 400],
      'no-console': 'error',
      'no-self-compare': 'error',
      '@typescript-eslint/no-shadow': 'error',
      'no-restricted-imports': ['error', { patterns: ['lit/directives/unsafe-*'] }],
      'no-restricted-properties': ['error', ...FORBIDDEN_PROPERTIES],
      'no-restricted-syntax': ['error', ...FORBIDDEN_TEXT],
    },
  },
);
