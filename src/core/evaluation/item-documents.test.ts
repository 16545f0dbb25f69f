import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { itemDocuments, type ItemDocumentsWanted } from './item-documents';
import { itemsOfRows } from './item-files';
import { piqa } from './piqa';
import type { Item } from './task';

const items: Item[] = itemsOfRows(piqa, [0, 1, 2, 3].map((i) => ({ goal: `goal ${i}`, sol1: `yes ${i}`, sol2: `no ${i}`, label: 0 })), 'rows');
const wanted: ItemDocumentsWanted = { items, pool: items, paradigm: 'raw', shots: 2, scored: 'own' };

describe('documents of items', () => {
  test('raw, are the items’ own words and nothing else', () => {
    expect(itemDocuments(piqa, wanted)).toEqual({ documents: ['goal 0', 'goal 1', 'goal 2', 'goal 3'], contexts: ['', '', '', ''] });
  });

  test('zero-shot, have the instruction in front, read and not scored', () => {
    const { documents, contexts } = itemDocuments(piqa, { ...wanted, paradigm: 'zero-shot' });
    expect(documents[0]).toBe('goal 0');
    expect(contexts[0]).toBe(`${piqa.instruction}\n`);
  });

  test('few-shot, have other items with their right answers and the instruction in front', () => {
    const { documents, contexts } = itemDocuments(piqa, { ...wanted, paradigm: 'few-shot' });
    contexts.forEach((context, i) => {
      expect(context).toMatch(/^(Question: goal \d\nAnswer: yes \d\n\n){2}Say which way reaches the goal\.\n$/);
      expect(context, 'never its own answer').not.toContain(`goal ${i}`);
      expect(documents[i]).toBe(`goal ${i}`);
    });
  });

  test('all scored, are the same words in one', () => {
    const apart = itemDocuments(piqa, { ...wanted, paradigm: 'few-shot' });
    const together = itemDocuments(piqa, { ...wanted, paradigm: 'few-shot', scored: 'all' });
    expect(together.documents).toEqual(apart.documents.map((document, i) => apart.contexts[i] + document));
    expect(together.contexts).toEqual(['', '', '', '']);
  });

  test('of no item, or with too few to show, are refused', () => {
    const refusal = (change: Partial<ItemDocumentsWanted>): unknown => {
      try {
        return itemDocuments(piqa, { ...wanted, ...change });
      } catch (thrown) {
        return (thrown as Failure).code;
      }
    };
    expect(refusal({ items: [] })).toBe('items-too-few');
    expect(refusal({ paradigm: 'few-shot', shots: 4 })).toBe('shots-too-few');
  });
});
