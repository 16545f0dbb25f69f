/** Builds and serves the page without a face on which tests reach the engine itself; never part of the site. */
import { join } from 'node:path';
import { defineConfig } from 'vite';
import site from '../../vite.config';

const root = import.meta.dirname;

export default defineConfig({
  root,
  publicDir: false,
  logLevel: 'warn',
  worker: site.worker,
  resolve: site.resolve,
  build: { ...site.build, outDir: join(root, '../results/engine-room'), emptyOutDir: true },
  preview: { headers: site.preview?.headers },
});
