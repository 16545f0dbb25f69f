import { describe, expect, test } from 'vitest';
import { evaluationResult, scoresOf, type Told } from './evaluation-result';
import { metricWords, points, pText, scoreWords, signed } from './score-words';
import { comparisonsWith } from './task-scores';

/** Forty items, all right but for those from one number up to another. */
const wrong = (from: number, to: number): string => '1'.repeat(from) + '0'.repeat(to - from) + '1'.repeat(40 - to);
const perfect = wrong(0, 0);
const soups = { soup: ['early', 'late'], stew: ['early', 'late'] };
/** `early` and `late` are the ends; soups are held against `late`. */
const ends = { early: wrong(0, 4), late: wrong(0, 4) };
const pairs = Array.from({ length: 40 }, (_, i) => i >> 1);

function words(right: Record<string, string>, { against, ...told }: Told & { against?: string } = {}): string[] {
  const scores = scoresOf(evaluationResult(right, told));
  const reference = against ?? scores.usual;
  return scoreWords(scores, comparisonsWith(scores, reference), reference);
}

/** Only what is said of accuracies. */
const ofAccuracy = (...asked: Parameters<typeof words>): string[] => words(...asked).filter((sentence) => !sentence.startsWith('Margins'));
const ofMargins = (...asked: Parameters<typeof words>): string => words(...asked).find((sentence) => sentence.startsWith('Margins')) ?? '';

describe('two models', () => {
  test('with the same items right', () => {
    expect(ofAccuracy(ends)).toEqual(['“early” has the same items right as “late”.']);
  });

  test('with as many items right, but not the same', () => {
    expect(ofAccuracy({ early: wrong(0, 4), late: wrong(4, 8) })).toEqual(['“early” does not differ from “late” in accuracy: each alone is right on 4 items.']);
    expect(ofAccuracy({ early: wrong(0, 1), late: wrong(1, 2) })).toEqual(['“early” does not differ from “late” in accuracy: each alone is right on 1 item.']);
  });

  test('that differ by no more than chance makes are told how many items it would take', () => {
    expect(ofAccuracy({ early: wrong(0, 4), late: wrong(3, 5) }, { of: 1500 })).toEqual([
      '“early” does not differ from “late” in accuracy by more than chance makes: it is 5.0 points below, and it alone is right on 1 item, “late” alone on 3 (p = 0.63).',
      'To see a difference of 5.0 points you would need about 310 items like these; the set has 1,500.',
    ]);
    expect(ofAccuracy({ early: wrong(3, 5), late: wrong(0, 4) })[0]).toMatch(/: it is 5\.0 points above, and it alone is right on 3 items, “late” alone on 1 /);
  });

  test('that differ', () => {
    expect(ofAccuracy({ early: wrong(0, 8), late: wrong(7, 8) })).toEqual([
      '“early” has fewer items right than “late”, by 17.5 points, which is more than chance makes: it alone is right on 0 items, “late” alone on 7 (p = 0.016).',
    ]);
    expect(ofAccuracy({ early: perfect, late: wrong(0, 20) })[1]).toMatch(/^“early” has more items right than “late”, by 50\.0 points, .* \(p < 0\.001\)\.$/);
  });
});

describe('several models', () => {
  test('are soups against the reference where that is none', () => {
    expect(ofAccuracy({ ...ends, early: wrong(0, 30), soup: wrong(0, 4), stew: wrong(0, 4) }, { soups }).slice(1)).toEqual(['Every soup has the same items right as “late”.']);
  });

  test('are all others where it is', () => {
    expect(ofAccuracy({ ...ends, soup: wrong(0, 4), stew: wrong(0, 4) }, { soups, against: 'soup' })).toEqual(['Every other model has the same items right as “soup”.']);
  });

  test('with as many items right are not said to have the same ones', () => {
    expect(ofAccuracy({ ...ends, soup: wrong(0, 4), stew: wrong(4, 8) }, { soups })).toEqual(['No soup differs from “late” in accuracy: every one has as many items right.']);
  });

  test('that do not differ are told by the one that comes nearest to it, with a p that counts them all', () => {
    const [nearest, needed] = ofAccuracy({ ...ends, soup: wrong(1, 5), stew: perfect }, { soups });
    expect(nearest).toBe('No soup differs from “late” in accuracy by more than chance makes. The most different, “stew”, is 10.0 points above: it alone is right on 4 items, “late” alone on 0 (adjusted p = 0.38).');
    expect(needed).toMatch(/^To see a difference of 10\.0 points /);
    const [likeliest] = ofAccuracy({ ...ends, soup: wrong(10, 20), stew: perfect }, { soups }); // 4 to 10 items, and 4 to none
    expect(likeliest).toMatch(/“stew”, is 10\.0 points above/);
    const [furthest] = ofAccuracy({ ...ends, soup: wrong(10, 14), stew: wrong(0, 3) }, { soups }); // p is 1 for both
    expect(furthest).toMatch(/“stew”, is 2\.5 points above/);
  });

  test('never have a p below 0.05 and no difference: six items to none are p = 0.031 alone, 0.063 of two', () => {
    expect(ofAccuracy({ ...ends, soup: wrong(0, 10) }, { soups })[0]).toMatch(/^“soup” does not differ .* \(adjusted p = 0\.063\)\.$/);
    expect(ofAccuracy({ late: wrong(0, 4), soup: wrong(0, 10) }, { soups })[0]).toMatch(/^“soup” has fewer .* \(p = 0\.031\)\.$/);
  });

  test('that differ are all named', () => {
    const right = { early: wrong(0, 10), late: perfect, soup: wrong(0, 12), stew: wrong(0, 9) };
    expect(ofAccuracy(right, { soups })).toEqual([
      expect.stringMatching(/^“soup” has fewer items right than “late”, by 30\.0 points, .* \(adjusted p = 0\.001\)\.$/),
      'Also told from “late”: “stew” (−22.5 points).',
    ]);
    expect(ofAccuracy({ ...right, late: wrong(0, 24), early: wrong(0, 23) }, { soups }).find((sentence) => sentence.startsWith('Also'))).toBe('Also told from “late”: “soup” (+30.0 points).');
  });

  test('of which there are so many that enough items tell nothing are not asked for more of them', () => {
    const many = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`step${i}`, wrong(0, i === 0 ? 8 : 1)]));
    expect(ofAccuracy({ ...many, late: perfect })).toEqual([expect.stringMatching(/^No other model differs .* “step0”, is 20\.0 points below: .* \(adjusted p = 0\.11\)\.$/)]);
  });
});

describe('a reference picked as the best on these items', () => {
  const right = { early: perfect, late: wrong(0, 4), soup: wrong(0, 12) };
  const warning = 'But “early” was picked as the best on these very items, which makes others look worse than they are.';

  test('comes with a warning where others are worse', () => {
    expect(words(right, { soups, against: 'early' }).at(-1)).toBe(warning);
    const margins = { early: () => 1, soup: (i: number) => (i === 39 ? 60 : 1) };
    expect(words(right, { soups, against: 'early', margins }).at(-1)).toBe(warning);
    expect(ofMargins(right, { soups, against: 'early', margins })).toMatch(/show none\.$/);
  });

  test('comes without one where it was the usual one, where others are better, and where nothing is told', () => {
    expect(words({ early: wrong(0, 4), late: perfect, soup: wrong(0, 12) }, { soups }).join(' ')).not.toContain('picked');
    expect(words({ early: wrong(0, 11), late: wrong(0, 12), soup: perfect }, { soups, against: 'early' }).join(' ')).not.toContain('picked');
    expect(words({ early: perfect, late: wrong(0, 4), soup: perfect }, { soups, against: 'early' }).join(' ')).not.toContain('picked');
  });

  test('comes with one also where margins alone are worse', () => {
    expect(words({ ...right, soup: perfect }, { soups, against: 'early', margins: { soup: (i) => 0.5 + (i % 2) / 10 } }).at(-1)).toBe(warning);
  });
});

describe('margins', () => {
  const what = 'Margins (by how many nats the right answer is likelier than the best wrong one) need fewer items to tell a small difference;';

  test('that show nothing', () => {
    expect(ofMargins(ends)).toBe(`${what} they show none either.`);
    const once = (item: number) => (i: number) => (i === item ? 60 : 1);
    expect(ofMargins({ early: wrong(0, 8), late: perfect }, { margins: { early: once(38), late: once(39) } })).toBe(`${what} they show none.`);
  });

  test('that differ where accuracy does not', () => {
    const margins = { soup: (i: number) => 1.5 + (i % 2) / 10, stew: (i: number) => 0.5 + (i % 2) / 10 };
    expect(ofMargins({ early: perfect, late: perfect, soup: perfect, stew: perfect }, { soups, margins })).toBe(
      `${what} on average they differ from those of “late”: “soup” by +0.550 ± 0.008 (adjusted p < 0.001), “stew” by −0.450 ± 0.008 (adjusted p < 0.001).`,
    );
  });

  test('have a p that counts all comparisons, as accuracies do', () => {
    const told = { soups, margins: { soup: (i: number) => (i % 2 === 0 ? 2.5 : 0.4) } };
    expect(ofMargins({ late: perfect, soup: perfect }, told)).toMatch(/“soup” by \+0\.450 ± 0\.168 \(p = 0\.011\)\.$/);
    expect(ofMargins({ early: perfect, late: perfect, soup: perfect }, told)).toMatch(/ \(adjusted p = 0\.02\d\)\.$/);
  });

  test('are log-likelihoods where there is no other answer', () => {
    expect(ofMargins(ends, { task: 'lambada_openai' })).toMatch(/^Margins \(here the log-likelihood of the right word, in nats\) need/);
  });

  test('that nobody can test are not spoken of', () => {
    expect(ofMargins(ends, { clusters: Array<number>(40).fill(0) })).toBe('');
    expect(ofMargins({ early: perfect, late: perfect }, { margins: { early: () => 2 } })).toBe('');
  });
});

describe('guessing', () => {
  const half = wrong(0, 20);

  test('is what a model may have done whose interval holds chance', () => {
    expect(words({ late: half })[0]).toBe('On these items the model is not told from guessing: its interval holds chance (0.50).');
    expect(words({ early: half, late: half })[0]).toBe('On these items no model is told from guessing: every interval holds chance (0.50).');
    expect(words({ early: half, late: perfect, soup: half }, { soups })[0]).toBe('Not told from guessing (0.50): “early”, “soup”.');
    expect(words({ late: perfect })).toEqual(['One model alone leaves nothing to compare.']);
  });

  test('would do better than a model below chance', () => {
    expect(words({ early: wrong(0, 36), late: perfect })[0]).toBe('Right less often than by guessing (0.50): “early”.');
    expect(words({ early: wrong(0, 36), late: half })[0]).toBe('Not told from guessing (0.50): “late”. Right less often than by guessing (0.50): “early”.');
  });

  test('is not spoken of where there is nothing to guess from, nor of models that have not answered everything', () => {
    expect(words({ early: half, late: half }, { task: 'lambada_openai' }).join(' ')).not.toContain('guessing');
    expect(words({ early: half, late: perfect }, { unfinished: ['early'] })).toEqual(['One model alone leaves nothing to compare.']);
  });
});

describe('what else there is to know', () => {
  test.each([
    [['soup'], '“soup” took its coefficients'],
    [['soup', 'stew'], '“soup” and “stew” took their coefficients'],
    [['soup', 'stew', 'late'], '“late”, “soup” and “stew” took their coefficients'],
  ])('%j were fitted to the task’s own items', (fitted, start) => {
    expect(words({ ...ends, soup: perfect, stew: perfect }, { soups, fitted }).at(-1)).toBe(`${start} from the words of this task’s items, without their answers.`);
  });

  test('twins count as one in some numbers and as two in others', () => {
    expect(words(ends, { clusters: pairs }).at(-1)).toBe(
      'Some items are twins (40 items, 20 independent): intervals of differences and tests of margins count twins as one; all else takes every item as independent.',
    );
  });

  test('fewer than twenty items tell nothing, and no model even less', () => {
    expect(words({ early: '1'.repeat(19), late: '0'.repeat(19) })).toEqual(['19 items are too few to tell anything.']);
    expect(words({ late: '1' })).toEqual(['One item is too few to tell anything.']);
    expect(words({ early: '1'.repeat(20), late: '0'.repeat(20) }).length).toBeGreaterThan(1);
    expect(words(ends, { unfinished: ['early', 'late'] })).toEqual([]);
  });

  test.each([
    ['piqa', 'The answer is the likeliest choice; acc_norm takes the likeliest per character.'],
    ['winogrande', 'The answer is the likeliest choice.'],
    ['lambada_openai', 'An answer is right where it is, token by token, what the model would say first; perplexity is that of the last word.'],
  ])('how an answer to %s counts', (task, sentence) => {
    expect(metricWords(task)).toBe(sentence);
  });
});

test('numbers are written short, and nothing that is there as nothing', () => {
  expect([0.0349, -0.01, 1 / 10_042, 0.00096].map(points)).toEqual(['3.5 points', '1.0 points', '0.01 points', '0.1 points']);
  expect([0.0009, 0.001, 0.0499, 0.1, 1].map(pText)).toEqual(['p < 0.001', 'p = 0.001', 'p = 0.050', 'p = 0.10', 'p = 1.00']);
  expect([signed(0.5), signed(-0.5, 1), signed(0)]).toEqual(['+0.500', '−0.5', '+0.000']);
});
