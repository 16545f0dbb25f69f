import { expect, test } from 'vitest';
import { readableXml } from './xml-text';

test('half a character and a control character are replaced, whole ones stay', () => {
  expect(readableXml('<text>a\ud83cb\u0001c\uffff 🍲 é\n</text>')).toBe('<text>a\ufffdb\ufffdc\ufffd 🍲 é\n</text>');
  expect(() => encodeURIComponent(readableXml('\udf72'))).not.toThrow();
});
