import { describe, expect, test } from 'vitest';
import { againstBest, bestCheckpoint, changeBetween, pairingHelps } from './against-best';
import { perplexityResult, tokens } from './perplexity-result';

describe('each model against the best checkpoint', () => {
  const made = (checkpoints: string[]) => perplexityResult({ worse: tokens(2.1), better: tokens(2), soup: tokens(1.95) }, checkpoints);

  test('is a change in percent, and the best says so', () => {
    expect([...againstBest(made(['worse', 'better']), 'mine')]).toEqual([
      ['worse', '+10.5 ± 0.0 %'], // exp(0.1), the same on every token
      ['better', '(best checkpoint)'],
      ['soup', '−4.9 ± 0.0 %'],
    ]);
  });

  test('is held against checkpoints only, even where a soup is better', () => {
    expect(againstBest(made(['worse']), 'mine').get('worse')).toBe('(best checkpoint)');
    expect(againstBest(made(['soup', 'better', 'worse']), 'mine').get('soup')).toBe('(best checkpoint)');
    expect(againstBest(made([]), 'mine')).toEqual(new Map());
    expect(againstBest(made(['stew']), 'mine')).toEqual(new Map());
  });

  test('is taken on one text alone', () => {
    expect(bestCheckpoint(made(['worse', 'better']), 'mine')?.model).toBe('better');
    expect(againstBest(made(['worse', 'better']), 'other').get('worse')).toBe('(best checkpoint)');
    expect(againstBest(made(['worse', 'better']), 'nowhere')).toEqual(new Map());
  });

  test('has a paired error: how much the models differ, not how much the tokens do', () => {
    const error = (wobble: number): number => {
      const words = againstBest(perplexityResult({ worse: tokens(2.1, wobble), better: tokens(2) }, ['worse', 'better']), 'mine');
      return Number(/± ([\d.]+) %/.exec(words.get('worse') ?? '')?.[1]);
    };
    expect(error(0.2)).toBeGreaterThan(1);
    expect(error(0.2)).toBeLessThan(10); // unpaired, the tokens' own spread would make it 40
    expect(error(0.4)).toBeGreaterThan(1.8 * error(0.2));
  });

  test('has no error on a text of one block', () => {
    const short = (mean: number): Float32Array[] => [Float32Array.of(mean, mean + 1)];
    const result = perplexityResult({ a: short(2.1), b: short(2) }, ['a', 'b']);
    expect(againstBest(result, 'mine').get('a')).toBe('+10.5 %');
    expect(changeBetween(result, result.rows[0], result.rows[1])).toMatchObject({ error: null, nats: null, withinNoise: null });
  });
});

describe('whether pairing helps', () => {
  test('is seen in the rows, not taken for granted', () => {
    expect(pairingHelps(perplexityResult({ worse: tokens(2.1, 0.2), better: tokens(2) }, ['worse', 'better']), 'mine')).toBe(true);
    // where one model finds hard what the other finds easy
    const opposed = [tokens(2)[0].map((nll) => 4.2 - nll)];
    expect(pairingHelps(perplexityResult({ worse: opposed, better: tokens(2) }, ['worse', 'better']), 'mine')).toBe(false);
  });

  test('is not said without errors, or without another model', () => {
    const short = (mean: number): Float32Array[] => [Float32Array.of(mean)];
    expect(pairingHelps(perplexityResult({ a: short(2.1), b: short(2) }, ['a', 'b']), 'mine')).toBe(false);
    expect(pairingHelps(perplexityResult({ a: tokens(2) }, ['a']), 'mine')).toBe(false);
  });
});
