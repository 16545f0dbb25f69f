/** What checkpoints would take on this machine, in lines; and whether they can run here at all. */
import { bytesOf } from '../cells/checkpoints/source-words';
import { parseConfig } from '../core/checkpoint/config';
import type { RunMember } from '../core/checkpoint/same-run';
import { isBundled } from '../core/checkpoint/source';
import { pageMemory } from '../core/planning/page-memory';
import { plan, type Limits } from '../core/planning/plan';
import { backendNames } from '../core/scoring/backend';
import { fileSize } from '../ui/numbers';
import { chosenPrecision, readPreference } from './preferences';
import { browserStore } from './store';

export interface Planned {
  lines: string[];
  refusals: string[];
  warnings: string[];
}

export async function planLines(members: RunMember[]): Promise<Planned> {
  const files = members.flatMap(({ source }) => (isBundled(source) ? [] : source.weights));
  const [here, { free }, device] = await Promise.all([browserStore.which(files.map(({ sha256 }) => sha256)), browserStore.usage(), deviceLimits()]);
  const ingredients = members.map(({ source }) => {
    const weights = isBundled(source) ? [] : source.weights;
    return { bytes: isBundled(source) ? 0 : bytesOf(source), here: weights.every(({ sha256 }) => here.has(sha256)) };
  });
  const limits: Limits = { ...device, disk: free };
  const chosen = chosenPrecision();
  const { needs, precision, refusal, warnings } = plan(parseConfig(members[0].config, 'config.json'), ingredients, limits, chosen === 'fp32' ? undefined : chosen);
  const where = `${backendNames[limits.kind]}, ${precision === 'fp32' ? '32-bit weights' : '16-bit weights'}`;
  const memory = limits.kind === 'webgpu' ? `${fileSize(needs.device)} of graphics memory and ${fileSize(needs.worker)} of the page’s` : `${fileSize(needs.worker)} of memory`;
  const lines = [
    needs.download === 0 ? 'Nothing is left to fetch.' : `To fetch, and to keep on this disk: ${fileSize(needs.download)}${free === null ? '' : `; about ${fileSize(free)} are free for this page`}.`,
    `To merge and score (${where}): about ${memory}, however many are merged.`,
  ];
  if (precision !== chosen && !refusal) warnings.push('For this device they are too large in 32-bit weights: choose 16-bit weights in the menu before you run.');
  return { lines, warnings, refusals: refusal ? [`This cannot run here: ${refusal.found}. What can: ${refusal.largest}.`] : [] };
}

/** What the device that the engine will choose allows; a card tells its limits, but not how much memory it has. */
async function deviceLimits(): Promise<Omit<Limits, 'disk'>> {
  const worker = pageMemory((navigator as { deviceMemory?: number }).deviceMemory);
  const processor = { kind: 'wasm', binding: Infinity, halves: true, worker, device: null } as const;
  if (readPreference('device', ['automatic', 'wasm'], 'automatic') === 'wasm') return processor;
  const adapter = await browserStore.adapter();
  return adapter ? { kind: 'webgpu', ...adapter, worker, device: null } : processor;
}
