import { describe, expect, test } from 'vitest';
import golden from '../../../reference/golden/rotary.json';
import { frequencies, type Rope } from './rotary';

describe('frequencies are those of transformers', () => {
  test.each(golden.ropes)('$rope.rope_type, base $rope.rope_theta, $width wide', ({ rope, width, frequencies: expected }) => {
    const found = frequencies(rope as Rope, width);
    // nearly all are equal to the last bit; the others are off by one or two of it, as powers and the blend of Llama 3 are rounded
    expect(found).toHaveLength(width / 2);
    found.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(2 ** -22 * expected[i]));
  });
});
