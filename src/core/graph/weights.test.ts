import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesPerWeight, countOf, weightInputs, wholeWeights } from './weights';

describe('the inputs of a graph', () => {
  test('are the parameters themselves where nothing limits them', () => {
    const shapes = new Map([['table', [1000, 8]], ['bias', [8]]]);
    expect(weightInputs(shapes, wholeWeights).map(({ name, shape }) => [name, shape])).toEqual([...shapes]);
  });

  test('are equal blocks of rows above the limit: 3 of 4, 4 and 2 rows for 10 that could be 4 at once', () => {
    const blocks = weightInputs(new Map([['table', [10, 2]]]), { type: 'float16', maxBytes: 16 });
    expect(blocks.map(({ name, shape, begin }) => [name, shape, begin])).toEqual([['table[0]', [4, 2], 0], ['table[4]', [4, 2], 8], ['table[8]', [2, 2], 16]]);
  });

  test('hold every number once and keep to the limit, unless one row does not', () => {
    const property = fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 5000 }), (rows, columns, maxBytes) => {
      const blocks = weightInputs(new Map([['w', [rows, columns]]]), { type: 'float32', maxBytes });
      let next = 0;
      for (const { begin, shape } of blocks) {
        expect(begin).toBe(next);
        next += countOf(shape);
        expect(shape[0]).toBeGreaterThan(0);
        expect(shape[0] === 1 || bytesPerWeight.float32 * countOf(shape) <= maxBytes).toBe(true);
      }
      expect(next).toBe(rows * columns);
      expect(new Set(blocks.map(({ name }) => name)).size).toBe(blocks.length);
    });
    fc.assert(property);
  });
});
