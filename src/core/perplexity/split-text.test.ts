import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitText } from './split-text';

const text = (...documents: string[]): { name: string; documents: string[] } => ({ name: 't', documents });

describe('a text of one document', () => {
  test('is cut at the white space nearest to the share', () => {
    const [first, rest] = splitText(text('one two three four'), 0.5);
    expect([first.documents, rest.documents]).toEqual([['one two'], ['three four']]);
  });

  test('without a place to cut is refused', () => {
    for (const whole of ['word', ' word', 'word  ']) expect(() => splitText(text(whole), 0.5)).toThrow(expect.objectContaining({ code: 'text-too-short' }));
  });

  test('keeps every word, whatever the share', () => {
    const words = fc.array(fc.stringMatching(/^\S{1,8}$/), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(words, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (all, share) => {
        const [first, rest] = splitText(text(all.join(' ')), share);
        expect([...first.documents[0].split(' '), ...rest.documents[0].split(' ')]).toEqual(all);
      }),
    );
  });
});

describe('a text of several', () => {
  test('is cut between two of them, with what stands in front', () => {
    const [first, rest] = splitText({ ...text('aaaa', 'bbbb', 'cc', 'dd'), contexts: ['1', '2', '3', '4'] }, 0.5);
    expect(first).toEqual({ name: 't', documents: ['aaaa', 'bbbb'], contexts: ['1', '2'] });
    expect(rest).toEqual({ name: 't', documents: ['cc', 'dd'], contexts: ['3', '4'] });
  });

  test('leaves something in both parts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 9 }), fc.double({ min: 0.05, max: 0.95, noNaN: true }), (documents, share) => {
        const [first, rest] = splitText(text(...documents), share);
        expect([...first.documents, ...rest.documents]).toEqual(documents);
        expect(Math.min(first.documents.length, rest.documents.length)).toBeGreaterThan(0);
      }),
    );
  });
});
