import { expect, test } from 'vitest';
import { capitalize } from './capitalize';

/** Made by Python 3.11's `str.capitalize`. */
test.each([
  ['', ''],
  ['a WOMAN', 'A woman'],
  ['  He runs', '  he runs'],
  ['[header] How', '[header] how'],
  ['ÉCOLE', 'École'],
  ['ßo', 'Sso'],
  ['ﬁSH', 'Fish'],
  ['ǆAB', 'ǅab'],
  ['Ǆ', 'ǅ'],
  ['ᾳA', 'ᾼa'],
  ['თბილისი', 'თბილისი'],
  ['İX', 'İx'],
  ['aİ', 'Ai\u0307'],
  ['ΟΔΟΣ ΣΑΣ', 'Οδος σας'],
  ['Σ', 'Σ'],
  ['𐐨𐐀', '𐐀𐐨'],
  ['👍A', '👍a'],
])('%j becomes %j', (text, capitalised) => {
  expect(capitalize(text)).toBe(capitalised);
});
