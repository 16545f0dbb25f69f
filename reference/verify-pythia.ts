/**
 * Runs published zero-shot figures of Pythia again: its final checkpoints and the official sets, fetched from the Hugging Face Hub
 * (about 550 MB, kept for the next time) and answered by the engine of the command line.
 * npm run --silent verify:pythia [-- --endpoint URL]
 *
 * Exit status: 0 reproduced, 1 differs, 2 the Hub could not be reached, 3 something else went wrong.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256OfWeights } from '../src/core/checkpoint/source';
import type { Engine } from '../src/core/engine';
import { explain, toFailure } from '../src/core/errors';
import { accuracyOf } from '../src/core/evaluation/accuracy';
import { piqa } from '../src/core/evaluation/piqa';
import type { Task } from '../src/core/evaluation/task';
import { winogrande } from '../src/core/evaluation/winogrande';
import { fetchItems } from '../src/core/hub/fetch-items';
import { hubEndpoint } from '../src/core/hub/fetch-rows';
import { hubSource } from '../src/core/hub/models';
import type { Line } from '../src/core/hub/request';
import type { Progress } from '../src/core/scoring/watch';
import { modelOf, type CheckpointRef } from '../src/core/soup/model';
import { nodeEngine, readCatalog } from '../src/terminal/node-engine';
import { nodeLibrary } from '../src/terminal/node-library';
import { printableLine } from '../src/terminal/printable';

export interface Published {
  repo: string;
  revision: string;
  task: Task;
  /** of all items of the set */
  n: number;
  accuracy: number;
}

/**
 * EleutherAI's own evaluations of Pythia at the last of its 154 checkpoints, without demonstrations, `acc`:
 * https://github.com/EleutherAI/pythia, evals/pythia-v1 (read at commit a19eecb).
 */
export const published: Published[] = [
  { repo: 'EleutherAI/pythia-70m', revision: 'step143000', task: piqa, n: 1838, accuracy: 0.5946681175190425 },
  { repo: 'EleutherAI/pythia-70m', revision: 'step143000', task: winogrande, n: 1267, accuracy: 0.5280189423835833 },
  { repo: 'EleutherAI/pythia-160m', revision: 'step143000', task: piqa, n: 1838, accuracy: 0.6273122959738846 },
  { repo: 'EleutherAI/pythia-160m', revision: 'step143000', task: winogrande, n: 1267, accuracy: 0.5311760063141279 },
];

/**
 * One standard error of the published accuracy over the items: 1.1 points on PIQA, 1.4 on WinoGrande. The published runs computed in
 * 16 bits with a harness of 2023, and Pythia's own README warns that they may not be reproduced to the digit; items on which two
 * answers are nearly as likely fall the other way then. Another model, another set or another way of asking differs by more.
 */
export function toleranceOf({ accuracy, n }: Pick<Published, 'accuracy' | 'n'>): number {
  return Math.sqrt((accuracy * (1 - accuracy)) / n);
}

export interface Verifying {
  line: Line;
  engine: Pick<Engine, 'answerItems'>;
  tell(line: string): void;
}

/** @returns whether each figure was reproduced. @throws what fetching and answering throw */
export async function verify(figures: Published[], { line, engine, tell }: Verifying): Promise<boolean> {
  let all = true;
  for (const figure of figures) {
    const ref = await checkpoint(figure, line);
    const { items } = await fetchItems({ task: figure.task, which: 'items', sha256: null, commit: null, ...line });
    const answers = await engine.answerItems(modelOf(ref), items, line.watch);
    const { accuracy } = accuracyOf(figure.task.metric, items.map(({ gold }) => gold), answers);
    const reproduced = items.length === figure.n && Math.abs(accuracy - figure.accuracy) <= toleranceOf(figure);
    tell(`${figure.repo} ${figure.revision}  ${figure.task.title}  ${percent(accuracy)} of ${items.length}, published ${percent(figure.accuracy)} ± ${percent(toleranceOf(figure))} of ${figure.n}: ${reproduced ? 'reproduced' : 'differs'}`);
    all &&= reproduced;
  }
  return all;
}

async function checkpoint({ repo, revision }: Published, line: Line): Promise<CheckpointRef> {
  const { source } = await hubSource(line, repo, revision);
  return { id: `${repo}@${revision}`, source, sha256: sha256OfWeights(source.weights) };
}

/** Says what came of it. @returns the exit status */
export async function verdict(figures: Published[], verifying: Verifying): Promise<0 | 1 | 2 | 3> {
  try {
    const reproduced = await verify(figures, verifying);
    verifying.tell(reproduced ? 'All published figures were reproduced.' : 'Not all published figures were reproduced.');
    return reproduced ? 0 : 1;
  } catch (thrown) {
    const found = toFailure(thrown);
    const unreached = found.code === 'hub-unreachable';
    if (unreached) verifying.tell(`Nothing was verified: ${new URL(verifying.line.endpoint).host} could not be reached from this machine.`);
    verifying.tell(explain(found).join(' '));
    return unreached ? 2 : 3;
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { endpoint: { type: 'string', default: hubEndpoint } } });
  const [endpoint, token] = [values.endpoint.replace(/\/+$/, ''), process.env.HF_TOKEN];
  const models = join(import.meta.dirname, '../models');
  const library = nodeLibrary(models, await readCatalog(models), { folders: new Map(), endpoint, token, fetch: true });
  const line: Line = { endpoint, token, fetch: (address, init) => fetch(address, init), watch: { onProgress: showProgress, checkStopped: () => undefined } };
  process.exitCode = await verdict(published, { line, engine: nodeEngine(library), tell: (said) => console.log(`${clearLine()}${printableLine(said)}`) });
}

function showProgress({ doing, done }: Progress): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${printableLine(doing)} ${done === null ? '' : `${Math.round(100 * done)} %`}`);
}

function clearLine(): string {
  return process.stdout.isTTY ? '\r\x1b[K' : '';
}

if (process.argv[1] && import.meta.filename === process.argv[1]) await main();
