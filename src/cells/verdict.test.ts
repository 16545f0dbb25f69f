import { describe, expect, test } from 'vitest';
import { perplexityResult, tokens } from './perplexity-result';
import { verdictOn } from './verdict';

const checkpoints = { step7: tokens(2.1), step8: tokens(2) };
const on = (soups: Record<string, Float32Array[]>, names = ['mine']) => verdictOn(perplexityResult({ ...checkpoints, ...soups }, ['step7', 'step8'], names), 'mine');

describe('the verdict', () => {
  test('holds the best soup against the best checkpoint, with its paired error', () => {
    const verdict = on({ uniform: tokens(1.96), weighted: tokens(1.95, 0.02) });
    expect(verdict?.main).toMatch(/^On this text the perplexity of “weighted” is 4\.\d ± 0\.\d % below that of the best checkpoint \(step8\)\.$/);
    expect(verdict?.rest).toMatch(/^“uniform” against the same checkpoint: −3\.9 ± 0\.0 %\. “weighted” against “uniform”: −/);
  });

  test('of three soups or more holds the best against the next best only', () => {
    const verdict = on({ uniform: tokens(1.96), weighted: tokens(1.9, 0.02), other: tokens(1.95) });
    expect(verdict?.main).toMatch(/“weighted” is .* below that of the best checkpoint \(step8\)\.$/);
    expect(verdict?.rest).toMatch(/^“weighted” against “other”: −[^“]*$/);
  });

  test('says when a soup is worse', () => {
    expect(on({ soup: tokens(2.05) })?.main).toMatch(/5\.1 ± 0\.0 % above that of the best checkpoint \(step8\): here the soup did not help\.$/);
  });

  test('says when a difference is within two standard errors, either way', () => {
    for (const mean of [1.999, 2.001]) {
      expect(on({ soup: tokens(mean, 0.3) })?.main).toMatch(/^On this text “soup” and the best checkpoint \(step8\) do not differ by more than noise: [−+]?[\d.]+ ± [\d.]+ % in perplexity\.$/);
    }
  });

  test('says when two soups do not differ', () => {
    expect(on({ uniform: tokens(1.95), weighted: tokens(1.9501, 0.02) })?.rest).toMatch(/ against “(?:uniform|weighted)”: .*, within noise\.$/);
    expect(on({ uniform: tokens(1.95), weighted: tokens(1.95) })?.rest).toMatch(/“uniform” against “weighted”: 0\.0 ± 0\.0 %, within noise\.$/);
  });

  test('does not claim anything of a text too short for an error', () => {
    const short = (mean: number): Float32Array[] => [Float32Array.of(mean, mean + 1)];
    const result = perplexityResult({ a: short(2.1), b: short(2), soup: short(1.9) }, ['a', 'b'], ['mine']);
    expect(verdictOn(result, 'mine')?.main).toBe('On this text the perplexity of “soup” is 9.5 % below that of the best checkpoint (b); the text is too short to tell whether that is chance.');
  });

  test('names the text where there are several', () => {
    expect(on({ soup: tokens(1.9) }, ['mine', 'other'])?.main).toMatch(/^On “mine” the perplexity/);
  });

  test('needs a soup and a checkpoint', () => {
    expect(on({})).toBeNull();
    expect(verdictOn(perplexityResult({ soup: tokens(2) }, []), 'mine')).toBeNull();
    expect(verdictOn(perplexityResult({ a: tokens(2), soup: tokens(2) }, ['a']), 'nowhere')).toBeNull();
  });
});
