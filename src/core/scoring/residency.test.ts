import { describe, expect, test } from 'vitest';
import { Residency } from './residency';

/** Checkpoints of 10 bytes each. */
const tens = (names: string): Map<string, number> => new Map([...names].map((name) => [name, 10]));

function after(budget: number, ...merges: string[]): { held: string; released: string[] } {
  const released: string[] = [];
  const residency = new Residency<string>((tensor) => released.push(tensor));
  for (const merge of merges) {
    residency.admit(tens(merge), budget);
    for (const name of merge) residency.keep(name, 'w', `${name} w`);
  }
  return { held: residency.held.join(''), released };
}

describe('checkpoints stay', () => {
  test('as long as all fit', () => {
    expect(after(40, 'a', 'b', 'cd', 'a')).toEqual({ held: 'bcda', released: [] });
  });

  test('but for the one used longest ago, where another needs the room', () => {
    expect(after(40, 'a', 'b', 'cd', 'a', 'e')).toEqual({ held: 'cdae', released: ['b w'] });
  });

  test('as many of those needed together as fit, and the same ones the next time', () => {
    expect(after(25, 'abcd', 'abcd')).toEqual({ held: 'ab', released: [] });
  });

  test('none where there is no budget', () => {
    expect(after(0, 'a', 'ab')).toEqual({ held: '', released: [] });
    expect(after(9, 'a')).toEqual({ held: '', released: [] });
  });

  test('with all their tensors, until they are dropped', () => {
    const released: string[] = [];
    const residency = new Residency<string>((tensor) => released.push(tensor));
    residency.admit(tens('a'), 10);
    residency.keep('a', 'w', 'a w');
    residency.keep('a', 'b', 'a b');
    residency.keep('z', 'w', 'z w'); // never admitted
    expect([residency.find('a', 'w'), residency.find('a', 'c'), residency.find('z', 'w')]).toEqual(['a w', undefined, undefined]);
    residency.clear();
    expect(released).toEqual(['a w', 'a b']);
    expect(residency.find('a', 'w')).toBe(undefined);
  });
});
