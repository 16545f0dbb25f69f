/** What checkpoints would take, in lines. */
import { isBundled } from '../core/checkpoint/source';
import type { RunMember } from '../core/checkpoint/same-run';
import { fileSize } from '../ui/numbers';
import { browserStore } from './store';

export interface Planned {
  lines: string[];
  refusals: string[];
  warnings: string[];
}

export async function planLines(members: RunMember[]): Promise<Planned> {
  const files = members.flatMap(({ source }) => (isBundled(source) ? [] : source.weights));
  const [here, { free }] = await Promise.all([browserStore.which(files.map(({ sha256 }) => sha256)), browserStore.usage()]);
  const missing = files.filter(({ sha256 }) => !here.has(sha256)).reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = [missing === 0 ? 'Nothing is left to fetch.' : `To fetch: ${fileSize(missing)}${free === null ? '' : `; about ${fileSize(free)} are free for this page`}.`];
  return { lines, refusals: [], warnings: [] };
}
