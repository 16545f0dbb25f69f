import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseNotebook } from '../core/notebook/document';
import { coloursOf } from './colours';

test('the lesson has a colour for each of its models', () => {
  const lesson = parseNotebook(readFileSync(new URL('../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'lesson');
  expect(coloursOf(lesson)).toEqual({ step7000: 'var(--earlier)', step8000: 'var(--later)', uniform: 'var(--uniform)', weighted: 'var(--weighted)' });
});
