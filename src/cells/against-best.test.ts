import { describe, expect, test } from 'vitest';
import type { ResultOf } from '../core/notebook/results';
import { perplexityOf } from '../core/perplexity/perplexity';
import { againstBest } from './against-best';

/** A result of models on the text “mine”, from their per-token NLLs; on “other” all is the other way round. */
function result(models: Record<string, Float32Array[]>): ResultOf<'perplexity'> {
  const entries = Object.entries(models);
  const texts: [string, [string, Float32Array[]][]][] = [['mine', entries], ['other', entries.map(([model], i) => [model, entries[entries.length - 1 - i][1]])]];
  return {
    kind: 'perplexity',
    rows: texts.flatMap(([text, of]) => of.map(([model, nll]) => ({ model, text, ...perplexityOf(nll, 1000) }))),
    tokens: texts.map(([text, of]) => ({ text, pieces: [], models: of.map(([model, nll]) => ({ model, nll })) })),
    window: 256,
  };
}

/** What the best is called: in words, without a number. */
const best = expect.stringMatching(/^[^%\d]*best[^%\d]*$/) as string;

/** 128 tokens of very different difficulty around a mean, the same for every model. */
const tokens = (mean: number, wobble = 0): Float32Array[] => [Float32Array.from({ length: 128 }, (_, i) => mean + Math.cos(i / 20) + wobble * Math.sin(i / 10))];

describe('each model against the best checkpoint', () => {
  const made = result({ worse: tokens(2.1), better: tokens(2), soup: tokens(1.95) });

  test('is a change in percent, and the best says so', () => {
    const words = againstBest(made, 'mine', ['worse', 'better']);
    expect([...words]).toEqual([
      ['worse', '+10.5 ± 0.0 %'], // exp(0.1), the same on every token
      ['better', best],
      ['soup', '−4.9 ± 0.0 %'],
    ]);
  });

  test('is held against checkpoints only, even where a soup is better', () => {
    expect(againstBest(made, 'mine', ['worse']).get('worse')).toEqual(best);
    expect(againstBest(made, 'mine', ['soup', 'better', 'worse']).get('soup')).toEqual(best);
    expect(againstBest(made, 'mine', [])).toEqual(new Map());
    expect(againstBest(made, 'mine', ['stew'])).toEqual(new Map());
  });

  test('is taken on one text alone', () => {
    expect(againstBest(made, 'other', ['worse', 'better']).get('worse')).toEqual(best);
    expect(againstBest(made, 'nowhere', ['worse', 'better'])).toEqual(new Map());
  });

  test('has a paired error: how much the models differ, not how much the tokens do', () => {
    const error = (words: Map<string, string>): number => Number(/± ([\d.]+) %/.exec(words.get('worse') ?? '')?.[1]);
    const wobbling = error(againstBest(result({ worse: tokens(2.1, 0.2), better: tokens(2) }), 'mine', ['worse', 'better']));
    expect(wobbling).toBeGreaterThan(1);
    expect(wobbling).toBeLessThan(10); // unpaired, the tokens' own spread would make it 40
    expect(error(againstBest(result({ worse: tokens(2.1, 0.4), better: tokens(2) }), 'mine', ['worse', 'better']))).toBeGreaterThan(1.8 * wobbling);
  });

  test('has no error on a text of one block', () => {
    const short = (mean: number): Float32Array[] => [Float32Array.of(mean, mean + 1)];
    expect(againstBest(result({ a: short(2.1), b: short(2) }), 'mine', ['a', 'b']).get('a')).toBe('+10.5 %');
  });
});
