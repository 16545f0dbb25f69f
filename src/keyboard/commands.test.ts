import { describe, expect, test } from 'vitest';
import { commandFor, commands, keyLabel, type Place, type Press } from './commands';

const press = (key: string, ...held: ('ctrl' | 'meta' | 'alt' | 'shift')[]): Press => ({
  key,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
});
const onCell: Place = { writing: false, typing: false, inCell: true, onCell: true };
const onButton: Place = { writing: false, typing: false, inCell: true, onCell: false };
const typing: Place = { writing: false, typing: true, inCell: true, onCell: false };
const outside: Place = { writing: false, typing: false, inCell: false, onCell: false };

describe('a key press', () => {
  test.each<[Press, Place, string | null]>([
    [press('j'), onCell, 'next'],
    [press('J', 'shift'), onCell, null],
    [press('r', 'shift'), outside, 'run-stale'],
    [press('R', 'shift'), outside, 'run-stale'],
    [press('?', 'shift'), outside, 'help'],
    [press('?'), outside, 'help'],
    [press('Enter', 'ctrl'), typing, 'run-cell'],
    [press('Enter', 'meta'), typing, 'run-cell'],
    [press('Enter', 'ctrl', 'shift'), outside, 'run-all'],
    [press('z', 'ctrl'), onCell, 'undo'],
    [press('Z', 'meta', 'shift'), onCell, 'redo'],
    [press('y', 'ctrl'), onCell, 'redo'],
    [press('ArrowUp', 'alt'), onButton, 'move-up'],
    [press('Escape'), typing, 'out'],
    [press('x'), onCell, 'delete'],
    [press('q'), onCell, null],
  ])('%o', (pressed, place, name) => {
    expect(commandFor(pressed, place, true)).toBe(name);
  });

  test('undoes also while a text of the notebook is written, but a letter is a letter there', () => {
    const writing = { ...typing, writing: true };
    expect(commandFor(press('z', 'ctrl'), writing, true)).toBe('undo');
    expect(commandFor(press('Z', 'ctrl', 'shift'), writing, true)).toBe('redo');
    expect(commandFor(press('z'), writing, true)).toBeNull();
  });

  test('while typing is typed, and its own undo is left to the field', () => {
    for (const key of ['j', 'x', 'z', '?', 'Enter', 'Delete', 'ArrowDown']) expect(commandFor(press(key), typing, true), key).toBeNull();
    expect(commandFor(press('z', 'ctrl'), typing, true)).toBeNull();
  });

  test('on a button presses it: Enter and the arrows are the page’s only on a cell itself', () => {
    for (const key of ['Enter', 'ArrowDown', 'ArrowUp']) expect(commandFor(press(key), onButton, true), key).toBeNull();
    expect(commandFor(press('Enter'), onCell, true)).toBe('into');
    expect(commandFor(press('ArrowDown'), onCell, true)).toBe('next');
  });

  test('is nothing where there is no cell to do it to', () => {
    for (const key of ['d', 'x', 'Delete']) {
      expect(commandFor(press(key), outside, true), key).toBeNull();
      expect(commandFor(press(key), onButton, true), `${key} on a button`).toBeNull();
    }
  });

  test('of a letter alone is nothing once letters are switched off', () => {
    for (const key of ['j', 'x', 'z', 'l', 'h', '?', 'Delete']) expect(commandFor(press(key), onCell, false), key).toBeNull();
    expect(commandFor(press('z', 'ctrl'), onCell, false)).toBe('undo');
    expect(commandFor(press('Enter', 'shift'), onCell, false)).toBe('run-and-next');
    expect(commandFor(press('F1'), outside, false)).toBe('help');
  });
});

test('no key means two things', () => {
  const keys = commands.flatMap((group) => group.commands.flatMap((command) => command.keys));
  expect(new Set(keys).size).toBe(keys.length);
});

test('keys are shown as the keyboard has them', () => {
  expect(keyLabel('Mod+Shift+Enter', false)).toEqual(['Ctrl', 'Shift', 'Enter']);
  expect(keyLabel('Mod+.', true)).toEqual(['⌘', '.']);
  expect(keyLabel('Alt+ArrowUp', true)).toEqual(['⌥', '↑']);
});
