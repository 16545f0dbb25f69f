/** Items per second, packed and not, and what the length of a row does to them. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import * as ort from 'onnxruntime-node';
import { missing, officialItems } from '../reference/official';
import { refOf, runNamed } from '../src/core/checkpoint/catalog';
import { readItemFiles } from '../src/core/evaluation/item-files';
import type { Item } from '../src/core/evaluation/task';
import { tasks } from '../src/core/evaluation/tasks';
import { usualRow } from '../src/core/scoring/batches';
import { folderLibrary, readCatalog } from '../src/terminal/node-engine';
import { measurePaths, packedName, type MeasuredPaths } from './engine-room/item-paths';
import { spread } from './spread';

const root = join(import.meta.dirname, '..');
/** A few hundred: enough that full batches of every length are common. */
const itemsMeasured = 200;
const repeats = 9;

interface Measured {
  name: string;
  items: Item[];
}

function measuredItems(): Measured[] {
  const bundled = (name: string): Measured => ({ name, items: readItemFiles(tasks[name], [{ name, text: readFileSync(join(root, `public/tasks/${name}.jsonl`), 'utf8') }]) });
  if (missing('The benchmark measures bundled items in place of the official ones')) return [bundled('piqa_style'), bundled('winogrande_style')];
  return (['piqa', 'winogrande'] as const).map((name) => ({ name: `official ${tasks[name].title}`, items: officialItems(name).slice(0, itemsMeasured) }));
}

async function onNode(items: Item[]): Promise<MeasuredPaths> {
  const folder = join(root, 'models');
  const catalog = await readCatalog(folder);
  const run = runNamed(catalog, 'pico');
  const [checkpoint] = run.checkpoints.filter(({ name }) => name === 'step8000');
  const threads = availableParallelism();
  const options = { executionProviders: ['cpu'], logSeverityLevel: 3, intraOpNumThreads: threads } as const;
  const info = { kind: 'node', precision: 'fp32', runtime: '', device: `Node, ${threads} threads` } as const;
  return measurePaths({ ort, options, info }, folderLibrary(folder, catalog), refOf(run, checkpoint), items, repeats);
}

/** Every path beside the packed one that is in use: ratios are taken repeat by repeat. */
function tell(name: string, { device, items, encoding, itemsPerSecond }: MeasuredPaths): void {
  const used = itemsPerSecond[packedName(usualRow)];
  console.log(`\n${device}: ${items} items of ${name} as tokens (reading the text takes ${encoding.toFixed(2)} s besides), items per second`);
  for (const [path, measured] of Object.entries(itemsPerSecond)) {
    const ratios = used.map((packed, i) => packed / measured[i]);
    const beside = measured === used ? '' : `   in use / this: ${spread(ratios, 2)}${path.startsWith('unpacked') ? '   goal: at least 1.25' : ''}`;
    console.log(`  ${path.padEnd(36)} ${spread(measured, 0)}${beside}`);
  }
}

/** @param page shows bench.html on a device of its own */
export async function benchItems(page: Page): Promise<void> {
  for (const { name, items } of measuredItems()) {
    tell(name, await page.evaluate(([items, repeats]) => window.benchItems(items, repeats), [items, repeats] as const));
    tell(name, await onNode(items));
  }
}
