/** About how long a notebook would run: by this device's speed where it is known, else by that of whoever sent it. */
import { estimateRuns } from '../core/notebook/estimate';
import type { Notebook } from '../core/notebook/document';

/** What a device takes at once: 512 tokens on processors (scoring/backend.ts); the estimate is within a factor of two. */
const tokensPerRun = 512;

export function runSeconds(notebook: Notebook, speed: { secondsPerRun: number } | null): { seconds: number; whose: string } | null {
  const each = speed?.secondsPerRun ?? notebook.reported?.secondsPerRun ?? null;
  if (each === null) return null;
  return { seconds: each * estimateRuns(notebook, notebook.cells, tokensPerRun), whose: speed ? 'on this device' : 'at the speed of its author’s device' };
}
