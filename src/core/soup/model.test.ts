import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mix, modelOf, type CheckpointRef, type Model } from './model';

const ref = (id: string, sha256 = id): CheckpointRef => ({ id, source: { kind: 'bundled', run: 'pico', name: id }, sha256 });
const [a, b, c] = ['a', 'b', 'c'].map((id) => modelOf(ref(id)));
const shares = (model: Model): Record<string, number> => Object.fromEntries(model.ingredients.map(({ checkpoint, coefficient }) => [checkpoint.id, coefficient]));

describe('mixing models', () => {
  test('a checkpoint is a soup of itself alone', () => {
    expect(shares(a)).toEqual({ a: 1 });
    expect(a.id).toBe('a');
  });

  test('a soup of soups is one soup of their checkpoints', () => {
    const inner = mix('inner', [a, b], [0.5, 0.5]);
    const outer = mix('outer', [inner, c], [0.5, 0.5]);
    expect(outer.id).toBe('outer');
    expect(shares(outer)).toEqual({ a: 0.25, b: 0.25, c: 0.5 });
    expect(shares(mix('again', [outer, inner], [2, -1]))).toEqual({ a: 0, b: 0, c: 1 });
  });

  test('a checkpoint met twice is taken once, with the sum of its coefficients, whatever it is called', () => {
    const twice = mix('twice', [a, b, modelOf(ref('the same as a', 'a'))], [0.25, 0.25, 0.5]);
    expect(twice.ingredients.map(({ checkpoint, coefficient }) => [checkpoint.sha256, coefficient])).toEqual([['a', 0.75], ['b', 0.25]]);
  });

  test('leaves what was mixed as it was', () => {
    const inner = mix('inner', [a, b], [0.5, 0.5]);
    const before = JSON.stringify(inner);
    mix('outer', [inner, inner, a], [0.2, 0.3, 0.5]);
    expect(JSON.stringify(inner)).toBe(before);
  });

  test('coefficients that sum to 1 at every level sum to 1 in the end, and mixing is the same as multiplying out', () => {
    const share = fc.double({ min: -1, max: 2, noNaN: true });
    const property = fc.property(share, share, (x, y) => {
      const outer = mix('outer', [mix('inner', [a, b], [1 - x, x]), c, b], [(1 - y) / 2, (1 - y) / 2, y]);
      const found = shares(outer);
      expect(found.a + found.b + found.c).toBeCloseTo(1, 10);
      expect(found.a).toBeCloseTo(((1 - y) / 2) * (1 - x), 10);
      expect(found.b).toBeCloseTo(((1 - y) / 2) * x + y, 10);
      expect(outer.ingredients).toHaveLength(3);
    });
    fc.assert(property);
  });
});
