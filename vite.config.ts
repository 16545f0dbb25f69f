import { cpSync, createReadStream, existsSync, statSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };

/**
 * What every response carries, the page and the worker scripts alike.
 * Two threads for WebAssembly exist only on a cross-origin isolated page (COOP and COEP). `connect-src https:` because
 * mirrors and files are the reader's choice; `wasm-unsafe-eval` compiles WebAssembly and allows no script.
 */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "connect-src 'self' https:",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; '),
};

/** Serves models/ beside the page, and writes it and a `_headers` file (for static hosts that read one) into the build. */
function bundledModels(): Plugin {
  const root = join(import.meta.dirname, 'models');
  const wanted = (path: string): boolean => !path.includes('/train');
  return {
    name: 'bundled-models',
    configureServer(server) {
      server.middlewares.use('/models', (request, response, next) => {
        const path = normalize(join(root, decodeURIComponent((request.url ?? '').split('?')[0])));
        if (!path.startsWith(root + sep) || !existsSync(path) || !statSync(path).isFile()) return next();
        createReadStream(path).pipe(response);
      });
    },
    writeBundle({ dir }) {
      if (dir && existsSync(root)) cpSync(root, join(dir, 'models'), { recursive: true, filter: wanted });
    },
    generateBundle() {
      const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
      this.emitFile({ type: 'asset', fileName: '_headers', source: ['/*', ...lines, ''].join('\n') });
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [svelte(), bundledModels()],
  define: { __APP_VERSION__: JSON.stringify(manifest.version) },
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
  // "onnxruntime-web-use-extern-wasm" picks the loader without an embedded glue script: we serve the .mjs and .wasm ourselves.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  // while developing, Vite puts styles and its client into the page itself
  server: { headers: { ...headers, 'Content-Security-Policy': headers['Content-Security-Policy'].replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") } },
  preview: { headers, port: 4173 },
  test: { include: ['{src,workers,e2e,reference}/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
