/** What packing saves on the official sets, where they lie beside the repository: counted, not timed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missing, officialItems, readBeside, type OfficialTask } from '../../../reference/official';
import { encodePair } from '../evaluation/encode-pair';
import { Tokenizer } from '../tokenizer/tokenizer';
import { planBatches } from './batches';
import type { Group } from './packing';

const absent = missing('What packing saves was NOT tested', ['piqa/valid.jsonl', 'piqa/valid-labels.lst', 'winogrande/dev.jsonl', 'pythia/tokenizer.json']);

/** The tokenizers, with the window and the tokens in a run (on a processor) of their models. */
const runs = {
  pythia: { tokenizer: () => readBeside('pythia/tokenizer.json'), window: 2048, tokensPerRun: 2048 },
  pico: { tokenizer: () => readFileSync(new URL('../../../models/pico/tokenizer.json', import.meta.url), 'utf8'), window: 256, tokensPerRun: 512 },
};
type Run = keyof typeof runs;

interface Saved {
  /** tokens of each choice with its whole context */
  alone: number;
  /** tokens of the trees: what packing computes of them */
  computed: number;
  /** places in the rows that hold something */
  slots: number;
  /** places in all batches, those in the empty rows of the last batch too */
  places: number;
}

function groupsOf(task: OfficialTask, run: Run): Group[] {
  const tokenizer = Tokenizer.parse(runs[run].tokenizer(), run);
  return officialItems(task).map(({ choices }) => choices.map(({ context, continuation }) => encodePair(tokenizer, context, continuation, runs[run].window)));
}

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);

function saved(task: OfficialTask, run: Run): Saved {
  const groups = groupsOf(task, run);
  const batches = planBatches(groups, runs[run].tokensPerRun);
  const rows = batches.flatMap(({ packed }) => packed);
  return {
    alone: sum(groups.flat().map(({ tokens }) => tokens.length)),
    computed: sum(rows.map(({ tree }) => tree.size)),
    slots: sum(rows.map(({ length }) => length)),
    places: sum(batches.map(({ tokens }) => tokens.length)),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

describe('packing the official sets', () => {
  it.skipIf(absent).each<[OfficialTask, Run, number]>([
    ['piqa', 'pythia', 0.7],
    ['piqa', 'pico', 0.7],
    ['winogrande', 'pythia', 0.65],
    ['winogrande', 'pico', 0.65],
  ])("%s with %s's tokenizer: at most %f of the tokens, rows nearly full", (task, run, most) => {
    const { alone, computed, slots, places } = saved(task, run);
    console.log(`${task}, ${run}: ${computed} of ${alone} tokens, ${percent(computed / alone)}; ${percent(1 - computed / slots)} of the rows is padding, ${percent(1 - computed / places)} with the empty rows of the last batch`);
    expect(computed / alone).toBeLessThanOrEqual(most);
    expect(1 - computed / slots).toBeLessThanOrEqual(0.03);
  });
});
