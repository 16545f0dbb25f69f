/** Memory in the benchmark: the peak of a page that merges and scores, beside what the planner says of it. */
import { chromium, type Browser, type Page } from '@playwright/test';
import { parseConfig } from '../../src/core/checkpoint/config';
import type { Fusion } from '../../src/core/merging/fusion';
import { fusionMemoryOf } from '../../src/core/planning/fusion-memory';
import { memoryOf, weightBytes } from '../../src/core/planning/memory';
import type { PythiaSize } from '../../src/core/planning/pythia';
import { precisions } from '../../src/core/scoring/backend';
import { browserArguments, requireBrowser } from '../find-browser';
import { measureFusion, measureMemory, shortWindow, withCheckpoints } from './measure';

const MB = 1e6;

/** @param url of the engine room */
export async function benchMemory(url: string): Promise<void> {
  console.log('\nPeak of the page’s process over an empty page, WASM, two F16 checkpoints merged and 512 tokens scored, twice');
  for (const size of ['70M', '160M', '410M'] as const) await withCheckpoints(size, (paths) => benchSize(url, size, paths));
  console.log('\nThe same while a soup is made from gradients or Gram matrices of 256 tokens');
  await withCheckpoints('70M', (paths) => benchFusion(url, '70M', 'regmean', paths));
  for (const size of ['70M', '160M'] as const) await withCheckpoints(size, (paths) => benchFusion(url, size, 'fisher', paths));
}

async function benchFusion(url: string, size: PythiaSize, method: Fusion['method'], paths: string[]): Promise<void> {
  const config = parseConfig(shortWindow(size), 'config.json');
  await inBrowser(url, async (browser, page) => {
    const { peak, seconds } = await measureFusion(browser, page, paths, size, method);
    const planned = fusionMemoryOf({ config, kind: 'wasm', precision: 'fp32' }, method, 2, 256).worker;
    console.log(`  ${size}, ${method}: ${(peak / MB).toFixed(0)} MB, planned ${(planned / MB).toFixed(0)} (${(planned / peak).toFixed(2)}); ${seconds.toFixed(0)} s`);
  });
}

async function benchSize(url: string, size: PythiaSize, paths: string[]): Promise<void> {
  const config = parseConfig(shortWindow(size), 'config.json');
  for (const precision of precisions) {
    await inBrowser(url, async (browser, page) => {
      const { peak } = await measureMemory(browser, page, paths, size, precision, 2);
      const planned = memoryOf({ config, kind: 'wasm', precision, storedSize: 2 }).worker;
      const goal = (precision === 'fp32' ? 2 : 1) * weightBytes(config, 'fp32') + 400 * MB;
      console.log(`  ${size}, ${precision}: ${(peak / MB).toFixed(0)} MB, planned ${(planned / MB).toFixed(0)} (${(planned / peak).toFixed(2)})   goal: at most ${(goal / MB).toFixed(0)}`);
    });
  }
}

/** In a browser of its own, with the engine room open. */
async function inBrowser(url: string, work: (browser: Browser, page: Page) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: requireBrowser(), args: browserArguments() });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(15 * 60_000);
    await page.goto(url);
    await work(browser, page);
  } finally {
    await browser.close();
  }
}
