import { expect, test } from 'vitest';
import { own } from './own';

test('a record has what was put into it, and nothing that every object has', () => {
  expect(own({ a: 1 }, 'a')).toBe(1);
  for (const name of ['b', 'constructor', 'toString', '__proto__']) expect(own({ a: 1 }, name)).toBeUndefined();
  expect(own(Object.fromEntries([['__proto__', 'red']]), '__proto__')).toBe('red');
});
