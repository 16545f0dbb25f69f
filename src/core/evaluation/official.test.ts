/** The official validation sets, where they lie beside the repository; they are nobody's to copy into it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { TextFile } from './file-rows';
import { goldenEngine, goldenModel, mismatches, perChoice } from '../../../reference/compare';
import golden from '../../../reference/golden/official.json';
import { accuracyOf } from './accuracy';
import { readItemFiles } from './item-files';
import { hashOfItems } from './items-hash';
import type { Item } from './task';
import { tasks } from './tasks';
import { stripEnd } from './white-space';

interface Golden {
  /** items with an answer longer than the window, which stop the harness */
  leftOut: number[];
  logLikelihoods: number[][];
  right: string;
  rightNorm?: string;
  acc: number;
  acc_stderr: number;
  acc_norm?: number;
  acc_norm_stderr?: number;
}

const exactly = (): number => 1e-9;
const folder = new URL('../../../../shared/data/', import.meta.url);
const names = { piqa: ['piqa/valid.jsonl', 'piqa/valid-labels.lst'], winogrande: ['winogrande/dev.jsonl'] };
const absent = Object.values(names).flat().filter((name) => !existsSync(new URL(name, folder)));
if (absent.length > 0) console.warn(`The official evaluation sets were NOT tested: ${absent.join(', ')} not found in ${fileURLToPath(folder)}.`);

function read(task: keyof typeof names, order: (files: TextFile[]) => TextFile[] = (files) => files): Item[] {
  const files = names[task].map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
  return readItemFiles(tasks[task], order(files));
}
const balance = (items: Item[]): number[] => [0, 1].map((gold) => items.filter((item) => item.gold === gold).length);

describe('the official sets', () => {
  it.skipIf(absent.length > 0)('PIQA is read whole, in either order of its files', () => {
    const items = read('piqa');
    expect(items).toHaveLength(1838);
    expect(balance(items)).toEqual([910, 928]);
    expect(read('piqa', (files) => files.reverse())).toEqual(items);
  });

  it.skipIf(absent.length > 0)('PIQA keeps the white space its solutions end in, as the harness does', () => {
    const choices = read('piqa').flatMap((item) => item.choices);
    expect(choices).toHaveLength(2 * 1838);
    expect(choices.filter(({ continuation }) => stripEnd(continuation) !== continuation)).toHaveLength(230);
    expect(choices.filter(({ continuation, characters }) => [...continuation].length !== characters + 1)).toEqual([]);
    expect(choices.filter(({ context }) => !/^Question: [^]+\nAnswer:$/.test(context))).toEqual([]);
  });

  it.skipIf(absent.length > 0)('PIQA begins with the guinea pig', () => {
    const [{ gold, choices }] = read('piqa');
    expect(gold).toBe(0);
    expect(choices[0].context).toBe("Question: How do I ready a guinea pig cage for it's new occupants?\nAnswer:");
    expect(choices[1].continuation).toMatch(/^ Provide the guinea pig .* ripped jeans material, .* food dish\.$/);
  });

  it.skipIf(absent.length > 0)('WinoGrande is read whole: the blank filled, the same end scored after either option', () => {
    const items = read('winogrande');
    expect(items).toHaveLength(1267);
    expect(balance(items)).toEqual([628, 639]);
    expect(items.filter(({ choices: [one, other] }) => one.continuation !== other.continuation || one.context === other.context)).toEqual([]);
    expect(items.flatMap(({ choices }) => choices).filter(({ context, continuation }) => `${context}${continuation}`.includes('_'))).toEqual([]);
    expect(items[0]).toEqual({
      gold: 1,
      cluster: 'Maria|Sarah|Sarah|was',
      text: 'Sarah was a much better surgeon than Maria so _ always got the easier cases.',
      choices: ['Sarah', 'Maria'].map((name) => ({
        context: `Sarah was a much better surgeon than Maria so ${name}`,
        continuation: ' always got the easier cases.',
        characters: 28,
      })),
    });
  });

  it.skipIf(absent.length > 0).each(['piqa', 'winogrande'] as const)('%s has the hash that is known', (task) => {
    expect(hashOfItems(read(task))).toBe(tasks[task].knownItems);
  });

  it.skipIf(absent.length > 0).each(['piqa', 'winogrande'] as const)(
    '%s: every choice of every item is scored as lm-evaluation-harness scores it',
    async (task) => {
      const expected: Golden = golden.tasks[task];
      const items = read(task).filter((_, i) => !expected.leftOut.includes(i));
      const answers = await goldenEngine().answerItems(goldenModel(golden.model, { [golden.model]: 1 }), items);
      expect(mismatches(answers.flatMap(({ logLikelihoods }) => logLikelihoods), expected.logLikelihoods.flat(), perChoice)).toEqual([]);
      expect(answers.map(({ choice }, i) => Number(choice === items[i].gold)).join('')).toBe(expected.right);
      const found = accuracyOf('choice', items.map(({ gold }) => gold), answers);
      expect(mismatches([found.accuracy, found.stderr ?? NaN], [expected.acc, expected.acc_stderr], exactly)).toEqual([]);
      if (expected.rightNorm === undefined) return;
      expect(answers.map(({ choiceNorm }, i) => Number(choiceNorm === items[i].gold)).join('')).toBe(expected.rightNorm);
      expect(mismatches([found.accuracyNorm, found.stderrNorm ?? NaN], [expected.acc_norm ?? NaN, expected.acc_norm_stderr ?? NaN], exactly)).toEqual([]);
    },
    600_000,
  );
});
