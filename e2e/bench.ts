/**
 * The benchmark: speeds and sizes, each beside its goal. Times are of this machine and its load; ratios are taken within a run.
 * npm run bench
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type Page } from '@playwright/test';
import { build, preview, type PreviewServer } from 'vite';
import { benchItems } from './bench-items';
import { browserArguments, requireBrowser } from './find-browser';
import { benchMemory } from './memory/bench-memory';
import { spread } from './spread';

type Kind = 'wasm' | 'webgpu';

const root = join(import.meta.dirname, '..');
const webgpuArguments = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Builds bench.html with the engine room's settings and serves it. */
async function serveBench(): Promise<PreviewServer> {
  const configFile = join(root, 'e2e/engine-room/vite.config.ts');
  const outDir = join(root, 'e2e/results/bench');
  await build({ configFile, build: { outDir, rollupOptions: { input: [join(root, 'e2e/engine-room/bench.html'), join(root, 'e2e/engine-room/index.html')] } } });
  return preview({ configFile, build: { outDir }, preview: { port: 4597, strictPort: true } });
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/models/**', async (route) => {
    const path = new URL(route.request().url()).pathname.split('/models/')[1];
    await route.fulfill({ body: await readFile(join(root, 'models', path)) });
  });
  await page.goto(url);
  return page;
}

/** Opens bench.html in a browser of its own. */
async function onBenchPage(kind: Kind, url: string, work: (page: Page) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: requireBrowser(), args: [...browserArguments(), ...(kind === 'webgpu' ? webgpuArguments : [])] });
  try {
    const page = await openPage(browser, `${url}bench.html`);
    await page.waitForFunction(() => 'bench' in window);
    await work(page);
  } finally {
    await browser.close();
  }
}

async function benchBackend(kind: Kind, page: Page): Promise<void> {
  const measured = await page.evaluate(([which, repeats]) => window.bench(which, repeats), [kind, kind === 'wasm' ? 21 : 9] as const);
  console.log(`\n${measured.device}: 512 tokens, ${measured.tokensPerRun} in a run`);
  console.log(`  tokens per second            ${spread(measured.tokensPerSecond, 0)}`);
  console.log(`  (merge + forward) / forward  ${spread(measured.stepRatios, 3)}   goal: at most 1.1`);
  console.log(`  sessions created by a sweep  ${measured.sessionsInSweep}   goal: 0`);
}

async function benchGradients(kind: Kind, page: Page): Promise<void> {
  console.log('\nOne example, in forward passes of the same tokens:');
  for (const tokens of [256, 40]) {
    const measured = await page.evaluate(([which, tokens, repeats]) => window.benchGradients(which, tokens, repeats), [kind, tokens, kind === 'wasm' ? 41 : 3] as const);
    const goal = (most: string): string => (tokens === 256 && kind === 'wasm' ? `   goal: at most ${most}` : '');
    console.log(`  squared gradient, ${String(tokens).padEnd(3)} tokens  ${spread(measured.gradient, 2)}${goal('3.5')}`);
    console.log(`  Gram matrices, ${String(tokens).padEnd(3)} tokens     ${spread(measured.grams, 2)}${goal('2')}`);
  }
}

async function benchStore(page: Page): Promise<void> {
  const { loading, verified } = await page.evaluate(([megabytes, repeats]) => window.benchStorage(megabytes, repeats), [256, 7] as const);
  console.log('\nWeights from the store, against reading the same file and copying it once:');
  console.log(`  loading                      ${spread(loading, 2)}   goal: at least 0.5`);
  console.log(`  loading, and verified        ${spread(verified, 2)}`);
}

/** What a visitor loads before the engine is needed, compressed as a server would. */
async function benchPage(): Promise<void> {
  const server = await preview({ root, preview: { port: 4596, strictPort: true } });
  const browser = await chromium.launch({ executablePath: requireBrowser(), args: browserArguments() });
  try {
    const page = await browser.newPage();
    const sizes: number[] = [];
    page.on('response', async (response) => {
      if (response.request().resourceType() === 'script') sizes.push(gzipSync(await response.body()).length);
    });
    await page.goto('http://localhost:4596/');
    await page.waitForSelector('[data-cell]');
    await page.waitForLoadState('networkidle');
    const total = sizes.reduce((a, b) => a + b, 0);
    console.log(`\nJavaScript before the engine loads: ${(total / 1000).toFixed(1)} kB compressed, ${sizes.length} file${sizes.length === 1 ? '' : 's'}   goal: under 200 kB`);
  } finally {
    await browser.close();
    await server.close();
  }
}

const server = await serveBench();
try {
  const [url] = server.resolvedUrls?.local ?? [];
  await onBenchPage('wasm', url, (page) => benchBackend('wasm', page));
  await onBenchPage('webgpu', url, (page) => benchBackend('webgpu', page));
  await onBenchPage('wasm', url, benchItems);
  await onBenchPage('wasm', url, (page) => benchGradients('wasm', page));
  await onBenchPage('webgpu', url, (page) => benchGradients('webgpu', page));
  await onBenchPage('wasm', url, benchStore);
  await benchPage();
  await benchMemory(url);
} finally {
  await server.close();
}
