/** What checkpoints would take on this machine, in lines; and whether they can run here at all. */
import { parseConfig } from '../core/checkpoint/config';
import type { RunMember } from '../core/checkpoint/same-run';
import { bytesOf, isBundled } from '../core/checkpoint/source';
import { pageMemory } from '../core/planning/page-memory';
import { plan } from '../core/planning/plan';
import { backendNames, type Limits, type Precision } from '../core/scoring/backend';
import { unwatched } from '../core/scoring/watch';
import type { CheckpointRef } from '../core/soup/model';
import { fileSize } from '../ui/numbers';
import { chosenWeights, readPreference } from './preferences';
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
    return { bytes: isBundled(source) ? 0 : bytesOf(source.weights), here: weights.every(({ sha256 }) => here.has(sha256)) };
  });
  const limits: Limits = { ...device, disk: free };
  const chosen = chosenWeights();
  const { needs, precision, refusal, warnings } = plan(parseConfig(members[0].config, 'config.json'), ingredients, limits, chosen === 'automatic' ? undefined : chosen);
  const where = `${backendNames[limits.kind]}, ${precision === 'fp32' ? '32-bit weights' : '16-bit weights'}`;
  const memory = limits.kind === 'webgpu' ? `${fileSize(needs.device)} of graphics memory and ${fileSize(needs.worker)} of the page’s` : `${fileSize(needs.worker)} of memory`;
  const lines = [
    needs.download === 0 ? 'Nothing is left to fetch.' : `To fetch, and to keep on this disk: ${fileSize(needs.download)}${free === null ? '' : `; about ${fileSize(free)} are free for this page`}.`,
    `To merge and score (${where}): about ${memory}, however many are merged.`,
  ];
  return { lines, warnings, refusals: refusal ? [`This cannot run here: ${refusal.found}. What can: ${refusal.largest}.`] : [] };
}

/** How the weights of a checkpoint are best held here. Its configuration may be fetched for it, as by the run that asks. */
export async function precisionFor(ref: CheckpointRef): Promise<Precision> {
  const { id, source } = ref;
  const config = parseConfig(await browserStore.library().config(ref, unwatched), `${id}/config.json`);
  const ingredient = { bytes: isBundled(source) ? 0 : bytesOf(source.weights), here: true };
  return plan(config, [ingredient], { ...(await deviceLimits()), disk: null }).precision;
}

/** What the device that the engine will choose allows; a card tells its limits, but not how much memory it has. */
async function deviceLimits(): Promise<Omit<Limits, 'disk'>> {
  const worker = pageMemory((navigator as { deviceMemory?: number }).deviceMemory);
  const processor = { kind: 'wasm', binding: Infinity, halves: true, worker, device: null } as const;
  if (readPreference('device', ['automatic', 'wasm'], 'automatic') === 'wasm') return processor;
  const adapter = await browserStore.adapter();
  return adapter ? { kind: 'webgpu', ...adapter, worker, device: null } : processor;
}
