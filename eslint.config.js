import js from '@eslint/js';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

/** Forbids imports whose path matches one of the patterns, and says why. */
function forbid(group, message) {
  return { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] };
}

export default ts.config(
  { ignores: ['dist', 'e2e/results', 'models', 'public', '.venv'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'no-undef': 'off', // TypeScript knows better
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/unified-signatures': 'off',
      'no-eval': 'error',
    },
  },
  // State is replaced whole ($state.raw): reactive Maps would only hide that.
  { files: ['src/*.svelte.ts'], rules: { 'svelte/prefer-svelte-reactivity': 'off' } },
  // Imports point only towards the core: cells > state > bridge > workers > core.
  {
    files: ['src/core/**/*.ts'],
    ignores: ['src/core/**/*.test.ts'],
    rules: {
      ...forbid(
        ['**/cells/**', '**/ui/**', '**/browser/**', '**/terminal/**', '**/workers/**', '**/bridge*', '**/notebook-state*', 'svelte*', 'comlink', 'idb-keyval', 'onnxruntime-web*', 'onnxruntime-node*', 'node:*', '*.svelte'],
        'The core is pure: what comes from outside is an argument.',
      ),
      'no-restricted-globals': ['error', 'window', 'document', 'navigator', 'fetch', 'localStorage', 'indexedDB', 'Worker', 'self', 'process', 'location'],
    },
  },
  {
    files: ['workers/**/*.ts'],
    rules: forbid(['**/cells/**', '**/ui/**', '**/browser/**', '**/bridge*', '**/notebook-state*', 'svelte*', '*.svelte'], 'Workers know the core and nothing of the page.'),
  },
  {
    files: ['src/ui/**'],
    rules: forbid(['**/cells/**', '**/notebook-state*', '**/bridge*', '**/workers/**'], 'ui shows values it is given.'),
  },
  {
    files: ['src/cells/**'],
    rules: forbid(['**/bridge*', '**/workers/**'], 'Cells take values and give events; the state owns the engine.'),
  },
);
