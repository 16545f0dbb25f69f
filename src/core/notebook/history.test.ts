import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterEdit, emptyHistory, redone, undone, type History } from './history';

/** A value with its history, edited as the page does it. */
class Edited<T> {
  history: History<T> = emptyHistory();
  constructor(public value: T) {}

  edit(to: T, place: string | null = null, at = 0): this {
    this.history = afterEdit(this.history, this.value, { did: `to ${String(to)}`, place, at });
    this.value = to;
    return this;
  }

  undo(): string | null {
    return this.#take(undone(this.history, this.value));
  }

  redo(): string | null {
    return this.#take(redone(this.history, this.value));
  }

  #take(step: ReturnType<typeof undone<T>>): string | null {
    if (step) [this.history, this.value] = [step.history, step.value];
    return step?.did ?? null;
  }
}

describe('undo and redo', () => {
  test('go back and forth, and say what was done', () => {
    const edited = new Edited('a').edit('b').edit('c');
    expect([edited.undo(), edited.value]).toEqual(['to c', 'b']);
    expect([edited.undo(), edited.value]).toEqual(['to b', 'a']);
    expect([edited.undo(), edited.value]).toEqual([null, 'a']);
    expect([edited.redo(), edited.value]).toEqual(['to b', 'b']);
    expect([edited.redo(), edited.value]).toEqual(['to c', 'c']);
    expect([edited.redo(), edited.value]).toEqual([null, 'c']);
  });

  test('forget what was taken back once something else is done', () => {
    const edited = new Edited('a').edit('b');
    edited.undo();
    edited.edit('c');
    expect(edited.redo()).toBeNull();
    expect([edited.undo(), edited.value]).toEqual(['to c', 'a']);
  });

  test('bring back the beginning after any edits, and the end again', () => {
    const edits = fc.array(fc.record({ to: fc.integer(), place: fc.option(fc.constantFrom('text', 'title')), wait: fc.integer({ min: 0, max: 4000 }) }), { maxLength: 60 });
    fc.assert(
      fc.property(edits, (all) => {
        const edited = new Edited(0);
        let at = 0;
        for (const { to, place, wait } of all) edited.edit(to, place, (at += wait));
        const end = edited.value;
        let steps = 0;
        while (edited.undo() !== null) steps++;
        expect(edited.value).toBe(0);
        expect(steps).toBeLessThanOrEqual(all.length);
        while (edited.redo() !== null) steps--;
        expect([edited.value, steps]).toEqual([end, 0]);
      }),
    );
  });

  test('walk among the values that were there, whatever is pressed', () => {
    const presses = fc.array(fc.oneof(fc.constantFrom('undo' as const, 'redo' as const), fc.integer()), { maxLength: 40 });
    fc.assert(
      fc.property(presses, (all) => {
        const edited = new Edited(0);
        const line = [0]; // what it should be: values in a row, and where we are among them
        let here = 0;
        for (const press of all) {
          if (press === 'undo') here = Math.max(0, here - (edited.undo() === null ? 0 : 1));
          else if (press === 'redo') here = Math.min(line.length - 1, here + (edited.redo() === null ? 0 : 1));
          else {
            line.splice(++here, Infinity, press);
            edited.edit(press);
          }
          expect(edited.value).toBe(line[here]);
          expect([edited.history.past.length, edited.history.future.length]).toEqual([here, line.length - 1 - here]);
        }
      }),
    );
  });
});

describe('edits of one place', () => {
  test('are one step while they follow one another', () => {
    const edited = new Edited('').edit('s', 'text', 0).edit('so', 'text', 1400).edit('sou', 'text', 2800);
    expect([edited.undo(), edited.value]).toEqual(['to s', '']);
    edited.redo();
    expect(edited.value).toBe('sou');
  });

  test.each([
    ['after a pause', (edited: Edited<string>) => edited.edit('b', 'text', 1500)],
    ['in another place', (edited: Edited<string>) => edited.edit('b', 'title', 1)],
    ['in no place', (edited: Edited<string>) => edited.edit('b', null, 1)],
    ['in between', (edited: Edited<string>) => edited.edit('x', 'title', 1).edit('b', 'text', 2)],
  ])('are two steps %s', (_, again) => {
    const edited = new Edited('').edit('a', 'text', 0);
    again(edited);
    edited.undo();
    expect(edited.value).not.toBe('');
  });

  test('that never pause are a new step every three seconds', () => {
    const edited = new Edited('');
    for (let at = 0; at <= 7_000; at += 500) edited.edit(`${at}`, 'text', at);
    const values = [];
    while (edited.undo() !== null) values.push(edited.value);
    expect(values).toEqual(['5500', '2500', '']);
  });

  test('are two steps with an undo between them', () => {
    const edited = new Edited('').edit('a', 'text', 0);
    edited.undo();
    edited.edit('b', 'text', 1);
    expect([edited.undo(), edited.value]).toEqual(['to b', '']);
    const forth = new Edited('').edit('a', 'text', 0);
    forth.undo();
    forth.redo();
    forth.edit('b', 'text', 1);
    expect([forth.undo(), forth.value]).toEqual(['to b', 'a']);
  });

  test('without a place never join', () => {
    const edited = new Edited(0).edit(1).edit(2);
    edited.undo();
    expect(edited.value).toBe(1);
  });
});

test('of many edits the oldest are forgotten', () => {
  const edited = new Edited(0);
  for (let i = 1; i <= 250; i++) edited.edit(i);
  let steps = 0;
  while (edited.undo() !== null) steps++;
  expect([steps, edited.value]).toEqual([200, 50]);
});

describe('of long texts', () => {
  interface Page {
    title: string;
    cells: { text: string }[];
  }
  const stepsOf = (edited: Edited<Page>): number => {
    let steps = 0;
    while (edited.undo() !== null) steps++;
    return steps;
  };
  const text = (i: number): string => String(i).padEnd(5_000_000, 'x');

  test('as many steps are kept as hold fifty million characters', () => {
    const edited = new Edited<Page>({ title: '', cells: [{ text: text(0) }] });
    for (let i = 1; i <= 20; i++) edited.edit({ title: '', cells: [{ text: text(i) }] });
    expect(stepsOf(edited)).toBe(10);
  });

  test('one that the steps share counts once, and takes no time', () => {
    const shared = text(0);
    const edited = new Edited<Page>({ title: '', cells: [{ text: shared }] });
    const start = performance.now();
    for (let i = 1; i <= 150; i++) edited.edit({ title: `${i}`, cells: [{ text: `${i}` }, { text: shared }] });
    expect(performance.now() - start).toBeLessThan(500);
    expect(stepsOf(edited)).toBe(150);
  });

  test('the last step is kept, however much it holds', () => {
    const edited = new Edited<Page>({ title: '', cells: Array.from({ length: 11 }, (_, i) => ({ text: text(i) })) });
    edited.edit({ title: '', cells: [] }).edit({ title: 'a', cells: [] });
    expect(stepsOf(edited)).toBe(1);
    const once = new Edited<Page>({ title: '', cells: Array.from({ length: 11 }, (_, i) => ({ text: text(i) })) }).edit({ title: '', cells: [] });
    expect(stepsOf(once)).toBe(1);
  });
});
