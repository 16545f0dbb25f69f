import { describe, expect, test } from 'vitest';
import { mcnemarP } from '../statistics/mcnemar';
import { pairedTest } from '../statistics/paired-mean';
import type { Answer } from './accuracy';
import { compareAll, type Answered, type Questions } from './comparison';

/** Right on the items of `right`, by a margin; a choice of two, the first of them right. */
function model(name: string, right: boolean[], margin = (i: number): number => 1 + (i % 3) / 10): Answered {
  const answers = right.map((is, i): Answer => ({ logLikelihoods: is ? [-1, -1 - margin(i)] : [-1 - margin(i), -1], greedy: [is, false], choice: is ? 0 : 1, choiceNorm: 0 }));
  return { model: name, answers };
}
const pattern = (text: string): boolean[] => [...text].map((digit) => digit === '1');
const questions = (n: number, clusters?: number[]): Questions => ({ metric: 'choice', gold: Array.from({ length: n }, () => 0), clusters });
const reference = model('best', pattern('1111100000'));

describe('a comparison', () => {
  const [found] = compareAll(questions(10), [model('soup', pattern('1111011100'))], reference);

  test('counts who is right where the other is not', () => {
    expect(found).toMatchObject({ model: 'soup', reference: 'best', n: 10, both: 4, onlyModel: 3, onlyReference: 1, neither: 2 });
    expect(found.difference).toBeCloseTo(0.2, 12);
    expect(found.p).toBe(mcnemarP(3, 1));
  });

  test('has an interval that holds the difference, and a paired test of the margins', () => {
    const [low, high] = found.interval ?? [NaN, NaN];
    expect(low).toBeLessThan(0.2);
    expect(high).toBeGreaterThan(0.2);
    const margins = pattern('1111011100').map((is, i) => (is ? 1 : -1) * (1 + (i % 3) / 10) - (i < 5 ? 1 : -1) * (1 + (i % 3) / 10));
    expect(found.margin).toMatchObject(pairedTest(margins) ?? {});
  });

  test('says how many items it would take, or nothing where there is no difference', () => {
    expect(found.itemsNeeded).toBeGreaterThan(10);
    const [same] = compareAll(questions(10), [reference], reference);
    expect(same).toMatchObject({ difference: 0, p: 1, itemsNeeded: null, margin: { mean: 0, p: 1 } });
  });

  test('of a model against a reference turns with the sign when they change places', () => {
    const [turned] = compareAll(questions(10), [reference], model('soup', pattern('1111011100')));
    expect(turned.difference).toBeCloseTo(-found.difference, 12);
    expect([turned.onlyModel, turned.onlyReference, turned.p]).toEqual([found.onlyReference, found.onlyModel, found.p]);
  });

  test('where the one continuation counts goes by what the model says first', () => {
    const [word] = compareAll({ ...questions(10), metric: 'greedy' }, [model('soup', pattern('1111011100'))], reference);
    expect(word).toMatchObject({ onlyModel: 3, onlyReference: 1 });
  });

  test('of a single item has no interval and no test of its margin', () => {
    const [one] = compareAll(questions(1), [model('soup', [true])], model('best', [false]));
    expect(one).toMatchObject({ interval: null, margin: null, p: 1 });
  });
});

describe('several comparisons', () => {
  test('are adjusted together, by Holm', () => {
    const soups = ['1111100001', '1111111111', '1111111110'].map((right, i) => model(`soup ${i}`, pattern(right)));
    const found = compareAll(questions(10), soups, reference);
    [1, 1 / 16, 1 / 8].forEach((p, i) => expect(found[i].p).toBeCloseTo(p, 12));
    [1, 3 / 16, 1 / 4].forEach((p, i) => expect(found[i].pAdjusted).toBeCloseTo(p, 12));
    found.forEach(({ margin }) => expect(margin?.pAdjusted).toBeGreaterThanOrEqual(margin?.p ?? NaN));
  });
});

describe('twins', () => {
  test('are one observation: an item told twice makes nothing more certain', () => {
    const [single] = compareAll(questions(10), [model('soup', pattern('1111011100'))], reference);
    const twice = (answered: Answered): Answered => ({ ...answered, answers: answered.answers.flatMap((answer) => [answer, answer]) });
    const clusters = Array.from({ length: 20 }, (_, i) => i >> 1);
    const [double] = compareAll(questions(20, clusters), [twice(model('soup', pattern('1111011100')))], twice(reference));
    expect(double.margin?.mean).toBeCloseTo(single.margin?.mean ?? NaN, 12);
    expect(double.margin?.stderr).toBeCloseTo(single.margin?.stderr ?? NaN, 12);
    expect(double.interval).toEqual(single.interval);
  });
});
