/** The keyboard map: what each key does, where, and in which words the overlay says it. */

/**
 * Where a key works: `anywhere`, also while typing; `outside` of fields that are typed into; on a `cell`, when the focus is on it or
 * in it, outside of such fields, and where the key is one alone, on the cell itself: not on a button in it.
 */
export type Where = 'anywhere' | 'outside' | 'cell';

export interface Command {
  name: CommandName;
  /** as KeyboardEvent.key has them, after Mod+ (Control, or Command on a Mac), Alt+ and Shift+; the first one is shown */
  keys: string[];
  where: Where;
  words: string;
}

export type CommandName =
  | 'run-cell' | 'run-and-next' | 'run-all' | 'run-stale' | 'stop'
  | 'next' | 'previous' | 'into' | 'out'
  | 'add-above' | 'add-below' | 'duplicate' | 'delete' | 'move-up' | 'move-down'
  | 'undo' | 'redo' | 'save' | 'share' | 'notebooks' | 'help';

export const commands: { title: string; commands: Command[] }[] = [
  {
    title: 'Run',
    commands: [
      { name: 'run-cell', keys: ['Mod+Enter'], where: 'anywhere', words: 'Run the cell' },
      { name: 'run-and-next', keys: ['Shift+Enter'], where: 'anywhere', words: 'Run the cell and go to the next one' },
      { name: 'run-all', keys: ['Mod+Shift+Enter'], where: 'anywhere', words: 'Run all' },
      { name: 'run-stale', keys: ['Shift+R'], where: 'outside', words: 'Run what is stale' },
      { name: 'stop', keys: ['Mod+.'], where: 'anywhere', words: 'Stop everything' },
    ],
  },
  {
    title: 'Go',
    commands: [
      { name: 'next', keys: ['J', 'ArrowDown'], where: 'outside', words: 'Next cell' },
      { name: 'previous', keys: ['K', 'ArrowUp'], where: 'outside', words: 'Previous cell' },
      { name: 'into', keys: ['Enter'], where: 'cell', words: 'Into the cell' },
      { name: 'out', keys: ['Escape'], where: 'anywhere', words: 'Out of a field, to its cell' },
      { name: 'notebooks', keys: ['H'], where: 'outside', words: 'All notebooks' },
    ],
  },
  {
    title: 'Arrange',
    commands: [
      { name: 'add-above', keys: ['A'], where: 'outside', words: 'Add a cell above' },
      { name: 'add-below', keys: ['B'], where: 'outside', words: 'Add a cell below' },
      { name: 'duplicate', keys: ['D'], where: 'cell', words: 'Duplicate the cell' },
      { name: 'delete', keys: ['X', 'Delete'], where: 'cell', words: 'Delete the cell' },
      { name: 'move-up', keys: ['Alt+ArrowUp'], where: 'cell', words: 'Move the cell up' },
      { name: 'move-down', keys: ['Alt+ArrowDown'], where: 'cell', words: 'Move the cell down' },
      { name: 'undo', keys: ['Mod+Z', 'Z'], where: 'outside', words: 'Undo' },
      { name: 'redo', keys: ['Mod+Shift+Z', 'Mod+Y', 'Shift+Z'], where: 'outside', words: 'Redo' },
    ],
  },
  {
    title: 'Keep and share',
    commands: [
      { name: 'save', keys: ['Mod+S'], where: 'anywhere', words: 'Save now (it is saved by itself, too)' },
      { name: 'share', keys: ['L'], where: 'outside', words: 'Copy a link, take it along' },
      { name: 'help', keys: ['?', 'F1'], where: 'outside', words: 'This map' },
    ],
  },
];

/** What of a key press matters. */
export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Where the focus is. */
export interface Place {
  /** in something that takes what is typed */
  typing: boolean;
  /** in a text of the notebook: each change of it is an edit that the page can undo */
  writing: boolean;
  /** on a cell or in it */
  inCell: boolean;
  /** on the cell itself */
  onCell: boolean;
}

/** @param letters whether keys without Control, Command or Alt are commands */
export function commandFor(press: Press, place: Place, letters: boolean): CommandName | null {
  const pressed = written(press);
  const all = commands.flatMap((group) => group.commands);
  const found = all.find(({ keys }) => keys.some((key) => key.toUpperCase() === pressed.toUpperCase()));
  if (!found) return null;
  const letter = !/^(Mod|Alt|F1)|Enter$|Escape$/.test(pressed);
  if (letter && !letters) return null;
  const undoing = place.writing && ['undo', 'redo'].includes(found.name) && !letter;
  if (found.where !== 'anywhere' && place.typing && !undoing) return null;
  if (found.where === 'cell' && !(letter ? place.onCell : place.inCell)) return null;
  // an arrow scrolls, and Enter presses a button, unless the cell itself has the focus
  if (/^(Arrow\w+|Enter)$/.test(pressed) && !place.onCell) return null;
  return found.name;
}

/** “Mod+Shift+Z”. Shift is not said of a character that cannot be had without it. */
function written({ key, ctrlKey, metaKey, altKey, shiftKey }: Press): string {
  const named = key.length > 1 || /[a-z]/i.test(key);
  return [ctrlKey || metaKey ? 'Mod' : '', altKey ? 'Alt' : '', shiftKey && named ? 'Shift' : '', key].filter(Boolean).join('+');
}

const symbols: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' };

/** A key as it is printed on the keyboard. */
export function keyLabel(key: string, mac: boolean): string[] {
  return key.split('+').map((part) => (part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : part === 'Alt' && mac ? '⌥' : (symbols[part] ?? part)));
}
