import { defineConfig } from 'vitest/config';

const conditions = ['@mailwright/source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', '.doc-examples/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['test/fail-on-console.ts'],
    pool: 'threads',
  },
});
