import { describe, expect, test } from 'vitest';
import { blockLength, perplexityOf, standardError } from './perplexity';

/** A small generator with a fixed seed (mulberry32): the same numbers in every run. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Documents of NLLs like those of a language model: skewed, with neighbours that depend on each other. */
function documents(lengths: number[], seed: number): Float32Array[] {
  const next = random(seed);
  return lengths.map((length) => {
    let drift = 0;
    return Float32Array.from({ length }, () => {
      drift = 0.8 * drift + next() - 0.5;
      return Math.max(0, -2 * Math.log(1 - next()) + drift);
    });
  });
}

const plus = (all: Float32Array[], change: (d: number, i: number) => number): Float32Array[] =>
  all.map((document, d) => document.map((value, i) => value + change(d, i)));

describe('perplexity', () => {
  test('of a model that gives every token one in eight is 8, and 3 bits a token', () => {
    const { tokens, nll, perplexity, bitsPerByte } = perplexityOf([new Float32Array(10).fill(Math.log(8))], 15);
    expect(tokens).toBe(10);
    expect(nll).toBeCloseTo(10 * Math.log(8), 5);
    expect(perplexity).toBeCloseTo(8, 5);
    expect(bitsPerByte).toBeCloseTo((10 * 3) / 15, 6);
  });

  test('weighs documents by their tokens: total NLL over total tokens, not a mean of means', () => {
    const { nll, tokens, perplexity } = perplexityOf([Float32Array.of(1, 2, 3), Float32Array.of(6), new Float32Array(0)], 100);
    expect([nll, tokens]).toEqual([12, 4]);
    expect(perplexity).toBeCloseTo(Math.exp(3), 10);
  });

  test('sums in double precision: a million small values lose nothing', () => {
    expect(perplexityOf([new Float32Array(1e6).fill(0.1)], 1).nll).toBeCloseTo(1e6 * Math.fround(0.1), 5);
  });

  test('of a constant has no error, and of a single block none that can be told', () => {
    expect(perplexityOf([new Float32Array(1000).fill(2)], 1).stderr).toBe(0);
    expect(perplexityOf([new Float32Array(blockLength).fill(2)], 1).stderr).toBeNull();
    expect(perplexityOf([Float32Array.of(2)], 1).stderr).toBeNull();
    expect(perplexityOf([Float32Array.of(2), Float32Array.of(3)], 1).stderr).not.toBeNull();
  });

  test('has the error of its mean NLL times itself (delta method)', () => {
    const texts = documents([400, 300], 5);
    const { perplexity, stderr } = perplexityOf(texts, 1);
    expect(stderr).toBeCloseTo(perplexity * (standardError([{ documents: texts, weight: 1 }]) ?? NaN), 10);
  });
});

describe('the standard error', () => {
  test('of equal blocks is the textbook one: their standard deviation over the root of their number', () => {
    const means = [1, 2, 4, 3];
    const document = Float32Array.from(means.flatMap((mean) => Array.from({ length: blockLength }, () => mean)));
    const variance = means.reduce((sum, mean) => sum + (mean - 2.5) ** 2, 0) / 3;
    expect(standardError([{ documents: [document], weight: 1 }])).toBeCloseTo(Math.sqrt(variance / 4), 10);
  });

  test('of two short documents, by hand', () => {
    // m = 10 / 4; blocks 1 (t = 1, d = 1) and 2 (t = 3, d = 9): residuals -1.5 and 1.5
    const texts = [Float32Array.of(1), Float32Array.of(2, 3, 4)];
    expect(standardError([{ documents: texts, weight: 1 }])).toBeCloseTo(Math.sqrt(2 * (1.5 ** 2 + 1.5 ** 2)) / 4, 10);
  });

  test('does not let a block reach over the end of a document', () => {
    const texts = [new Float32Array(20).fill(1), new Float32Array(20).fill(3)];
    // two blocks of 20 tokens, sums 20 and 60, m = 2: residuals of 20 each
    expect(standardError([{ documents: texts, weight: 1 }])).toBeCloseTo(Math.sqrt(2 * (20 ** 2 + 20 ** 2)) / 40, 10);
  });

  test('of the difference of a model and itself is 0', () => {
    const texts = documents([500, 90, 700], 1);
    expect(standardError([{ documents: texts, weight: 1 }, { documents: texts, weight: -1 }])).toBe(0);
  });

  test('of the difference of two models that go up and down together is far below what independent errors would say', () => {
    const next = random(11);
    const a = documents([3000, 1000], 2);
    const b = plus(a, () => 0.02 + 0.2 * (next() - 0.5));
    const paired = standardError([{ documents: a, weight: 1 }, { documents: b, weight: -1 }]) ?? NaN;
    const [alone, other] = [a, b].map((texts) => standardError([{ documents: texts, weight: 1 }]) ?? NaN);
    expect(paired).toBeGreaterThan(0);
    expect(paired).toBeLessThan(Math.hypot(alone, other) / 10);
  });

  test('grows with the weight and does not depend on its sign', () => {
    const texts = documents([600], 3);
    const one = standardError([{ documents: texts, weight: 1 }]) ?? NaN;
    expect(standardError([{ documents: texts, weight: -2.5 }])).toBeCloseTo(2.5 * one, 8);
  });

  test.each([
    ['one model', 1],
    ['a difference of two', 2],
  ])('of %s is that of a bootstrap over the blocks, within 15 %', (_, count) => {
    const lengths = [1000, 333, 40, 777, 5, 650];
    const models = [documents(lengths, 7), documents(lengths, 8)].slice(0, count).map((texts, k) => ({ documents: texts, weight: k === 0 ? 1 : -1 }));
    const blocks: { sum: number; tokens: number }[] = [];
    lengths.forEach((length, d) => {
      for (let start = 0; start < length; start += 32) {
        const values = models.flatMap(({ documents: texts, weight }) => [...texts[d].slice(start, start + 32)].map((value) => weight * value));
        blocks.push({ sum: values.reduce((a, b) => a + b, 0), tokens: Math.min(32, length - start) });
      }
    });
    const next = random(9);
    const means = Array.from({ length: 2000 }, () => {
      let [sum, tokens] = [0, 0];
      for (let i = 0; i < blocks.length; i++) {
        const block = blocks[Math.floor(next() * blocks.length)];
        sum += block.sum;
        tokens += block.tokens;
      }
      return sum / tokens;
    });
    const centre = means.reduce((a, b) => a + b, 0) / means.length;
    const bootstrap = Math.sqrt(means.reduce((sum, mean) => sum + (mean - centre) ** 2, 0) / (means.length - 1));
    const ratio = (standardError(models) ?? NaN) / bootstrap;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  });
});
