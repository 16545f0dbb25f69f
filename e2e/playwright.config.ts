/** Browser tests of the built page (`npm run e2e` builds it): once on WASM, once on WebGPU by a software adapter. */
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { browserArguments, requireBrowser } from './find-browser';

const root = join(import.meta.dirname, '..');
const [pagePort, engineRoomPort] = [4599, 4598];

// the processes that run tests inherit it, and need not look again
process.env.CHROMIUM_PATH ??= requireBrowser();
const executablePath = process.env.CHROMIUM_PATH;
const webgpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

const vite = 'node node_modules/vite/bin/vite.js';
const room = '--config e2e/engine-room/vite.config.ts';

export const engineRoom = `http://localhost:${engineRoomPort}/`;

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts', // *.test.ts beside them are the unit tests of what they use
  outputDir: 'results',
  workers: 1,
  retries: 0,
  reporter: 'list',
  expect: { timeout: 15_000 },
  use: { baseURL: `http://localhost:${pagePort}/`, serviceWorkers: 'block', viewport: { width: 1280, height: 900 }, ignoreHTTPSErrors: true }, // the double of the Hub has a certificate of its own
  projects: [
    {
      name: 'wasm',
      testIgnore: 'webgpu.spec.ts',
      timeout: 4 * 60_000,
      use: { launchOptions: { executablePath, args: browserArguments() } },
    },
    {
      name: 'webgpu',
      testMatch: ['webgpu.spec.ts', 'engine-room.spec.ts', 'official.spec.ts', 'soup.spec.ts'],
      timeout: 10 * 60_000,
      use: { launchOptions: { executablePath, args: [...browserArguments(), ...webgpu] } },
    },
  ],
  webServer: [
    { command: `${vite} preview --port ${pagePort} --strictPort`, cwd: root, port: pagePort },
    { command: `${vite} build ${room} && ${vite} preview ${room} --port ${engineRoomPort} --strictPort`, cwd: root, port: engineRoomPort, env: { VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' } },
  ],
});
