/** What merging and scoring takes on WebAssembly. Pythia-410M's shape is measured by the benchmark, where it may take its minutes. */
import { platform } from 'node:os';
import { chromium, expect, test } from '@playwright/test';
import { parseConfig } from '../src/core/checkpoint/config';
import { weightBytes } from '../src/core/planning/memory';
import { pythiaConfig } from '../src/core/planning/pythia';
import { browserArguments } from './find-browser';
import { measureMemory, withCheckpoints } from './memory/measure';
import { engineRoom } from './playwright.config';

const MB = 1e6;
const floats = weightBytes(parseConfig(pythiaConfig('160M'), 'config.json'), 'fp32');

/** What is not yet back at the system varies by 150 MB from run to run; one more copy of the weights in 32 bits would be 650. */
const most = [['fp32', 2 * floats + 400 * MB], ['fp16-weights', floats + 600 * MB]] as const;

test.skip(platform() !== 'linux', 'a process tells its peak in /proc');

test('two checkpoints of 160M parameters take little more than the weights they become', async () => {
  await withCheckpoints('160M', async (paths) => {
    for (const [precision, limit] of most) {
      const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: browserArguments() });
      try {
        const page = await browser.newPage();
        page.setDefaultTimeout(180_000);
        await page.goto(engineRoom);
        const { peak, nll } = await measureMemory(browser, page, paths, '160M', precision, 2);
        console.log(`160M, ${precision}: ${(peak / MB).toFixed(0)} MB over the empty page, of ${(limit / MB).toFixed(0)}`);
        expect(nll[0]).toBeGreaterThan(5); // of 50,304 tokens: it did score
        expect(peak).toBeGreaterThan(weightBytes(parseConfig(pythiaConfig('160M'), 'config.json'), precision));
        expect(peak).toBeLessThanOrEqual(limit);
      } finally {
        await browser.close();
      }
    }
  });
});
