import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutDocument, type Convention, type Window } from './windows';

const prefix = 0;
const letters = [...'abcdefghij'].map((letter) => letter.charCodeAt(0));
const spell = (ids: number[]): string => ids.map((id) => (id === prefix ? '^' : String.fromCharCode(id))).join('');
const shown = (windows: Window[]): string[] =>
  windows.map(({ tokens, targets, from }) => `${spell(tokens)} -> ${spell(targets.slice(0, from))}[${spell(targets.slice(from))}]`);

const rolling = (tokens: number[], window: number): Window[] => cutDocument(tokens, window, prefix, { kind: 'rolling' });
const strided = (tokens: number[], window: number, stride: number): Window[] => cutDocument(tokens, window, prefix, { kind: 'strided', stride });

/** Token ids that are their own positions, so that a window tells where it was cut. */
const positions = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Every scored target with what stands directly before it in its row. */
const scored = (windows: Window[]): number[] => windows.flatMap(({ targets, from }) => targets.slice(from));

/** That each row is a stretch of `line`, and that each target is what follows its token there. */
function expectReal(windows: Window[], line: number[]): void {
  for (const { tokens, targets, from } of windows) {
    const start = line.indexOf(tokens[0]);
    expect(tokens).toEqual(line.slice(start, start + tokens.length));
    expect(targets).toEqual(line.slice(start + 1, start + 1 + tokens.length));
    expect(from).toBeGreaterThanOrEqual(0);
    expect(from).toBeLessThan(targets.length);
  }
}

describe('rolling', () => {
  test('the example worked by hand', () => {
    expect(shown(rolling(letters, 4))).toEqual(['^abc -> [abcd]', 'defg -> [efgh]', 'fghi -> gh[ij]']);
  });

  test.each<[number, string[]]>([
    [0, []],
    [1, ['^ -> [a]']],
    [3, ['^ab -> [abc]']],
    [4, ['^abc -> [abcd]']],
    [5, ['^abc -> [abcd]', 'abcd -> bcd[e]']],
    [8, ['^abc -> [abcd]', 'defg -> [efgh]']],
  ])('%i tokens in a window of 4', (count, expected) => {
    expect(shown(rolling(letters.slice(0, count), 4))).toEqual(expected);
  });

  test('scores every token once, in order, from context that stood there, with a full row wherever there is one', () => {
    const property = fc.property(fc.nat(300), fc.integer({ min: 1, max: 40 }), (count, window) => {
      const windows = cutDocument(positions(count), window, -1, { kind: 'rolling' });
      expect(scored(windows)).toEqual(positions(count));
      expectReal(windows, [-1, ...positions(count)]);
      for (const { tokens } of windows) expect(tokens).toHaveLength(Math.min(window, count));
      expect(windows).toHaveLength(Math.ceil(count / window));
    });
    fc.assert(property);
  });
});

describe('strided', () => {
  test('an example worked by hand: window 4, stride 2', () => {
    expect(shown(strided(letters.slice(0, 7), 4, 2))).toEqual(['abc -> [bcd]', 'cde -> d[ef]', 'ef -> f[g]']);
  });

  test.each<[number, string[]]>([
    [0, []],
    [1, []],
    [2, ['a -> [b]']],
    [4, ['abc -> [bcd]']],
    [5, ['abc -> [bcd]', 'cd -> d[e]']],
  ])('%i tokens in a window of 4, stride 2', (count, expected) => {
    expect(shown(strided(letters.slice(0, count), 4, 2))).toEqual(expected);
  });

  test('a stride as long as the window, or longer, still scores every token', () => {
    for (const stride of [3, 4, 5, 100_000]) expect(shown(strided(letters, 4, stride))).toEqual(['abc -> [bcd]', 'def -> [efg]', 'ghi -> [hij]']);
  });

  test('scores every token but the first once, in order, with the context the stride leaves', () => {
    const cases = fc.tuple(fc.nat(300), fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 60 }));
    const property = fc.property(cases, ([count, window, stride]) => {
      const windows = strided(positions(count), window, stride);
      expect(scored(windows)).toEqual(positions(count).slice(1));
      expectReal(windows, positions(count));
      for (const [i, { tokens, from }] of windows.entries()) {
        expect(tokens.length).toBeLessThan(window);
        if (i > 0) expect(from + 1).toBeGreaterThanOrEqual(Math.max(1, window - stride));
      }
    });
    fc.assert(property);
  });

  test('scores the same targets in each window as the loop of the Hugging Face guide', () => {
    const property = fc.property(fc.integer({ min: 2, max: 200 }), fc.integer({ min: 4, max: 40 }), fc.nat(), (count, window, n) => {
      const stride = 1 + (n % (window - 1));
      const guide: number[][] = [];
      let previous = 0;
      for (let begin = 0; begin < count; begin += stride) {
        const end = Math.min(begin + window, count);
        const labels = positions(count).slice(begin, end).map((id) => (id < previous ? -100 : id));
        guide.push(labels.slice(1).filter((id) => id !== -100)); // the model shifts labels by one
        previous = end;
        if (end === count) break;
      }
      expect(strided(positions(count), window, stride).map(({ targets, from }) => targets.slice(from))).toEqual(guide);
    });
    fc.assert(property);
  });
});

describe('scored from a token on', () => {
  const cut = (from: number, convention: Convention): string[] => shown(cutDocument(letters, 4, prefix, convention, from));

  test.each<[string, Convention, number, string[]]>([
    ['rolling, within a window', { kind: 'rolling' }, 2, ['^abc -> ab[cd]', 'defg -> [efgh]', 'fghi -> gh[ij]']],
    ['rolling, at a window’s end', { kind: 'rolling' }, 4, ['defg -> [efgh]', 'fghi -> gh[ij]']],
    ['rolling, in the last window', { kind: 'rolling' }, 9, ['fghi -> ghi[j]']],
    ['strided, within a window', { kind: 'strided', stride: 2 }, 3, ['abc -> bc[d]', 'cde -> d[ef]', 'efg -> f[gh]', 'ghi -> h[ij]']],
    ['strided, at a window’s end', { kind: 'strided', stride: 2 }, 4, ['cde -> d[ef]', 'efg -> f[gh]', 'ghi -> h[ij]']],
    ['strided, where the first token is not scored anyway', { kind: 'strided', stride: 3 }, 1, ['abc -> [bcd]', 'def -> [efg]', 'ghi -> [hij]']],
    ['rolling, at the end of all', { kind: 'rolling' }, 10, []],
    ['strided, beyond it', { kind: 'strided', stride: 2 }, 12, []],
  ])('%s', (_, convention, from, expected) => {
    expect(cut(from, convention)).toEqual(expected);
  });

  test('scores every token from there on once, in its window as if all were scored, and none before', () => {
    const conventions = fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }).map((stride): Convention => (stride === null ? { kind: 'rolling' } : { kind: 'strided', stride }));
    const cases = fc.tuple(fc.nat(200), fc.integer({ min: 2, max: 40 }), conventions, fc.nat(220));
    const property = fc.property(cases, ([count, window, convention, from]) => {
      const all = cutDocument(positions(count), window, -1, convention);
      const some = cutDocument(positions(count), window, -1, convention, from);
      expect(scored(some)).toEqual(scored(all).filter((position) => position >= from));
      const whole = new Map(all.map((each) => [each.targets[each.targets.length - 1], each]));
      for (const { tokens, targets, from: first } of some) {
        expect(whole.get(targets[targets.length - 1])).toMatchObject({ tokens, targets });
        expect(first).toBeLessThan(targets.length);
      }
    });
    fc.assert(property);
  });
});
