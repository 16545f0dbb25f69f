/** The official validation sets, where they lie beside the repository; they are nobody's to copy into it. */
import { describe, expect, it } from 'vitest';
import { goldenEngine, goldenModel, mismatches, perChoice } from '../../../reference/compare';
import { missing, officialAnswers, officialGolden, officialItems } from '../../../reference/official';
import { accuracyOf } from './accuracy';
import { hashOfItems } from './items-hash';
import type { Item } from './task';
import { tasks } from './tasks';
import { stripEnd } from './white-space';

const exactly = (): number => 1e-9;
const absent = missing('The official evaluation sets were NOT tested');
const balance = (items: Item[]): number[] => [0, 1].map((gold) => items.filter((item) => item.gold === gold).length);

describe('the official sets', () => {
  it.skipIf(absent)('PIQA is read whole, in either order of its files', () => {
    const items = officialItems('piqa');
    expect(items).toHaveLength(1838);
    expect(balance(items)).toEqual([910, 928]);
    expect(officialItems('piqa', (files) => files.reverse())).toEqual(items);
  });

  it.skipIf(absent)('PIQA keeps the white space its solutions end in, as the harness does', () => {
    const choices = officialItems('piqa').flatMap((item) => item.choices);
    expect(choices).toHaveLength(2 * 1838);
    expect(choices.filter(({ continuation }) => stripEnd(continuation) !== continuation)).toHaveLength(230);
    expect(choices.filter(({ continuation, characters }) => [...continuation].length !== characters + 1)).toEqual([]);
    expect(choices.filter(({ context }) => !/^Question: [^]+\nAnswer:$/.test(context))).toEqual([]);
  });

  it.skipIf(absent)('PIQA begins with the guinea pig', () => {
    const [{ gold, choices }] = officialItems('piqa');
    expect(gold).toBe(0);
    expect(choices[0].context).toBe("Question: How do I ready a guinea pig cage for it's new occupants?\nAnswer:");
    expect(choices[1].continuation).toMatch(/^ Provide the guinea pig .* ripped jeans material, .* food dish\.$/);
  });

  it.skipIf(absent)('WinoGrande is read whole: the blank filled, the same end scored after either option', () => {
    const items = officialItems('winogrande');
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

  it.skipIf(absent).each(['piqa', 'winogrande'] as const)('%s has the hash that is known', (task) => {
    expect(hashOfItems(officialItems(task))).toBe(tasks[task].knownItems);
  });

  it.skipIf(absent).each(['piqa', 'winogrande'] as const)(
    '%s: every choice of every item is scored as lm-evaluation-harness scores it',
    async (task) => {
      const items = officialItems(task);
      const expected = officialAnswers(task);
      const answers = await goldenEngine().answerItems(goldenModel(officialGolden.model, { [officialGolden.model]: 1 }), items);
      expect(mismatches(answers.flatMap(({ logLikelihoods }) => logLikelihoods), expected.flatMap(({ logLikelihoods }) => logLikelihoods), perChoice)).toEqual([]);
      expect(answers.map(({ choice }, i) => choice === items[i].gold)).toEqual(expected.map(({ right }) => right));
      if (tasks[task].normalised) expect(answers.map(({ choiceNorm }, i) => choiceNorm === items[i].gold)).toEqual(expected.map(({ rightNorm }) => rightNorm));

      const { leftOut, acc, acc_stderr, acc_norm, acc_norm_stderr } = officialGolden.tasks[task]; // of the items that do not stop the harness
      const kept = <T>(values: T[]): T[] => values.filter((_, i) => !leftOut.includes(i));
      const found = accuracyOf('choice', kept(items).map(({ gold }) => gold), kept(answers));
      expect(mismatches([found.accuracy, found.stderr ?? NaN], [acc, acc_stderr], exactly)).toEqual([]);
      if (acc_norm !== undefined) expect(mismatches([found.accuracyNorm, found.stderrNorm ?? NaN], [acc_norm, acc_norm_stderr ?? NaN], exactly)).toEqual([]);
    },
    600_000,
  );
});
