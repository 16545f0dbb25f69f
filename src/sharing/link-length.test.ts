import { expect, test } from 'vitest';
import { linkBudget } from '../core/link/link';
import { lengthOf } from './link-length';

test.each([
  [1840, '1,840 characters: fits everywhere.', true],
  [linkBudget.chat, '2,000 characters: fits everywhere.', true],
  [linkBudget.chat + 1, '2,001 characters: fits most places; some chat programs cut it.', true],
  [linkBudget.comfortable + 1, '8,001 characters: browsers open it; mail and chat programs may cut it.', true],
  [linkBudget.longest, '32,000 characters: browsers open it; mail and chat programs may cut it.', true],
  [linkBudget.longest + 1, '32,001 characters: too long for a link; send the file instead.', false],
  [null, 'Too long for a link: send the file instead.', false],
])('a link of %s characters', (characters, sentence, fits) => {
  expect(lengthOf(characters)).toEqual({ sentence, fits });
});
