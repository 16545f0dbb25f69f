import { describe, expect, test } from 'vitest';
import { sha256OfText } from '../core/notebook/cells';
import { toNotebook, type CellOf } from '../core/notebook/document';
import { consentedTexts } from './consents';
import { secretText } from './made-results';

const withText = (id: string) => toNotebook({ stockpot: 2, title: '', cells: [{ id, kind: 'text', text: secretText }] }, 'made');
const goes = (id: string, consents: [string, boolean][] = [], lessons: string[] = []): boolean[] => consentedTexts(withText(id), new Map(consents), new Set(lessons)).map((text) => text.goes);

describe('a text of the reader’s own', () => {
  test.each(['mine', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])('goes along only after a yes, whatever its name: %s', (id) => {
    expect(goes(id)).toEqual([false]);
    expect(goes(id, [[id, false]])).toEqual([false]);
    expect(goes(id, [['other', true]])).toEqual([false]);
    expect(goes(id, [[id, true]])).toEqual([true]);
  });
});

test('a text of a lesson goes along unless the reader says no', () => {
  const sha256 = sha256OfText(withText('mine').cells[0] as CellOf<'text'>);
  expect(goes('mine', [], [sha256])).toEqual([true]);
  expect(goes('mine', [['mine', false]], [sha256])).toEqual([false]);
});
